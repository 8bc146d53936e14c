"""Attention and positions."""
import math

import torch
import torch.nn.functional as F

from refs import case, dense, lin, mean1


def heads_of(x, heads):
    b, n, d = x.shape
    return x.reshape(b, n, heads, d // heads).transpose(1, 2)


def attend(p, path, x, memory, heads, **kw):
    q, k, v = lin(x, p, f"{path}.q"), lin(memory, p, f"{path}.k"), lin(memory, p, f"{path}.v")
    y = F.scaled_dot_product_attention(*(heads_of(a, heads) for a in (q, k, v)), **kw)
    return lin(y.transpose(1, 2).reshape(q.shape), p, f"{path}.o")


def four(path, d, e=None):
    e = e or d
    return {**dense(f"{path}.q", d, d), **dense(f"{path}.k", e, d), **dense(f"{path}.v", e, d), **dense(f"{path}.o", d, d)}


@case("""
network Attention {
    input x: [4, 6];
    input memory: [3, 5];
    input length: [] in 0..4;
    target y: [4, 6];
    let all = x |> a: attention(2);
    let before = x |> b: attention(3, causal = true);
    let known = iota(3) < length;
    output other = c: cross_attention(x, memory, 1);
    output padded = m: cross_attention(x, memory, 2, mask = known);
    output out = all + before + other + padded;
    loss mse(out, y);
}
""", x=[4, 6], memory=[3, 5], length=([], 4), y=[4, 6], params={**four("a", 6), **four("b", 6), **four("c", 6, 5), **four("m", 6, 5)})
def attention(t, p):
    x, memory = t["x"], t["memory"]
    other = attend(p, "c", x, memory, 1)
    known = (torch.arange(3)[None] < t["length"][:, None])[:, None, None, :].expand(5, 2, 4, 3)
    # A row with nothing attended gives 0; PyTorch's softmax alone would give NaN.
    q, k, v = (lin(a, p, f"m.{i}") for a, i in ((x, "q"), (memory, "k"), (memory, "v")))
    scores = heads_of(q, 2) @ heads_of(k, 2).transpose(-1, -2) / math.sqrt(3)
    weights = torch.where(known.any(-1, keepdim=True), torch.softmax(scores.masked_fill(~known, -1e300), -1), 0.0)
    padded = lin((weights @ heads_of(v, 2)).transpose(1, 2).reshape(x.shape), p, "m.o")
    y = attend(p, "a", x, x, 2) + attend(p, "b", x, x, 3, is_causal=True) + other + padded
    return {"other": other, "padded": padded, "out": y}, {"": mean1((y - t["y"]) ** 2)}


@case("""
network Blocks {
    input x: [3, 4];
    input seen: [3, 3] in 0..2;
    target y: [3, 4];
    let h = x |> first: transformer_block(2, 5);
    let m = h |> masked: attention(2, causal = true, mask = seen == 1);
    output out = m |> second: transformer_block(1, 3, causal = true, p = 0.0);
    loss mse(out, y);
}
""", x=[3, 4], seen=([3, 3], 2), y=[3, 4], params={
    **{f"{b}.{n}.{w}": (4,) for b in ("first", "second") for n in ("norm1", "norm2") for w in ("weight", "bias")},
    **four("first.attn", 4), **four("second.attn", 4), **four("masked", 4),
    **dense("first.ffn1", 4, 5), **dense("first.ffn2", 5, 4), **dense("second.ffn1", 4, 3), **dense("second.ffn2", 3, 4)})
def transformer_blocks(t, p):
    def block(x, path, heads, **kw):
        normal = lambda x, n: F.layer_norm(x, (4,), p[f"{path}.{n}.weight"], p[f"{path}.{n}.bias"])
        h = x + attend(p, f"{path}.attn", normal(x, "norm1"), normal(x, "norm1"), heads, **kw)
        return h + lin(F.gelu(lin(normal(h, "norm2"), p, f"{path}.ffn1")), p, f"{path}.ffn2")

    h = block(t["x"], "first", 2)
    seen = ((t["seen"] == 1) & torch.ones(3, 3, dtype=torch.bool).tril())[:, None].expand(5, 2, 3, 3)
    q, k, v = (heads_of(lin(h, p, f"masked.{i}"), 2) for i in "qkv")
    scores = (q @ k.transpose(-1, -2)) / math.sqrt(2)
    weights = torch.where(seen.any(-1, keepdim=True), torch.softmax(scores.masked_fill(~seen, -1e300), -1), 0.0)
    m = lin((weights @ v).transpose(1, 2).reshape(h.shape), p, "masked.o")
    y = block(m, "second", 1, is_causal=True)
    return {"out": y}, {"": mean1((y - t["y"]) ** 2)}


@case("""
network Positions {
    input x: [5, 4];
    input heads: [2, 3, 6];
    target y: [5, 4];
    let p = sinusoidal_positions(5, 4);
    output learned = x |> own: learned_positions;
    output out = learned * p;
    output turned = rotary(x);
    output turned_heads = rotary(heads);
    loss mse(out, y) + sum(turned ^ 3) + sum(turned_heads[1] ^ 3);
}
""", x=[5, 4], heads=[2, 3, 6], y=[5, 4], params={"own.weight": (5, 4)})
def positions(t, p):
    table = torch.zeros(5, 4, dtype=torch.float64)
    for pos in range(5):
        for i in range(2):
            angle = pos * 10000 ** (-2 * i / 4)
            table[pos, 2 * i], table[pos, 2 * i + 1] = math.sin(angle), math.cos(angle)

    def rotary(x):
        n, d = x.shape[-2:]
        pos, pair = torch.arange(n, dtype=torch.float64)[:, None], torch.arange(d // 2, dtype=torch.float64)
        turn = torch.polar(torch.ones(n, d // 2, dtype=torch.float64), pos * 10000 ** (-2 * pair / d))
        return torch.view_as_real(torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous()) * turn).flatten(-2)

    learned = t["x"] + p["own.weight"]
    out, turned, heads = learned * table, rotary(t["x"]), rotary(t["heads"])
    loss = mean1((out - t["y"]) ** 2) + (turned**3).sum((1, 2)) + (heads[:, 1] ** 3).sum((1, 2))
    return {"learned": learned, "out": out, "turned": turned, "turned_heads": heads}, {"": loss}
