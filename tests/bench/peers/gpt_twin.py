"""The twin of examples/gpt.cpp in PyTorch: the same model, the same steps.

    gpt train TRAIN --valid VALID --threads 1      (characters, GPT-2's shape)
    gpt_twin.py TRAIN VALID --threads 1

After nanoGPT (Karpathy 2022): pre-norm blocks, learned positions, GELU in the
tanh form, output tied to the embedding, weights normal with deviation 0.02;
AdamW on all weights, a warm-up and a cosine to a tenth, clipping at 1. The
validation loss is that of all tokens but the first, in windows side by side.
"""
import argparse
import math
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.in_proj = nn.Linear(width, 3 * width)
        self.out_proj = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.linear1 = nn.Linear(width, 4 * width)
        self.linear2 = nn.Linear(4 * width, width)

    def forward(self, x, hidden):
        B, T, W = x.shape
        q, k, v = self.in_proj(self.norm1(x)).view(
            B, T, 3, self.heads, W // self.heads).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-2, -1) / math.sqrt(W // self.heads)
        weights = scores.masked_fill(hidden[:T, :T], -math.inf).softmax(-1)
        context = (weights @ v).transpose(1, 2).reshape(B, T, W)
        x = x + self.out_proj(context)
        return x + self.linear2(gelu(self.linear1(self.norm2(x))))


def gelu(x):
    return F.gelu(x, approximate="tanh")


class Gpt(nn.Module):
    def __init__(self, words, width, heads, layers, context):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.position = nn.Embedding(context, width)
        self.layers = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.register_buffer(
            "hidden", torch.ones(context, context, dtype=torch.bool).triu(1))
        for name, p in self.named_parameters():
            if p.dim() >= 2:
                last = name.endswith(("out_proj.weight", "linear2.weight"))
                nn.init.normal_(
                    p, 0, 0.02 / math.sqrt(2 * layers) if last else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(p)

    def forward(self, ids, targets):
        x = self.embedding(ids) + self.position.weight[:ids.shape[1]]
        for layer in self.layers:
            x = layer(x, self.hidden)
        logits = F.linear(self.norm(x), self.embedding.weight)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def windows(tokens, starts, context):
    at = starts[:, None] + torch.arange(context)
    return tokens[at], tokens[at + 1]


@torch.no_grad()
def validation_loss(model, tokens, context):
    targets = len(tokens) - 1
    whole = torch.arange(targets // context) * context
    parts = [windows(tokens, starts, context) for starts in whole.split(64)]
    if targets % context:
        rest = torch.tensor([targets - targets % context])
        parts.append(windows(tokens, rest, targets % context))
    return sum(model(ids, wanted).item() * wanted.numel()
               for ids, wanted in parts) / targets


def learning_rate(step, a):
    if step < a.warmup:
        return a.rate * step / a.warmup
    share = (step - a.warmup) / max(1, a.steps - a.warmup)
    return a.rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * share)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("train")
    parser.add_argument("valid")
    for name, value in (("layers", 4), ("heads", 4), ("width", 128),
                        ("context", 64), ("batch", 12), ("steps", 2000),
                        ("warmup", 100), ("seed", 1), ("threads", 0)):
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--weight-decay", type=float, default=0.1)
    a = parser.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    texts = [open(path, encoding="utf-8").read() for path in (a.train, a.valid)]
    ids = {c: i for i, c in enumerate(sorted(set("".join(texts))))}
    train, valid = (torch.tensor([ids[c] for c in text]) for text in texts)
    model = Gpt(len(ids), a.width, a.heads, a.layers, a.context)
    print("parameters =", sum(p.numel() for p in model.parameters()))
    adam = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.99),
                             weight_decay=a.weight_decay)
    begin = time.perf_counter()
    for step in range(1, a.steps + 1):
        starts = torch.randint(len(train) - a.context, (a.batch,))
        loss = model(*windows(train, starts, a.context))
        adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1)
        for group in adam.param_groups:
            group["lr"] = learning_rate(step, a)
        adam.step()
    print("seconds = %.1f" % (time.perf_counter() - begin))
    print("last loss = %.4f" % loss.item())
    print("validation loss = %.4f" % validation_loss(model, valid, a.context))


if __name__ == "__main__":
    main()
