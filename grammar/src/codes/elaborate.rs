//! The codes of elaboration, `E0100` and up.

use super::CodeInfo;

/// The table, ascending.
pub(super) static CODES: &[CodeInfo] = &[
    CodeInfo {
        code: "E0100",
        title: "a name that nothing has",
        page: r"A body sees its own names, the `const`s of its file and of the files that it `use`s, and the prelude. `step`, `grad` and `param` are
names only inside an optimizer.

Wrong:

```nn
network A {
    input x: [3];
    output p = xs + 1;
}
```

Right:

```nn
network A {
    input x: [3];
    output p = x + 1;
}
```
",
    },
    CodeInfo {
        code: "E0101",
        title: "a function that nothing has",
        page: r"A call looks for a `fn` or `layer`: in the file, in those that it `use`s, then in the prelude and among the builtins.

Wrong:

```nn
network A {
    input x: [3];
    output p = x |> rleu;
}
```

Right:

```nn
network A {
    input x: [3];
    output p = x |> relu;
}
```
",
    },
    CodeInfo {
        code: "E0102",
        title: "a name declared twice in one block",
        page: r"An inner block may give a name another meaning, the same block may not. What changes is declared with `let mut`. Only a `param` may
bear the name of an argument.

Wrong:

```nn
network A {
    input x: [3];
    let h = x;
    let h = h + 1;
}
```

Right:

```nn
network A {
    input x: [3];
    let mut h = x;
    h = h + 1;
}
```
",
    },
    CodeInfo {
        code: "E0103",
        title: "an item declared twice",
        page: r"Functions and layers share one name space of a file, as do its consts, its optimizers and its networks.

Wrong:

```nn
fn f(x) = x;
fn f(x) = x + 1;

network A {
    input x: [3];
    output p = f(x);
}
```

Right:

```nn
fn f(x) = x;
fn g(x) = x + 1;

network A {
    input x: [3];
    output p = f(x);
}
```
",
    },
    CodeInfo {
        code: "E0104",
        title: "a name that cannot be assigned",
        page: r"Only a `let mut`, a state, a buffer, and in an optimizer `param` and `grad` are assigned.

Wrong:

```nn
network A {
    input x: [3];
    let h = x;
    h = h + 1;
}
```

Right:

```nn
network A {
    input x: [3];
    let mut h = x;
    h = h + 1;
}
```
",
    },
    CodeInfo {
        code: "E0105",
        title: "an assignment without its name",
        page: r"A name is declared before it is assigned, and a tuple is taken apart by as many names as it has parts.

Wrong:

```nn
network A {
    input x: [3];
    let (a, b) = (x, x, x);
}
```

Right:

```nn
network A {
    input x: [3];
    let (a, b, c) = (x, x, x);
}
```
",
    },
    CodeInfo {
        code: "E0107",
        title: "a function where a value is needed",
        page: r"Functions are called, or passed to an argument declared `: fn`.

Wrong:

```nn
network A {
    input x: [3];
    output p = relu + x;
}
```

Right:

```nn
network A {
    input x: [3];
    output p = relu(x);
}
```
",
    },
    CodeInfo {
        code: "E0108",
        title: "a value where a function is needed",
        page: r"Functions and values have name spaces of their own; a call looks for a function.

Wrong:

```nn
network A {
    input x: [3];
    let h = x;
    output p = x |> h;
}
```

Right:

```nn
network A {
    input x: [3];
    let h = x;
    output p = x + h;
}
```
",
    },
    CodeInfo {
        code: "E0109",
        title: "a statement that does not belong here",
        page: r"Parameters live in networks and layers; losses, metrics, outputs and optimizers in networks; inputs and targets among a network's own
statements, not in a loop.

Wrong:

```nn
fn f(z) {
    param w: [3] = zeros();
    z + w
}

network A {
    input x: [3];
    output p = f(x);
}
```

Right:

```nn
layer f(z) {
    param w: [3] = zeros();
    z + w
}

network A {
    input x: [3];
    output p = x |> l: f;
}
```
",
    },
    CodeInfo {
        code: "E0110",
        title: "a missing argument",
        page: r"Arguments without a default must be given, by position or by name.

Wrong:

```nn
network A {
    input x: [3];
    output p = x |> fc: dense();
}
```

Right:

```nn
network A {
    input x: [3];
    output p = x |> fc: dense(16);
}
```
",
    },
    CodeInfo {
        code: "E0111",
        title: "an argument of an unknown name",
        page: r"The message lists the names that the function has.

Wrong:

```nn
network A {
    input x: [3];
    output p = x |> fc: dense(16, bais = false);
}
```

Right:

```nn
network A {
    input x: [3];
    output p = x |> fc: dense(16, bias = false);
}
```
",
    },
    CodeInfo {
        code: "E0112",
        title: "too many arguments",
        page: r"Some arguments are only named: `axis` and `keep` of a reduction.

Wrong:

```nn
network A {
    input x: [3];
    output p = sum(x, 0);
}
```

Right:

```nn
network A {
    input x: [3];
    output p = sum(x, axis = 0);
}
```
",
    },
    CodeInfo {
        code: "E0113",
        title: "an argument given twice",
        page: r"Once by position and once by name is twice. What stands left of `|>` is the first argument.

Wrong:

```nn
network A {
    input x: [3];
    output p = x |> fc: dense(16, units = 8);
}
```

Right:

```nn
network A {
    input x: [3];
    output p = x |> fc: dense(units = 8);
}
```
",
    },
    CodeInfo {
        code: "E0114",
        title: "a value of the wrong kind",
        page: r"A static value, a tensor, a list or a function is needed, and another kind came. Lists do not become tensors by themselves.

Wrong:

```nn
network A {
    input x: [3];
    output p = x + [1, 2, 3];
}
```

Right:

```nn
network A {
    input x: [3];
    const k: [3] = [1, 2, 3];
    output p = x + k;
}
```
",
    },
    CodeInfo {
        code: "E0115",
        title: "an argument that does not fit its shape pattern",
        page: r"A pattern such as `x: [.., n]` names dimensions: a name is bound where it stands first and compared where it stands again, a number
must match, and `..` stands for any axes.

Wrong:

```nn
fn f(z: [4]) = z;

network A {
    input x: [3];
    output p = f(x);
}
```

Right:

```nn
fn f(z: [n]) = z * n;

network A {
    input x: [3];
    output p = f(x);
}
```
",
    },
    CodeInfo {
        code: "E0116",
        title: "a result that does not fit its promise",
        page: r"The pattern after `->` is checked against what the body gives.

Wrong:

```nn
fn f(z: [n]) -> [n, n] = z;

network A {
    input x: [3];
    output p = f(x);
}
```

Right:

```nn
fn f(z: [n]) -> [n] = z;

network A {
    input x: [3];
    output p = f(x);
}
```
",
    },
    CodeInfo {
        code: "E0117",
        title: "recursion",
        page: r"A program is written out by the compiler: a function that calls itself, or a `const` that needs itself, would never end.

Wrong:

```nn
fn f(z) = f(z) + 1;

network A {
    input x: [3];
    output p = f(x);
}
```

Right:

```nn
network A {
    input x: [3];
    let mut p = x;
    for i in 0..3 {
        p = p + 1;
    }
    output q = p;
}
```
",
    },
    CodeInfo {
        code: "E0118",
        title: "a layer called where only functions may be",
        page: r"A `fn` has no parameters and may call only fns.

Wrong:

```nn
fn f(z) = z |> fc: dense(2);

network A {
    input x: [3];
    output p = f(x);
}
```

Right:

```nn
layer f(z) { z |> fc: dense(2) }

network A {
    input x: [3];
    output p = x |> l: f;
}
```
",
    },
    CodeInfo {
        code: "E0120",
        title: "shapes that do not broadcast",
        page: r"Shapes are aligned at their last axes, as in NumPy: an axis of 1, or a missing one, is repeated; any others must be equal.

Wrong:

```nn
network A {
    input x: [3];
    let a = x |> fc: dense(2);
    output p = a + x;
}
```

Right:

```nn
network A {
    input x: [3];
    let a = x |> fc: dense(3);
    output p = a + x;
}
```
",
    },
    CodeInfo {
        code: "E0121",
        title: "a product that does not fit",
        page: r"`a @ b` sums over the last axis of `a` and the last but one of `b` (the only one of a vector); these must be equal.

Wrong:

```nn
network A {
    input x: [3];
    param w: [4, 2] = he_normal();
    output p = x @ w;
}
```

Right:

```nn
network A {
    input x: [3];
    param w: [3, 2] = he_normal();
    output p = x @ w;
}
```
",
    },
    CodeInfo {
        code: "E0122",
        title: "a reshape that loses or makes elements",
        page: r"The extents of both shapes multiply to the same number; at most one may be -1 and stands for what is left.

Wrong:

```nn
network A {
    input x: [3];
    output p = reshape(x, [2, 2]);
}
```

Right:

```nn
network A {
    input x: [3];
    output p = reshape(x, [1, -1]);
}
```
",
    },
    CodeInfo {
        code: "E0123",
        title: "an axis that is not there",
        page: r"Axes count from 0, negative ones from the end.

Wrong:

```nn
network A {
    input x: [3];
    output p = sum(x, axis = 1);
}
```

Right:

```nn
network A {
    input x: [3];
    output p = sum(x, axis = -1);
}
```
",
    },
    CodeInfo {
        code: "E0124",
        title: "an index outside",
        page: r"Indices and slices lie within the axis, negative ones count from the end, and a slice of a tensor keeps at least one element.

Wrong:

```nn
network A {
    input x: [3];
    output p = x[3];
}
```

Right:

```nn
network A {
    input x: [3];
    output p = x[-1];
}
```
",
    },
    CodeInfo {
        code: "E0125",
        title: "too many indices",
        page: r"One index for each axis from the first; an index tensor stands alone and gathers along the leading axis.

Wrong:

```nn
network A {
    input x: [3];
    output p = x[0, 1];
}
```

Right:

```nn
network A {
    input x: [3];
    output p = x[0];
}
```
",
    },
    CodeInfo {
        code: "E0126",
        title: "tensors that cannot be joined or padded",
        page: r"`concat` joins tensors that agree in every axis but one, `stack` equal shapes, `pad` takes a pair for each axis.

Wrong:

```nn
network A {
    input x: [3];
    output p = concat([x, reshape(x, [1, 3])]);
}
```

Right:

```nn
network A {
    input x: [3];
    output p = concat([x, x]);
}
```
",
    },
    CodeInfo {
        code: "E0128",
        title: "an order of axes that is none",
        page: r"`transpose` names each axis once.

Wrong:

```nn
network A {
    input x: [3];
    output p = transpose(reshape(x, [1, 3]), [0, 0]);
}
```

Right:

```nn
network A {
    input x: [3];
    output p = transpose(reshape(x, [1, 3]), [1, 0]);
}
```
",
    },
    CodeInfo {
        code: "E0129",
        title: "axes of a contraction that do not fit",
        page: r#"`contract(a, b, "ik,kj->ij")` has a small letter for each axis of both operands, then of the result; equal letters are equal extents.

Wrong:

```nn
network A {
    input x: [3];
    output p = contract(x, x, "i->i");
}
```

Right:

```nn
network A {
    input x: [3];
    output p = contract(x, x, "i,i->");
}
```
"#,
    },
    CodeInfo {
        code: "E0130",
        title: "an integer too large",
        page: r"Static integers are 64 bits with a sign, and their arithmetic is exact.

Wrong:

```nn
network A {
    input x: [3];
    let a = 10 ^ 30;
}
```

Right:

```nn
network A {
    input x: [3];
    let a = 10.0 ^ 30;
}
```
",
    },
    CodeInfo {
        code: "E0131",
        title: "division by zero",
        page: r"A static division by zero has no value.

Wrong:

```nn
network A {
    input x: [3];
    let a = 1 / 0;
}
```

Right:

```nn
network A {
    input x: [3];
    let a = 1 / 2.0;
}
```
",
    },
    CodeInfo {
        code: "E0132",
        title: "a division of integers that leaves a remainder",
        page: r"Integers divide exactly or not at all, so that no shape is rounded behind your back.

Wrong:

```nn
network A {
    input x: [3];
    let a = 7 / 2;
}
```

Right:

```nn
network A {
    input x: [3];
    let a = 7 / 2.0;
}
```
",
    },
    CodeInfo {
        code: "E0133",
        title: "operands that do not go together",
        page: r#"The operator, or the index, does not take values of these kinds.

Wrong:

```nn
network A {
    input x: [3];
    let a = "a" + 1;
}
```

Right:

```nn
network A {
    input x: [3];
    let a = 2 + 1;
}
```
"#,
    },
    CodeInfo {
        code: "E0134",
        title: "arithmetic on an index",
        page: r"An index names one of n things; its number has no size. `real` makes a real of it, `one_hot` a vector.

Wrong:

```nn
network A {
    input x: [3];
    input t: [] in 0..4;
    output p = t + 1;
}
```

Right:

```nn
network A {
    input x: [3];
    input t: [] in 0..4;
    output p = real(t) + 1;
}
```
",
    },
    CodeInfo {
        code: "E0135",
        title: "reals and conditions mixed up",
        page: r"`&&`, `||`, `!` and the first argument of `where` take conditions; arithmetic takes reals.

Wrong:

```nn
network A {
    input x: [3];
    output p = where(x, x, 0.0);
}
```

Right:

```nn
network A {
    input x: [3];
    output p = where(x > 0, x, 0.0);
}
```
",
    },
    CodeInfo {
        code: "E0136",
        title: "an `if` that is not static",
        page: r"The compiler decides an `if`; a choice that depends on a tensor is `where(condition, a, b)`, element by element.

Wrong:

```nn
network A {
    input x: [3];
    output p = if x > 0 { x } else { -x };
}
```

Right:

```nn
network A {
    input x: [3];
    output p = where(x > 0, x, -x);
}
```
",
    },
    CodeInfo {
        code: "E0137",
        title: "a number that is not finite",
        page: r"Static arithmetic gave infinity or no number at all. Infinity itself is written `inf`.

Wrong:

```nn
network A {
    input x: [3];
    let a = log(0.0);
}
```

Right:

```nn
network A {
    input x: [3];
    let a = -inf;
}
```
",
    },
    CodeInfo {
        code: "E0138",
        title: "a window that does not fit",
        page: r"A kernel or a window lies on its image, padding counted: along an axis of n elements it has ⌊(n + before + after − dilation·(k − 1) − 1)/stride⌋ + 1
places, at least one. A pool's window is padded by at most half of it, so that none lies in the padding alone; padding `same` goes with stride 1.

Wrong:

```nn
network A {
    input x: [1, 3, 3];
    output p = x |> c: conv2d(4, 5);
}
```

Right:

```nn
network A {
    input x: [1, 3, 3];
    output p = x |> c: conv2d(4, 5, pad = 1);
}
```
",
    },
    CodeInfo {
        code: "E0139",
        title: "a convolution whose parts do not fit",
        page: r"Images are `[channels, n…]` with one axis or two behind the channels; kernels are `[filters, channels/groups, k…]`, of a transposed convolution
`[channels, filters, k…]`. Groups divide both channels and filters.

Wrong:

```nn
network A {
    input x: [3, 8];
    param w: [4, 2, 3] = zeros();
    output p = conv(x, w);
}
```

Right:

```nn
network A {
    input x: [3, 8];
    param w: [4, 3, 3] = zeros();
    output p = conv(x, w);
}
```
",
    },
    CodeInfo {
        code: "E0140",
        title: "two parameters with one path",
        page: r"Paths are the contract of checkpoints. A label names a layer; without one, a layer is called after the name that its statement binds.

Wrong:

```nn
network A {
    input x: [3];
    let mut h = x |> dense(3);
    h = h |> dense(3);
}
```

Right:

```nn
network A {
    input x: [3];
    let mut h = x |> fc1: dense(3);
    h = h |> fc2: dense(3);
}
```
",
    },
    CodeInfo {
        code: "E0141",
        title: "a shared layer used on two shapes",
        page: r"A layer declared with `shared` has its parameters from its first use; later inputs must give the same shapes.

Wrong:

```nn
network A {
    input x: [3];
    shared enc = dense(4);
    let a = x |> enc;
    let b = a |> enc;
}
```

Right:

```nn
network A {
    input x: [3];
    shared enc = dense(3);
    let a = x |> enc;
    let b = a |> enc;
}
```
",
    },
    CodeInfo {
        code: "E0142",
        title: "a path without a parameter",
        page: r"`name.path` is a parameter of the instance `name`: a label, or the name of the statement that called the layer.

Wrong:

```nn
network A {
    input x: [3];
    let h = x |> fc1: dense(2);
    loss l2(h.weight);
}
```

Right:

```nn
network A {
    input x: [3];
    let h = x |> fc1: dense(2);
    loss l2(fc1.weight);
}
```
",
    },
    CodeInfo {
        code: "E0143",
        title: "a part of something that has no parts",
        page: r"Only layer instances have parts.

Wrong:

```nn
network A {
    input x: [3];
    let a = (x + 1).weight;
}
```

Right:

```nn
network A {
    input x: [3];
    let a = x |> fc: dense(2);
    let w = fc.weight;
}
```
",
    },
    CodeInfo {
        code: "E0144",
        title: "something else than an initialiser",
        page: r"A `param` begins with an initialiser or with a literal of its shape.

Wrong:

```nn
network A {
    input x: [3];
    param w: [3] = 0.5;
}
```

Right:

```nn
network A {
    input x: [3];
    param w: [3] = constant(0.5);
}
```
",
    },
    CodeInfo {
        code: "E0145",
        title: "a literal of another shape",
        page: r"Lists nest as deep as the shape has axes, and each has as many elements as its axis.

Wrong:

```nn
network A {
    input x: [3];
    param w: [2, 2] = [[1, 2], [3]];
}
```

Right:

```nn
network A {
    input x: [3];
    param w: [2, 2] = [[1, 2], [3, 4]];
}
```
",
    },
    CodeInfo {
        code: "E0146",
        title: "something else than a shape",
        page: r"A shape is a list of integers of at least 1; `[]` is a scalar.

Wrong:

```nn
network A {
    input x: [0];
}
```

Right:

```nn
network A {
    input x: [1];
}
```
",
    },
    CodeInfo {
        code: "E0147",
        title: "a tensor too large",
        page: r"The most elements of a tensor are 2,147,483,648, its most axes 16.

Wrong:

```nn
network A {
    input x: [4294967295, 4294967295];
}
```

Right:

```nn
network A {
    input x: [1024, 1024];
}
```
",
    },
    CodeInfo {
        code: "E0148",
        title: "a range that is no index",
        page: r"An index runs over `0..n`, and is never negative.

Wrong:

```nn
network A {
    input t: [] in 1..4;
}
```

Right:

```nn
network A {
    input t: [] in 0..4;
}
```
",
    },
    CodeInfo {
        code: "E0149",
        title: "training and prediction disagree",
        page: r"The two passes are compiled separately and must have the same parameters, buffers, inputs and outputs. `if training` may change what
is computed.

Wrong:

```nn
network A {
    input x: [3];
    output p = if training { x |> fc: dense(2) } else { x[0..2] };
}
```

Right:

```nn
network A {
    input x: [3];
    let a = x |> fc: dense(2);
    output p = if training { a * 2.0 } else { a };
}
```
",
    },
    CodeInfo {
        code: "E0150",
        title: "a loss or metric that is no scalar",
        page: r"Each is one number for each sample.

Wrong:

```nn
network A {
    input x: [3];
    loss x ^ 2;
}
```

Right:

```nn
network A {
    input x: [3];
    loss mean(x ^ 2);
}
```
",
    },
    CodeInfo {
        code: "E0151",
        title: "said twice",
        page: r"Loss terms and metrics have names of their own, at most one loss is unnamed, and `precision`, `emit` and each `budget` are said once.

Wrong:

```nn
network A {
    input x: [3];
    loss mean(x);
    loss sum(x);
}
```

Right:

```nn
network A {
    input x: [3];
    loss data = mean(x);
    loss all = sum(x);
}
```
",
    },
    CodeInfo {
        code: "E0152",
        title: "an output that depends on a target",
        page: r"Only losses and metrics may: there are no targets when the network predicts.

Wrong:

```nn
network A {
    input x: [3];
    target y: [3];
    output e = x - y;
}
```

Right:

```nn
network A {
    input x: [3];
    target y: [3];
    metric e = mean(x - y);
}
```
",
    },
    CodeInfo {
        code: "E0154",
        title: "an unknown precision",
        page: r"Reals are `f32` (the default) or `f64`.

Wrong:

```nn
network A {
    input x: [3];
    precision f16;
}
```

Right:

```nn
network A {
    input x: [3];
    precision f64;
}
```
",
    },
    CodeInfo {
        code: "E0155",
        title: "an unknown way to emit",
        page: r"`unrolled` writes scalars in a straight line, `kernels` calls kernels; without the statement the compiler chooses.

Wrong:

```nn
network A {
    input x: [3];
    emit loops;
}
```

Right:

```nn
network A {
    input x: [3];
    emit kernels;
}
```
",
    },
    CodeInfo {
        code: "E0156",
        title: "an unknown budget",
        page: r"`memory` is a training step's, `predict` that of inference; both in bytes.

Wrong:

```nn
network A {
    input x: [3];
    budget time = 10;
}
```

Right:

```nn
network A {
    input x: [3];
    budget memory = 65_536;
}
```
",
    },
    CodeInfo {
        code: "E0157",
        title: "an assertion that does not hold",
        page: r#"The message is the author's own; the values of both sides follow. It is told at the call of the layer or function that asserts.

Wrong:

```nn
layer halves(z: [n]) {
    assert n % 2 == 0, "halves needs an even width";
    z[0..n / 2]
}

network A {
    input x: [3];
    output p = x |> f: halves;
}
```

Right:

```nn
layer halves(z: [n]) {
    assert n % 2 == 0, "halves needs an even width";
    z[0..n / 2]
}

network A {
    input x: [3];
    output p = concat([x, x[0..1]]) |> f: halves;
}
```
"#,
    },
    CodeInfo {
        code: "E0158",
        title: "an assertion that is not static",
        page: r#"`assert` is checked while compiling; a tensor has no value then.

Wrong:

```nn
network A {
    input x: [3];
    assert x > 0, "positive";
}
```

Right:

```nn
network A {
    input x: [3];
    assert len(x) == 3, "three";
}
```
"#,
    },
    CodeInfo {
        code: "E0159",
        title: "a batch of no samples",
        page: r"`batch N;` is the most samples that a training step takes, where `batch_mean` or `batch_var` is used in training: a static integer, 1
or more.

Wrong:

```nn
network A {
    input x: [3];
    output p = x |> fc: dense(2);
    batch 0;
}
```

Right:

```nn
network A {
    input x: [3];
    output p = x |> fc: dense(2) |> bn: batch_norm;
    batch 64;
}
```
",
    },
    CodeInfo {
        code: "E0160",
        title: "a loop too long",
        page: r"A loop over static values is written out and has at most 65,536 iterations.

Wrong:

```nn
network A {
    input x: [3];
    for i in 0..1000000 {
        let a = i;
    }
}
```

Right:

```nn
network A {
    input x: [3];
    for i in 0..10 {
        let a = i;
    }
}
```
",
    },
    CodeInfo {
        code: "E0161",
        title: "a program that takes too many steps",
        page: r"A network is written out in at most 1,000,000 steps.

Wrong:

```nn
network A {
    input x: [3];
    for i in 0..60000 {
        for j in 0..60000 {
            let a = i + j;
        }
    }
}
```

Right:

```nn
network A {
    input x: [3];
    for i in 0..6 {
        for j in 0..6 {
            let a = i + j;
        }
    }
}
```
",
    },
    CodeInfo {
        code: "E0162",
        title: "a network with too many operations",
        page: r"A pass has at most 200,000 operations before differentiation.
",
    },
    CodeInfo {
        code: "E0163",
        title: "expressions nested too deep",
        page: r"Expressions and calls nest at most so deep as the message says. Name parts with `let`.
",
    },
    CodeInfo {
        code: "E0164",
        title: "a list too long or nested too deep",
        page: r"A list has at most 1,048,576 elements, and lists nest at most 32 deep.

Wrong:

```nn
network A {
    input x: [3];
    let a = [0] * 10000000;
}
```

Right:

```nn
network A {
    input x: [3];
    let a = [0] * 10;
}
```
",
    },
    CodeInfo {
        code: "E0165",
        title: "a loop over something that is no list",
        page: r"`for i in 0..4` counts, `for w in [6, 5]` takes the elements of a list, `for z in xs` the slices of a tensor along its leading axis.

Wrong:

```nn
network A {
    input x: [3];
    for i in 3 {
        let a = i;
    }
}
```

Right:

```nn
network A {
    input x: [3];
    for i in 0..3 {
        let a = i;
    }
}
```
",
    },
    CodeInfo {
        code: "E0166",
        title: "a loop that changes a shape",
        page: r"What a loop over a tensor carries from one iteration to the next keeps its shape.

Wrong:

```nn
network A {
    input x: [3];
    let mut h = x;
    for z in x {
        h = concat([h, x]);
    }
}
```

Right:

```nn
network A {
    input x: [3];
    let mut h = x;
    for z in x {
        h = h + z;
    }
}
```
",
    },
    CodeInfo {
        code: "E0167",
        title: "a `yield` outside a loop",
        page: r"`yield e;` stands in the body of a `for` and stacks the values of its iterations.

Wrong:

```nn
network A {
    input x: [3];
    yield x;
}
```

Right:

```nn
network A {
    input x: [3];
    let rows = for i in 0..2 {
        yield x * i;
    };
}
```
",
    },
    CodeInfo {
        code: "E0168",
        title: "a loop whose body has a value",
        page: r"The body of a `for` gives nothing; `yield` stacks values.

Wrong:

```nn
network A {
    input x: [3];
    let a = for i in 0..2 { i + 1 };
}
```

Right:

```nn
network A {
    input x: [3];
    let a = for i in 0..2 { yield i + 1; };
}
```
",
    },
    CodeInfo {
        code: "E0169",
        title: "yields that do not stack",
        page: r"All iterations yield one shape, and a loop over a tensor yields once in each.

Wrong:

```nn
network A {
    input x: [3];
    let a = for i in 1..3 { yield x[0..i]; };
}
```

Right:

```nn
network A {
    input x: [3];
    let a = for i in 0..3 { yield x[i]; };
}
```
",
    },
    CodeInfo {
        code: "E0170",
        title: "a derivative of something that is no scalar",
        page: r"`grad(u, x)` takes a scalar for each sample; `jvp(u, x, v)` takes any shape, and a direction of the name's shape.

Wrong:

```nn
network A {
    input x: [3];
    let u = x ^ 2;
    let d = grad(u, x);
}
```

Right:

```nn
network A {
    input x: [3];
    let u = sum(x ^ 2);
    let d = grad(u, x);
}
```
",
    },
    CodeInfo {
        code: "E0171",
        title: "a derivative with respect to something that is no name",
        page: r"Derivatives are taken with respect to names: inputs, `let`s and parameters.

Wrong:

```nn
network A {
    input x: [3];
    let u = sum(x ^ 2);
    let d = grad(u, x[0]);
}
```

Right:

```nn
network A {
    input x: [3];
    let u = sum(x ^ 2);
    let d = grad(u, x)[0];
}
```
",
    },
    CodeInfo {
        code: "E0172",
        title: "a derivative of what does not depend",
        page: r"A name is taken as independent: only what was computed from that very name varies with it.

Wrong:

```nn
network A {
    input x: [3];
    let a = x;
    let u = sum(x ^ 2);
    let d = grad(u, a);
}
```

Right:

```nn
network A {
    input x: [3];
    let a = x;
    let u = sum(a ^ 2);
    let d = grad(u, a);
}
```
",
    },
    CodeInfo {
        code: "E0173",
        title: "a derivative that does not exist",
        page: r"Positions (`argmax`), indices and conditions jump.

Wrong:

```nn
network A {
    input x: [3];
    let u = real(argmax(x));
    let d = grad(u, x);
}
```

Right:

```nn
network A {
    input x: [3];
    let u = max(x);
    let d = grad(u, x);
}
```
",
    },
    CodeInfo {
        code: "E0174",
        title: "too many networks in a file",
        page: r"A file has at most 1,000 networks. What differs in its arguments only is one `layer`.
",
    },
    CodeInfo {
        code: "E0175",
        title: "random numbers in prediction",
        page: r"`predict` gives the same result every time. Noise wanted there comes in as an input.

Wrong:

```nn
network A {
    input x: [3];
    output p = x + random_normal([3]);
}
```

Right:

```nn
network A {
    input x: [3];
    output p = if training { x + random_normal([3]) } else { x };
}
```
",
    },
    CodeInfo {
        code: "E0176",
        title: "a probability outside 0 to 1",
        page: r"`bernoulli(p, shape)` is true with probability `p`.

Wrong:

```nn
network A {
    input x: [3];
    let a = bernoulli(1.5, [3]);
}
```

Right:

```nn
network A {
    input x: [3];
    output p = if training { where(bernoulli(0.5, [3]), x, 0.0) } else { x };
}
```
",
    },
    CodeInfo {
        code: "E0177",
        title: "too many files",
        page: r"A program has at most 1,000 files, those that its files `use` among them.
",
    },
    CodeInfo {
        code: "E0180",
        title: "an unknown optimizer",
        page: r"An optimizer is declared in the file, in one that it `use`s, or in the prelude.

Wrong:

```nn
network A {
    input x: [3];
    optimizer adma();
}
```

Right:

```nn
network A {
    input x: [3];
    optimizer adam();
}
```
",
    },
    CodeInfo {
        code: "E0181",
        title: "a parameter that no optimizer updates",
        page: r"Where optimizers are `for` some parameters, each other one needs one too, or is frozen.

Wrong:

```nn
network A {
    input x: [3];
    let h = x |> fc: dense(2);
    optimizer sgd(lr = 0.1) for weights;
}
```

Right:

```nn
network A {
    input x: [3];
    let h = x |> fc: dense(2);
    optimizer sgd(lr = 0.1) for weights;
    optimizer adam() for biases;
}
```
",
    },
    CodeInfo {
        code: "E0182",
        title: "two optimizers for one parameter",
        page: r"The most specific wins: a longer path over a shorter one, a path over a group, a group over all. Two that are equally specific cannot
both update a parameter.

Wrong:

```nn
network A {
    input x: [3];
    let h = x |> fc: dense(2);
    optimizer sgd(lr = 0.1);
    optimizer adam();
}
```

Right:

```nn
network A {
    input x: [3];
    let h = x |> fc: dense(2);
    optimizer sgd(lr = 0.1);
    optimizer adam() for fc;
}
```
",
    },
    CodeInfo {
        code: "E0183",
        title: "an optimizer that is not well formed",
        page: r"A body assigns `param`; a state is one number for each parameter element (`state m = zeros();`) or one for the optimizer
(`state mu: [] = ones();`), begun as one number.

Wrong:

```nn
optimizer lazy(lr) {
    grad = lr * grad;
}

network A {
    input x: [3];
    let h = x |> fc: dense(2);
    optimizer lazy(lr = 0.1);
}
```

Right:

```nn
optimizer plain(lr) {
    param = param - lr * grad;
}

network A {
    input x: [3];
    let h = x |> fc: dense(2);
    optimizer plain(lr = 0.1);
}
```
",
    },
    CodeInfo {
        code: "E0184",
        title: "a path without parameters",
        page: r"`freeze` and `for` take the path of a layer or parameter, or one of the groups `params`, `weights`, `biases`.

Wrong:

```nn
network A {
    input x: [3];
    let h = x |> fc1: dense(2);
    freeze fc2;
}
```

Right:

```nn
network A {
    input x: [3];
    let h = x |> fc1: dense(2);
    freeze fc1;
}
```
",
    },
    CodeInfo {
        code: "E0186",
        title: "an optimizer's argument that is no number",
        page: r#"It is a number, or a schedule: an expression of `step`.

Wrong:

```nn
network A {
    input x: [3];
    let h = x |> fc: dense(2);
    optimizer adam(lr = "fast");
}
```

Right:

```nn
network A {
    input x: [3];
    let h = x |> fc: dense(2);
    optimizer adam(lr = cosine(1e-3, 1000));
}
```
"#,
    },
    CodeInfo {
        code: "E0187",
        title: "a static argument that is not static",
        page: r"An argument declared `const` is decided while compiling.

Wrong:

```nn
network A {
    input x: [3];
    let h = x |> fc: dense(2);
    optimizer adam(clip_norm = 1.0 / step);
}
```

Right:

```nn
network A {
    input x: [3];
    let h = x |> fc: dense(2);
    optimizer adam(clip_norm = 1.0);
}
```
",
    },
    CodeInfo {
        code: "E0188",
        title: "an `unroll` that cannot be so",
        page: r"A training sample has at least one step, and no more than 1,024. Longer sequences are cut into samples: the states that one hands back
begin the next.

Wrong:

```nn
network A {
    input x: [3];
    state h: [3] = zeros();
    h = 0.9 * h + x;
    output p = h;
    unroll 0;
}
```

Right:

```nn
network A {
    input x: [3];
    state h: [3] = zeros();
    h = 0.9 * h + x;
    output p = h;
    unroll 16;
}
```
",
    },
    CodeInfo {
        code: "E0190",
        title: "not written by hand",
        page: r"`scan` is what a loop over a tensor becomes. Programs write the loop.

Wrong:

```nn
network A {
    input x: [4, 3];
    output p = scan(x, zeros([3]));
}
```

Right:

```nn
network A {
    input x: [4, 3];
    let mut h = zeros([3]);
    output p = for z in x { h = 0.5 * h + z; yield h; };
}
```
",
    },
    CodeInfo {
        code: "E0191",
        title: "a time loop too long",
        page: r"Loops over tensors are written out in this version, up to 1,024 steps; kept loops come with the next release.

Wrong:

```nn
network A {
    input s: [5000];
    for z in s {
        let a = z;
    }
}
```

Right:

```nn
network A {
    input s: [50];
    for z in s {
        let a = z;
    }
}
```
",
    },
    CodeInfo {
        code: "E0192",
        title: "a file that cannot be read",
        page: r#"The path of `use` is relative to the file that says it; in the macro, to the folder of `Cargo.toml`.

Wrong:

```nn
use "nowhere.nn";
```
"#,
    },
    CodeInfo {
        code: "E0193",
        title: "a name that two files have",
        page: r"Two of the files that this one `use`s declare the name. A declaration in this file would be preferred to both.
",
    },
    CodeInfo {
        code: "E0194",
        title: "two networks of one module",
        page: r"A network becomes a module named after it in small letters; two may not be equal.

Wrong:

```nn
network AbC {
    input x: [3];
}
network Ab_c {
    input x: [3];
}
```

Right:

```nn
network AbC {
    input x: [3];
}
network Other {
    input x: [3];
}
```
",
    },
    CodeInfo {
        code: "E0195",
        title: "no batch to look across",
        page: r"`batch_mean` and `batch_var` look across the samples of a training batch. What is the same for all samples has nothing to look across,
and a prediction is one sample's: an output that depends on other samples has no meaning there. Compute it otherwise in predictions, as
`batch_norm` does from its buffers.

Wrong:

```nn
network A {
    input x: [3];
    output p = x - batch_mean(x);
}
```

Right:

```nn
network A {
    input x: [3];
    buffer centre: [3] = zeros();
    centre = 0.9 * centre + 0.1 * batch_mean(x);
    output p = if training { x - batch_mean(x) } else { x - centre };
}
```
",
    },
    CodeInfo {
        code: "E0196",
        title: "a buffer that cannot be updated so",
        page: r"A buffer is one for all samples. It is assigned once in the network, outside loops over tensors, with a value of its shape that does
not depend on the sample.

Wrong:

```nn
network A {
    input x: [3];
    buffer m: [3] = zeros();
    m = m + x;
}
```

Right:

```nn
network A {
    input x: [3];
    buffer m: [3] = zeros();
    m = m + 1;
}
```
",
    },
    CodeInfo {
        code: "E0197",
        title: "an index that does not fit its table",
        page: r"The range of the index, as declared, must not be larger than the axis.

Wrong:

```nn
network A {
    input x: [3];
    input t: [] in 0..9;
    let a = x[t];
}
```

Right:

```nn
network A {
    input x: [3];
    input t: [] in 0..3;
    let a = x[t];
}
```
",
    },
    CodeInfo {
        code: "E0198",
        title: "a state that cannot be so",
        page: r"A state keeps its shape from step to step, and begins with the same numbers for every sequence: `zeros()`, `ones()`, `constant(v)` or a
literal.

Wrong:

```nn
network A {
    input x: [3];
    state h: [3] = zeros();
    h = concat([h, x]);
    output p = h;
}
```

Right:

```nn
network A {
    input x: [3];
    state h: [3] = zeros();
    h = 0.9 * h + x;
    output p = h;
}
```
",
    },
    CodeInfo {
        code: "E0199",
        title: "something that gives no value",
        page: r"A block's value is its last expression, without `;`; a loop's is what it yields; an `if` without `else` may give none.

Wrong:

```nn
network A {
    input x: [3];
    let a = if 1 == 2 { 3 };
}
```

Right:

```nn
network A {
    input x: [3];
    let a = if 1 == 2 { 3 } else { 4 };
}
```
",
    },
];
