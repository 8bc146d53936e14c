"""Convolutions, pools and resampling of images and signals."""
import torch
import torch.nn.functional as F

from refs import case, conv, dense, lin, mean1


def squares(outputs):
    """The sum of the means of squares, as the programs here have it for their loss."""
    return {"": sum(mean1(y**2) for y in outputs.values())}


def weights(**shapes):
    """`weight` and `bias` of each layer; a list is of kernels without a bias, a pair of kernels and the number of their results."""
    out = {}
    for path, shape in shapes.items():
        shape, filters = shape if isinstance(shape[0], tuple) else (shape, shape[0])
        out[f"{path}.weight"] = shape
        if path != "unbiased":
            out[f"{path}.bias"] = (filters,)
    return out


@case("""
network Cnn {
    input image: [2, 9, 9];
    target label: [] in 0..3;
    let a = image |> c1: conv2d(4, 3, pad = 1) |> relu |> max_pool2d(2);
    let b = a |> c2: conv2d(6, (3, 2), stride = (1, 2), groups = 2) |> tanh;
    output z = b |> flatten |> head: dense(3);
    loss cross_entropy(z, label);
}
""", image=[2, 9, 9], label=([], 3), params={**weights(c1=(4, 2, 3, 3), c2=(6, 2, 3, 2)), **dense("head", 6 * 2 * 2, 3)})
def cnn(t, p):
    a = F.max_pool2d(torch.relu(conv(t["image"], p, "c1", padding=1)), 2)
    b = torch.tanh(conv(a, p, "c2", stride=(1, 2), groups=2))
    z = lin(b.flatten(1), p, "head")
    return {"z": z}, {"": F.cross_entropy(z, t["label"], reduction="none")}


@case("""
network Wave {
    input x: [2, 16];
    target y: [3, 5];
    let a = x |> c1: conv1d(4, 3, dilation = 2, pad = 2) |> silu |> avg_pool1d(2);
    output out = a |> c2: conv1d(3, 4, bias = false) |> softsign;
    loss huber(out, y, delta = 0.5);
}
""", x=[2, 16], y=[3, 5], params={"c1.weight": (4, 2, 3), "c1.bias": (4,), "c2.weight": (3, 4, 4)})
def conv1d(t, p):
    a = F.avg_pool1d(F.silu(conv(t["x"], p, "c1", dilation=2, padding=2)), 2)
    y = F.softsign(conv(a, p, "c2"))
    return {"out": y}, {"": mean1(F.huber_loss(y, t["y"], delta=0.5, reduction="none"))}


@case("""
network Convs {
    input x: [4, 7, 6];
    output strided = x |> a: conv2d(3, 3, stride = 2, pad = 1);
    output mixed = x |> b: conv2d(6, (3, 2), stride = (2, 1), pad = (1, 0), dilation = (2, 1), groups = 2);
    output same = x |> unbiased: conv2d(4, 3, pad = "same", bias = false);
    output even = x |> d: conv2d(3, 2, pad = "same");
    output depthwise = x |> e: depthwise_conv2d(3, stride = 2, pad = 1);
    output whole = x |> f: conv2d(2, (7, 6));
    output uneven = x |> g: conv2d(2, 3, pad = [(2, 0), (1, 3)]);
    output far = x |> h: conv2d(2, 3, stride = 3, pad = 4, dilation = 2);
    output point = x |> i: conv2d(5, 1);
    output patches = x |> j: conv2d(2, (2, 3), stride = (4, 3));
    let some = mean(strided ^ 2) + mean(mixed ^ 2) + mean(same ^ 2) + mean(even ^ 2) + mean(depthwise ^ 2);
    loss some + mean(whole ^ 2) + mean(uneven ^ 2) + mean(far ^ 2) + mean(point ^ 2) + mean(patches ^ 2);
}
""", x=[4, 7, 6], batch=3, params=weights(a=(3, 4, 3, 3), b=(6, 2, 3, 2), unbiased=(4, 4, 3, 3), d=(3, 4, 2, 2), e=(4, 1, 3, 3),
                                          f=(2, 4, 7, 6), g=(2, 4, 3, 3), h=(2, 4, 3, 3), i=(5, 4, 1, 1), j=(2, 4, 2, 3)))
def convolutions(t, p):
    x = t["x"]
    out = {
        "strided": conv(x, p, "a", stride=2, padding=1),
        "mixed": conv(x, p, "b", stride=(2, 1), padding=(1, 0), dilation=(2, 1), groups=2),
        "same": conv(x, p, "unbiased", padding=1),
        "even": conv(F.pad(x, (0, 1, 0, 1)), p, "d"),
        "depthwise": conv(x, p, "e", stride=2, padding=1, groups=4),
        "whole": conv(x, p, "f"),
        "uneven": conv(F.pad(x, (1, 3, 2, 0)), p, "g"),
        "far": conv(x, p, "h", stride=3, padding=4, dilation=2),
        "point": conv(x, p, "i"),
        "patches": conv(x, p, "j", stride=(4, 3)),
    }
    return out, squares(out)


@case("""
network Signals {
    input x: [4, 11];
    output strided = x |> a: conv1d(3, 4, stride = 3, pad = 2);
    output dilated = x |> b: conv1d(4, 3, dilation = 3, pad = 1, groups = 2);
    output causal = x |> c: conv1d(2, 3, dilation = 2, pad = [(4, 0)]);
    output whole = x |> d: conv1d(3, 11);
    loss mean(strided ^ 2) + mean(dilated ^ 2) + mean(causal ^ 2) + mean(whole ^ 2);
}
""", x=[4, 11], batch=3, params=weights(a=(3, 4, 4), b=(4, 2, 3), c=(2, 4, 3), d=(3, 4, 11)))
def convolutions_of_signals(t, p):
    x = t["x"]
    out = {
        "strided": conv(x, p, "a", stride=3, padding=2),
        "dilated": conv(x, p, "b", dilation=3, padding=1, groups=2),
        "causal": conv(F.pad(x, (4, 0)), p, "c", dilation=2),
        "whole": conv(x, p, "d"),
    }
    return out, squares(out)


@case("""
network Transposed {
    input x: [3, 4, 3];
    output doubled = x |> a: conv_transpose2d(2, 3, stride = 2, pad = 1);
    output mixed = x |> b: conv_transpose2d(4, (2, 3), stride = (2, 3));
    output plain = x |> c: conv_transpose2d(2, (3, 2), pad = (1, 0));
    output wide = x |> d: conv_transpose2d(2, (4, 5), stride = 2, pad = 1);
    loss mean(doubled ^ 2) + mean(mixed ^ 2) + mean(plain ^ 2) + mean(wide ^ 2);
}
""", x=[3, 4, 3], batch=3, params=weights(a=((3, 2, 3, 3), 2), b=((3, 4, 2, 3), 4), c=((3, 2, 3, 2), 2), d=((3, 2, 4, 5), 2)))
def transposed_convolutions(t, p):
    turned = lambda path, **kw: F.conv_transpose2d(t["x"], p[path + ".weight"], p[path + ".bias"], **kw)
    out = {
        "doubled": turned("a", stride=2, padding=1),
        "mixed": turned("b", stride=(2, 3)),
        "plain": turned("c", padding=(1, 0)),
        "wide": turned("d", stride=2, padding=1),
    }
    return out, squares(out)


@case("""
network Pools {
    input x: [2, 7, 9];
    input s: [2, 11];
    output padded = max_pool2d(x, 3, stride = 2, pad = 1);
    output pairs = max_pool2d(x, 2);
    output mixed = max_pool2d(x, (3, 2), stride = (1, 2));
    output overlap = max_pool2d(x, 2, stride = 1);
    output signal = max_pool1d(s, 3, stride = 2, pad = 1);
    output halves = max_pool1d(s, 2);
    output means = avg_pool2d(x, 3, stride = 2, pad = 1);
    output mean_pairs = avg_pool2d(x, 2);
    output mean_signal = avg_pool1d(s, 4, stride = 3, pad = 2);
    output all_mean = global_avg_pool(x);
    output all_max = global_max_pool(x);
    output signal_mean = global_avg_pool(s);
    let largest = mean(padded ^ 2) + mean(pairs ^ 2) + mean(mixed ^ 2) + mean(overlap ^ 2) + mean(signal ^ 2) + mean(halves ^ 2);
    let some = mean(means ^ 2) + mean(mean_pairs ^ 2) + mean(mean_signal ^ 2);
    loss largest + some + mean(all_mean ^ 2) + mean(all_max ^ 2) + mean(signal_mean ^ 2);
}
""", x=[2, 7, 9], s=[2, 11], batch=3)
def pools(t, p):
    x, s = t["x"], t["s"]
    out = {
        "padded": F.max_pool2d(x, 3, stride=2, padding=1),
        "pairs": F.max_pool2d(x, 2),
        "mixed": F.max_pool2d(x, (3, 2), stride=(1, 2)),
        "overlap": F.max_pool2d(x, 2, stride=1),
        "signal": F.max_pool1d(s, 3, stride=2, padding=1),
        "halves": F.max_pool1d(s, 2),
        "means": F.avg_pool2d(x, 3, stride=2, padding=1),
        "mean_pairs": F.avg_pool2d(x, 2),
        "mean_signal": F.avg_pool1d(s, 4, stride=3, padding=2),
        "all_mean": x.mean(dim=(2, 3)),
        "all_max": x.amax(dim=(2, 3)),
        "signal_mean": s.mean(dim=2),
    }
    return out, squares(out)


@case("""
network Ties {
    input x: [1, 4, 6];
    let a = relu(x - 1.0);
    output two = max_pool2d(a, 2);
    output three = max_pool2d(a, 3, stride = 1, pad = 1);
    loss mean(two ^ 2 + 3 * two) + mean(three ^ 2 + 2 * three);
}
""", x=([1, 4, 6], (-1.0, 1.5)), batch=3)
def pools_of_equals(t, p):
    a = torch.relu(t["x"] - 1.0)
    two, three = F.max_pool2d(a, 2), F.max_pool2d(a, 3, stride=1, padding=1)
    return {"two": two, "three": three}, {"": mean1(two**2 + 3 * two) + mean1(three**2 + 2 * three)}


@case("""
network Volumes {
    input x: [2, 4, 5, 6];
    output largest = window_max(x, (2, 3, 2), (1, 2, 2), (0, 1, 1));
    output sums = window_sum(x, 2);
    loss mean(largest ^ 2) + mean(sums ^ 2);
}
""", x=[2, 4, 5, 6], batch=3)
def windows_of_volumes(t, p):
    out = {
        "largest": F.max_pool3d(t["x"], (2, 3, 2), stride=(1, 2, 2), padding=(0, 1, 1)),
        "sums": 8 * F.avg_pool3d(t["x"], 2),
    }
    return out, squares(out)


@case("""
network Resized {
    input x: [2, 5, 7];
    output uneven = adaptive_avg_pool2d(x, (2, 3));
    output one = adaptive_avg_pool2d(x, 1);
    output finer = adaptive_avg_pool2d(x, (6, 4));
    output nearest = upsample2d(x, 2);
    output nearest_mixed = upsample2d(x, (3, 2));
    output bilinear_2 = upsample2d(x, 2, mode = "bilinear");
    output bilinear_3 = upsample2d(x, 3, mode = "bilinear");
    let some = mean(uneven ^ 2) + mean(one ^ 2) + mean(finer ^ 2) + mean(nearest ^ 2);
    loss some + mean(nearest_mixed ^ 2) + mean(bilinear_2 ^ 2) + mean(bilinear_3 ^ 2);
}
""", x=[2, 5, 7], batch=3)
def resized(t, p):
    x = t["x"]
    larger = lambda factor, mode: F.interpolate(x, scale_factor=factor, mode=mode, **({} if mode == "nearest" else {"align_corners": False}))
    out = {
        "uneven": F.adaptive_avg_pool2d(x, (2, 3)),
        "one": F.adaptive_avg_pool2d(x, 1),
        "finer": F.adaptive_avg_pool2d(x, (6, 4)),
        "nearest": larger(2, "nearest"),
        "nearest_mixed": larger((3, 2), "nearest"),
        "bilinear_2": larger(2, "bilinear"),
        "bilinear_3": larger(3, "bilinear"),
    }
    return out, squares(out)
