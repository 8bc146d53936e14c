"""Layers that own parameters, and dropout."""
import torch
import torch.nn.functional as F

from refs import case, dense, lin, mean1, sum1


@case("""
network Layers {
    input x: [3, 4];
    input i: [2, 3] in 0..7;
    target y: [3, 5];
    let h = x |> fc: dense(6) |> act: prelu;
    let o = h |> head: dense(5, bias = false, init = glorot_normal());
    output out = o |> dropout(0.0);
    output rows = table: embedding(i, 7, 2);
    loss fit = mse(out, y);
    loss size = sum(rows ^ 3);
}
""", x=[3, 4], i=([2, 3], 7), y=[3, 5], params={**dense("fc", 4, 6), "act.alpha": torch.tensor(0.3), **dense("head", 6, 5, bias=False), "table.weight": (7, 2)})
def layers(t, p):
    h = F.prelu(lin(t["x"], p, "fc"), p["act.alpha"])
    y, rows = lin(h, p, "head"), F.embedding(t["i"], p["table.weight"])
    return {"out": y, "rows": rows}, {"fit": mean1((y - t["y"]) ** 2), "size": sum1(rows**3)}


@case("""
network Still {
    input x: [6];
    output out = x |> dropout(0.5) |> fc: dense(2) |> dropout(0.9);
}
""", x=[6], mode="predict", params=dense("fc", 6, 2))
def dropout_predict(t, p):
    drop = torch.nn.Dropout(0.5).eval()
    return {"out": drop(lin(drop(t["x"]), p, "fc"))}, {}


@case("""
network Tied {
    input i: [4] in 0..5;
    target next: [4] in 0..5;
    let e = embed: embedding(i, 5, 3);
    output z = tanh(e) @ transpose(embed.weight);
    loss cross_entropy(z, next);
}
""", i=([4], 5), next=([4], 5), params={"embed.weight": (5, 3)})
def tied_embedding(t, p):
    w = p["embed.weight"]
    z = torch.tanh(F.embedding(t["i"], w)) @ w.T
    return {"z": z}, {"": F.cross_entropy(z.transpose(1, 2), t["next"], reduction="none").mean(1)}
