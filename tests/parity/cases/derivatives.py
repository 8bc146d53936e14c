"""What is built on `grad`, by torch.func."""
import torch
from torch.func import hessian, jacfwd, vmap

from refs import case, dense, sum1


@case("""
network Fields {
    input x: [3];
    let h = x |> fc: dense(4) |> tanh;
    let u = h |> head: dense(1) |> reshape([]);
    let v = h |> flow: dense(3) |> sin;
    output curvature = hessian(u, x);
    output lap = laplacian(u, x);
    output div = divergence(v, x);
    loss sum(curvature ^ 2) + lap ^ 2 + div;
}
""", x=[3], params={**dense("fc", 3, 4), **dense("head", 4, 1), **dense("flow", 4, 3)})
def fields(t, p):
    hidden = lambda x: torch.tanh(x @ p["fc.weight"] + p["fc.bias"])
    u = lambda x: (hidden(x) @ p["head.weight"] + p["head.bias"])[0]
    v = lambda x: torch.sin(hidden(x) @ p["flow.weight"] + p["flow.bias"])
    curvature = vmap(hessian(u))(t["x"])
    div = vmap(jacfwd(v))(t["x"]).diagonal(dim1=1, dim2=2).sum(-1)
    lap = curvature.diagonal(dim1=1, dim2=2).sum(-1)
    return {"curvature": curvature, "lap": lap, "div": div}, {"": sum1(curvature**2) + lap**2 + div}
