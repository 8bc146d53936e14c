//! What the reference says of each builtin.

/// A builtin as documents show it.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// `sum`
    pub name: &'static str,
    /// Its arguments; `?` marks one that may be left out, `=` one that may be left out and is only named.
    pub signature: &'static [&'static str],
    /// A sentence; empty if none was written.
    pub doc: &'static str,
}

/// All builtins, in the order of their tables.
pub fn builtins() -> impl Iterator<Item = Builtin> {
    super::TABLES.iter().flat_map(|table| table.iter()).map(|primitive| {
        let row = DOCS.iter().find(|(name, _)| *name == primitive.name);
        Builtin { name: primitive.name, signature: primitive.signature, doc: row.map_or("", |(_, doc)| doc) }
    })
}

static DOCS: &[(&str, &str)] = &[
    // Element by element.
    ("abs", "The absolute value; its derivative at 0 is 0."),
    ("sign", "−1, 0 or 1; its derivative is 0 everywhere."),
    ("exp", "eˣ"),
    ("expm1", "eˣ − 1, exact near 0."),
    ("log", "The natural logarithm."),
    ("log1p", "log(1 + x), exact near 0."),
    ("sqrt", "The square root; its derivative at 0 is +∞."),
    ("rsqrt", "1/√x"),
    ("sin", "The sine, of radians."),
    ("cos", "The cosine, of radians."),
    ("tanh", "The hyperbolic tangent."),
    ("sigmoid", "1/(1 + e⁻ˣ)"),
    ("erf", "The error function."),
    ("relu", "max(x, 0); its derivative at 0 is 0."),
    ("floor", "The largest whole number that is not larger; its derivative is 0 everywhere."),
    ("round", "The nearest whole number, halves to the even one; its derivative is 0 everywhere."),
    (
        "where",
        "`a` where the condition is true, else `b`; what is not chosen gets a gradient of 0. A static condition chooses while compiling.",
    ),
    ("real", "Reals of an index or a condition (0 and 1)."),
    ("stop_gradient", "`x`, and no gradient passes."),
    (
        "grad",
        "The derivative of the scalar `u` with respect to the name `x`, of `x`'s shape; `zero = true` takes a zero where `u` does not depend on `x`.",
    ),
    ("jvp", "The derivative of `u`, of any shape, in the direction `v` of the name `x`."),
    // Reductions.
    ("sum", "The sum over all axes, or over `axis`, a number or a list; `keep = true` keeps it as 1."),
    ("mean", "The mean over all axes, or over `axis`, as `sum`."),
    (
        "max",
        "With one operand the largest over all axes, or over `axis`, as `sum`: the first of equal ones has the gradient. With two the larger, element by element: equal ones have half of it each.",
    ),
    ("min", "The smallest, as `max`."),
    ("argmax", "The index of the largest along an axis, the last one if none is said; the first of equal ones."),
    // Across the samples of a batch.
    (
        "batch_mean",
        "The mean over the samples of the training batch, one for all of them: in buffers, in losses, and in outputs under `if training`.",
    ),
    ("batch_var", "The variance over the samples of the batch, divided by their number (biased), as `batch_mean`."),
    (
        "batch_count",
        "The number of samples of the batch. An `assert` that names it is checked when a batch comes to train on, before anything changes.",
    ),
    // Products.
    (
        "contract",
        "The product of two tensors in Einstein's notation, `contract(a, b, \"ik,kj->ij\")`: axes that the result lacks are summed over.",
    ),
    (
        "conv",
        "Cross-correlation of `x: [c, n]` with `w: [filters, c/groups, k]`, or of `x: [c, h, w]` with `w: [filters, c/groups, kh, kw]`.",
    ),
    ("conv_transpose", "The transposed convolution: `x: [c, h, w]`, `w: [c, filters, kh, kw]`."),
    ("window_max", "The largest in each window of `k` over the last axes; the first of equal ones has the gradient. What is padded is −∞."),
    ("window_sum", "The sum of each window of `k` over the last axes. What is padded is 0."),
    // Across the samples.
    ("batch_mean", "The mean over the samples of the batch."),
    ("batch_var", "The variance over the samples of the batch, divided by their number."),
    ("batch_count", "The number of samples of the batch."),
    // Movement.
    ("reshape", "The same elements, row by row, in another shape; one extent may be −1."),
    ("transpose", "The axes in the order of `axes`; without it, reversed."),
    ("broadcast", "`x` repeated to a shape, as NumPy aligns them."),
    ("pad", "`x` with `(before, after)` elements of `value`, 0 if none is said, added on each axis: a pair for each, from the first."),
    ("concat", "Parts one after another along an axis, the first if none is said."),
    ("stack", "Parts of one shape along a new axis, the first if none is said."),
    ("flip", "An axis, the first if none is said, in reverse order."),
    ("take", "Along an axis: one index, a range, or those that an index tensor names."),
    // Random.
    ("bernoulli", "A condition, true with probability `p`. In the training pass only, as all random numbers."),
    ("random_normal", "Numbers from N(0, 1)."),
    ("random_uniform", "Numbers from U(0, 1)."),
    // Shapes and lists.
    ("shape", "The extents of a tensor, a static list."),
    ("size", "The number of elements of a tensor, static."),
    ("len", "The length of a list, or a tensor's first extent; static."),
    ("is_list", "Whether it is a list, static."),
    ("is_index", "Whether it is an index tensor, static."),
    ("iota", "The index tensor 0, 1, … n − 1."),
    ("one_hot", "Reals `[.., n]`: 1 at the index, else 0."),
    ("global_norm", "In an optimizer: the norm over all gradients of the network, `global_norm(grads)`."),
    ("per_axis", "A static number, or a tuple of `n`, as a list of `n`: what `k` and `stride` of a window may be."),
    // Initialisers.
    ("zeros", "0 everywhere: an initialiser, or with a shape a tensor."),
    ("ones", "1 everywhere: an initialiser, or with a shape a tensor."),
    ("constant", "The initialiser `v` everywhere."),
    ("uniform", "The initialiser U(a, b)."),
    ("normal", "The initialiser N(mean, std²)."),
    ("glorot_uniform", "The initialiser U(±√(6/(fan_in + fan_out)))."),
    ("glorot_normal", "The initialiser N(0, 2/(fan_in + fan_out))."),
    ("he_uniform", "The initialiser U(±√(6/fan_in))."),
    ("he_normal", "The initialiser N(0, 2/fan_in)."),
    ("lecun_normal", "The initialiser N(0, 1/fan_in)."),
    ("fan_in_uniform", "The initialiser U(±1/√fan_in)."),
    ("orthogonal", "The initialiser of orthogonal matrices; above rank 2 all axes but the first are one."),
];
