"""The cases of `make bench` in PyTorch, as it is best written."""
import torch
from torch import nn
from torch.nn import functional as F

from torch_transformer import gpt_decode, gpt_train, transformer_train

torch.manual_seed(1)


def uniform(*shape):
    return torch.rand(*shape) * 2 - 1


def leaf(*shape):
    return uniform(*shape).requires_grad_()


def without_gradients(function, *arguments):
    def run():
        with torch.no_grad():
            function(*arguments)
    return run


# ---- Cases: from the parts of a name to what is measured.

def elementwise(name, size):
    count = {"64KiB": 1 << 16, "1MiB": 1 << 20, "16MiB": 1 << 24}[size] // 4
    function = {"exp": torch.exp, "tanh": torch.tanh,
                "sigmoid": torch.sigmoid,
                "gelu": lambda x: F.gelu(x, approximate="tanh")}[name]
    return without_gradients(function, uniform(count))


def dropout(rows, columns):
    return without_gradients(F.dropout, uniform(int(rows), int(columns)), 0.1)


def softmax_forward(rows, columns):
    return without_gradients(torch.softmax, uniform(int(rows), int(columns)),
                             -1)


def softmax_backward(rows, columns):
    x, dy = leaf(int(rows), int(columns)), uniform(int(rows), int(columns))
    y = torch.softmax(x, -1)
    return lambda: torch.autograd.grad(y, x, dy, retain_graph=True)


def cross_entropy(rows, columns):
    x = leaf(int(rows), int(columns))
    targets = torch.randint(int(columns), (int(rows),))

    def run():
        x.grad = None
        F.cross_entropy(x, targets).backward()
    return run


def layer_norm(rows, columns):
    rows, columns = int(rows), int(columns)
    x, weight, bias = leaf(rows, columns), leaf(columns), leaf(columns)
    dy = uniform(rows, columns)

    def run():
        x.grad = weight.grad = bias.grad = None
        F.layer_norm(x, (columns,), weight, bias).backward(dy)
    return run


HEADS, WIDTH = 8, 64


def attend(query, keys, values, hidden=None):
    scores = torch.baddbmm(query.new_empty(()), query, keys.transpose(1, 2),
                           beta=0, alpha=WIDTH ** -0.5)
    if hidden is not None:
        scores = scores.masked_fill(hidden, float("-inf"))
    return torch.bmm(torch.softmax(scores, -1), values)


def attention(kind, length):
    """Materialised: PyTorch 1.13 streams no attention on a CPU."""
    length = int(length)
    x = [leaf(HEADS, length, WIDTH) for _ in range(3)]
    dy = uniform(HEADS, length, WIDTH)
    hidden = None
    if kind == "causal":
        hidden = torch.ones(length, length, dtype=torch.bool).triu(1)

    def run():
        for operand in x:
            operand.grad = None
        attend(*x, hidden).backward(dy)
    return run


def attention_decode(length):
    length = int(length)
    return without_gradients(attend, uniform(HEADS, 1, WIDTH),
                             uniform(HEADS, length, WIDTH),
                             uniform(HEADS, length, WIDTH))


def adam():
    parameters = [leaf(1000, 1000) for _ in range(10)]
    for p in parameters:
        p.grad = uniform(1000, 1000)
    return torch.optim.Adam(parameters, foreach=False).step


def conv_train():
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 10))
    # Twice as fast as with channels first.
    model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), foreach=True)
    x, labels = uniform(64, 1, 28, 28), torch.randint(10, (64,))
    x = x.to(memory_format=torch.channels_last)

    def run():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(x), labels).backward()
        optimizer.step()
    return run


def recurrent(kind, steps, hidden):
    steps, hidden = int(steps), int(hidden)
    layer = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}[kind](hidden,
                                                                 hidden)
    x, dy = leaf(steps, 32, hidden), uniform(steps, 32, hidden)

    def run():
        x.grad = None
        layer.zero_grad(set_to_none=True)
        layer(x)[0].backward(dy)
    return run


class Bahdanau(nn.Module):
    """attention::Seq2Seq, time first; all sentences as long as each other."""

    def __init__(self, width, source_words, target_words):
        super().__init__()
        self.source = nn.Embedding(source_words, width)
        self.target = nn.Embedding(target_words, width)
        self.encoder = nn.GRU(width, width, bidirectional=True)
        self.bridge = nn.Linear(width, width)
        self.key = nn.Linear(2 * width, width)
        self.query = nn.Linear(width, width, bias=False)
        self.v = nn.Linear(width, 1, bias=False)
        self.cell = nn.GRUCell(3 * width, width)
        self.readout = nn.Linear(4 * width, width)
        self.output = nn.Linear(width, target_words)

    def forward(self, source, target_in, target_out):
        memory, last = self.encoder(self.source(source))    # [S, B, 2H]
        state = torch.tanh(self.bridge(last[-1]))           # [B, H]
        values = memory.transpose(0, 1).contiguous()        # [B, S, 2H]
        keys = self.key(values)                             # [B, S, H]
        words = self.target(target_in)                      # [T, B, E]
        states, contexts = [], []
        for word in words:
            scores = self.v(torch.tanh(self.query(state).unsqueeze(1) + keys))
            weights = torch.softmax(scores, 1).transpose(1, 2)  # [B, 1, S]
            context = torch.bmm(weights, values).squeeze(1)     # [B, 2H]
            state = self.cell(torch.cat((word, context), 1), state)
            states.append(state)
            contexts.append(context)
        hidden = torch.tanh(self.readout(torch.cat(
            (torch.stack(states), torch.stack(contexts), words), -1)))
        logits = self.output(hidden)                        # [T, B, V]
        return F.cross_entropy(logits.flatten(0, 1), target_out.flatten())


def training(batch, width, source_words, target_words, steps):
    model = Bahdanau(width, source_words, target_words)
    # Over all tensors at once pays where they are tiny only.
    optimizer = torch.optim.Adam(model.parameters(), foreach=width <= 16)
    source = torch.randint(source_words, (steps, batch))
    target = torch.randint(target_words, (steps + 1, batch))

    def run():
        optimizer.zero_grad(set_to_none=True)
        model(source, target[:-1], target[1:]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
    return run


def bahdanau(name):
    sizes = {"b64": (64, 256, 5000, 8000, 20), "b1": (1, 256, 5000, 8000, 20),
             "small": (32, 64, 500, 500, 20), "tiny": (16, 16, 20, 20, 4)}
    return training(*sizes[name])


def chain(link, shape, ops):
    x, dy = leaf(*shape), uniform(*shape)

    def run():
        x.grad = None
        y = x
        for _ in range(1000 // ops):
            y = link(y)
        y.backward(dy)
    return run


def multiply_add_chain(count):
    a = uniform(int(count))
    return chain(lambda y: y * a + a, (int(count),), 2)


def tanh_chain():
    return chain(torch.tanh, (16,), 1)


def matmul_chain():
    a = uniform(16, 16)
    return chain(lambda y: y @ a, (1, 16), 1)


def tom_steps():
    def run():
        step = training(1, 16, 7, 7, 4)
        for _ in range(500):
            step()
    return run
