"""Weights and outputs of small networks by PyTorch: for each folder here `weights.safetensors`, the `state_dict`, and
`data.safetensors`, inputs and outputs of the same network in `model.nn`.

Needs torch and safetensors: python make.py
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

HERE = Path(__file__).parent


def randomise(model):
    """Every parameter and statistic of its own kind: biases and running means that are zero would hide a mistake."""
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if name.endswith("num_batches_tracked"):
                tensor.fill_(7)
            elif name.endswith("running_var"):
                tensor.uniform_(0.5, 2.0)
            else:
                tensor.uniform_(-0.8, 0.8)


def record(name, model, inputs):
    model.eval()
    randomise(model)
    with torch.no_grad():
        outputs = model(*inputs.values())
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    data = {**inputs, **{key: value for key, value in zip(model.outputs, outputs)}}
    (HERE / name).mkdir(exist_ok=True)
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, HERE / name / "weights.safetensors")
    save_file({key: value.contiguous() for key, value in data.items()}, HERE / name / "data.safetensors")


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(50, 8)
        self.lstm = nn.LSTM(8, 12, batch_first=True)
        self.head = nn.Sequential(nn.LayerNorm(12), nn.Linear(12, 5))

    def forward(self, words):
        states, _ = self.lstm(self.table(words))
        return self.head(states[:, -1])


class Sequential(nn.Sequential):
    outputs = ["p"]


class Recurrent(nn.Module):
    outputs = ["h", "g", "r", "stacked"]

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(5, 3)
        self.lstm = nn.LSTM(3, 4, batch_first=True)
        self.gru = nn.GRU(4, 4, batch_first=True)
        self.rnn = nn.RNN(4, 3, batch_first=True)
        self.stack = nn.LSTM(3, 2, num_layers=2, bidirectional=True, batch_first=True)
        self.norm = nn.LayerNorm(4)

    def forward(self, words):
        h = self.lstm(self.table(words))[0]
        g = self.norm(self.gru(h)[0])
        r = self.rnn(g)[0]
        return h, g, r, self.stack(r)[0]


class Cells(nn.Module):
    outputs = ["last"]

    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(3, 4)
        self.gate = nn.GRUCell(4, 4)

    def forward(self, x):
        h, c = torch.zeros(len(x), 4), torch.zeros(len(x), 4)
        g = torch.zeros(len(x), 4)
        for z in x.unbind(1):
            h, c = self.cell(z, (h, c))
            g = self.gate(h, g)
        return g


class Images(nn.Module):
    outputs = ["a", "b", "s"]

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding=1, stride=2, groups=2)
        self.norm = nn.GroupNorm(2, 4)
        self.seen = nn.BatchNorm2d(4)
        self.each = nn.Conv2d(4, 4, 3, padding=1, groups=4)
        self.up = nn.ConvTranspose2d(4, 3, 2, stride=2)
        self.signal = nn.Conv1d(2, 3, 3, bias=False)

    def forward(self, x):
        a = self.each(torch.relu(self.seen(self.norm(self.conv(x)))))
        return a, self.up(a), self.signal(x[:, :, 0])


class Attention(nn.Module):
    outputs = ["a", "b", "c", "d"]

    def __init__(self):
        super().__init__()
        self.own = nn.MultiheadAttention(8, 2, batch_first=True)
        self.other = nn.MultiheadAttention(8, 2, kdim=6, vdim=6, batch_first=True)
        self.same = nn.MultiheadAttention(8, 2, batch_first=True)
        options = dict(dim_feedforward=12, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.layers = nn.ModuleList([nn.TransformerEncoderLayer(8, 4, **options) for _ in range(2)])

    def forward(self, x, memory):
        a = self.own(x, x, x)[0]
        b = self.other(x, memory, memory)[0]
        c = self.same(x, a, a)[0]
        d = x
        for layer in self.layers:
            d = layer(d)
        return a, b, c, d


def main():
    torch.manual_seed(1)
    # The square matrix is transposed like the others.
    layers = [nn.Linear(3, 4), nn.PReLU(), nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 2, bias=False)]
    record("mlp", Sequential(*layers), {"x": torch.randn(5, 3)})
    # The network of the guide.
    tagger = Tagger()
    tagger.outputs = ["scores"]
    record("tagger", tagger, {"words": torch.randint(0, 50, (4, 6))})
    record("recurrent", Recurrent(), {"words": torch.randint(0, 5, (4, 6))})
    record("cells", Cells(), {"x": torch.randn(3, 5, 3)})
    record("images", Images(), {"x": torch.randn(2, 2, 6, 6)})
    record("attention", Attention(), {"x": torch.randn(3, 4, 8), "memory": torch.randn(3, 5, 6)})


main()
