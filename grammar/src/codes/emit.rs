//! The codes of what comes after elaboration, `E0200` and up: networks that are well-formed and still cannot be written.

use super::CodeInfo;

/// The table, ascending.
pub(super) static CODES: &[CodeInfo] = &[
    CodeInfo {
        code: "E0200",
        title: "a loss that has no derivative",
        page: r"Between a parameter and a loss stands an operation without a derivative, so that the parameter cannot be trained by that loss.
`freeze` takes the parameter out of training, `stop_gradient` passes a value and no gradient, and a metric may hold what a loss may not.

Wrong:

```nn
network A {
    input x: [3];
    target y: [];
    output z = x |> fc: dense(3);
    loss (real(argmax(z)) - y) ^ 2;
}
```

Right:

```nn
network A {
    input x: [3];
    target y: [] in 0..3;
    output z = x |> fc: dense(3);
    loss cross_entropy(z, y);
}
```
",
    },
    CodeInfo {
        code: "E0201",
        title: "a network too large to be written out",
        page: r"`emit unrolled;` writes one statement for every element of every tensor. Some thousands of them compile in seconds, tens of thousands
in hours, so the compiler refuses what would never finish.

Wrong:

```nn
network A {
    input x: [784];
    output z = x |> fc: dense(128);
    emit unrolled;
}
```

Right:

```nn
network A {
    input x: [784];
    output z = x |> fc: dense(128);
    emit kernels;
}
```
",
    },
    CodeInfo {
        code: "E0202",
        title: "more memory than the budget",
        page: r"`budget memory` bounds the bytes of parameters, gradients, buffers, optimizer state and workspace of a training step; `budget predict`
those of parameters, buffers and workspace of a prediction. The message lists the holders, the largest first.

Wrong:

```nn
network A {
    input x: [8];
    output z = x |> fc: dense(8);
    loss sse(z, x);
    optimizer adam();
    budget memory = 100;
}
```

Right:

```nn
network A {
    input x: [8];
    output z = x |> fc: dense(8);
    loss sse(z, x);
    optimizer adam();
    budget memory = 65_536;
}
```
",
    },
];
