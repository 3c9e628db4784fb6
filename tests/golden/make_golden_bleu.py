#!/usr/bin/env python3
"""Reference values from NLTK for corpus BLEU (Debian: python3-nltk).

Made and named as those of make_golden.py, whose helpers write them:

    python3 tests/golden/make_golden_bleu.py

bleu; words are numbers, a corpus has N sentences, each one after the other:
    hypotheses, references     I64, the words
    hypotheses.lengths, references.lengths     I64 [N]
    score []                   100 corpus_bleu, smoothed by method 3 of Chen and
                               Cherry 2014
cases
    translated    references with words lost, replaced, repeated and exchanged
    longer        the same, the hypotheses longer: no brevity penalty
    strangers     so few matches that 4-grams have none

Every hypothesis has four words or more: to a shorter one NLTK counts a 4-gram
that it does not have, the paper and sacreBLEU none.
"""

import random

import torch
from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu

from make_golden import indices, write

VOCABULARY = 12


def changed(words, keep, longer):
    """A hypothesis of four words or more, some of them its reference's."""
    result = []
    for word in words:
        draw = random.random()
        if draw < keep:
            result.append(word)
        elif draw < (1 + keep) / 2:
            result.append(random.randrange(VOCABULARY))
        elif longer:
            result += [word, word]
    if len(result) < 4:
        return changed(words, keep, longer)
    if random.random() < 0.3:
        result[0], result[1] = result[1], result[0]
    return result


def corpus(sentences, lengths, keep, longer=False):
    references = [[random.randrange(VOCABULARY)
                   for _ in range(random.randint(*lengths))]
                  for _ in range(sentences)]
    return references, [changed(words, keep, longer) for words in references]


def bleu():
    random.seed(31)
    cases = {"translated": corpus(20, (5, 15), 0.85),
             "longer": corpus(20, (5, 15), 0.85, longer=True),
             "strangers": corpus(2, (8, 12), 0.15)}
    tensors = {}
    for name, (references, hypotheses) in cases.items():
        score = 100 * corpus_bleu(
            [[words] for words in references], hypotheses,
            smoothing_function=SmoothingFunction().method3)
        for side, sentences in (("references", references),
                                ("hypotheses", hypotheses)):
            tensors[f"{name}.{side}"] = indices(*sum(sentences, []))
            tensors[f"{name}.{side}.lengths"] = indices(*map(len, sentences))
        tensors[f"{name}.score"] = torch.tensor(score, dtype=torch.float32)
        print(f"{name} = {score:.4f}")
    write("bleu", tensors)


if __name__ == "__main__":
    bleu()
