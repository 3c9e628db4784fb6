#!/usr/bin/env python3
"""Reference values from PyTorch for Luong's decoder with input feeding.

Made and named as those of make_golden.py, whose helpers draw, check and write
them:

    python3 tests/golden/make_golden_luong.py

luong; case `steps`, two steps of Luong et al. 2015, sections 3.1 and 3.3, the
score "general", the first fed zeros beside its word:
    s_t = GRUCell([y_t; h~_{t-1}], s_{t-1})
    alpha_t = softmax(s_t . W h), -inf where the source is padded
    c_t = sum_j alpha_tj h_j, h~_t = tanh(W_c [c_t; s_t]), logits = W_o h~_t + b
    h [3,6,10] (annotations), lengths [3], s [3,5], y [3,2,4] (embeddings);
    weight.attention.key.weight [5,10], .cell.{weight,bias}_{ih,hh},
    .readout.weight [5,15] (W_c), .output.weight, .output.bias; outputs
    alpha [3,2,6], c [3,2,10], state, attentional [3,2,5], logits [3,2,8];
    gradients are given for alpha, state and logits
"""

import math

import torch
from torch import nn

from make_golden import indices, normal, record, uniform, write


class Decoder(nn.Module):
    """Luong's decoder, attention after the state."""

    def __init__(self, H, E, V):
        super().__init__()
        self.attention = nn.ModuleDict(
            {"key": nn.Linear(2 * H, H, bias=False)})
        self.cell = nn.GRUCell(E + H, H)
        self.readout = nn.Linear(2 * H + H, H, bias=False)
        self.output = nn.Linear(H, V)

    def forward(self, h, lengths, s, y):
        padded = torch.arange(h.shape[1]) >= lengths[:, None]  # [B, S]
        keys = self.attention["key"](h)
        attentional = torch.zeros_like(s)
        steps = []
        for t in range(y.shape[1]):
            s = self.cell(torch.cat([y[:, t], attentional], dim=-1), s)
            e = torch.einsum("bh,bsh->bs", s, keys)
            alpha = torch.softmax(e.masked_fill(padded, -math.inf), dim=-1)
            c = torch.einsum("bs,bsd->bd", alpha, h)
            attentional = torch.tanh(self.readout(torch.cat([c, s], dim=-1)))
            steps.append((alpha, c, s, attentional, self.output(attentional)))
        names = ("alpha", "c", "state", "attentional", "logits")
        return {name: torch.stack(parts, dim=1)
                for name, parts in zip(names, zip(*steps))}


def luong():
    B, S, T, H, E, V = 3, 6, 2, 5, 4, 8
    module = uniform(Decoder(H, E, V), 0.5)
    inputs = {"h": normal(B, S, 2 * H), "lengths": indices(4, 6, 1),
              "s": normal(B, H, scale=0.5), "y": normal(B, T, E)}
    outputs = {"alpha": (B, T, S), "state": (B, T, H), "logits": (B, T, V)}
    write("luong", record("steps", Decoder.__call__, module, inputs, outputs))


if __name__ == "__main__":
    torch.manual_seed(1)
    luong()
