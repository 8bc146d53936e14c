"""Activations, with default arguments and with others; softmax and its kin along two axes."""
import torch
import torch.nn.functional as F

from refs import case, mean1

ACTS = {
    "identity": lambda x: x, "relu": F.relu, "leaky_relu": F.leaky_relu, "elu": F.elu, "selu": F.selu, "celu": F.celu, "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"), "silu": F.silu, "mish": F.mish, "softplus": F.softplus, "softsign": F.softsign,
    "hard_tanh": F.hardtanh, "hard_sigmoid": F.hardsigmoid, "hard_swish": F.hardswish, "relu6": F.relu6, "log_sigmoid": F.logsigmoid,
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "sin": torch.sin,
}


def sums(pairs):
    """A network of one input and an output for each (name, expression), and the mean of their weighted sum as its loss."""
    lines = [f"    output {name} = {expression};" for name, expression in pairs]
    terms = [f"{i + 1} * mean({name})" for i, (name, _) in enumerate(pairs)]
    return "\n".join(lines) + "\n    loss 0.1 * (" + " + ".join(terms) + ");\n}\n"


def weighted(outputs):
    return {"": 0.1 * sum((i + 1) * mean1(y) for i, y in enumerate(outputs.values()))}


@case("network Acts {\n    input x: [7];\n" + sums([(f"y_{k}", f"{k}(x)") for k in ACTS]), x=([7], (-5.0, 5.0)), batch=7)
def activations(t, p):
    out = {f"y_{k}": f(t["x"]) for k, f in ACTS.items()}
    return out, weighted(out)


OTHERS = {
    "leaky": ("leaky_relu(x, slope = 0.2)", lambda x: F.leaky_relu(x, 0.2)),
    "elu_half": ("elu(x, 0.5)", lambda x: F.elu(x, 0.5)),
    "celu_two": ("x |> celu(alpha = 2)", lambda x: F.celu(x, 2.0)),
    "soft": ("softmax(x)", lambda x: F.softmax(x, -1)),
    "soft_0": ("softmax(x, axis = 0)", lambda x: F.softmax(x, 1)),
    "log_soft": ("log_softmax(x)", lambda x: F.log_softmax(x, -1)),
    "log_soft_0": ("log_softmax(x, axis = 0)", lambda x: F.log_softmax(x, 1)),
    "gated": ("glu(x)", lambda x: F.glu(x, -1)),
    "gated_0": ("glu(x, axis = 0)", lambda x: F.glu(x, 1)),
}


@case("network Arguments {\n    input x: [2, 4];\n" + "".join(f"    output {k} = {e};\n" for k, (e, _) in OTHERS.items())
      + "    loss sum(" + ") + sum(".join(f"{k} ^ 2" for k in OTHERS) + ");\n}\n", x=([2, 4], (-3.0, 3.0)), batch=4)
def activation_arguments(t, p):
    out = {k: f(t["x"]) for k, (_, f) in OTHERS.items()}
    return out, {"": sum((y**2).flatten(1).sum(1) for y in out.values())}


@case("""
network Extremes {
    input x: [2];
    output sp = softplus(x);
    output ls = log_sigmoid(x);
    output sm = softmax(x);
    output lm = log_softmax(x);
    output mi = mish(x);
    output el = elu(x);
    loss sum(sp) + sum(ls) + sum(sm ^ 2) + sum(lm) + sum(mi) + sum(el);
}
""", batch=4, x=([2], (-800.0, 800.0)))
def activation_extremes(t, p):
    x = t["x"]
    out = {"sp": F.softplus(x), "ls": F.logsigmoid(x), "sm": F.softmax(x, -1), "lm": F.log_softmax(x, -1), "mi": F.mish(x), "el": F.elu(x)}
    s = {k: v.sum(1) for k, v in out.items()}
    return out, {"": s["sp"] + s["ls"] + (out["sm"] ** 2).sum(1) + s["lm"] + s["mi"] + s["el"]}
