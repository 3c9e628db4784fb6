#!/usr/bin/env python3
"""Reference values from PyTorch for scores and alignments.

Made and named as those of make_golden.py, whose helpers draw, check and write
them:

    python3 tests/golden/make_golden_zoo.py

zoo; attention of query [2,3,4] to keys [2,5,4] and values [2,5,3], `lengths`
    [2] of the keys, `previous` [2,3,5] (what was read before; any numbers);
    outputs `weights` [2,3,5], `output` [2,3,3]; parameters as the library names
    them; written out here with PyTorch's ops (F.cosine_similarity, F.conv1d)
    by softmax: concat, cosine (learnt temperature), location (6 places),
                location_aware (2 filters of 3 keys), additive with `coverage`
    scaled dot: local_m (window 1), local_p (window 2), local_p_renormalised,
                sigmoid, sparsemax
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from make_golden import indices, normal, record, uniform, write

B, T, S, W, A = 2, 3, 5, 4, 3


def linear(inputs, outputs, bias=False):
    return nn.Linear(inputs, outputs, bias=bias)


class Scores(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        if kind == "concat":
            self.joint, self.v = linear(2 * W, A, True), linear(A, 1)
        elif kind == "cosine":
            self.log_sharpness = nn.Parameter(torch.zeros(1))
        elif kind == "location":
            self.place = linear(W, 6)
        elif kind in ("location_aware", "coverage"):
            self.query, self.key = linear(W, A), linear(W, A, True)
            self.v = linear(A, 1)
        if kind == "location_aware":
            self.filters = nn.Parameter(torch.zeros(2, 1, 3))
            self.location = linear(2, A)
        if kind == "coverage":
            self.coverage = nn.Parameter(torch.zeros(A))

    def scores(self, query, keys, previous):
        q = query[:, :, None].expand(B, T, S, W)
        k = keys[:, None].expand(B, T, S, W)
        if self.kind == "concat":
            return self.v(torch.tanh(
                self.joint(torch.cat([q, k], dim=-1))))[..., 0]
        if self.kind == "cosine":
            return F.cosine_similarity(q, k, dim=-1) * self.log_sharpness.exp()
        if self.kind == "location":
            return self.place(query)[..., :S] + 0 * keys.sum()
        if self.kind == "coverage":
            read = previous[..., None] * self.coverage
        elif self.kind == "location_aware":
            f = F.conv1d(previous.reshape(B * T, 1, S), self.filters, padding=1)
            read = self.location(f.transpose(1, 2)).reshape(B, T, S, A)
        else:
            return query @ keys.transpose(1, 2) / math.sqrt(W)
        return self.v(torch.tanh(self.query(q) + self.key(k) + read))[..., 0]


def sparsemax(e):
    z, k = e.sort(-1, descending=True)[0], torch.arange(1, S + 1)
    total = z.cumsum(-1)
    count = (1 + k * z > total).sum(-1, keepdim=True)
    return F.relu(e - (total.gather(-1, count - 1) - 1) / count)


class Attention(Scores):
    def __init__(self, score, align):
        super().__init__(score)
        self.align = align
        if align.startswith("local_p"):
            self.predict, self.centre = linear(W, A), linear(A, 1)

    def weights(self, e, query, lengths):
        s = torch.arange(S)
        if self.align == "local_m":
            p = torch.minimum(torch.arange(T), lengths[:, None] - 1)
            far = (s - p[..., None]).abs() > 1
            return torch.softmax(e.masked_fill(far, -math.inf), -1)
        if self.align.startswith("local_p"):
            p = lengths[:, None, None] * torch.sigmoid(
                self.centre(torch.tanh(self.predict(query))))
            e = e.masked_fill((s - p).abs() > 2, -math.inf)
            weights = torch.softmax(e, -1) * torch.exp(-(s - p) ** 2 / 2)
            if self.align == "local_p":
                return weights
            return weights / weights.sum(-1, keepdim=True)
        return {"softmax": lambda e: torch.softmax(e, -1),
                "sigmoid": torch.sigmoid, "sparsemax": sparsemax}[self.align](e)

    def forward(self, query, keys, values, previous, lengths):
        padded = torch.arange(S) >= lengths[:, None, None]
        e = self.scores(query, keys, previous).masked_fill(padded, -math.inf)
        weights = self.weights(e, query, lengths)
        return {"weights": weights, "output": weights @ values}


def zoo():
    tensors = {}
    cases = [(kind, kind, "softmax") for kind in
             ("concat", "cosine", "location", "location_aware", "coverage")]
    cases += [(kind, "scaled_dot", kind) for kind in
              ("local_m", "local_p", "local_p_renormalised", "sigmoid",
               "sparsemax")]
    for case, score, align in cases:
        inputs = {"query": normal(B, T, W), "keys": normal(B, S, W),
                  "values": normal(B, S, 3), "previous": normal(B, T, S),
                  "lengths": indices(5, 3)}
        if score not in ("location_aware", "coverage"):
            del inputs["previous"]

        def forward(module, query, keys, values, lengths, previous=None):
            return module(query, keys, values, previous, lengths)

        tensors.update(record(
            case, forward, uniform(Attention(score, align), 1), inputs,
            {"weights": (B, T, S), "output": (B, T, 3)}))
    write("zoo", tensors)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    zoo()


if __name__ == "__main__":
    main()
