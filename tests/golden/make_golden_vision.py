#!/usr/bin/env python3
"""Reference values from PyTorch for convolution and its family.

Made and named as those of make_golden.py, whose helpers draw, check and write
them:

    python3 tests/golden/make_golden_vision.py

conv; nn.Conv1d and nn.Conv2d; x, output, weight.weight, weight.bias; cases
    signal         3 to 4 channels, 3 taps, padding 1: x [2,3,7]
    signal_strided 4 to 6 channels, 5 taps, stride 2, padding 3, dilation 2, 2
                   groups, no bias: x [2,4,9]
    picture        3 to 5 channels, 3 x 3, padding 1: x [2,3,6,5]
    strided        3 to 4 channels, 3 x 3, stride 2, padding 1: x [2,3,7,8]
    dilated        2 to 3 channels, 3 x 2, dilation 2, no bias: x [2,2,7,6]
    grouped        4 to 8 channels in 4 groups, 3 x 3, padding 2: x [2,4,5,5]
    pointwise      3 to 4 channels, 1 x 1: x [2,3,4,5]

pool; x [2,3,9] or [2,3,7,6], output; cases max1d, avg1d, max2d, avg2d (size 2)
    and the same with `_padded` (size 3, stride 2, padding 1)

batch_norm; x, output, weight.weight, weight.bias, running_mean, running_var
    training       x [4,3,5,2]; the running ones after it, from 0 and 1
    signal         x [6,4,3], training
    rows           x [6,4], training
    evaluation     x [4,3,5,2]; the running ones are given

vision; x, output; cases
    residual_same, residual_strided   torchvision's BasicBlock, training, 3 to 3
                   channels and 3 to 5 by stride 2: x [2,3,4,3]; buffer.NAME:
                   the running moments after it
    cbam, cbam_spatial_first, cbam_parallel_max   Woo et al. 2018 without
                   biases and batch norm, reduction 2, kernels of 7, 3 and 3;
                   parallel: both maps from x, by maxima alone; x [2,6,5,4],
                   channel [2,6,1,1], spatial [2,1,5,4]
    squeeze        the channel map from means alone, reduction 3: x [2,6,5,4]
    glu            over the channels: x [2,6,5]
"""

import torch
from torch import nn

from make_golden import normal, record, uniform, write


def layer(case, module, *shape):
    """One layer with one operand x."""
    x = {"x": normal(*shape)}
    with torch.no_grad():
        size = module(x["x"]).shape
    return record(case, lambda module, x: {"output": module(x)}, module, x,
                  {"output": size})


def conv():
    tensors = {}

    def add(case, module, *shape):
        tensors.update(layer(case, uniform(module, 0.5), *shape))

    add("signal", nn.Conv1d(3, 4, 3, padding=1), 2, 3, 7)
    add("signal_strided", nn.Conv1d(4, 6, 5, stride=2, padding=3, dilation=2,
                                    groups=2, bias=False), 2, 4, 9)
    add("picture", nn.Conv2d(3, 5, 3, padding=1), 2, 3, 6, 5)
    add("strided", nn.Conv2d(3, 4, 3, stride=2, padding=1), 2, 3, 7, 8)
    add("dilated", nn.Conv2d(2, 3, (3, 2), dilation=2, bias=False), 2, 2, 7, 6)
    add("grouped", nn.Conv2d(4, 8, 3, padding=2, groups=4), 2, 4, 5, 5)
    add("pointwise", nn.Conv2d(3, 4, 1), 2, 3, 4, 5)
    write("conv", tensors)


def pool():
    tensors = {}
    kinds = {"max1d": nn.MaxPool1d, "avg1d": nn.AvgPool1d,
             "max2d": nn.MaxPool2d, "avg2d": nn.AvgPool2d}
    for case, kind in kinds.items():
        shape = (2, 3, 9) if "1d" in case else (2, 3, 7, 6)
        tensors.update(layer(case, kind(2), *shape))
        tensors.update(layer(case + "_padded",
                             kind(3, stride=2, padding=1), *shape))
    write("pool", tensors)


def normalise(module, x):
    y = module(x)
    return {"output": y, "running_mean": module.running_mean.clone(),
            "running_var": module.running_var.clone()}


def batch_norm():
    tensors = {}
    for case, module, shape in (
            ("training", nn.BatchNorm2d(3), (4, 3, 5, 2)),
            ("signal", nn.BatchNorm1d(4), (6, 4, 3)),
            ("rows", nn.BatchNorm1d(4), (6, 4)),
            ("evaluation", nn.BatchNorm2d(3), (4, 3, 5, 2))):
        uniform(module, 1)
        if case == "evaluation":
            module.eval()
            module.running_mean.copy_(normal(3))
            module.running_var.copy_(normal(3).abs() + 0.25)
        tensors.update(record(case, normalise, module,
                              {"x": normal(*shape)},
                              {"output": shape}))
    write("batch_norm", tensors)


class Block(nn.Module):
    """torchvision.models.resnet.BasicBlock."""

    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = None
        if stride != 1 or channels != out:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels, out, 1, stride, bias=False),
                nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y))
        past = x if self.downsample is None else self.downsample(x)
        moments = {"buffer." + name: value.clone()
                   for name, value in self.named_buffers()
                   if value.is_floating_point()}
        return {"output": (y + past).relu(), **moments}


def pooled(x, axes, how):
    means, maxima = x.mean(axes, True), x.amax(axes, True)
    return {"both": [means, maxima], "max": [maxima], "mean": [means]}[how]


class ChannelGate(nn.Module):
    def __init__(self, channels, reduction, how):
        super().__init__()
        self.how = how
        self.fc1 = nn.Linear(channels, channels // reduction, bias=False)
        self.fc2 = nn.Linear(channels // reduction, channels, bias=False)

    def forward(self, x):
        scores = sum(self.fc2(self.fc1(d.flatten(1)).relu())
                     for d in pooled(x, (2, 3), self.how))
        return scores.sigmoid()[:, :, None, None]


class SpatialGate(nn.Module):
    def __init__(self, size, how):
        super().__init__()
        self.how = how
        self.conv = nn.Conv2d(2 if how == "both" else 1, 1, size,
                              padding=size // 2, bias=False)

    def forward(self, x):
        return self.conv(torch.cat(pooled(x, 1, self.how), 1)).sigmoid()


class Cbam(nn.Module):
    def __init__(self, size, order, how):
        super().__init__()
        self.order = order
        self.channel_gate = ChannelGate(6, 2, how)
        self.spatial_gate = SpatialGate(size, how)

    def forward(self, x):
        if self.order == "spatial first":
            spatial = self.spatial_gate(x)
            channel = self.channel_gate(spatial * x)
        else:
            channel = self.channel_gate(x)
            spatial = self.spatial_gate(
                x if self.order == "parallel" else channel * x)
        return {"output": spatial * channel * x, "channel": channel,
                "spatial": spatial}


def vision():
    tensors = {}
    call = lambda module, x: module(x)
    for case, out, stride in (("residual_same", 3, 1),
                              ("residual_strided", 5, 2)):
        tensors.update(record(
            case, call, uniform(Block(3, out, stride), 1),
            {"x": normal(2, 3, 4, 3)},
            {"output": (2, out, 4 // stride, (3 - 1) // stride + 1)}))
    for case, size, order, how in (
            ("cbam", 7, "channel first", "both"),
            ("cbam_spatial_first", 3, "spatial first", "both"),
            ("cbam_parallel_max", 3, "parallel", "max")):
        tensors.update(record(case, call, uniform(Cbam(size, order, how), 1),
                              {"x": normal(2, 6, 5, 4)},
                              {"output": (2, 6, 5, 4)}))
    tensors.update(record(
        "squeeze", lambda module, x: {"output": module(x) * x},
        uniform(ChannelGate(6, 3, "mean"), 1), {"x": normal(2, 6, 5, 4)},
        {"output": (2, 6, 5, 4)}))
    tensors.update(layer("glu", nn.GLU(1), 2, 6, 5))
    write("vision", tensors)


def main():
    torch.set_num_threads(1)
    for seed, make in enumerate((conv, pool, batch_norm, vision), start=1):
        torch.manual_seed(seed)
        make()


if __name__ == "__main__":
    main()
