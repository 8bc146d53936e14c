"""Whole programs."""
import torch
import torch.nn.functional as F

from refs import case, dense, lin, mean1


@case("""
network Moons {
    input x: [2];
    target y: [1];
    let h = x |> fc1: dense(16) |> relu |> fc2: dense(8) |> relu;
    output p = h |> head: dense(1) |> sigmoid;
    loss data = mse(p, y);
    loss decay = 0.001 * l2(weights);
}
""", x=[2], y=([1], "unit"), params={**dense("fc1", 2, 16), **dense("fc2", 16, 8), **dense("head", 8, 1)})
def mlp_l2(t, p):
    h = torch.relu(lin(torch.relu(lin(t["x"], p, "fc1")), p, "fc2"))
    y = torch.sigmoid(lin(h, p, "head"))
    decay = 0.001 * sum((v**2).sum() for k, v in p.items() if v.dim() >= 2)
    return {"p": y}, {"data": mean1((y - t["y"]) ** 2), "decay": decay.expand(5)}


@case("""
network Heat {
    input xt: [2];
    let u = xt |> fc1: dense(8) |> tanh |> fc2: dense(8) |> tanh |> fc3: dense(1) |> reshape([]);
    let du = grad(u, xt);
    let u_xx = grad(du[0], xt)[0];
    output value = u;
    output residual = du[1] - 0.3 * u_xx;
    loss residual ^ 2;
}
""", xt=[2], params={**dense("fc1", 2, 8), **dense("fc2", 8, 8), **dense("fc3", 8, 1)})
def pinn_heat(t, p):
    x = t["xt"]
    u = lin(torch.tanh(lin(torch.tanh(lin(x, p, "fc1")), p, "fc2")), p, "fc3").reshape(-1)
    du = torch.autograd.grad(u.sum(), x, create_graph=True)[0]
    uxx = torch.autograd.grad(du[:, 0].sum(), x, create_graph=True)[0][:, 0]
    r = du[:, 1] - 0.3 * uxx
    return {"value": u, "residual": r}, {"": r**2}


@case("""
network Step {
    input x: [3];
    target y: [2];
    output out = x |> fc1: dense(4) |> tanh |> fc2: dense(2);
    loss mse(out, y);
    optimizer adam(lr = 0.05);
}
""", x=[3], y=[2], params={**dense("fc1", 3, 4), **dense("fc2", 4, 2)}, optimizer=lambda p: [(torch.optim.Adam(p.values(), lr=0.05), None)], steps=5)
def adam_5_steps(t, p):
    y = lin(torch.tanh(lin(t["x"], p, "fc1")), p, "fc2")
    return {"out": y}, {"": mean1((y - t["y"]) ** 2)}


@case("""
network Decoder {
    input token: [5] in 0..11;
    target next: [5] in 0..11;
    let e = embed: embedding(token, 11, 8);
    let h = e |> block: transformer_block(2, 16, causal = true);
    output z = h |> norm: layer_norm |> head: dense(11, bias = false);
    loss cross_entropy(z, next);
}
""", batch=3, token=([5], 11), next=([5], 11), params={
    "embed.weight": (11, 8), "block.norm1.weight": (8,), "block.norm1.bias": (8,), "block.norm2.weight": (8,), "block.norm2.bias": (8,),
    **dense("block.attn.q", 8, 8), **dense("block.attn.k", 8, 8), **dense("block.attn.v", 8, 8), **dense("block.attn.o", 8, 8),
    **dense("block.ffn1", 8, 16), **dense("block.ffn2", 16, 8), "norm.weight": (8,), "norm.bias": (8,), **dense("head", 8, 11, bias=False)})
def transformer(t, p):
    h = p["embed.weight"][t["token"]]
    b, n, d = h.shape
    a = F.layer_norm(h, (8,), p["block.norm1.weight"], p["block.norm1.bias"])
    q, k, v = (lin(a, p, f"block.attn.{i}").reshape(b, n, 2, 4).transpose(1, 2) for i in "qkv")
    o = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(b, n, d)
    h = h + lin(o, p, "block.attn.o")
    a = F.layer_norm(h, (8,), p["block.norm2.weight"], p["block.norm2.bias"])
    h = h + lin(F.gelu(lin(a, p, "block.ffn1")), p, "block.ffn2")
    z = lin(F.layer_norm(h, (8,), p["norm.weight"], p["norm.bias"]), p, "head")
    return {"z": z}, {"": F.cross_entropy(z.transpose(1, 2), t["next"], reduction="none").mean(1)}
