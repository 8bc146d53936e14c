"""Recurrent layers and their cells, by PyTorch's modules."""
import torch
import torch.nn.functional as F

from refs import case, dense, lin, mean1


def module(kind, x, p, path, state=None):
    """A PyTorch module (or cell) with the parameters of `path`; the second bias is zero where the program has one."""
    n, (units, _) = x.shape[-1], p[path + ".w_hidden"].shape
    cell = kind in (torch.nn.RNNCell, torch.nn.LSTMCell, torch.nn.GRUCell)
    m = kind(n, units).double() if cell else kind(n, units, batch_first=True).double()
    end = "" if cell else "_l0"
    one = p.get(path + ".bias")
    w = {
        "weight_ih": p[path + ".w_input"].T, "weight_hh": p[path + ".w_hidden"].T,
        "bias_ih": p[path + ".b_input"] if one is None else one,
        "bias_hh": p[path + ".b_hidden"] if one is None else torch.zeros_like(one),
    }
    args = (x,) if state is None else (x, state)
    return torch.func.functional_call(m, {k + end: v for k, v in w.items()}, args)


def one_bias(path, n, u, gates):
    return {f"{path}.w_input": (n, gates * u), f"{path}.w_hidden": (u, gates * u), f"{path}.bias": (gates * u,)}


def two_biases(path, n, u):
    return {f"{path}.w_input": (n, 3 * u), f"{path}.w_hidden": (u, 3 * u), f"{path}.b_input": (3 * u,), f"{path}.b_hidden": (3 * u,)}


@case("""
network Lstm {
    input x: [7, 3];
    target y: [7, 1];
    output out = x |> rec: lstm(5) |> head: dense(1);
    loss mse(out, y);
}
""", x=[7, 3], y=[7, 1], params={**one_bias("rec", 3, 5, 4), **dense("head", 5, 1)})
def lstm(t, p):
    y = lin(module(torch.nn.LSTM, t["x"], p, "rec")[0], p, "head")
    return {"out": y}, {"": mean1((y - t["y"]) ** 2)}


@case("""
network Gru {
    input x: [6, 3];
    target label: [] in 0..2;
    output z = (x |> rec: gru(4))[-1] |> head: dense(2);
    loss cross_entropy(z, label);
}
""", x=[6, 3], label=([], 2), params={**two_biases("rec", 3, 4), **dense("head", 4, 2)})
def gru(t, p):
    z = lin(module(torch.nn.GRU, t["x"], p, "rec")[0][:, -1], p, "head")
    return {"z": z}, {"": F.cross_entropy(z, t["label"], reduction="none")}


@case("""
network Plain {
    input x: [5, 3];
    target y: [5, 4];
    let forward = x |> there: rnn(2);
    let backward = x |> flip(axis = 0) |> back: rnn(2) |> flip(axis = 0);
    output out = concat([forward, backward], axis = -1);
    loss mse(out, y);
}
""", x=[5, 3], y=[5, 4], params={**one_bias("there", 3, 2, 1), **one_bias("back", 3, 2, 1)})
def rnn_both_ways(t, p):
    x = t["x"]
    y = torch.cat([module(torch.nn.RNN, x, p, "there")[0], module(torch.nn.RNN, x.flip(1), p, "back")[0].flip(1)], -1)
    return {"out": y}, {"": mean1((y - t["y"]) ** 2)}


@case("""
network Cells {
    input x: [3];
    input h: [2];
    input c: [2];
    output plain = rc: rnn_cell(x, h);
    let (hidden, cell) = lc: lstm_cell(x, h, c);
    output next_h = hidden;
    output next_c = cell;
    output gated = gc: gru_cell(x, h);
    loss sum(plain ^ 3) + sum(next_h ^ 2) + sum(next_c) + sum(gated ^ 2);
}
""", x=[3], h=[2], c=[2], params={**one_bias("rc", 3, 2, 1), **one_bias("lc", 3, 2, 4), **two_biases("gc", 3, 2)})
def cells(t, p):
    x, h, c = t["x"], t["h"], t["c"]
    plain = module(torch.nn.RNNCell, x, p, "rc", h)
    hidden, cell = module(torch.nn.LSTMCell, x, p, "lc", (h, c))
    gated = module(torch.nn.GRUCell, x, p, "gc", h)
    loss = (plain**3).sum(1) + (hidden**2).sum(1) + cell.sum(1) + (gated**2).sum(1)
    return {"plain": plain, "next_h": hidden, "next_c": cell, "gated": gated}, {"": loss}
