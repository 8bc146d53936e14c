"""Schedules: a parameter for each, moved by momentum, which tells the order of the steps."""
import math

import torch
from torch.optim import SGD
from torch.optim import lr_scheduler as s

from refs import case

# name -> (the program's words, PyTorch's scheduler of an optimizer that begins at the rate, the rate)
ROWS = {
    "a": ("step_decay(0.1, 3, 0.5)", lambda o: s.StepLR(o, 3, 0.5), 0.1),
    "b": ("exponential(0.1, 0.8)", lambda o: s.ExponentialLR(o, 0.8), 0.1),
    "c": ("cosine(0.1, 9)", lambda o: s.CosineAnnealingLR(o, 9), 0.1),
    "d": ("cosine(0.1, 12, floor = 0.02)", lambda o: s.CosineAnnealingLR(o, 12, 0.02), 0.1),
    "e": ("linear(0.1, 0.01, 5)", lambda o: s.LinearLR(o, 1.0, 0.1, 5), 0.1),
    "f": ("one_cycle(0.1, 9)", lambda o: s.OneCycleLR(o, 0.1, total_steps=9), 0.1),
    "g": ("warmup(4, 0.1)", lambda o: s.LambdaLR(o, lambda t: (t + 1) / 4 if t < 4 else 1.0), 0.1),
    "h": ("warmup(3, cosine(0.1, 5, floor = 0.01))", lambda o: s.LambdaLR(o, lambda t: (t + 1) / 3 if t < 3 else 0.1 + 0.45 * (1 + math.cos(math.pi * min(t - 3, 5) / 5))), 0.1),
    "i": ("one_cycle(0.2, 20)", lambda o: s.OneCycleLR(o, 0.2, total_steps=20), 0.2),
}


def made(p):
    pairs = []
    for k, (_, schedule, lr) in ROWS.items():
        o = SGD([p[k]], lr, momentum=0.9)
        # One cycle would move the momentum too.
        pairs.append((o, s.OneCycleLR(o, lr, total_steps=9 if k == "f" else 20, cycle_momentum=False) if k in "fi" else schedule(o)))
    return pairs


@case(
    "network Schedules {\n    input x: [2];\n" + "".join(f"    param {k}: [2] = zeros();\n" for k in ROWS)
    + "    loss " + " + ".join(f"sum(({k} * x - 1) ^ 2)" for k in ROWS) + ";\n"
    + "".join(f"    optimizer momentum(lr = {text}) for {k};\n" for k, (text, *_) in ROWS.items()) + "}\n",
    x=[2], params={k: (2,) for k in ROWS}, optimizer=made, steps=8)
def schedules(t, p):
    return {}, {"": sum(((v * t["x"] - 1) ** 2).sum(1) for v in p.values())}


# Past their ends, where PyTorch's go up again or refuse: closed forms.
ENDS = {
    "a": ("cosine(0.1, 4, floor = 0.01)", lambda t: 0.01 + 0.045 * (1 + math.cos(math.pi * min(t, 4) / 4))),
    "b": ("linear(0.05, 0.1, 4)", lambda t: 0.05 + 0.05 * min(t, 4) / 4),
    "c": ("one_cycle(0.1, 6)", lambda t: one_cycle(0.1, 6, min(t, 5))),
    "d": ("warmup(2, step_decay(0.1, 2, 0.1))", lambda t: 0.1 * (t + 1) / 2 if t < 2 else 0.1 * 0.1 ** ((t - 2) // 2)),
    "e": ("warmup(3, exponential(0.1, 0.5))", lambda t: 0.1 * (t + 1) / 3 if t < 3 else 0.1 * 0.5 ** (t - 3)),
}


def one_cycle(lr, steps, t):
    o = SGD([torch.zeros(1, requires_grad=True)], lr)
    schedule = s.OneCycleLR(o, lr, total_steps=steps, cycle_momentum=False)
    for _ in range(t):
        o.step()
        schedule.step()
    return o.param_groups[0]["lr"]


@case(
    "network Ends {\n    input x: [2];\n" + "".join(f"    param {k}: [2] = zeros();\n" for k in ENDS)
    + "    loss " + " + ".join(f"sum(({k} * x - 1) ^ 2)" for k in ENDS) + ";\n"
    + "".join(f"    optimizer momentum(lr = {text}) for {k};\n" for k, (text, _) in ENDS.items()) + "}\n",
    x=[2], params={k: (2,) for k in ENDS}, steps=10,
    optimizer=lambda p: [(o, s.LambdaLR(o, ENDS[k][1])) for k in ENDS for o in [SGD([p[k]], 1.0, momentum=0.9)]])
def schedule_ends(t, p):
    return {}, {"": sum(((v * t["x"] - 1) ** 2).sum(1) for v in p.values())}
