#!/usr/bin/env python3
"""Reference values from PyTorch, as small safetensors files in this folder.

Remake all of them with one command (Debian: apt-get install python3-torch):

    python3 tests/golden/make_golden.py

Nobody needs Python to build or test: the files are committed. Everything is
drawn from fixed seeds, rounded to float, computed by PyTorch in double and
stored rounded to float (F32), so a reference value is exact to float's last
digit. The script also runs PyTorch in float and stops if that strays further
from the stored values than the tests allow (1e-5 relative + 1e-6 absolute).

Names: every tensor is `<case>.<name>`.

    <case>.x, .h0, .output, .h_n ...   inputs and outputs (I64 for indices)
    <case>.weight.<name>               parameters, PyTorch's names
    <case>.grad.<output>               the given gradient of that output
    <case>.grad.<input or parameter>   the gradient backward must then make

Letters: B batch, T or S time, H hidden, E embedding, V classes, A score size.

rnn_tanh, rnn_relu, gru, lstm (one file each, batch first); cases
    deep    2 layers, both directions, variable lengths (I64 [B]), padding of
            x and of grad.output not zero: it must change nothing
    plain   1 layer, one direction, full lengths (no `lengths`)
    x [3,5,4], h0 and c0 [layers*directions,3,5] (c0, c_n: lstm only),
    output [3,5,5*directions] (zero where padded), h_n, c_n as h0

layers; cases
    linear         x [3,2,4], weight.weight [5,4], weight.bias [5], output
    embedding      indices [3,5] (repeated), weight.weight [7,4], output
    layer_norm     eps 1e-5; x [3,5,7], weight.weight [7], weight.bias [7]
    gelu           the tanh formula; x [3,11], output
    softmax, log_softmax   over the last axis; x [3,7], output
    cross_entropy, cross_entropy_smoothed   mean over the targets that are not
                   -100; label smoothing 0 and 0.1; x [9,7] (logits),
                   targets [9], output [] with grad.output [] (not 1)

streaming; what a Transformer is made of
    full, causal   softmax(D^-1/2 q k') v; query [2,4,5,6], keys [2,2,7,6] and
                   values [2,2,7,3]: two query heads read one of the keys;
                   output [2,4,5,3]; causal: key s only where s <= t + 2 and
                   s < lengths (I64 [2]), scores less by slopes [4] |t + 2 - s|
    silu           x [3,11], output
    rms_norm       x / sqrt(mean(x^2) + 1e-5) weight; x [3,7], weight [7]
    rotary         the half-split form; x [2,5,6], positions 3 ... 7, base 100

bahdanau; case `step`, one step of the decoder:
    e = v . tanh(query(s) + key(h)), -inf where the source is padded
    alpha = softmax(e), c = sum_j alpha_j h_j, s' = GRUCell([y; c], s)
    logits = readout([s'; c; y])
    h [3,6,10] (annotations), lengths [3], s [3,5], y [3,4] (embedding);
    weight.query.weight, .key.weight, .key.bias, .v.weight [1,A],
    .cell.{weight,bias}_{ih,hh}, .readout.weight, .readout.bias;
    outputs alpha [3,6], c [3,10], state [3,5], logits [3,8]; gradients are
    given for alpha, state and logits

multihead; nn.MultiheadAttention, batch first, 4 heads of width 2, biases drawn
    like all else; outputs `output` and, averaged over heads and each alone,
    `weights` [3,T,S] and `head_weights` [3,4,T,S], whose gradients are given
    self           x [3,5,8]
    padding        x, lengths [3]
    causal         x
    both           x, lengths, causal
    pattern        x, visible [3,5,5] (1 where a query may see a key)
    cross          query [3,4,8], key, value [3,6,8], lengths
    shared         query, key: the keys are the values too
    widths         query [3,4,8], key [3,6,5], value [3,6,7], lengths
    no_bias        x, no biases

positions; case `sinusoids`: table [40,6] of Vaswani et al. 2017, section 3.5;
    `slopes_<H>` [H] of ALiBi for H = 1, 8, 12, 16, by their published code
    rotary, alibi, relative (clip 2)   causal multi-head self-attention, 2 heads
                   of width 4: x [2,7,8], output; weights as multihead's, and
                   weight.position.keys, .values [5,4] (relative)

optimizers; two parameters w [4,3] and b [5], ten given gradients:
    <case>.w (start), .grad.w [10,4,3], .after.w [10,4,3] (after each step)
    sgd            lr 0.1
    momentum       lr 0.1, momentum 0.9
    nesterov       lr 0.1, momentum 0.9, Nesterov
    sgd_decay      lr 0.1, momentum 0.9, weight decay 0.01 (L2)
    adam           lr 0.01, betas 0.9 0.999, eps 1e-8
    adam_decay     the same, weight decay 0.01 (L2, into the gradient)
    adamw          the same, weight decay 0.01 (decoupled)
    clip, clip_none   gradients clipped to total norm 1, the second smaller
                   than that already: .grad.w, .clipped.w, .norm [] (before);
                   PyTorch scales by min(1, 1 / (norm + 1e-6))

schedules (F64); .step I64 [n] counted from 1, .rate [n]
    noam      512^-0.5 min(step^-0.5, step 4000^-1.5)
    cosine    base 1e-3, floor 1e-5, warmup 10, total 100:
              base step / warmup                          step <= warmup
              floor + (base - floor) (1 + cos(pi p)) / 2  after, where
              p = min(1, (step - warmup) / (total - warmup))

dtypes; for the reader: tensor `<dtype>` in each type of the format and
    `expected.<dtype>` its values in F64 (BOOL as 0 and 1); also `empty`
    F32 [0,3] and `scalar` F32 [] = 2.5
"""

import copy
import json
import math
import os
import struct

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

FOLDER = os.path.dirname(os.path.abspath(__file__))
NAMES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16",
         torch.bfloat16: "BF16", torch.int64: "I64", torch.int32: "I32",
         torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8",
         torch.bool: "BOOL"}


def write(name, tensors):
    """Writes a safetensors file, the widest types first as its library does."""
    header = {"__metadata__": {"torch": torch.__version__}}
    data = b""
    order = sorted(tensors, key=lambda k: (-tensors[k].element_size(), k))
    for key in order:
        tensor = tensors[key].detach().contiguous()
        bits = tensor
        if tensor.dtype == torch.bfloat16:  # unknown to NumPy
            bits = tensor.view(torch.int16)
        begin = len(data)
        data += bits.numpy().tobytes()
        header[key] = {"dtype": NAMES[tensor.dtype],
                       "shape": list(tensor.shape),
                       "data_offsets": [begin, len(data)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(FOLDER, name + ".safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
    print(f"{name}.safetensors = {8 + len(text) + len(data)} bytes")


def normal(*shape, scale=1.0):
    """Random values that a float holds exactly."""
    return torch.randn(shape, dtype=torch.float32) * scale


def indices(*values):
    return torch.tensor(values, dtype=torch.int64)


def run(forward, module, inputs, cotangents, dtype):
    """Outputs and gradients of one case, computed in the type `dtype`."""
    module = copy.deepcopy(module).to(dtype)
    x = {key: value.to(dtype).clone().requires_grad_()
         if value.is_floating_point() else value
         for key, value in inputs.items()}
    outputs = forward(module, **x)
    loss = sum((outputs[key] * value.to(dtype)).sum()
               for key, value in cotangents.items())
    loss.backward()
    result = dict(outputs)
    for key, value in {**x, **dict(module.named_parameters())}.items():
        if value.is_floating_point():
            result["grad." + key] = value.grad
    return {key: value.detach().float() for key, value in result.items()}


def check_float(case, exact, rounded):
    """Stops if PyTorch in float is outside the tolerance of the tests."""
    for key, value in exact.items():
        excess = (rounded[key] - value).abs() - 1e-5 * value.abs() - 1e-6
        if excess.numel() and excess.max() > 0:
            raise SystemExit(f"{case}.{key}: float strays by {excess.max()}")


def record(case, forward, module, inputs, outputs):
    """One case as named tensors; `outputs` maps a name to its shape."""
    cotangents = {key: normal(*shape) for key, shape in outputs.items()}
    exact, single = (run(forward, module, inputs, cotangents, dtype)
                     for dtype in (torch.float64, torch.float32))
    check_float(case, exact, single)
    named = {**inputs, **exact}
    for key, value in module.named_parameters():
        named["weight." + key] = value
    for key, value in cotangents.items():
        named["grad." + key] = value
    return {f"{case}.{key}": value for key, value in named.items()}


def uniform(module, scale):
    """`module` with every parameter drawn anew, also those that start as 0."""
    for parameter in module.parameters():
        nn.init.uniform_(parameter, -scale, scale)
    return module


def recurrent(file, make):
    """The cases `deep` and `plain` of one kind of recurrent layer."""
    tensors = {}
    B, T, D, H = 3, 5, 4, 5
    for case, layers, both in (("deep", 2, True), ("plain", 1, False)):
        directions = 2 if both else 1
        module = uniform(make(D, H, num_layers=layers, bidirectional=both,
                              batch_first=True), 0.5)
        lstm = isinstance(module, nn.LSTM)
        inputs = {"x": normal(B, T, D),
                  "h0": normal(layers * directions, B, H, scale=0.5)}
        outputs = {"output": (B, T, H * directions),
                   "h_n": (layers * directions, B, H)}
        if lstm:
            inputs["c0"] = normal(layers * directions, B, H, scale=0.5)
            outputs["c_n"] = (layers * directions, B, H)
        if case == "deep":
            inputs["lengths"] = indices(3, 5, 2)

        def forward(module, x, h0, c0=None, lengths=None):
            if lengths is not None:
                x = pack_padded_sequence(x, lengths, batch_first=True,
                                         enforce_sorted=False)
            y, last = module(x, h0 if c0 is None else (h0, c0))
            if lengths is not None:
                y, _ = pad_packed_sequence(y, batch_first=True)
            last = last if lstm else [last]
            return dict(zip(("output", "h_n", "c_n"), (y, *last)))

        tensors.update(record(case, forward, module, inputs, outputs))
    write(file, tensors)


def layers():
    tensors = {}

    def add(case, module, inputs, shape):
        tensors.update(record(
            case, lambda module, **x: {"output": module(*x.values())},
            module, inputs, {"output": shape}))

    add("linear", uniform(nn.Linear(4, 5), 1), {"x": normal(3, 2, 4)},
        (3, 2, 5))
    ids = indices([3, 0, 3, 6, 1], [2, 3, 0, 0, 6], [1, 1, 1, 4, 3])
    add("embedding", uniform(nn.Embedding(7, 4), 1), {"indices": ids},
        (3, 5, 4))
    add("layer_norm", uniform(nn.LayerNorm(7, eps=1e-5), 1),
        {"x": normal(3, 5, 7, scale=2) + 0.5}, (3, 5, 7))
    add("gelu", nn.GELU(approximate="tanh"), {"x": normal(3, 11, scale=2)},
        (3, 11))
    add("softmax", nn.Softmax(dim=-1), {"x": normal(3, 7, scale=2)}, (3, 7))
    add("log_softmax", nn.LogSoftmax(dim=-1), {"x": normal(3, 7, scale=2)},
        (3, 7))
    targets = indices(2, 0, -100, 6, 3, 3, -100, 5, 1)
    for case, smoothing in (("cross_entropy", 0.0),
                            ("cross_entropy_smoothed", 0.1)):
        add(case, nn.CrossEntropyLoss(ignore_index=-100,
                                      label_smoothing=smoothing),
            {"x": normal(9, 7, scale=2), "targets": targets}, ())
    write("layers", tensors)


def attend(_, query, keys, values, lengths=None, slopes=None):
    T, S, D = query.shape[2], keys.shape[2], query.shape[3]
    keys, values = (x.repeat_interleave(2, dim=1) for x in (keys, values))
    e = query @ keys.transpose(2, 3) * D ** -0.5
    if lengths is not None:
        behind = torch.arange(T)[:, None] + 2 - torch.arange(S)  # t + 2 - s
        e = e - slopes[:, None, None] * behind.abs()
        seen = (behind >= 0) & (torch.arange(S) < lengths[:, None, None, None])
        e = e.masked_fill(~seen, -math.inf)
    return {"output": torch.softmax(e, dim=-1) @ values}


def turn(_, x):
    n = x.shape[-1] // 2
    turns = 100 ** (-torch.arange(n, dtype=torch.float64) / n)
    angles = torch.arange(3, 8, dtype=torch.float64)[:, None] * turns
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    low, high = x[..., :n], x[..., n:]
    return {"output": torch.cat([low * cos - high * sin,
                                 high * cos + low * sin], dim=-1)}


def streaming():
    heads = {"query": normal(2, 4, 5, 6), "keys": normal(2, 2, 7, 6),
             "values": normal(2, 2, 7, 3)}
    outputs = {"output": (2, 4, 5, 3)}
    none = nn.Identity()
    tensors = record("full", attend, none, heads, outputs)
    tensors.update(record(
        "causal", attend, none,
        {**heads, "lengths": indices(7, 4),
         "slopes": torch.tensor([0.5, 0.25, 0.125, 0.0])}, outputs))
    tensors.update(record(
        "silu", lambda module, x: {"output": module(x)}, nn.SiLU(),
        {"x": normal(3, 11, scale=2)}, {"output": (3, 11)}))
    tensors.update(record(
        "rms_norm", lambda _, x, weight: {
            "output": x * (x.square().mean(-1, True) + 1e-5).rsqrt() * weight},
        none, {"x": normal(3, 7, scale=2), "weight": normal(7)},
        {"output": (3, 7)}))
    tensors.update(record("rotary", turn, none, {"x": normal(2, 5, 6)},
                          {"output": (2, 5, 6)}))
    write("streaming", tensors)


class Decoder(nn.Module):
    """One step of Bahdanau's decoder, state before attention."""

    def __init__(self, H, E, A, V):
        super().__init__()
        self.query = nn.Linear(H, A, bias=False)
        self.key = nn.Linear(2 * H, A)
        self.v = nn.Linear(A, 1, bias=False)
        self.cell = nn.GRUCell(E + 2 * H, H)
        self.readout = nn.Linear(H + 2 * H + E, V)

    def forward(self, h, lengths, s, y):
        e = self.v(torch.tanh(self.query(s)[:, None] + self.key(h)))
        padded = torch.arange(h.shape[1]) >= lengths[:, None]  # [B, S]
        e = e.squeeze(-1).masked_fill(padded, -math.inf)
        alpha = torch.softmax(e, dim=-1)
        c = torch.einsum("bs,bsd->bd", alpha, h)
        state = self.cell(torch.cat([y, c], dim=-1), s)
        logits = self.readout(torch.cat([state, c, y], dim=-1))
        return {"alpha": alpha, "c": c, "state": state, "logits": logits}


def bahdanau():
    B, S, H, E, A, V = 3, 6, 5, 4, 7, 8
    module = uniform(Decoder(H, E, A, V), 0.5)
    inputs = {"h": normal(B, S, 2 * H), "lengths": indices(4, 6, 1),
              "s": normal(B, H, scale=0.5), "y": normal(B, E)}
    outputs = {"alpha": (B, S), "state": (B, H), "logits": (B, V)}
    write("bahdanau", record("step", Decoder.__call__, module, inputs,
                             outputs))


def multihead():
    B, T, S, W, H = 3, 5, 6, 8, 4
    tensors = {}

    def add(case, inputs, causal=False, **options):
        module = uniform(nn.MultiheadAttention(W, H, batch_first=True,
                                               **options), 0.5)

        def forward(module, x=None, query=None, key=None, value=None,
                    lengths=None, visible=None):
            query = x if query is None else query
            key = query if key is None else key
            value = key if value is None else value
            hidden = torch.zeros(len(query), query.shape[1], key.shape[1],
                                 dtype=torch.bool)
            if lengths is not None:
                hidden |= (torch.arange(key.shape[1])
                           >= lengths[:, None])[:, None]
            if causal:
                hidden |= torch.ones(hidden.shape[1:]).triu(1).bool()
            if visible is not None:
                hidden |= visible == 0
            output, weights = module(
                query, key, value, average_attn_weights=False,
                attn_mask=hidden.repeat_interleave(H, 0))
            return {"output": output, "weights": weights.mean(1),
                    "head_weights": weights}

        first = inputs.get("x", inputs.get("query"))
        last = inputs.get("key", first)
        shape = (B, first.shape[1], last.shape[1])
        tensors.update(record(
            case, forward, module, inputs,
            {"output": first.shape, "weights": shape,
             "head_weights": (B, H, *shape[1:])}))

    lengths = {"lengths": indices(5, 2, 3)}
    add("self", {"x": normal(B, T, W)})
    add("padding", {"x": normal(B, T, W), **lengths})
    add("causal", {"x": normal(B, T, W)}, causal=True)
    add("both", {"x": normal(B, T, W), **lengths}, causal=True)
    pattern = (torch.rand(B, T, T) < 0.5).long()
    pattern |= torch.eye(T, dtype=torch.long)  # every query sees a key
    add("pattern", {"x": normal(B, T, W), "visible": pattern})
    lengths = {"lengths": indices(6, 1, 4)}
    add("cross", {"query": normal(B, 4, W), "key": normal(B, S, W),
                  "value": normal(B, S, W), **lengths})
    add("shared", {"query": normal(B, 4, W), "key": normal(B, S, W)})
    add("widths", {"query": normal(B, 4, W), "key": normal(B, S, 5),
                   "value": normal(B, S, 7), **lengths}, kdim=5, vdim=7)
    add("no_bias", {"x": normal(B, T, W)}, bias=False)
    write("multihead", tensors)


def alibi_slopes(n):
    """get_slopes of github.com/ofirpress/attention_with_linear_biases."""
    def power_of_2(n):
        start = 2 ** (-2 ** -(math.log2(n) - 3))
        return [start * start ** i for i in range(n)]

    if math.log2(n).is_integer():
        return power_of_2(n)
    closest = 2 ** math.floor(math.log2(n))
    return (power_of_2(closest)
            + alibi_slopes(2 * closest)[0::2][:n - closest])


class Distances(nn.Module):
    """The tables of Shaw et al. 2018."""

    def __init__(self, clip, width):
        super().__init__()
        self.keys = nn.Parameter(torch.zeros(2 * clip + 1, width))
        self.values = nn.Parameter(torch.zeros(2 * clip + 1, width))


class Positioned(nn.Module):
    """Causal self-attention that knows where its words stand."""

    def __init__(self, kind, W, H, clip=2):
        super().__init__()
        self.kind, self.H, self.clip = kind, H, clip
        self.in_proj_weight = nn.Parameter(torch.zeros(3 * W, W))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * W))
        self.out_proj = nn.Linear(W, W)
        if kind == "relative":
            self.position = Distances(clip, W // H)

    def turned(self, x):
        """GPT-NeoX's rotary embedding of x [B, H, T, D]."""
        T, D = x.shape[-2:]
        rates = 10000 ** (-torch.arange(0, D, 2).double() / D)
        angles = torch.arange(T).double()[:, None] * rates
        angles = torch.cat([angles, angles], -1).to(x.dtype)
        low, high = x.chunk(2, -1)
        return x * angles.cos() + torch.cat([-high, low], -1) * angles.sin()

    def forward(self, x):
        B, T, W = x.shape
        D = W // self.H
        q, k, v = (y.reshape(B, T, self.H, D).transpose(1, 2) for y in
                   nn.functional.linear(x, self.in_proj_weight,
                                        self.in_proj_bias).chunk(3, -1))
        if self.kind == "rotary":
            q, k = self.turned(q), self.turned(k)
        e = q @ k.transpose(-2, -1)
        distance = torch.arange(T)[None] - torch.arange(T)[:, None]  # s - t
        rows = distance.clamp(-self.clip, self.clip) + self.clip
        if self.kind == "relative":
            e = e + torch.einsum("bhtd,tsd->bhts", q,
                                 self.position.keys[rows])
        e = e / math.sqrt(D)
        if self.kind == "alibi":
            slopes = torch.tensor(alibi_slopes(self.H)).to(x.dtype)
            e = e - slopes[:, None, None] * distance.abs()
        alpha = torch.softmax(e.masked_fill(distance > 0, -math.inf), -1)
        c = alpha @ v
        if self.kind == "relative":
            c = c + torch.einsum("bhts,tsd->bhtd", alpha,
                                 self.position.values[rows])
        y = self.out_proj(c.transpose(1, 2).reshape(B, T, W))
        return {"output": y}


def positions():
    p = torch.arange(40).double()[:, None]
    i = torch.arange(6)
    angles = p * 10000 ** (-(i - i % 2).double() / 6)
    tensors = {"sinusoids.table": torch.where(
        i % 2 == 0, angles.sin(), angles.cos()).float()}
    for heads in (1, 8, 12, 16):
        tensors[f"slopes_{heads}.slopes"] = torch.tensor(
            alibi_slopes(heads), dtype=torch.float64).float()
    for kind in ("rotary", "alibi", "relative"):
        tensors.update(record(
            kind, Positioned.__call__, uniform(Positioned(kind, 8, 2), 0.5),
            {"x": normal(2, 7, 8)}, {"output": (2, 7, 8)}))
    write("positions", tensors)


def ten_steps(make, start, gradients, dtype):
    """The parameters after each of ten steps."""
    parameters = {key: nn.Parameter(value.to(dtype).clone())
                  for key, value in start.items()}
    optimizer = make(list(parameters.values()))
    after = {key: [] for key in start}
    for step in range(10):
        for key, parameter in parameters.items():
            parameter.grad = gradients[key][step].to(dtype).clone()
        optimizer.step()
        for key, parameter in parameters.items():
            after[key].append(parameter.detach().float().clone())
    return {"after." + key: torch.stack(value)
            for key, value in after.items()}


def optimizers():
    tensors = {}
    cases = {
        "sgd": (torch.optim.SGD, {"lr": 0.1}),
        "momentum": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        "nesterov": (torch.optim.SGD,
                     {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
        "sgd_decay": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9,
                                        "weight_decay": 0.01}),
        "adam": (torch.optim.Adam, {"lr": 0.01}),
        "adam_decay": (torch.optim.Adam, {"lr": 0.01, "weight_decay": 0.01}),
        "adamw": (torch.optim.AdamW, {"lr": 0.01, "weight_decay": 0.01}),
    }
    for case, (kind, options) in cases.items():
        start = {"w": normal(4, 3), "b": normal(5)}
        gradients = {"w": normal(10, 4, 3), "b": normal(10, 5)}

        def make(parameters):
            return kind(parameters, **options)

        after = ten_steps(make, start, gradients, torch.float64)
        check_float(case, after,
                    ten_steps(make, start, gradients, torch.float32))
        for key in start:
            tensors[f"{case}.{key}"] = start[key]
            tensors[f"{case}.grad.{key}"] = gradients[key]
            tensors[f"{case}.after.{key}"] = after["after." + key]
    for case, scale in (("clip", 1.0), ("clip_none", 0.1)):
        parameters = {}
        for key, shape in (("w", (4, 3)), ("b", (5,))):
            gradient = normal(*shape, scale=scale)
            tensors[f"{case}.grad.{key}"] = gradient
            parameters[key] = nn.Parameter(torch.zeros(shape).double())
            parameters[key].grad = gradient.double().clone()
        norm = nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        tensors[f"{case}.norm"] = norm.float()
        for key, parameter in parameters.items():
            tensors[f"{case}.clipped.{key}"] = parameter.grad.float()
    write("optimizers", tensors)


def cosine(step, base=1e-3, floor=1e-5, warmup=10, total=100):
    if step <= warmup:
        return base * step / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    return floor + (base - floor) * (1 + math.cos(math.pi * p)) / 2


def pytorch_cosine():
    """PyTorch's own rates for the steps 10 .. 100 of `cosine`."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimizer, T_max=90, eta_min=1e-5)
    rates = []
    for _ in range(91):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return rates


def schedules():
    for step, rate in enumerate(pytorch_cosine(), start=10):
        assert math.isclose(rate, cosine(step), rel_tol=1e-9), step

    def noam(step):
        return 512 ** -0.5 * min(step ** -0.5, step * 4000 ** -1.5)

    tensors = {}
    for case, rate, late in (("noam", noam, [4000, 10000]),
                             ("cosine", cosine, [55, 99, 100, 150])):
        steps = list(range(1, 21)) + late
        tensors[case + ".step"] = indices(*steps)
        tensors[case + ".rate"] = torch.tensor(
            [rate(step) for step in steps], dtype=torch.float64)
    write("schedules", tensors)


def dtypes():
    tensors = {"empty": torch.zeros(0, 3), "scalar": torch.tensor(2.5)}
    # zeros, a fraction to round, float16's largest and smallest, infinity
    reals = torch.tensor([[0.0, -0.0, 1.0, -2.5],
                          [1 / 3, 65504.0, 2.0 ** -24, -math.inf]],
                         dtype=torch.float64)
    for name, dtype in (("f64", torch.float64), ("f32", torch.float32),
                        ("f16", torch.float16), ("bf16", torch.bfloat16)):
        tensors[name] = reals.to(dtype)
    for name, dtype in (("i8", torch.int8), ("i16", torch.int16),
                        ("i32", torch.int32), ("u8", torch.uint8)):
        ends = torch.iinfo(dtype)
        tensors[name] = torch.tensor([ends.min, 0, 1, 7, ends.max],
                                     dtype=dtype)
    tensors["i64"] = indices(-2 ** 53, -1, 0, 7, 2 ** 53)  # exact in double
    tensors["bool"] = torch.tensor([True, False, True])
    for name in list(tensors):
        if name not in ("empty", "scalar"):
            tensors["expected." + name] = tensors[name].double()
    write("dtypes", tensors)


def main():
    torch.set_num_threads(1)
    makers = [
        lambda: recurrent("rnn_tanh", nn.RNN),
        lambda: recurrent("rnn_relu", lambda *a, **k: nn.RNN(
            *a, nonlinearity="relu", **k)),
        lambda: recurrent("gru", nn.GRU),
        lambda: recurrent("lstm", nn.LSTM),
        layers, bahdanau, optimizers, schedules, dtypes, multihead,
        positions, streaming]
    for seed, make in enumerate(makers, start=1):
        torch.manual_seed(seed)
        make()


if __name__ == "__main__":
    main()
