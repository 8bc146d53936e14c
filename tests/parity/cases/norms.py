"""Normalisation within one sample."""
import torch.nn.functional as F

from refs import case, mean1


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
