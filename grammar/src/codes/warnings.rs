//! The codes of warnings.

use super::CodeInfo;

/// The table, ascending.
pub(super) static CODES: &[CodeInfo] = &[
    CodeInfo {
        code: "W0001",
        title: "a derivative that is zero everywhere",
        page: r"The derivative exists and is zero at every point, as the second one of `relu`. `zero = true` says that it is meant.

Wrong:

```nn
network A {
    input x: [3];
    let u = sum(relu(x));
    let d = grad(u, x);
    let dd = grad(d[0], x);
}
```

Right:

```nn
network A {
    input x: [3];
    let u = sum(tanh(x));
    let d = grad(u, x);
    let dd = grad(d[0], x);
}
```
",
    },
    CodeInfo {
        code: "W0002",
        title: "a label that names nothing",
        page: r"Labels name layers; a function has no parameters.

Wrong:

```nn
network A {
    input x: [3];
    output p = x |> act: relu;
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
        code: "W0003",
        title: "a value that is not used",
        page: r"The statement computes something and drops it.

Wrong:

```nn
network A {
    input x: [3];
    x + 1;
}
```

Right:

```nn
network A {
    input x: [3];
    let a = x + 1;
}
```
",
    },
    CodeInfo {
        code: "W0010",
        title: "a state that is never assigned",
        page: r"A state is what its last assignment says, at the beginning of the next step; without one it is the same in every step.

Wrong:

```nn
network A {
    input x: [3];
    state h: [3] = zeros();
    output p = x + h;
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
        code: "W0011",
        title: "`unroll` without a state",
        page: r"`unroll T;` says that a training sample is T steps of a recurrence. Without a `state` nothing goes from one step to the next: each is a
sample of its own.

Wrong:

```nn
network A {
    input x: [3];
    target y: [3];
    output p = x |> fc: dense(3);
    loss mse(p, y);
    unroll 8;
}
```

Right:

```nn
network A {
    input x: [3];
    target y: [3];
    state h: [3] = zeros();
    h = x |> fc: rnn_cell(h);
    output p = h;
    loss mse(p, y);
    unroll 8;
}
```
",
    },
];
