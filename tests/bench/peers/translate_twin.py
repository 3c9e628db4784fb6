#!/usr/bin/env python3
"""`translate train` and `translate score` of a Transformer, in PyTorch.

    translate_twin.py train.tsv test.tsv --steps 2000 --seed 1

trains torch.nn.Transformer on tab-separated pairs and prints its BLEU on
others, so that one can ask whether our model learns as much from as many
steps. What could make a difference is the same, and the flags have the names
and defaults of `translate train --model transformer --steps 2000`:

  words       those seen --min-count times, the most frequent first
  batches     shuffled, sorted by length within pools of 32 batches, cut,
              shuffled again
  model       embeddings N(0, 1 / width) times sqrt(width), sinusoids, dropout
              in the paper's places, the output tied to the target embedding
  training    Adam (0.9, 0.98, 1e-9), the paper's schedule times --rate,
              smoothed labels, the gradient clipped
  decoding    greedy, at most twice as many words as the source has, and ten
  BLEU        of the words as the files part them, as nn::corpus_bleu

The random numbers are PyTorch's and Python's: compare means over seeds. Works
with PyTorch 1.13 and later.
"""
import argparse
import collections
import math
import random
import time

import torch
from torch import nn
from torch.nn import functional as F

PAD, UNKNOWN, START, END = range(4)
SPECIAL = ["<pad>", "<unk>", "<s>", "</s>"]


# ---- Data, as nn/corpus, nn/vocab and nn/batch have it.

def read_pairs(path):
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [(row[0].split(), row[1].split()) for row in rows if row != [""]]


class Vocab:
    def __init__(self, sentences, min_count):
        counts = collections.Counter(w for words in sentences for w in words)
        # Equally frequent ones stay in the order of their first appearance.
        kept = [w for w, n in counts.most_common() if n >= min_count]
        self.words = SPECIAL + [w for w in kept if w not in SPECIAL]
        self.ids = {word: i for i, word in enumerate(self.words)}

    def encode(self, words):
        return [self.ids.get(word, UNKNOWN) for word in words]


def pad(rows):
    """Token ids [T, B], time first."""
    return nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows],
                                     padding_value=PAD)


def epoch(pairs, batch, rng):
    """Lists of indices of pairs."""
    order = list(range(len(pairs)))
    rng.shuffle(order)
    pool = 32 * batch
    for first in range(0, len(order), pool):
        order[first:first + pool] = sorted(
            order[first:first + pool],
            key=lambda i: (len(pairs[i][0]), len(pairs[i][1])))
    cuts = [order[i:i + batch] for i in range(0, len(order), batch)]
    rng.shuffle(cuts)
    return cuts


# ---- The model.

def sinusoids(longest, width):
    """Vaswani et al. 2017, 3.5: [longest, 1, width]."""
    time_ = torch.arange(longest, dtype=torch.float64).unsqueeze(1)
    rate = 10000 ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    angle = time_ * rate
    return torch.stack((angle.sin(), angle.cos()), -1).view(
        longest, 1, width).float()


class Translator(nn.Module):
    """Time first: ids [S, B] and [T, B]."""

    def __init__(self, source_words, target_words, options):
        super().__init__()
        width = options.width
        self.source = nn.Embedding(source_words, width)
        self.target = nn.Embedding(target_words, width)
        for embedding in (self.source, self.target):
            nn.init.normal_(embedding.weight, 0, width ** -0.5)
        self.stack = nn.Transformer(
            width, options.heads, options.layers, options.layers,
            options.feed_forward, options.dropout,
            norm_first=options.norm_first)
        if not (options.norm_first or options.final_norm):
            self.stack.encoder.norm = self.stack.decoder.norm = None
        for module in self.stack.modules():
            if isinstance(module, nn.MultiheadAttention):
                module.dropout = options.weight_dropout
            if hasattr(module, "linear1"):
                module.dropout.p = options.hidden_dropout
        self.dropout = nn.Dropout(options.dropout)
        self.register_buffer("position", sinusoids(512, width))

    def embed(self, embedding, ids):
        x = embedding(ids) * math.sqrt(embedding.embedding_dim)
        return self.dropout(x + self.position[:len(ids)])

    def encode(self, source):
        hidden = (source == PAD).t()
        return self.stack.encoder(self.embed(self.source, source),
                                  src_key_padding_mask=hidden), hidden

    def decode(self, memory, hidden, target):
        """States [T, B, width]. What a state could see of padding lies behind
        it, where the causal mask hides it."""
        causal = torch.full((len(target), len(target)), -math.inf).triu(1)
        return self.stack.decoder(self.embed(self.target, target), memory,
                                  tgt_mask=causal,
                                  memory_key_padding_mask=hidden)

    def logits(self, states):
        return F.linear(states, self.target.weight)

    def loss(self, source, target_in, target_out, smoothing):
        states = self.decode(*self.encode(source), target_in)
        return F.cross_entropy(self.logits(states).flatten(0, 1),
                               target_out.flatten(), ignore_index=PAD,
                               label_smoothing=smoothing)


# ---- Training.

def factor(step, options):
    """nn::InverseRootSchedule (Vaswani et al. 2017, 5.3), steps from 1."""
    return options.width ** -0.5 * min(step ** -0.5,
                                       step * options.warmup ** -1.5)


def train(model, pairs, options):
    adam = torch.optim.Adam(model.parameters(), lr=options.rate,
                            betas=(0.9, 0.98), eps=1e-9)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        adam, lambda done: factor(done + 1, options))
    rng = random.Random(options.seed)
    cuts, loss = [], None
    model.train()
    for step in range(1, options.steps + 1):
        cuts = cuts or epoch(pairs, options.batch, rng)
        batch = [pairs[i] for i in cuts.pop(0)]
        adam.zero_grad(set_to_none=True)
        loss = model.loss(pad([source for source, _ in batch]),
                          pad([[START] + target for _, target in batch]),
                          pad([target + [END] for _, target in batch]),
                          options.smoothing)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), options.clip)
        adam.step()
        schedule.step()
        if step % options.log_every == 0:
            print(f"step {step}: loss {loss.item():.4f}", flush=True)
    return loss.item()


# ---- Decoding and BLEU.

@torch.no_grad()
def greedy(model, sources):
    """The likeliest word at each step, for sources of ids."""
    model.eval()
    order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
    results = [None] * len(sources)
    for first in range(0, len(order), 64):
        items = order[first:first + 64]
        limits = [2 * len(sources[i]) + 10 for i in items]
        memory, hidden = model.encode(pad([sources[i] for i in items]))
        target = torch.full((1, len(items)), START)
        ended = torch.zeros(len(items), dtype=torch.bool)
        while len(target) <= max(limits) and not ended.all():
            states = model.decode(memory, hidden, target)[-1]
            best = model.logits(states).argmax(-1)
            target = torch.cat((target, best.unsqueeze(0)))
            ended |= best == END
        for column, item in enumerate(items):
            ids = target[1:limits[column] + 1, column].tolist()
            results[item] = ids[:ids.index(END)] if END in ids else ids
    return results


def ngrams(words, n):
    return collections.Counter(zip(*(words[i:] for i in range(n))))


def corpus_bleu(hypotheses, references):
    """0 to 100: Papineni et al. 2002, an empty precision smoothed by halves
    as nn::corpus_bleu and sacreBLEU do."""
    matches, totals = [0] * 4, [0] * 4
    for ours, wanted in zip(hypotheses, references):
        for n in range(1, 5):
            matches[n - 1] += sum((ngrams(ours, n) & ngrams(wanted, n))
                                  .values())
            totals[n - 1] += max(0, len(ours) - n + 1)
    if not any(matches) or not all(totals):
        return 0.0
    logarithms, halves = 0, 1
    for match, total in zip(matches, totals):
        if match == 0:
            halves *= 2
        logarithms += math.log(100 * (match or 1 / halves) / total)
    ours, wanted = sum(map(len, hypotheses)), sum(map(len, references))
    return min(1, math.exp(1 - wanted / ours)) * math.exp(logarithms / 4)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("test")
    for name, value in (("width", 128), ("heads", 4), ("layers", 2),
                        ("feed-forward", 512), ("dropout", 0.2),
                        ("weight-dropout", 0.0), ("hidden-dropout", 0.0),
                        ("smoothing", 0.1), ("rate", 1.0), ("warmup", 400),
                        ("clip", 1.0), ("batch", 64), ("steps", 2000),
                        ("min-count", 2), ("seed", 1), ("threads", 1),
                        ("log-every", 200)):
        parser.add_argument("--" + name, type=type(value), default=value)
    parser.add_argument("--norm-first", action="store_true")
    parser.add_argument("--final-norm", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)

    words = read_pairs(options.train)
    test = read_pairs(options.test)
    source = Vocab((s for s, _ in words), options.min_count)
    target = Vocab((t for _, t in words), options.min_count)
    pairs = [(source.encode(s), target.encode(t)) for s, t in words]
    model = Translator(len(source.words), len(target.words), options)
    print("pairs =", len(pairs))
    print("source words =", len(source.words))
    print("target words =", len(target.words))
    print("parameters =", sum(p.numel() for p in model.parameters()))
    start = time.perf_counter()
    print(f"last loss = {train(model, pairs, options):.4f}")
    print(f"seconds of training = {time.perf_counter() - start:.1f}")
    found = greedy(model, [source.encode(s) for s, _ in test])
    hypotheses = [[target.words[i] for i in ids if i not in (PAD, START)]
                  for ids in found]
    print(f"BLEU = {corpus_bleu(hypotheses, [t for _, t in test]):.2f}")


if __name__ == "__main__":
    main()
