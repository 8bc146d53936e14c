"""Functions of whole tensors."""
import torch
import torch.nn.functional as F

from refs import case, mean1, sum1


@case("""
network Whole {
    input x: [3, 4];
    input y: [3, 4];
    param w: [2, 3] = zeros();
    param v: [3] = zeros();
    output flat = flatten(x);
    output clipped = clip(x, -0.5, 0.75);
    output length = norm(x);
    output similar = cosine_similarity(x, y);
    output lse = logsumexp(x);
    output lse_0 = logsumexp(x, axis = 0);
    output var_all = var(x);
    output var_0 = var(x, axis = 0);
    output var_1 = var(x, axis = -1, keep = true);
    output std_all = std(x);
    output std_1 = std(x, axis = 1);
    output products = outer(x[0], y[1]);
    output sizes = l1(x) + 2 * l2(y);
    output penalties = l1(params) + l2(weights) + l1(v) + 3 * l2([w, v]) + l2(biases);
    loss sum(flat ^ 2) + sum(clipped ^ 3) + length + sum(similar ^ 2) + sum(lse) + sum(lse_0 ^ 2) + var_all + sum(var_0 ^ 2) + sum(var_1);
    loss rest = std_all + sum(std_1 ^ 2) + sum(products ^ 3) + sizes + penalties;
}
""", x=[3, 4], y=[3, 4], params={"w": (2, 3), "v": (3,)})
def tensors(t, p):
    x, y, w, v = t["x"], t["y"], p["w"], p["v"]
    var = lambda x, *dims, **kw: x.var(*dims, correction=0, **kw)
    std = lambda x, *dims: x.std(*dims, correction=0)
    everywhere = 1 + torch.zeros(5, dtype=torch.float64)
    out = {
        "flat": x.flatten(1), "clipped": x.clamp(-0.5, 0.75), "length": torch.linalg.vector_norm(x, dim=(1, 2)),
        "similar": F.cosine_similarity(x, y, dim=-1), "lse": x.logsumexp(-1), "lse_0": x.logsumexp(1), "var_all": var(x, (1, 2)),
        "var_0": var(x, 1), "var_1": var(x, -1, keepdim=True), "std_all": std(x, (1, 2)), "std_1": std(x, 2),
        "products": x[:, 0, :, None] * y[:, 1, None, :], "sizes": sum1(x.abs()) + 2 * sum1(y**2),
        "penalties": everywhere * (w.abs().sum() + v.abs().sum() + (w**2).sum() + v.abs().sum() + 3 * ((w**2).sum() + (v**2).sum()) + (v**2).sum()),
    }
    first = (sum1(out["flat"] ** 2) + sum1(out["clipped"] ** 3) + out["length"] + sum1(out["similar"] ** 2) + sum1(out["lse"])
             + sum1(out["lse_0"] ** 2) + out["var_all"] + sum1(out["var_0"] ** 2) + sum1(out["var_1"]))
    rest = out["std_all"] + sum1(out["std_1"] ** 2) + sum1(out["products"] ** 3) + out["sizes"] + out["penalties"]
    return out, {"": first, "rest": rest}


@case("""
network Zero {
    input x: [3];
    input y: [3];
    let z = 0 * x;
    output length = norm(z);
    output similar = cosine_similarity(1e-9 * x, y);
    loss 2 * norm(x - x) + similar;
}
""", x=[3], y=[3])
def tensors_at_zero(t, p):
    # The norm has gradient 0 at 0; norms of a cosine are at least 1e-8 (PyTorch's own derives the norm where it is cut off).
    x, y = 1e-9 * t["x"], t["y"]
    similar = (x * y).sum(-1) / (x.norm(dim=-1).clamp(min=1e-8) * y.norm(dim=-1))
    return {"length": 0 * t["x"].sum(1), "similar": similar}, {"": similar}
