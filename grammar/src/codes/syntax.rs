//! The codes of the parser (`E0001` to `E0099`): form, not meaning.

use super::CodeInfo;

/// The table, ascending.
pub(super) static CODES: &[CodeInfo] = &[
    CodeInfo {
        code: "E0001",
        title: "the text has not the form it should have",
        page: r#"Something else should stand here; the message says what was expected and what came.

Wrong:

```nn
network A {
    let a = 1 + ;
}
```

Right:

```nn
network A {
    let a = 1 + 2;
}
```
"#,
    },
    CodeInfo {
        code: "E0002",
        title: "a statement does not end",
        page: r#"Statements, and items without a body, end with `;`. Only the last expression of a block, its value,
stands without one. The body of a network or optimizer has no value.

Wrong:

```nn
network A {
    let a = 1
    let b = 2;
}
```

Right:

```nn
network A {
    let a = 1;
    let b = 2;
}
```
"#,
    },
    CodeInfo {
        code: "E0003",
        title: "a bracket is never closed",
        page: r#"The text, or the part around it, ends before the bracket is closed. Where braces match although
their lines are indented otherwise, the message shows that pair too: there the bracket was probably
forgotten.

Wrong:

```nn
network A {
    let a = max(1, 2;
}
```

Right:

```nn
network A {
    let a = max(1, 2);
}
```
"#,
    },
    CodeInfo {
        code: "E0004",
        title: "a bracket closes nothing, or another kind",
        page: r#"Each `)`, `]` and `}` closes the last bracket that is open.

Wrong:

```nn
network A {
    let a = len([1, 2);
}
```

Right:

```nn
network A {
    let a = len([1, 2]);
}
```
"#,
    },
    CodeInfo {
        code: "E0005",
        title: "a word of the language as a name",
        page: r#"The words of the language can't be names: `network layer fn optimizer const use input target output
param buffer state shared let mut loss metric freeze precision batch unroll budget emit assert for
in if else yield true false`. In an optimizer, `param` is its tensor.

Wrong:

```nn
network A {
    let state = 1;
}
```

Right:

```nn
network A {
    let state_ = 1;
}
```
"#,
    },
    CodeInfo {
        code: "E0006",
        title: "a name that Rust keeps for itself",
        page: r#"The generated code bears the program's names. `self`, `super`, `crate`, `Self` and `_` can't be
names in Rust, not even as raw identifiers; its other keywords can.

Wrong:

```nn
network A {
    let self = 1;
}
```

Right:

```nn
network A {
    let this = 1;
}
```
"#,
    },
    CodeInfo {
        code: "E0007",
        title: "a character that is no part of the language",
        page: r#"A program is also a row of Rust tokens, so it holds no `×`, `∂` or `#` outside comments and strings,
and no blanks but the plain ones.

Wrong:

```nn
network A {
    let a = 2 × 3;
}
```

Right:

```nn
network A {
    let a = 2 * 3;
}
```
"#,
    },
    CodeInfo {
        code: "E0008",
        title: "a string in other quotes",
        page: r#"Strings stand in double quotes.

Wrong:

```nn
network A {
    assert 1 + 1 == 2, 'it adds up';
}
```

Right:

```nn
network A {
    assert 1 + 1 == 2, "it adds up";
}
```
"#,
    },
    CodeInfo {
        code: "E0009",
        title: "a string that is not closed",
        page: r#"A string ends with `"` on the line where it began.

Wrong:

```nn
use "blocks.nn;
```

Right:

```nn
use "blocks.nn";
```
"#,
    },
    CodeInfo {
        code: "E0010",
        title: "an escape in a string",
        page: r#"Strings have no escapes: what stands between the quotes is the text. Paths are written with `/`.

Wrong:

```nn
use "nets\blocks.nn";
```

Right:

```nn
use "nets/blocks.nn";
```
"#,
    },
    CodeInfo {
        code: "E0011",
        title: "a comment that is not closed",
        page: r#"A comment that begins with `/*` ends with `*/`. Comments nest: each `/*` inside wants its own `*/`.

Wrong:

```nn
const A = 1; /* one /* two */
```

Right:

```nn
const A = 1; /* one /* two */ */
```
"#,
    },
    CodeInfo {
        code: "E0012",
        title: "a number with a suffix, or not in decimal digits",
        page: r#"Numbers are decimal: `42`, `65_536`, `0.5`, `1e-3`. They carry no suffix: the element type of the
network is set by `precision f64;`.

Wrong:

```nn
const A = 1.0f64;
```

Right:

```nn
const A = 1.0;
```
"#,
    },
    CodeInfo {
        code: "E0013",
        title: "a number that is too large",
        page: r#"Whole numbers have 64 bits, others are below 1.8e308. `inf` is a number too.

Wrong:

```nn
const A = 1e400;
```

Right:

```nn
const A = 1e300;
```
"#,
    },
    CodeInfo {
        code: "E0014",
        title: "comparisons do not chain",
        page: r#"`a < b < c` would compare a condition with a number. Both comparisons are written, with `&&`
between.

Wrong:

```nn
fn inside(x) = 0 < x < 1;
```

Right:

```nn
fn inside(x) = 0 < x && x < 1;
```
"#,
    },
    CodeInfo {
        code: "E0015",
        title: "the right side of `|>` is no call",
        page: r#"`x |> f(a)` is `f(x, a)`: at the right stands a call or the name of a `fn` or `layer`, with a label
perhaps. `|>` is the loosest operator, so what is to be done with the result of a pipe stands
outside its parentheses.

Wrong:

```nn
fn f(x) = x |> relu + 1;
```

Right:

```nn
fn f(x) = (x |> relu) + 1;
```
"#,
    },
    CodeInfo {
        code: "E0016",
        title: "a range where none fits, or without its ends",
        page: r#"A range has two ends, `a..b`; it holds `a` and not `b`. In the index of a tensor either may be left
out, and `..` alone is the whole axis. An index input is declared with a range.

Wrong:

```nn
network A {
    input token: [8] in 64;
}
```

Right:

```nn
network A {
    input token: [8] in 0..64;
}
```
"#,
    },
    CodeInfo {
        code: "E0017",
        title: "a word that begins nothing",
        page: r#"Items and statements begin with a word of the language, but for `name = e;` and expressions.

Wrong:

```nn
network A {
    ouput p = 1;
}
```

Right:

```nn
network A {
    output p = 1;
}
```
"#,
    },
    CodeInfo {
        code: "E0018",
        title: "a statement outside a body",
        page: r#"A file holds items: `network`, `layer`, `fn`, `optimizer`, `const`, `use`. Statements stand in their
bodies.

Wrong:

```nn
let width = 16;
```

Right:

```nn
const width = 16;
```
"#,
    },
    CodeInfo {
        code: "E0019",
        title: "an item inside a body",
        page: r#"`fn`, `layer`, `network` and `use` stand at the top of a file. What a `fn` needs from a body is
handed over as arguments.

Wrong:

```nn
network A {
    fn double(x) = 2 * x;
}
```

Right:

```nn
fn double(x) = 2 * x;
network A {}
```
"#,
    },
    CodeInfo {
        code: "E0020",
        title: "`=` where a comparison stands",
        page: r#"`=` gives a name its value or names an argument; `==` compares.

Wrong:

```nn
fn f(n) = if n = 1 { 2 } else { 3 };
```

Right:

```nn
fn f(n) = if n == 1 { 2 } else { 3 };
```
"#,
    },
    CodeInfo {
        code: "E0021",
        title: "nested too deep",
        page: r#"Brackets are nested at most 100 deep, and operators, calls and blocks together at most 256: longer
rows of operators are cut by names.

Right:

```nn
fn f(x) {
    let a = x + x + x;
    a + x + x
}
```
"#,
    },
    CodeInfo {
        code: "E0022",
        title: "the text is too long",
        page: r#"A file has at most 4 MiB. A long program is cut into files that `use` each other; weights do not
belong in the text but in checkpoints.

Right:

```nn
use "blocks.nn";
```
"#,
    },
    CodeInfo {
        code: "E0023",
        title: "documentation where none can stand",
        page: r#"`///` stands before an item or a statement. A remark elsewhere, behind a statement or before a
block's value, is a comment: `//`.

Wrong:

```nn
network A {
    let a = 1; /// the first
}
```

Right:

```nn
network A {
    let a = 1; // the first
}
```
"#,
    },
    CodeInfo {
        code: "E0024",
        title: "a form of another language",
        page: r#"Powers are `^`, conditions are joined by `&&` and `||`, names are assigned by `h = h + e;`. There
are no methods, references, paths and shifts.

Wrong:

```nn
fn f(x) = x ** 2;
```

Right:

```nn
fn f(x) = x ^ 2;
```
"#,
    },
    CodeInfo {
        code: "E0025",
        title: "a shape is missing",
        page: r#"Inputs, targets, parameters and buffers say their shapes: a list of extents, `[]` for a scalar. The
batch is no part of it.

Wrong:

```nn
network A {
    input x;
}
```

Right:

```nn
network A {
    input x: [2];
}
```
"#,
    },
    CodeInfo {
        code: "E0026",
        title: "a name with other letters",
        page: r#"Names are made of the letters a to z and A to Z, digits and `_`, and begin with no digit. Comments
and strings may hold anything.

Wrong:

```nn
const λ = 0.1;
```

Right:

```nn
const lambda = 0.1;
```
"#,
    },
    CodeInfo {
        code: "E0027",
        title: "an argument named with `:`",
        page: r#"Arguments are named with `=`. A `:` labels the parameters of the call behind it: `fc1: dense(16)`.

Wrong:

```nn
fn f(x) = x |> dense(units: 16);
```

Right:

```nn
fn f(x) = x |> dense(units = 16);
```
"#,
    },
    CodeInfo {
        code: "E0028",
        title: "a type where a shape pattern stands",
        page: r#"A signature says shapes, not types: names, numbers and `..` in brackets, or `fn` for a function. A
`let` says nothing: the compiler finds the shape.

Wrong:

```nn
fn f(x) -> f32 { x }
```

Right:

```nn
fn f(x: [n]) -> [n] { x }
```
"#,
    },
    CodeInfo {
        code: "E0029",
        title: "a shared layer that is no call",
        page: r#"`shared` names a layer that is not applied yet: a call without its first argument. Each `x |> enc`
then uses the same parameters.

Wrong:

```nn
network A {
    shared enc = 1 + 2;
}
```

Right:

```nn
network A {
    shared enc = dense(16);
}
```
"#,
    },
];
