#!/usr/bin/env python3
"""Reference values from PyTorch for the Transformer and language models.

Made and named as those of make_golden.py, whose helpers draw, check and write
them:

    python3 tests/golden/make_golden_transformer.py

W 8 (model width), 2 heads, 12 (hidden width of the feed-forward), B 3
sentences, S 5 source and T 4 target positions; parameters are drawn anew, also
those that start as 0 or 1; no dropout; gelu is the tanh formula. Parameters
have the names of PyTorch's state_dict. `lengths` [B] are the positions of each
sentence that may be read, the rest is padding.

transformer_encoder: nn.TransformerEncoder of 2 layers; x, output [3,5,8]; cases
    post_relu      post-norm, no final norm, padding of the keys
    pre_gelu       pre-norm, a final norm, causal mask and padding
transformer_decoder: nn.TransformerDecoder of 2 layers; x, output [3,4,8],
    memory [3,5,8]; causal, padding of the memory; cases post_relu, pre_gelu as
    above
transformer: nn.Transformer with 1 and 1 layer, final norms; source [3,5,8],
    target, output [3,4,8]; causal target, padding of the source everywhere;
    cases post_relu, pre_gelu; and `after.<name>`, each parameter after one step
    of Adam (lr 0.01, eps 1e-3) on sum(output * grad.output)
gpt: ids [3,5] of 11 words, logits [3,5,11]; cases
    gpt2           learned positions (6 rows), 2 pre-norm layers, gelu, last
                   norm, output by the embedding
    llama          2 layers of RMSNorm, rotary in the half-split form, 4 heads
                   that share 2 of keys and values, SwiGLU (hidden 12), no
                   biases, last RMSNorm, an output of its own; written out here,
                   as PyTorch has no such layer
"""

import copy

import torch
from torch import nn
from torch.nn import functional as F

from make_golden import check_float, indices, normal, record, uniform, write

W, H, HIDDEN, B, S, T = 8, 2, 12, 3, 5, 4
LENGTHS = (3, 5, 1)


def gelu(x):
    return F.gelu(x, approximate="tanh")


def sizes(case):
    """The options of a layer of the two cases."""
    return {"d_model": W, "nhead": H, "dim_feedforward": HIDDEN,
            "dropout": 0.0, "batch_first": True,
            "activation": gelu if case == "pre_gelu" else F.relu,
            "norm_first": case == "pre_gelu"}


def hidden(lengths, size):
    """True at padding, [B, size], as PyTorch's key_padding_mask."""
    return torch.arange(size) >= lengths[:, None]


def causal(size):
    """True at what is hidden, [size, size]."""
    return torch.ones(size, size, dtype=torch.bool).triu(1)


def final_norm(case):
    return nn.LayerNorm(W) if case == "pre_gelu" else None


def encoder():
    tensors = {}
    for case in ("post_relu", "pre_gelu"):
        module = uniform(nn.TransformerEncoder(
            nn.TransformerEncoderLayer(**sizes(case)), 2, final_norm(case)),
            0.5)

        def forward(module, x, lengths):
            mask = causal(S) if case == "pre_gelu" else None
            return {"output": module(
                x, mask=mask, src_key_padding_mask=hidden(lengths, S))}

        tensors.update(record(
            case, forward, module,
            {"x": normal(B, S, W), "lengths": indices(*LENGTHS)},
            {"output": (B, S, W)}))
    write("transformer_encoder", tensors)


def decoder():
    tensors = {}
    for case in ("post_relu", "pre_gelu"):
        module = uniform(nn.TransformerDecoder(
            nn.TransformerDecoderLayer(**sizes(case)), 2, final_norm(case)),
            0.5)

        def forward(module, x, memory, lengths):
            return {"output": module(
                x, memory, tgt_mask=causal(T),
                memory_key_padding_mask=hidden(lengths, S))}

        tensors.update(record(
            case, forward, module,
            {"x": normal(B, T, W), "memory": normal(B, S, W),
             "lengths": indices(*LENGTHS)}, {"output": (B, T, W)}))
    write("transformer_decoder", tensors)


def both(module, source, target, lengths):
    padding = hidden(lengths, S)
    return {"output": module(
        source, target, tgt_mask=causal(T), src_key_padding_mask=padding,
        memory_key_padding_mask=padding)}


def adam_step(module, inputs, cotangent, dtype):
    """The parameters after one step of Adam."""
    module = copy.deepcopy(module).to(dtype)
    output = both(module, **{
        key: value.to(dtype) if value.is_floating_point() else value
        for key, value in inputs.items()})["output"]
    (output * cotangent.to(dtype)).sum().backward()
    torch.optim.Adam(module.parameters(), lr=0.01, eps=1e-3).step()
    return {"after." + key: value.detach().float()
            for key, value in module.named_parameters()}


def transformer():
    tensors = {}
    for case in ("post_relu", "pre_gelu"):
        module = uniform(nn.Transformer(
            num_encoder_layers=1, num_decoder_layers=1, **sizes(case)), 0.5)
        inputs = {"source": normal(B, S, W), "target": normal(B, T, W),
                  "lengths": indices(*LENGTHS)}
        found = record(case, both, module, inputs, {"output": (B, T, W)})
        after, single = (adam_step(module, inputs, found[case + ".grad.output"],
                                   dtype)
                         for dtype in (torch.float64, torch.float32))
        check_float(case, after, single)
        tensors.update(found)
        tensors.update({f"{case}.{key}": value
                        for key, value in after.items()})
    write("transformer", tensors)


class Gpt2(nn.Module):
    def __init__(self, words, rows):
        super().__init__()
        self.embedding = nn.Embedding(words, W)
        self.position = nn.Embedding(rows, W)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(**sizes("pre_gelu")) for _ in range(2))
        self.norm = nn.LayerNorm(W)

    def forward(self, ids):
        x = self.embedding(ids) + self.position.weight[:ids.shape[1]]
        for layer in self.layers:
            x = layer(x, src_mask=causal(ids.shape[1]))
        return {"logits": self.norm(x) @ self.embedding.weight.T}


class RmsNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(W))

    def forward(self, x):
        scale = torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-5)
        return x * scale * self.weight


def rotary(x):
    """Pairs (i, i + D/2) of position t turned by t 10000^(-2i/D)."""
    size, D = x.shape[-2:]
    rate = 10000.0 ** (-torch.arange(0, D, 2, dtype=torch.float64) / D)
    angle = torch.arange(size, dtype=torch.float64)[:, None] * rate
    cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    a, b = x[..., :D // 2], x[..., D // 2:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


class SelfAttention(nn.Module):
    def __init__(self, heads, shared):
        super().__init__()
        self.heads, self.shared, self.D = heads, shared, W // heads
        self.in_proj_weight = nn.Parameter(
            torch.empty((heads + 2 * shared) * self.D, W))
        self.out_proj = nn.Linear(W, W, bias=False)

    def forward(self, x):
        parts = [self.heads * self.D] + 2 * [self.shared * self.D]
        q, k, v = (part.unflatten(-1, (-1, self.D)).transpose(1, 2)
                   for part in (x @ self.in_proj_weight.T).split(parts, -1))
        q, k = rotary(q), rotary(k)
        k, v = (part.repeat_interleave(self.heads // self.shared, 1)
                for part in (k, v))
        scores = q @ k.transpose(-1, -2) / self.D ** 0.5
        scores = scores.masked_fill(causal(x.shape[1]), -torch.inf)
        y = scores.softmax(-1) @ v
        return self.out_proj(y.transpose(1, 2).flatten(2))


class LlamaLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.self_attn = SelfAttention(4, 2)
        self.linear1 = nn.Linear(W, HIDDEN, bias=False)
        self.linear2 = nn.Linear(HIDDEN, W, bias=False)
        self.gate = nn.Linear(W, HIDDEN, bias=False)
        self.norm1, self.norm2 = RmsNorm(), RmsNorm()

    def forward(self, x):
        x = x + self.self_attn(self.norm1(x))
        y = self.norm2(x)
        return x + self.linear2(F.silu(self.linear1(y)) * self.gate(y))


class Llama(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.embedding = nn.Embedding(words, W)
        self.layers = nn.ModuleList(LlamaLayer() for _ in range(2))
        self.norm = RmsNorm()
        self.output = nn.Linear(W, words, bias=False)

    def forward(self, ids):
        x = self.embedding(ids)
        for layer in self.layers:
            x = layer(x)
        return {"logits": self.output(self.norm(x))}


def gpt():
    tensors = {}
    ids = indices([3, 0, 3, 10, 1], [2, 3, 0, 0, 9], [1, 1, 1, 4, 3])
    for case, module in (("gpt2", Gpt2(11, 6)), ("llama", Llama(11))):
        tensors.update(record(
            case, lambda module, ids: module(ids), uniform(module, 0.5),
            {"ids": ids}, {"logits": (3, 5, 11)}))
    write("gpt", tensors)


def main():
    torch.set_num_threads(1)
    for seed, make in enumerate((encoder, decoder, transformer, gpt), start=1):
        torch.manual_seed(seed)
        make()


if __name__ == "__main__":
    main()
