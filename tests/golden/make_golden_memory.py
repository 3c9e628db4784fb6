#!/usr/bin/env python3
"""Reference values from PyTorch for attention over memories.

Made and named as those of make_golden.py, whose helpers draw, check and write
them:

    python3 tests/golden/make_golden_memory.py

memory; cases
    kernel     Nadaraya-Watson regression, written out by distances: kernels
               exp(-|q - k|^2 / (2 0.75^2)) of query [2,3,4] and keys [2,5,4],
               0 where s >= lengths (I64 [2]), made shares `weights` [2,3,5];
               context [2,3,2] of values [2,5,2]
    network    an end-to-end memory network of two hops (Sukhbaatar et al.
               2015, layer-wise): sentences [3,6,9], questions [3,9], lengths
               (I64 [3]); scores [3,4], the weights `first` and `second` [3,6]
               of the hops; weight.key.weight (A), .key_age.weight (T_A),
               .value.weight (C), .value_age.weight (T_C), .query.weight (B),
               .hops.update.weight (H), .answer.weight (W)
"""

import torch
from torch import nn

from make_golden import indices, normal, record, uniform, write


def kernel(_, query, keys, values, lengths):
    squares = ((query[:, :, None] - keys[:, None]) ** 2).sum(-1)
    kernels = torch.exp(-squares / (2 * 0.75 ** 2))
    visible = torch.arange(keys.shape[1]) < lengths[:, None, None]
    kernels = kernels * visible
    weights = kernels / kernels.sum(-1, keepdim=True)
    return {"weights": weights, "context": weights @ values}


class Network(nn.Module):
    def __init__(self, words, answers, width, sentences):
        super().__init__()
        self.key = nn.Linear(words, width, bias=False)
        self.value = nn.Linear(words, width, bias=False)
        self.query = nn.Linear(words, width, bias=False)
        self.key_age = nn.Embedding(sentences, width)
        self.value_age = nn.Embedding(sentences, width)
        self.hops = nn.Module()
        self.hops.update = nn.Linear(width, width, bias=False)
        self.answer = nn.Linear(width, answers, bias=False)

    def forward(self, sentences, questions, lengths):
        places = torch.arange(sentences.shape[1])
        age = (lengths[:, None] - 1 - places).clamp(min=0)
        m = self.key(sentences) + self.key_age(age)
        c = self.value(sentences) + self.value_age(age)
        u = self.query(questions)
        weights = []
        for _ in range(2):
            e = (m @ u[:, :, None])[:, :, 0]
            e = e.masked_fill(places >= lengths[:, None], float("-inf"))
            weights.append(torch.softmax(e, -1))
            o = (weights[-1][:, None] @ c)[:, 0]
            u = self.hops.update(u) + o
        return {"scores": self.answer(u), "first": weights[0],
                "second": weights[1]}


def memory():
    tensors = record(
        "kernel", kernel, nn.Module(),
        {"query": normal(2, 3, 4, scale=0.5),
         "keys": normal(2, 5, 4, scale=0.5),
         "values": normal(2, 5, 2), "lengths": indices(5, 3)},
        {"weights": (2, 3, 5), "context": (2, 3, 2)})
    network = uniform(Network(words=9, answers=4, width=6, sentences=6), 0.5)
    tensors.update(record(
        "network", lambda module, **x: module(**x), network,
        {"sentences": normal(3, 6, 9), "questions": normal(3, 9),
         "lengths": indices(6, 1, 4)},
        {"scores": (3, 4), "first": (3, 6), "second": (3, 6)}))
    write("memory", tensors)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    memory()


if __name__ == "__main__":
    main()
