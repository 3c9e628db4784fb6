#!/usr/bin/env python3
"""Reference values from PyTorch for captions.

Made and named as those of make_golden.py, whose helpers draw, check and write
them:

    python3 tests/golden/make_golden_caption.py

caption; case `soft`: pictures [2,3,8,8] through convolutions of 4 channels
    (3 x 3, padding 1) and 5 (1 x 1), each followed by relu and the maximum of
    each 2 x 2, to 4 cells; place(row, column) of each, -1 or 1, is added, and
    the sum goes through a layer norm;
    s_0 = tanh(start(mean of the cells)); then for each of the words in [2,4],
    additive attention (A 6) on the cells by s_{t-1}, a GRU (H 7, E 3), and
    logits = output(tanh(readout([s; c; y]))) [2,4,9]. The loss is the mean
    cross entropy of the words out [2,4] that are not 0 (the padding), and half
    the mean of (1 - sum_t alpha_ts)^2, over t with a word.
    outputs: loss [], weights [2,4,4]; gradients are given for the loss alone.
"""

import torch
from torch import nn
from torch.nn import functional as F

from make_golden import indices, normal, record, uniform, write

C, H, E, A, V = 5, 7, 3, 6, 9


class Score(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Linear(H, A, bias=False)
        self.key = nn.Linear(C, A)
        self.v = nn.Linear(A, 1, bias=False)

    def forward(self, s, cells):
        e = self.v(torch.tanh(self.query(s)[:, None] + self.key(cells)))
        return torch.softmax(e.squeeze(-1), dim=-1)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(3, 4, 3, padding=1),
                                     nn.Conv2d(4, C, 1)])
        self.place = nn.Linear(2, C)
        self.norm = nn.LayerNorm(C)

    def forward(self, x):
        for layer in self.layers:
            x = F.max_pool2d(torch.relu(layer(x)), 2)
        places = torch.tensor([[-1, -1], [-1, 1], [1, -1], [1, 1]]).to(x)
        return self.norm(x.flatten(2).transpose(1, 2) + self.place(places))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(V, E)
        self.attention = Score()
        self.cell = nn.GRUCell(E + C, H)
        self.readout = nn.Linear(H + C + E, H)
        self.output = nn.Linear(H, V)


class Captioner(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.start = nn.Linear(C, H)
        self.decoder = Decoder()

    def forward(self, pictures, fed, said):
        cells = self.encoder(pictures)
        s = torch.tanh(self.start(cells.mean(1)))
        d = self.decoder
        logits, weights = [], []
        for t in range(fed.shape[1]):
            y = d.embedding(fed[:, t])
            alpha = d.attention(s, cells)
            c = (alpha[:, :, None] * cells).sum(1)
            s = d.cell(torch.cat([y, c], -1), s)
            all = torch.cat([s, c, y], -1)
            logits.append(d.output(torch.tanh(d.readout(all))))
            weights.append(alpha)
        weights = torch.stack(weights, 1)
        looked = (weights * (said != 0)[:, :, None]).sum(1)
        loss = F.cross_entropy(torch.stack(logits, 1).flatten(0, 1),
                               said.flatten(), ignore_index=0)
        return {"loss": loss + 0.5 * ((1 - looked) ** 2).mean(),
                "weights": weights}


def main():
    torch.set_num_threads(1)
    torch.manual_seed(12)
    inputs = {"pictures": normal(2, 3, 8, 8),
              "fed": indices([2, 4, 8, 5], [2, 7, 0, 0]),
              "said": indices([4, 8, 5, 3], [7, 3, 0, 0])}
    write("caption", record(
        "soft", Captioner.__call__, uniform(Captioner(), 0.5), inputs,
        {"loss": ()}))


if __name__ == "__main__":
    main()
