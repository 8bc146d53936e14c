"""Optimizers: a parameter for each, all in one network, after some steps of the same batch."""
import torch
from torch import optim

from refs import case, mean1


class Lion(optim.Optimizer):
    """Chen et al. (2023), algorithm 2, which PyTorch lacks."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                b1, b2 = group["betas"]
                p.mul_(1 - group["lr"] * group["weight_decay"]).sub_(group["lr"] * torch.sign(b1 * m + (1 - b1) * p.grad))
                m.mul_(b2).add_((1 - b2) * p.grad)


# name -> (the program's words, PyTorch's)
DEFAULTS = {
    "a": ("sgd(0.1)", lambda p: optim.SGD(p, 0.1)),
    "b": ("momentum(lr = 0.1)", lambda p: optim.SGD(p, 0.1, momentum=0.9)),
    "c": ("nesterov(lr = 0.1)", lambda p: optim.SGD(p, 0.1, momentum=0.9, nesterov=True)),
    "d": ("adagrad", optim.Adagrad), "e": ("rmsprop", optim.RMSprop), "f": ("adadelta", optim.Adadelta), "g": ("adam", optim.Adam),
    "h": ("adamw", optim.AdamW), "i": ("nadam", optim.NAdam), "j": ("radam", optim.RAdam), "k": ("lion", Lion),
}
OTHERS = {
    "a": ("sgd(0.1, weight_decay = 0.2)", lambda p: optim.SGD(p, 0.1, weight_decay=0.2)),
    "b": ("momentum(lr = 0.05, beta = 0.7, weight_decay = 0.1)", lambda p: optim.SGD(p, 0.05, momentum=0.7, weight_decay=0.1)),
    "c": ("nesterov(lr = 0.05, beta = 0.6, weight_decay = 0.1)", lambda p: optim.SGD(p, 0.05, momentum=0.6, nesterov=True, weight_decay=0.1)),
    "d": ("adagrad(lr = 0.2, eps = 0.01, weight_decay = 0.1)", lambda p: optim.Adagrad(p, 0.2, eps=0.01, weight_decay=0.1)),
    "e": ("rmsprop(lr = 0.05, alpha = 0.8, eps = 0.01, weight_decay = 0.1)", lambda p: optim.RMSprop(p, 0.05, 0.8, 0.01, weight_decay=0.1)),
    "f": ("adadelta(lr = 0.5, rho = 0.8, eps = 0.001, weight_decay = 0.1)", lambda p: optim.Adadelta(p, 0.5, 0.8, 0.001, weight_decay=0.1)),
    "g": ("adam(lr = 0.05, beta1 = 0.8, beta2 = 0.95, eps = 0.01, weight_decay = 0.1)", lambda p: optim.Adam(p, 0.05, (0.8, 0.95), 0.01, 0.1)),
    "h": ("adamw(lr = 0.05, beta1 = 0.8, beta2 = 0.95, eps = 0.01, weight_decay = 0.3)", lambda p: optim.AdamW(p, 0.05, (0.8, 0.95), 0.01, 0.3)),
    "i": (
        "nadam(lr = 0.05, beta1 = 0.8, beta2 = 0.95, eps = 0.01, momentum_decay = 0.1, weight_decay = 0.1)",
        lambda p: optim.NAdam(p, 0.05, (0.8, 0.95), 0.01, 0.1, momentum_decay=0.1),
    ),
    "j": ("radam(lr = 0.05, beta1 = 0.8, beta2 = 0.9, eps = 0.01, weight_decay = 0.1)", lambda p: optim.RAdam(p, 0.05, (0.8, 0.9), 0.01, 0.1)),
    "k": ("lion(lr = 0.01, beta1 = 0.8, beta2 = 0.9, weight_decay = 0.2)", lambda p: Lion(p, 0.01, (0.8, 0.9), 0.2)),
}


def source(name, rows, clip=""):
    params = "".join(f"    param {k}: [2] = zeros();\n" for k in rows)
    words = lambda text: text if not clip else (text[:-1] + f", clip_norm = {clip})" if text.endswith(")") else f"{text}(clip_norm = {clip})")
    optimizers = "".join(f"    optimizer {words(text)} for {k};\n" for k, (text, _) in rows.items())
    total = " + ".join(f"sum(({k} * x - 1) ^ 2)" for k in rows)
    return f"network {name} {{\n    input x: [2];\n{params}    loss {total};\n{optimizers}}}\n"


def loss(t, p):
    return {}, {"": sum(((v * t["x"] - 1) ** 2).sum(1) for v in p.values())}


@case(source("Defaults", DEFAULTS), x=[2], params={k: (2,) for k in DEFAULTS}, optimizer=lambda p: [(make([p[k]]), None) for k, (_, make) in DEFAULTS.items()], steps=12)
def optimizers(t, p):
    return loss(t, p)


@case(source("Others", OTHERS), x=[2], params={k: (2,) for k in OTHERS}, optimizer=lambda p: [(make([p[k]]), None) for k, (_, make) in OTHERS.items()], steps=12)
def optimizer_arguments(t, p):
    return loss(t, p)


def clipped(p):
    return [(make([p[k]]), None) for k, (_, make) in OTHERS.items()]


clipped.clip = lambda moving: torch.nn.utils.clip_grad_norm_(moving.values(), 0.7)


@case(source("Clipped", OTHERS, clip="0.7"), x=[2], params={k: (2,) for k in OTHERS}, optimizer=clipped, steps=3)
def optimizers_clipped(t, p):
    return loss(t, p)
