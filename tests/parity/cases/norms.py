"""Normalisation within one sample, and over a batch."""
import torch
import torch.nn.functional as F

from refs import case, lin, mean1


@case("""
network Norms {
    input x: [4, 6];
    target y: [4, 6];
    let a = x |> ln: layer_norm;
    let b = x |> rms: rms_norm;
    let c = x |> gn: group_norm(2);
    output out = a * b + c;
    loss mse(out, y);
}
""", x=[4, 6], y=[4, 6], params={"ln.weight": (6,), "ln.bias": (6,), "rms.weight": (6,), "gn.weight": (4,), "gn.bias": (4,)})
def norms(t, p):
    a = F.layer_norm(t["x"], (6,), p["ln.weight"], p["ln.bias"], 1e-5)
    b = F.rms_norm(t["x"], (6,), p["rms.weight"], 1e-6)
    c = F.group_norm(t["x"], 2, p["gn.weight"], p["gn.bias"], 1e-5)
    y = a * b + c
    return {"out": y}, {"": mean1((y - t["y"]) ** 2)}


@case("""
network Images {
    input x: [4, 3, 2];
    target y: [4, 3, 2];
    let a = x |> one: instance_norm;
    let b = x |> all: group_norm(1, eps = 0.1);
    let c = x |> ln: layer_norm(eps = 0.01);
    let d = x |> rms: rms_norm(eps = 0.2);
    output out = a * b + c * d;
    loss mse(out, y);
}
""", x=[4, 3, 2], y=[4, 3, 2], params={"one.weight": (4,), "one.bias": (4,), "all.weight": (4,), "all.bias": (4,), "ln.weight": (2,), "ln.bias": (2,), "rms.weight": (2,)})
def norms_of_images(t, p):
    x = t["x"]
    a = F.instance_norm(x, weight=p["one.weight"], bias=p["one.bias"], eps=1e-5)
    b = F.group_norm(x, 1, p["all.weight"], p["all.bias"], 0.1)
    c = F.layer_norm(x, (2,), p["ln.weight"], p["ln.bias"], 0.01)
    y = a * b + c * F.rms_norm(x, (2,), p["rms.weight"], 0.2)
    return {"out": y}, {"": mean1((y - t["y"]) ** 2)}


NORMAL = """
network Normal {
    input v: [4];
    input s: [3, 5];
    input m: [2, 3, 4];
    target y: [];
    let a = v |> fc: dense(6) |> bn1: batch_norm |> tanh;
    let b = s |> bn2: batch_norm(momentum = 0.25, eps = 1e-3) |> tanh |> flatten;
    let c = m |> bn3: batch_norm |> sigmoid |> flatten;
    output out = concat([a, b, c]) |> head: dense(1) |> reshape([]);
    loss mse(out, y);
    optimizer sgd(lr = 0.1);
}
"""
CHANNELS = {"bn1": (6, 0.1, 1e-5), "bn2": (3, 0.25, 1e-3), "bn3": (2, 0.1, 1e-5)}
NORMAL_PARAMS = {
    "fc.weight": (4, 6), "fc.bias": (6,), "head.weight": (45, 1), "head.bias": (1,),
    **{f"{bn}.{kind}": (c[0],) for bn, c in CHANNELS.items() for kind in ("weight", "bias")},
}
NORMAL_BUFFERS = {
    f"{bn}.running_{kind}": torch.linspace(0.5, 1.5 + i, c[0]) for bn, c in CHANNELS.items() for i, kind in enumerate(("mean", "var"))
}


def normal(t, p, training):
    kept = {path: value.detach().clone() for path, value in p.items() if "running" in path}

    def batch_norm(x, bn):
        _, momentum, eps = CHANNELS[bn]
        mean, var = kept[f"{bn}.running_mean"], kept[f"{bn}.running_var"]
        return F.batch_norm(x, mean, var, p[f"{bn}.weight"], p[f"{bn}.bias"], training, momentum, eps)

    a = torch.tanh(batch_norm(lin(t["v"], p, "fc"), "bn1"))
    b = torch.tanh(batch_norm(t["s"], "bn2")).flatten(1)
    c = torch.sigmoid(batch_norm(t["m"], "bn3")).flatten(1)
    return lin(torch.cat([a, b, c], 1), p, "head")[:, 0], kept


@case(NORMAL, v=[4], s=[3, 5], m=[2, 3, 4], y=[], batch=7, params=NORMAL_PARAMS, buffers=NORMAL_BUFFERS, steps=2,
      optimizer=lambda p: [(torch.optim.SGD(list(p.values()), lr=0.1), None)])
def batch_norm(t, p):
    y, kept = normal(t, p, True)
    return {"out": y}, {"": (y - t["y"]) ** 2}, kept


@case(NORMAL, v=[4], s=[3, 5], m=[2, 3, 4], y=[], batch=7, params=NORMAL_PARAMS, buffers=NORMAL_BUFFERS, mode="predict")
def batch_norm_predict(t, p):
    return {"out": normal(t, p, False)[0]}, {}


@case("""
network Bn {
    input x: [3, 4, 4];
    target y: [];
    let a = x |> bn: batch_norm |> relu;
    output out = a |> flatten |> head: dense(1) |> reshape([]);
    loss (out - y) ^ 2;
}
""", batch=6, x=[3, 4, 4], y=[], params={"bn.weight": (3,), "bn.bias": (3,), "head.weight": (48, 1), "head.bias": (1,)},
      buffers={"bn.running_mean": torch.tensor([0.1, -0.2, 0.3]), "bn.running_var": torch.tensor([0.9, 1.1, 1.3])})
def batch_norm_train(t, p):
    mean, var = p["bn.running_mean"].clone(), p["bn.running_var"].clone()
    a = torch.relu(F.batch_norm(t["x"], mean, var, p["bn.weight"], p["bn.bias"], True, 0.1, 1e-5))
    y = lin(a.flatten(1), p, "head").reshape(-1)
    return {"out": y}, {"": (y - t["y"]) ** 2}, {"bn.running_mean": mean, "bn.running_var": var}
