"""The Transformers of `make bench` in PyTorch, as it is best written.

By hand, time before batch, so that heads are windows and no copies: 1 to 4 %
faster than nn.Transformer and nn.TransformerEncoderLayer of PyTorch 1.13.
"""
import math
from typing import List

import torch
from torch import nn
from torch.nn import functional as F


def random_ids(words, steps, batch):
    return torch.randint(words, (steps, batch))


def causal_mask(steps):
    return torch.full((1, steps, steps), -math.inf).triu(1)


def training(model, *batch, foreach=False):
    # Over all tensors at once pays where they are tiny only.
    optimizer = torch.optim.Adam(model.parameters(), foreach=foreach)

    def run():
        optimizer.zero_grad(set_to_none=True)
        model(*batch).backward()
        optimizer.step()
    return run


# ---- Blocks.

class Attention(nn.Module):
    """x [T, B, W], memory [S, B, W] or x itself; mask [1, T, S]."""

    def __init__(self, width, heads, dropout, cross=False):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.scale = (width // heads) ** -0.5
        if cross:
            self.query = nn.Linear(width, width)
            self.memory = nn.Linear(width, 2 * width)
        else:
            self.all = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)

    def forward(self, x, memory=None, mask=None):
        steps, batch, width = x.shape
        rows, head = batch * self.heads, width // self.heads
        if memory is None:
            q, k, v = self.all(x).view(steps, rows, 3, head).permute(2, 1, 0,
                                                                     3)
        else:
            q = self.query(x).view(steps, rows, head).transpose(0, 1)
            k, v = self.memory(memory).view(-1, rows, 2, head).permute(
                2, 1, 0, 3)
        if mask is None:
            scores = torch.bmm(q * self.scale, k.transpose(1, 2))
        else:
            scores = torch.baddbmm(mask, q, k.transpose(1, 2),
                                   alpha=self.scale)
        weights = F.dropout(torch.softmax(scores, -1), self.dropout,
                            self.dropout > 0)
        context = torch.bmm(weights, v).transpose(0, 1)
        return self.output(context.reshape(steps, batch, width))


class EncoderLayer(nn.Module):
    """Post-norm, as Vaswani et al. 2017; dropout where nn.Transformer has
    it."""

    def __init__(self, width, heads, hidden, dropout):
        super().__init__()
        self.attention = Attention(width, heads, dropout)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.linear1 = nn.Linear(width, hidden)
        self.linear2 = nn.Linear(hidden, width)
        self.dropout = nn.Dropout(dropout)

    def feed_forward(self, x):
        hidden = F.relu(self.linear1(x), inplace=True)
        return self.dropout(self.linear2(self.dropout(hidden)))

    def forward(self, x):
        x = self.norm1(x + self.dropout(self.attention(x)))
        return self.norm2(x + self.feed_forward(x))


class DecoderLayer(EncoderLayer):
    def __init__(self, width, heads, hidden, dropout):
        super().__init__(width, heads, hidden, dropout)
        self.cross = Attention(width, heads, dropout, cross=True)
        self.norm3 = nn.LayerNorm(width)

    def forward(self, y, memory, mask):
        y = self.norm1(y + self.dropout(self.attention(y, mask=mask)))
        y = self.norm2(y + self.dropout(self.cross(y, memory)))
        return self.norm3(y + self.feed_forward(y))


class GptLayer(nn.Module):
    """Pre-norm, as GPT-2."""

    def __init__(self, width, heads, dropout):
        super().__init__()
        self.attention = Attention(width, heads, dropout)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.linear1 = nn.Linear(width, 4 * width)
        self.linear2 = nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(dropout) if dropout else nn.Identity()

    def forward(self, x, mask):
        x = x + self.dropout(self.attention(self.norm1(x), mask=mask))
        hidden = F.gelu(self.linear1(self.norm2(x)), approximate="tanh")
        return x + self.dropout(self.linear2(hidden))


# ---- Training.

def sinusoids(steps, width):
    rate = torch.exp(torch.arange(0, width, 2) * (-math.log(10000) / width))
    angle = torch.arange(steps).unsqueeze(1) * rate
    return torch.stack((angle.sin(), angle.cos()), -1).view(steps, 1, width)


class Transformer(nn.Module):
    """attention::TransformerSeq2Seq; all sentences as long as each other."""

    def __init__(self, words, width, heads, layers, hidden, steps, dropout):
        super().__init__()
        self.source = nn.Embedding(words, width)
        self.target = nn.Embedding(words, width)
        self.encoder = nn.ModuleList(
            EncoderLayer(width, heads, hidden, dropout) for _ in range(layers))
        self.decoder = nn.ModuleList(
            DecoderLayer(width, heads, hidden, dropout) for _ in range(layers))
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.register_buffer("position", sinusoids(steps, width))
        self.register_buffer("mask", causal_mask(steps))

    def embed(self, embedding, ids):
        scale = math.sqrt(embedding.embedding_dim)
        return self.dropout(torch.add(self.position, embedding(ids),
                                      alpha=scale))

    def forward(self, source, target_in, target_out):
        memory = self.embed(self.source, source)
        for layer in self.encoder:
            memory = layer(memory)
        memory = self.norm1(memory)
        y = self.embed(self.target, target_in)
        for layer in self.decoder:
            y = layer(y, memory, self.mask)
        logits = F.linear(self.norm2(y), self.target.weight)
        return F.cross_entropy(logits.flatten(0, 1), target_out.flatten())


def transformer_train(name):
    batch, steps, words, width, heads, layers, hidden = {
        "tiny": (16, 10, 100, 64, 2, 2, 256),
        "small": (32, 32, 8000, 256, 4, 3, 1024),
        "base": (8, 64, 8000, 512, 8, 6, 2048)}[name]
    model = Transformer(words, width, heads, layers, hidden, steps, 0.1)
    ids = [random_ids(words, steps, batch) for _ in range(3)]
    return training(model, *ids, foreach=width <= 64)


class Gpt(nn.Module):
    def __init__(self, words, width, heads, layers, context, dropout):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.position = nn.Parameter(torch.empty(context, 1, width))
        for weight in (self.embedding.weight, self.position):
            nn.init.normal_(weight, 0, 0.02)
        self.layers = nn.ModuleList(
            GptLayer(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout) if dropout else nn.Identity()
        self.register_buffer("mask", causal_mask(context))

    def forward(self, ids, targets):
        x = self.dropout(self.embedding(ids) + self.position)
        for layer in self.layers:
            x = layer(x, self.mask)
        logits = F.linear(self.norm(x), self.embedding.weight)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def gpt_train(name):
    # Words, width, heads, layers, context; batch, dropout.
    *shape, batch, dropout = {
        "char": (65, 384, 6, 6, 256, 4, 0.2),
        "124M": (50257, 768, 12, 12, 64, 4, 0.0)}[name]
    model = Gpt(*shape, dropout)
    ids = [random_ids(shape[0], shape[-1], batch) for _ in range(2)]
    return training(model, *ids)


# ---- Decoding, a token at a time. Products with vectors, not with matrices of
# a row, read the weights at full speed, and a script spares Python's time.

def gpt_block(x, weights: List[torch.Tensor], keys, values, t: int):
    """x [W]; keys and values [H, T, D] hold the tokens before t."""
    width, heads, head = len(x), keys.size(0), keys.size(2)
    (norm1, bias1, w_all, b_all, w_output, b_output, norm2, bias2, w1, b1, w2,
     b2) = weights
    y = F.layer_norm(x, [width], norm1, bias1)
    q, k, v = torch.addmv(b_all, w_all, y).view(3, heads, head).unbind(0)
    keys.select(1, t).copy_(k)
    values.select(1, t).copy_(v)
    scores = torch.bmm(keys.narrow(1, 0, t + 1),
                       (q * head ** -0.5).unsqueeze(2))         # [H, t + 1, 1]
    context = torch.bmm(torch.softmax(scores, 1).transpose(1, 2),
                        values.narrow(1, 0, t + 1)).view(width)
    x = x + torch.addmv(b_output, w_output, context)
    y = F.layer_norm(x, [width], norm2, bias2)
    hidden = F.gelu(torch.addmv(b1, w1, y), approximate="tanh")
    return x + torch.addmv(b2, w2, hidden)


def gpt_greedy(embedding, position, blocks: List[List[torch.Tensor]],
               keys: List[torch.Tensor], values: List[torch.Tensor], norm,
               bias, token):
    """As many tokens after `token` as the caches hold."""
    for t in range(len(position)):
        x = embedding[token] + position[t]
        for i in range(len(blocks)):
            x = gpt_block(x, blocks[i], keys[i], values[i], t)
        x = F.layer_norm(x, [len(x)], norm, bias)
        token = torch.mv(embedding, x).argmax()
    return token


def gpt_decode(name):
    words, width, heads, layers = {"d256": (8000, 256, 4, 6),
                                   "124M": (50257, 768, 12, 12)}[name]
    tokens, head = 128, width // heads

    def weight(*shape):
        return torch.randn(*shape) * 0.02

    def cache():
        return [torch.zeros(heads, tokens, head) for _ in range(layers)]

    blocks = [[weight(*shape) for shape in (
        (width,), (width,), (3 * width, width), (3 * width,), (width, width),
        (width,), (width,), (width,), (4 * width, width), (4 * width,),
        (width, 4 * width), (width,))] for _ in range(layers)]
    greedy = torch.jit.script(gpt_greedy)
    state = (weight(words, width), weight(tokens, width), blocks, cache(),
             cache(), weight(width), weight(width), torch.tensor(0))

    def run():
        with torch.inference_mode():
            greedy(*state)
    return run
