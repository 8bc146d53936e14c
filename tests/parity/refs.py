"""Reference values from PyTorch for programs of the language.

A case is a program, the shapes of its inputs, targets and parameters (in the program's own layout and under its paths), and a
PyTorch function that computes the same network. `write` draws the data, runs PyTorch in float64 and stores `model.nn`,
`in.safetensors` and `out.safetensors` in a folder per case: what `tapeless eval model.nn --data in.safetensors --out …` gives.
"""
import pathlib
import zlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

# What optimizers keep for themselves is of this type.
torch.set_default_dtype(torch.float64)

CASES = {}


def case(source, *, params=None, buffers=None, batch=5, mode="train", scale=0.5, optimizer=None, steps=1, **shapes):
    """Register a case under the decorated function's name.

    `shapes`: the name of an input or target -> its shape for one sample, or (shape, n) for an index in 0..n, or (shape, kind) for reals of
    a kind ("prob", "unit", "sign", "positive"), or (shape, (low, high)) for reals between two numbers; under `unroll T` the shape begins
    with T. `state.name` counts as an input: pass it in a dict with `**`. `params`: path -> shape, or the tensor itself. `buffers`: path ->
    the tensor.

    The function takes (t, p): inputs and targets by name with the batch in front; parameters and buffers by path. It returns (outputs, losses
    [, updated]): name -> tensor [batch, …], name -> per-sample loss [batch] ("" for an unnamed one), path -> value after the step
    (buffers; or parameters by a rule that PyTorch lacks). Names of outputs may be "state.name" too.

    `optimizer`: from the dict path -> parameter to a list of (optimizer, scheduler or None), run for `steps` steps on the same batch; what
    of the parameters no optimizer holds keeps its value. `optimizer.clip`, where there is one, is called before each step.
    """

    def register(fn):
        assert fn.__name__ not in CASES, fn.__name__
        CASES[fn.__name__] = dict(
            fn=fn, source=source, params=params or {}, buffers=buffers or {}, batch=batch, mode=mode, scale=scale, optimizer=optimizer,
            steps=steps, shapes=shapes,
        )
        return fn

    return register


def drawn(shape, kind, gen):
    real = dict(generator=gen, dtype=torch.float64)
    if isinstance(kind, int):
        return torch.randint(0, kind, shape, generator=gen)
    if isinstance(kind, tuple):
        return torch.rand(*shape, **real) * (kind[1] - kind[0]) + kind[0]
    match kind:
        case "prob":  # a distribution over the last axis
            return torch.softmax(torch.randn(*shape, **real), -1)
        case "unit":  # strictly inside (0, 1)
            return torch.rand(*shape, **real) * 0.9 + 0.05
        case "sign":  # -1 or 1
            return torch.randint(0, 2, shape, generator=gen).double() * 2 - 1
        case "positive":
            return torch.rand(*shape, **real) * 2 + 0.25
    raise ValueError(kind)


def draw(name, spec):
    gen = torch.Generator().manual_seed(zlib.crc32(name.encode()))
    inputs, params = {}, {}
    for key, shape in spec["shapes"].items():
        if isinstance(shape, tuple):
            inputs[key] = drawn((spec["batch"], *shape[0]), shape[1], gen)
        else:
            inputs[key] = torch.randn(spec["batch"], *shape, generator=gen, dtype=torch.float64)
    for path, s in spec["params"].items():
        params[path] = s.double() if torch.is_tensor(s) else spec["scale"] * torch.randn(*s, generator=gen, dtype=torch.float64)
    return inputs, params


def run(name, spec):
    inputs, params = draw(name, spec)
    buffers = {path: value.double() for path, value in spec["buffers"].items()}
    reals = {k: v for k, v in {**inputs, **params}.items() if v.is_floating_point()}
    for v in reals.values():
        v.requires_grad_(True)
    outputs, losses, *rest = spec["fn"](inputs, {**params, **buffers})
    out = dict(outputs)
    if losses:
        terms = {k: v.mean() for k, v in losses.items()}
        total = sum(terms.values())
        out["loss"] = total
        out.update({f"loss.{k}": v for k, v in terms.items() if k})
        trained = {k: v for k, v in reals.items() if not k.startswith("state.")}
        grads = torch.autograd.grad(total, list(trained.values()), allow_unused=True)
        for k, v, g in zip(trained, trained.values(), grads):
            out[f"grad.{k}"] = torch.zeros_like(v) if g is None else g
    if spec["optimizer"]:
        moving = {k: v.detach().clone().requires_grad_(True) for k, v in params.items()}
        still = {k: v.detach() for k, v in inputs.items()}
        pairs = spec["optimizer"](moving)
        for _ in range(spec["steps"]):
            for p in moving.values():
                p.grad = None
            sum(v.mean() for v in spec["fn"](still, {**moving, **buffers})[1].values()).backward()
            getattr(spec["optimizer"], "clip", lambda moving: None)(moving)
            for optimizer, schedule in pairs:
                optimizer.step()
                if schedule:
                    schedule.step()
        out.update({f"updated.{k}": v for k, v in moving.items()})
    for updated in rest:
        out.update({f"updated.{k}": v for k, v in updated.items()})
    store = lambda d: {k: v.detach().contiguous().clone() for k, v in d.items()}
    return store({**inputs, **params, **buffers}), store(out)


def write(folder, names=()):
    """Write the cases of these names, or all. Returns how many."""
    chosen = {name: spec for name, spec in CASES.items() if not names or name in names}
    for name, spec in chosen.items():
        there = pathlib.Path(folder) / name
        there.mkdir(parents=True, exist_ok=True)
        data, out = run(name, spec)
        for k, v in out.items():
            assert torch.isfinite(v).all(), (name, k)
        version = torch.__version__.split("+")[0]
        head = f"// Values in out.safetensors: PyTorch {version}, float64. Mode: {spec['mode']}. Optimizer steps: {spec['steps']}.\n"
        (there / "model.nn").write_text(head + spec["source"].strip() + "\n")
        save_file(data, there / "in.safetensors")
        save_file(out, there / "out.safetensors", metadata={"mode": spec["mode"], "steps": str(spec["steps"]), "torch": version})
    return len(chosen)


# --- in the program's layouts ---------------------------------------------------------------------------------------


def lin(x, p, path):
    y = x @ p[path + ".weight"]
    return y + p[path + ".bias"] if path + ".bias" in p else y


def conv(x, p, path, **kw):
    f = F.conv1d if p[path + ".weight"].dim() == 3 else F.conv2d
    return f(x, p[path + ".weight"], p.get(path + ".bias"), **kw)


def dense(path, n, m, bias=True):
    return {f"{path}.weight": (n, m), **({f"{path}.bias": (m,)} if bias else {})}


def mean1(e):
    """Mean over all but the batch axis."""
    return e.flatten(1).mean(1)


def sum1(e):
    """Sum over all but the batch axis."""
    return e.flatten(1).sum(1)


def each(f, *args):
    """`f` of each sample, stacked."""
    return torch.stack([f(*(a[i] for a in args)) for i in range(len(args[0]))])
