"""Losses."""
import torch
import torch.nn.functional as F

from refs import case, dense, lin, mean1, sum1


@case("""
network Classifier {
    input x: [6];
    target label: [] in 0..4;
    output z = x |> fc1: dense(10) |> gelu |> fc2: dense(4);
    loss cross_entropy(z, label);
}
""", x=[6], label=([], 4), params={**dense("fc1", 6, 10), **dense("fc2", 10, 4)})
def cross_entropy_index(t, p):
    z = lin(F.gelu(lin(t["x"], p, "fc1")), p, "fc2")
    return {"z": z}, {"": F.cross_entropy(z, t["label"], reduction="none")}


@case("""
network Soft {
    input x: [6];
    target y: [3];
    output z = x |> fc: dense(3, bias = false);
    loss cross_entropy(z, y, smoothing = 0.1);
}
""", x=[6], y=([3], "prob"), params=dense("fc", 6, 3, bias=False))
def cross_entropy_smooth(t, p):
    z = lin(t["x"], p, "fc")
    return {"z": z}, {"": F.cross_entropy(z, t["y"], label_smoothing=0.1, reduction="none")}


@case("""
network Losses {
    input p: [4];
    input z: [4];
    target y: [4];
    target s: [4];
    loss bce = bce(sigmoid(p), y);
    loss logits = bce_with_logits(z, y);
    loss mae = mae(z, s);
    loss smooth = smooth_l1(z, s);
    loss hinge = hinge(z, 2 * y - 1);
    loss kl = kl_div(softmax(p), y / sum(y));
    loss quantile = quantile(z, s, 0.8);
    loss poisson = poisson_nll(z, y);
}
""", p=[4], z=[4], y=([4], "unit"), s=[4])
def losses(t, p):
    a, z, y, s = t["p"], t["z"], t["y"], t["s"]
    q = y / y.sum(1, keepdim=True)
    e = s - z
    return {}, {
        "bce": mean1(F.binary_cross_entropy(torch.sigmoid(a), y, reduction="none")),
        "logits": mean1(F.binary_cross_entropy_with_logits(z, y, reduction="none")),
        "mae": mean1((z - s).abs()),
        "smooth": mean1(F.smooth_l1_loss(z, s, reduction="none")),
        "hinge": mean1(torch.relu(1 - (2 * y - 1) * z)),
        "kl": sum1(q * (q / torch.softmax(a, 1)).log()),
        "quantile": mean1(torch.maximum(0.8 * e, -0.2 * e)),
        "poisson": mean1(F.poisson_nll_loss(z, y, log_input=True, reduction="none")),
    }


@case("""
network Regression {
    input p: [2, 3];
    input v: [2, 3];
    target y: [2, 3];
    loss squares = mse(p, y);
    loss total = sse(p, y);
    loss half = half_sse(p, y);
    loss hub = huber(p, y);
    loss hub_small = huber(p, y, delta = 0.4);
    loss smooth_small = smooth_l1(p, y, beta = 0.6);
    loss smooth_zero = smooth_l1(p, y, beta = 0);
    loss cosh = log_cosh(p, y);
    loss low = quantile(p, y, 0.1);
    loss likelihood = gaussian_nll(p, v, y);
    loss angle = cosine_loss(p, y);
    loss three = triplet(p, y, v);
    loss three_far = triplet(p, v, y, margin = 3.0);
}
""", p=[2, 3], v=[2, 3], y=[2, 3], batch=6)
def losses_of_regression(t, p):
    a, v, y = t["p"], t["v"], t["y"]
    e = y - a
    row = lambda f, **kw: mean1(f(a, y, reduction="none", **kw))
    flat = lambda x: x.flatten(1)
    triplet = lambda a, p, n, m: F.triplet_margin_loss(flat(a), flat(p), flat(n), margin=m, eps=0, reduction="none")
    return {}, {
        "squares": row(F.mse_loss), "total": sum1(e**2), "half": 0.5 * sum1(e**2), "hub": row(F.huber_loss),
        "hub_small": row(F.huber_loss, delta=0.4), "smooth_small": row(F.smooth_l1_loss, beta=0.6), "smooth_zero": row(F.l1_loss),
        "cosh": mean1(torch.log(torch.cosh(e))), "low": mean1(torch.maximum(0.1 * e, -0.9 * e)),
        "likelihood": mean1(F.gaussian_nll_loss(a, y, v.exp(), eps=0, reduction="none")),
        "angle": mean1(1 - F.cosine_similarity(a, y, dim=-1)), "three": triplet(a, y, v, 1.0), "three_far": triplet(a, v, y, 3.0),
    }


@case("""
network Classes {
    input z: [3, 5];
    input s: [4];
    target label: [3] in 0..5;
    target some: [3] in 0..6;
    target dist: [3, 5];
    target side: [4];
    target yes: [4];
    loss plain = cross_entropy(z, label);
    loss smooth = cross_entropy(z, label, smoothing = 0.2);
    loss without = cross_entropy(z, label, ignore = 2);
    loss padded = cross_entropy(z, some, ignore = 5);
    loss padded_smooth = cross_entropy(z, some, ignore = 5, smoothing = 0.3);
    loss soft = cross_entropy(z, dist);
    loss likelihood = nll(log_softmax(z), label);
    loss kl = kl_div(softmax(z), dist);
    loss margin = hinge(s, side);
    loss margin_squared = squared_hinge(s, side);
    loss focus = focal(s, yes);
    loss focus_more = focal(s, yes, gamma = 3.5);
}
""", z=[3, 5], s=[4], label=([3], 5), some=([3], 6), dist=([3, 5], "prob"), side=([4], "sign"), yes=([4], (0.0, 1.0)), batch=6)
def losses_of_classes(t, p):
    z, s, label, some, dist, side = t["z"], t["s"], t["label"], t["some"], t["dist"], t["side"]
    yes = t["yes"]
    c = z.transpose(1, 2)

    def ignoring(y, index, **kw):
        rows = F.cross_entropy(c, torch.where(y == index, -1, y), ignore_index=-1, reduction="none", **kw)
        return rows.sum(1) / (y != index).sum(1).clamp(min=1)

    def focal(gamma):
        p_t = yes * torch.sigmoid(s) + (1 - yes) * (1 - torch.sigmoid(s))
        return mean1((1 - p_t) ** gamma * F.binary_cross_entropy_with_logits(s, yes, reduction="none"))

    logp = F.log_softmax(c, 1)
    return {}, {
        "plain": F.cross_entropy(c, label, reduction="none").mean(1),
        "smooth": F.cross_entropy(c, label, label_smoothing=0.2, reduction="none").mean(1),
        "without": ignoring(label, 2), "padded": ignoring(some, 5), "padded_smooth": ignoring(some, 5, label_smoothing=0.3),
        "soft": F.cross_entropy(c, dist.transpose(1, 2), reduction="none").mean(1),
        "likelihood": F.nll_loss(logp, label, reduction="none").mean(1),
        "kl": F.kl_div(logp, dist.transpose(1, 2), reduction="none").sum(1).mean(1),
        "margin": mean1(torch.relu(1 - side * s)), "margin_squared": mean1(torch.relu(1 - side * s) ** 2),
        "focus": focal(2), "focus_more": focal(3.5),
    }


@case("""
network Edges {
    input p: [4];
    input z: [3, 2];
    input q: [2];
    target y: [4];
    target none_left: [3] in 0..3;
    target sure: [2];
    loss clamped = bce(where(p > 0.7, 1.0, where(p < 0.3, 0.0, p)), y);
    loss ignored = cross_entropy(z, none_left, ignore = 2);
    loss certain = kl_div(q, real(sure > 1));
}
""", p=([4], "unit"), z=[3, 2], q=([2], "prob"), y=([4], "unit"), none_left=([3], 3), sure=([2], "prob"))
def losses_at_edges(t, p):
    a, y, z = t["p"], t["y"], t["z"]
    sure = torch.where(a > 0.7, 1.0, torch.where(a < 0.3, 0.0, a))
    index = t["none_left"]
    rows = F.cross_entropy(z.transpose(1, 2), torch.where(index == 2, -1, index), ignore_index=-1, reduction="none")
    return {}, {
        # PyTorch's own has an infinite derivative with respect to the target here.
        "clamped": mean1(-(y * sure.log().clamp(min=-100) + (1 - y) * (1 - sure).log().clamp(min=-100))),
        "ignored": rows.sum(1) / (index != 2).sum(1).clamp(min=1),
        "certain": 0 * t["q"].sum(1),
    }
