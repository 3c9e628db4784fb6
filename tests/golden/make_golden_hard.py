#!/usr/bin/env python3
"""Reference values from PyTorch for hard reads and how they are learnt.

Made and named as those of make_golden.py, whose helpers draw, check and write
them:

    python3 tests/golden/make_golden_hard.py

hard; scores [3,4,6], values [3,6,5], lengths I64 [3] (keys of each sentence);
alpha = softmax(scores), -inf where padded; output [3,4,5]; cases
    straight_through   y = argmax(alpha) - detach(alpha) + alpha, output y values
    gumbel             y = F.gumbel_softmax(log alpha, tau), hard or not, with
    gumbel_hard        the given noise [3,4,6] and tau [] (0.7)
    reinforce          scores [4,6], chosen [4,6] (one-hot), table [4,6];
                       reward = tanh(sum(table chosen)), log p by
                       torch.distributions.Categorical; loss [] is
                       -mean(r + 0.8 (r - 0.3) log p + 0.05 H), r detached in
                       the bracket
"""

from unittest import mock

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical

from make_golden import indices, normal, record, write

B, T, S, D = 3, 4, 6, 5


def masked(scores, lengths):
    hidden = torch.arange(S)[None, None, :] >= lengths[:, None, None]
    return scores.masked_fill(hidden, -torch.inf)


def straight_through(_, scores, values, lengths):
    alpha = masked(scores, lengths).softmax(-1)
    hard = F.one_hot(alpha.argmax(-1), S).to(alpha.dtype)
    return {"output": (hard - alpha.detach() + alpha) @ values}


def gumbel(hard):
    def forward(_, scores, values, lengths, noise, tau):
        def given(tensor):  # PyTorch's noise is -log of an exponential draw
            return tensor.copy_(torch.exp(-noise.detach()))

        logits = masked(scores, lengths).log_softmax(-1)
        with mock.patch.object(torch.Tensor, "exponential_", given):
            y = F.gumbel_softmax(logits, tau=tau.item(), hard=hard)
        return {"output": y @ values + 0 * noise.sum() + 0 * tau}

    return forward


def reinforce(_, scores, table, chosen):
    reward = torch.tanh((table * chosen).sum(-1))
    choice = Categorical(logits=scores)
    log_p = choice.log_prob(chosen.argmax(-1))
    gain = reward + 0.8 * (reward.detach() - 0.3) * log_p
    return {"loss": -(gain + 0.05 * choice.entropy()).mean()}


def hard():
    tensors = {}
    read = {"scores": normal(B, T, S, scale=2), "values": normal(B, S, D),
            "lengths": indices(6, 3, 1)}
    noise = {"noise": normal(B, T, S), "tau": torch.tensor(0.7)}
    tensors.update(record("straight_through", straight_through, nn.Module(),
                          read, {"output": (B, T, D)}))
    for case, whole in (("gumbel", False), ("gumbel_hard", True)):
        tensors.update(record(case, gumbel(whole), nn.Module(),
                              {**read, **noise}, {"output": (B, T, D)}))
    tensors.update(record(
        "reinforce", reinforce, nn.Module(),
        {"scores": normal(4, 6), "table": normal(4, 6),
         "chosen": F.one_hot(indices(3, 0, 5, 3), 6)}, {"loss": ()}))
    write("hard", tensors)


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(1)
    hard()
