//! Random networks of the language: valid by construction, of bounded values, away from the poles of logarithms and roots.
//!
//! A program is a function of its seed. It is built a statement at a time: a template picks values that are in sight, brings them to the
//! shapes that it needs, and binds what it makes of them. The templates stand in tables: `each` (element by element), `shapes` (movement,
//! reductions, products), `indices`, `layers`, `images`, `control` (loops, choices, buffers, derivatives), `steps` (states), `batch` (what looks across
//! samples); `ends` has losses, metrics and optimizers.

mod batch;
mod control;
mod draws;
mod each;
mod ends;
mod images;
mod indices;
mod layers;
mod shapes;
mod steps;
mod value;
mod work;

use std::collections::BTreeSet;

pub use draws::Draws;
use value::{Kind, Value};

/// A program with one network.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it was made from.
    pub seed: u64,
    /// Its text.
    pub text: String,
    /// The templates that made it.
    pub templates: Vec<&'static str>,
}

/// How long a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Two or three statements before the losses.
    Small,
    /// Three to eight.
    Large,
}

/// A way to go on: it adds statements, or nothing where it does not fit.
type Template = (&'static str, fn(&mut Generator) -> Option<()>);

/// No tensor of a program has more elements.
const ELEMENTS: usize = 36;
/// A small program computes about as many numbers a sample, if one of so many does.
const WORK: usize = 110;
const ATTEMPTS: u64 = 8;

/// The tables of templates.
const TABLES: &[&[Template]] =
    &[each::TABLE, shapes::TABLE, indices::TABLE, layers::TABLE, images::TABLE, control::TABLE, steps::TABLE, batch::TABLE];

/// A program in the making.
#[derive(Debug)]
pub(crate) struct Generator {
    draws: Draws,
    /// `fn`, `layer` and `const` items that something asked for.
    items: BTreeSet<&'static str>,
    /// Declarations of ports, at the network's beginning.
    ports: Vec<String>,
    /// Statements in order.
    lines: Vec<String>,
    values: Vec<Value>,
    /// How many of the real inputs there are.
    inputs: usize,
    /// Names given so far.
    names: usize,
    templates: Vec<&'static str>,
    /// A sample is so many steps.
    unroll: Option<usize>,
    /// Something looks across the samples.
    whole: bool,
}

/// The program of a seed. Small ones have a few statements before the losses, and the first that is small enough is taken, or the smallest
/// of some, so that rustc has little to do.
#[must_use]
pub fn program(seed: u64, size: Size) -> Program {
    let mut program = attempted(seed, 0, size);
    if size == Size::Small {
        let mut least = work::of(&program.text);
        for attempt in 1..ATTEMPTS {
            if least <= WORK {
                break;
            }
            let other = attempted(seed, attempt, size);
            let work = work::of(&other.text);
            if work < least {
                (program, least) = (other, work);
            }
        }
    }
    program
}

fn attempted(seed: u64, attempt: u64, size: Size) -> Program {
    let mut generator = Generator {
        draws: Draws((seed + (attempt << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        items: BTreeSet::new(),
        ports: Vec::new(),
        lines: Vec::new(),
        values: Vec::new(),
        inputs: 0,
        names: 0,
        templates: Vec::new(),
        unroll: None,
        whole: false,
    };
    if generator.draws.chance(1, 8) {
        // Short loops are written out, longer ones stay.
        generator.unroll = Some(*generator.draws.pick(&[1, 2, 2, 3, 5, 6]));
    }
    generator.begin();
    let statements = match size {
        Size::Small if attempt == 0 => 2 + generator.draws.below(2),
        Size::Small => 2,
        Size::Large => 3 + generator.draws.below(6),
    };
    let all: usize = TABLES.iter().map(|table| table.len()).sum();
    let mut done = 0;
    for place in 0..40 {
        // Each template is tried first, and second, in as many programs as any other; then it is any of any table.
        let (name, template) = if place < 2 {
            // The seeds that are through all of them begin one further on, whatever divides how many there are.
            let turn = seed as usize * (1 + 6 * place) + place * (1 + seed as usize / all);
            *TABLES.iter().copied().flatten().nth(turn % all).unwrap_or(&TABLES[0][0])
        } else {
            let table = TABLES[generator.draws.below(TABLES.len())];
            table[generator.draws.below(table.len())]
        };
        if template(&mut generator).is_some() {
            generator.templates.push(name);
            done += 1;
        }
        if done == statements {
            break;
        }
    }
    ends::end(&mut generator);
    generator.finish(seed)
}

impl Generator {
    /// Inputs and, mostly, a parameter.
    fn begin(&mut self) {
        for _ in 0..1 + self.draws.below(2) {
            let shape = self.draws.shape(0, 3);
            self.input(&shape);
        }
        if self.draws.chance(1, 2) {
            let shape = self.draws.shape(0, 2);
            self.parameter(&shape);
        }
    }

    fn finish(self, seed: u64) -> Program {
        let mut text = String::new();
        for item in &self.items {
            text.push_str(item.trim());
            text.push('\n');
        }
        text.push_str(&format!("network Random{seed} {{\n"));
        for line in self.ports.iter().chain(&self.lines) {
            text.push_str(&format!("    {line}\n"));
        }
        text.push_str("}\n");
        Program { seed, text, templates: self.templates }
    }

    /// A new name with this beginning.
    fn name(&mut self, begin: &str) -> String {
        self.names += 1;
        format!("{begin}{}", self.names)
    }

    fn line(&mut self, line: String) {
        self.lines.push(line);
    }

    /// Asks for an item.
    fn item(&mut self, item: &'static str) {
        self.items.insert(item);
    }

    fn input(&mut self, shape: &[usize]) -> Value {
        let name = self.name("x");
        self.ports.push(format!("input {name}: {shape:?};"));
        let value = Value { name, shape: shape.to_vec(), kind: Kind::Real, bound: 1.5, inputs: 1 << self.inputs, target: false };
        self.inputs += 1;
        self.values.push(value.clone());
        value
    }

    fn parameter(&mut self, shape: &[usize]) -> Value {
        let name = self.name("w");
        let init = *self.draws.pick(&["zeros()", "ones()", "constant(0.5)", "uniform(-0.5, 0.5)"]);
        let sized = ["normal(0, 0.3)", "glorot_uniform()", "he_uniform()", "fan_in_uniform()"];
        let init = if shape.len() >= 2 && self.draws.chance(2, 3) { *self.draws.pick(&sized) } else { init };
        self.line(format!("param {name}: {shape:?} = {init};"));
        let value = Value { name, shape: shape.to_vec(), kind: Kind::Real, bound: 1.5, inputs: 0, target: false };
        self.values.push(value.clone());
        value
    }

    /// Binds a real value of this shape and bound, made of others; what grows large is brought back.
    fn bind(&mut self, expression: &str, shape: &[usize], bound: f64, of: &[&Value]) -> Value {
        let expression = if bound <= 4.0 {
            expression.to_owned()
        } else if self.draws.chance(1, 2) {
            format!("tanh({expression})")
        } else {
            format!("({expression}) * {:?}", (300.0 / bound).round().max(1.0) / 100.0)
        };
        self.bind_kind(&expression, shape, Kind::Real, bound.min(4.0), of)
    }

    fn bind_kind(&mut self, expression: &str, shape: &[usize], kind: Kind, bound: f64, of: &[&Value]) -> Value {
        let name = self.name("v");
        self.line(format!("let {name} = {expression};"));
        self.known(name, shape, kind, bound, of)
    }

    /// Takes note of a value that a statement has bound.
    fn known(&mut self, name: String, shape: &[usize], kind: Kind, bound: f64, of: &[&Value]) -> Value {
        let inputs = of.iter().fold(0, |inputs, value| inputs | value.inputs);
        let value = Value { name, shape: shape.to_vec(), kind, bound, inputs, target: of.iter().any(|value| value.target) };
        self.values.push(value.clone());
        value
    }

    /// A real value in sight; later ones more often.
    fn real(&mut self) -> Value {
        let reals: Vec<Value> = self.values.iter().filter(|value| value.kind == Kind::Real).cloned().collect();
        let at = self.draws.below(reals.len()).max(self.draws.below(reals.len()));
        reals[at].clone()
    }

    /// A value of a kind that a test picks out, if there is one.
    fn some(&mut self, test: impl Fn(&Value) -> bool) -> Option<Value> {
        let found: Vec<Value> = self.values.iter().filter(|value| test(value)).cloned().collect();
        (!found.is_empty()).then(|| found[self.draws.below(found.len())].clone())
    }

    /// A real value of this shape: one that is in sight, or one brought to it.
    fn shaped(&mut self, shape: &[usize]) -> Value {
        let fitting = self.some(|value| value.kind == Kind::Real && value.shape == shape);
        if let Some(value) = fitting.filter(|_| self.draws.chance(3, 4)) {
            return value;
        }
        let value = self.real();
        self.fit(&value, shape)
    }

    /// Brings a real value to a shape.
    fn fit(&mut self, value: &Value, shape: &[usize]) -> Value {
        let (from, to) = (value.size(), shape.iter().product::<usize>());
        let name = &value.name;
        if value.shape == shape {
            return value.clone();
        }
        let (expression, bound) = if from == to {
            (format!("reshape({name}, {shape:?})"), value.bound)
        } else if from > to && !value.shape.is_empty() && self.draws.chance(1, 2) {
            let start = self.draws.below(from - to + 1);
            let part = format!("flatten({name})[{start}..{}]", start + to);
            (if shape.len() == 1 { part } else { format!("reshape({part}, {shape:?})") }, value.bound)
        } else {
            let row = if value.shape.len() == 1 { name.clone() } else { format!("reshape({name}, [{from}])") };
            let wide = format!("{row} |> dense({to})");
            let wide = if shape.len() == 1 { wide } else { format!("{wide} |> reshape({shape:?})") };
            (wide, value.bound * (from as f64).sqrt() + 0.5)
        };
        self.bind(&expression, shape, bound, &[value])
    }

    /// `f(x, arguments)` or `x |> f(arguments)`.
    fn call(&mut self, function: &str, first: &str, arguments: &str) -> String {
        match (self.draws.chance(1, 2), arguments.is_empty()) {
            (true, true) => format!("{function}({first})"),
            (true, false) => format!("{function}({first}, {arguments})"),
            (false, true) => format!("({first} |> {function})"),
            (false, false) => format!("({first} |> {function}({arguments}))"),
        }
    }
}
