"""Metrics: as outputs of inputs, a value for each sample. They have no gradient, but for `mean_absolute_error`."""
import torch
import torch.nn.functional as F

from refs import case, mean1


@case("""
network Metrics {
    input z: [2, 5];
    input p: [4];
    input q: [4];
    input label: [2] in 0..5;
    input dist: [2, 5];
    output hit = accuracy(z, label);
    output hit_dist = accuracy(z, dist);
    output side = binary_accuracy(p, q);
    output side_low = binary_accuracy(p, q, threshold = 0.2);
    output top_1 = top_k_accuracy(z, label, 1);
    output top_3 = top_k_accuracy(z, label, 3);
    output far = mean_absolute_error(p, q);
    loss far ^ 2;
}
""", z=[2, 5], p=([4], "unit"), q=([4], "unit"), label=([2], 5), dist=([2, 5], "prob"), batch=8)
def metrics(t, p):
    z, a, q, label = t["z"], t["p"], t["q"], t["label"]
    top = lambda k: mean1((z.topk(k, -1).indices == label[..., None]).any(-1).double())
    side = lambda low: mean1(((a > low) == (q > 0.5)).double())
    far = mean1((a - q).abs())
    return {
        "hit": mean1((z.argmax(-1) == label).double()), "hit_dist": mean1((z.argmax(-1) == t["dist"].argmax(-1)).double()),
        "side": side(0.5), "side_low": side(0.2), "top_1": top(1), "top_3": top(3), "far": far,
    }, {"": far**2}
