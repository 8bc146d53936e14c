//! The syntax tree: what a program says, with the span of every part. No meaning is given to anything here.

use crate::span::Span;

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The identifier.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A whole program text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// The items in their order.
    pub items: Vec<Item>,
}

/// An item with the lines of its `///` comment (without the slashes and one following blank).
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Documentation lines.
    pub doc: Vec<String>,
    /// Which item.
    pub kind: ItemKind,
    /// The item without its documentation.
    pub span: Span,
}

/// The kinds of item.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `use "blocks.nn";`
    Use {
        /// The path as written.
        path: String,
        /// The string literal's place.
        path_span: Span,
    },
    /// `const T = 64;`
    Const {
        /// Its name.
        name: Name,
        /// Its value.
        value: Expr,
    },
    /// `fn swish(x, beta = 1.0) = …;` or with a block.
    Fn(Function),
    /// `layer residual(x: [.., n], width) -> [.., n] { … }`
    Layer(Function),
    /// `optimizer signum(lr = 1e-3) { … }`
    Optimizer(Function),
    /// `network Name { … }`
    Network(Network),
}

/// A `fn`, `layer` or `optimizer`.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: Name,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
    /// The pattern(s) after `->`; `tuple` says whether they stood in parentheses.
    pub result: Option<ResultPattern>,
    /// The body; `fn f(x) = e;` has a block with only a value and `short` set.
    pub body: Block,
    /// Written as `= e;`.
    pub short: bool,
}

/// `-> [.., n]` or `-> ([u], [u])`.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultPattern {
    /// The patterns.
    pub patterns: Vec<ShapePattern>,
    /// In parentheses.
    pub tuple: bool,
}

/// A declared parameter of a `fn`, `layer` or `optimizer`.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// `const clip_norm = 0`: a static argument of an optimizer.
    pub constant: bool,
    /// Its name.
    pub name: Name,
    /// `: [t, n]` or `: fn`.
    pub kind: Option<ParameterKind>,
    /// `= e`.
    pub default: Option<Expr>,
    /// All of it.
    pub span: Span,
}

/// What stands after a parameter's colon.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterKind {
    /// `: fn`
    Fn,
    /// `: [t, n]`
    Shape(ShapePattern),
}

/// `[t, n]`, `[.., n]`, `[c, ..]`, `[3, n]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapePattern {
    /// Its parts.
    pub parts: Vec<PatternPart>,
    /// With the brackets.
    pub span: Span,
}

/// One part of a shape pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternPart {
    /// A name: bound at its first appearance, compared afterwards.
    Name(Name),
    /// A number that must match.
    Number(u64, Span),
    /// `..`: any axes.
    Rest(Span),
}

/// `network Name { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Its name.
    pub name: Name,
    /// Its body; `value` is `None`.
    pub body: Block,
}

/// Statements and, in blocks that are expressions, the last expression.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Statement>,
    /// The value: a last expression without `;`.
    pub value: Option<Box<Expr>>,
    /// With the braces.
    pub span: Span,
}

/// A statement with its documentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Lines of its `///` comment.
    pub doc: Vec<String>,
    /// Which statement.
    pub kind: StatementKind,
    /// With its `;`, without its documentation.
    pub span: Span,
}

/// The kinds of statement (LANGUAGE, section 3).
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `input x: [2];`, `input tok: [32] in 0..64;`
    Input(Port),
    /// `target y: [1];`
    Target(Port),
    /// `let h = e;`, `let mut h = e;`, `let (a, b) = e;`
    Let {
        /// `let mut`.
        mutable: bool,
        /// The names; more than one, or one in parentheses, where `tuple`.
        names: Vec<Name>,
        /// Written with parentheses.
        tuple: bool,
        /// The value.
        value: Expr,
    },
    /// `h = e;`, `(h, c) = e;`
    Assign {
        /// The names.
        names: Vec<Name>,
        /// Written with parentheses.
        tuple: bool,
        /// The value.
        value: Expr,
    },
    /// `param w: [2, 3] = he_normal();`
    Param(Stored),
    /// `buffer m: [n] = zeros();`
    Buffer(Stored),
    /// `state h: [40] = zeros();`; in an optimizer the shape may be left out.
    State(Stored),
    /// `const k: [3] = [1, 2, 1];`, `const n = 3;`
    Const(Stored),
    /// `shared enc = dense(16);`
    Shared {
        /// Its name.
        name: Name,
        /// The call without its first argument.
        value: Expr,
    },
    /// `output p = e;`
    Output {
        /// Its name.
        name: Name,
        /// The value.
        value: Expr,
    },
    /// `loss name = e;`, `loss e;`
    Loss {
        /// Its name.
        name: Option<Name>,
        /// The value.
        value: Expr,
    },
    /// `metric name = e;`
    Metric {
        /// Its name.
        name: Name,
        /// The value.
        value: Expr,
    },
    /// `optimizer adam(lr = 1e-3) for weights;`
    Optimizer {
        /// The call (or a bare name).
        call: Expr,
        /// The path or group after `for`: a `Name` or `Field` expression.
        target: Option<Expr>,
    },
    /// `freeze fc1;`
    Freeze {
        /// The path or group: a `Name` or `Field` expression.
        target: Expr,
    },
    /// `batch 128;`
    Batch(Expr),
    /// `precision f64;`
    Precision(Name),
    /// `unroll 64;`
    Unroll(Expr),
    /// `emit kernels;`
    Emit(Name),
    /// `budget memory = 65_536;`
    Budget {
        /// `memory` or `predict`.
        what: Name,
        /// Bytes.
        bytes: Expr,
    },
    /// `assert cond, "message";`
    Assert {
        /// The condition.
        condition: Expr,
        /// The author's message and its place.
        message: Option<(String, Span)>,
    },
    /// `yield e;`
    Yield(Expr),
    /// A `for` or `if` whose value is not used, or an expression followed by `;`.
    Expr(Expr),
}

/// An input or target.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    /// Its name.
    pub name: Name,
    /// Its shape: a static list.
    pub shape: Expr,
    /// `in 0..64`, an index: a `Range` expression.
    pub range: Option<Expr>,
}

/// A `param`, `buffer`, `state` or `const`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its name.
    pub name: Name,
    /// `: shape`.
    pub shape: Option<Expr>,
    /// `= value`: an initialiser call or a literal.
    pub value: Expr,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Which.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `42`, `65_536`
    Int(u64),
    /// `1e-3`, `0.5`; `text` as written, for the formatter.
    Float {
        /// Its value.
        value: f64,
        /// As written.
        text: String,
    },
    /// `true`, `false`
    Bool(bool),
    /// `"same"`
    Str(String),
    /// A name: `x`, `training`, `none`, `inf`.
    Name(String),
    /// `(a, b)`, `()`; a single parenthesised expression is that expression (its span includes the parentheses).
    Tuple(Vec<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `-a`, `!a`
    Unary {
        /// Which.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `a + b` …
    Binary {
        /// Which.
        op: BinaryOp,
        /// The operator's place.
        op_span: Span,
        /// Left.
        left: Box<Expr>,
        /// Right.
        right: Box<Expr>,
    },
    /// `x |> f(a)`; the right side is a `Call` or a `Name` (a call without arguments), labelled perhaps.
    Pipe {
        /// The value that is passed on.
        value: Box<Expr>,
        /// The call; `bare` calls have no parentheses.
        call: Box<Expr>,
    },
    /// `f(a, k = b)`, `fc1: dense(16)`; without parentheses (`bare`) only at the right of `|>` or after a label.
    Call {
        /// `fc1:`.
        label: Option<Name>,
        /// The function, layer, optimizer or initialiser.
        callee: Name,
        /// Arguments in order.
        args: Vec<Arg>,
        /// Written without parentheses.
        bare: bool,
    },
    /// `x[i, .., 2..5]`
    Index {
        /// What is indexed.
        value: Box<Expr>,
        /// One for each axis.
        indices: Vec<Index>,
    },
    /// `fc1.weight`, `block.0`
    Field {
        /// Left of the dot.
        value: Box<Expr>,
        /// Right of the dot: a name or digits.
        field: Name,
    },
    /// `a..b`, where a list of integers may stand.
    Range {
        /// First.
        start: Box<Expr>,
        /// One past the last.
        end: Box<Expr>,
    },
    /// `if c { … } else { … }`
    If {
        /// The static condition.
        condition: Box<Expr>,
        /// Taken when true.
        then: Block,
        /// Taken when false; `else if` is a block whose only content is the value.
        otherwise: Option<Block>,
    },
    /// `for z in xs { … }`
    For {
        /// The loop's name.
        name: Name,
        /// What it runs over.
        over: Box<Expr>,
        /// The body.
        body: Block,
    },
    /// `{ …; e }`
    Block(Block),
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// `name =`.
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// One axis of an index expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Index {
    /// `i`: an integer (drops the axis) or an index tensor.
    At(Expr),
    /// `a..b`, `a..`, `..b`, and `..` for the whole axis.
    Range {
        /// First, 0 if left out.
        start: Option<Expr>,
        /// One past the last, the extent if left out.
        end: Option<Expr>,
        /// The place.
        span: Span,
    },
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `!`
    Not,
}

/// Binary operators, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// `@`
    MatMul,
    /// `^`
    Pow,
}
