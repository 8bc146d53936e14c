//! Rules of arithmetic and of choices.

use super::Rule;
use crate::graph::{Attr, Elem, Expr};
use crate::ops::{add, broadcast, div, mul, neg, not, pow, powi, real, real_of_index, rsqrt, select, sqrt, sub};
use crate::simplify::rewrite::Site;

/// The rules.
pub const ALGEBRA: &[Rule] = &[
    Rule { doc: "x + 0 → x", of: |op| op == &add::OP, apply: add_zero },
    Rule { doc: "x − 0 → x; 0 − x → −x", of: |op| op == &sub::OP, apply: sub_zero },
    Rule {
        doc: "x · c → c · x; 1 · x → x; −1 · x → −x; c₁ · (c₂ · x) → (c₁ c₂) · x; c₁ · (x / c₂) → (c₁/c₂) · x",
        of: |op| op == &mul::OP,
        apply: mul_constant,
    },
    Rule { doc: "broadcast(a) · (c · x) → broadcast(c · a) · x", of: |op| op == &mul::OP, apply: mul_repeated },
    Rule { doc: "0 · x → 0, 0 / x → 0, in gradients", of: |op| op == &mul::OP || op == &div::OP, apply: mul_zero },
    Rule {
        doc: "x / 1 → x; x / c → x · (1/c) where 1/c is exact; (c₁ · x) / c₂ → (c₁/c₂) · x",
        of: |op| op == &div::OP,
        apply: div_constant,
    },
    Rule { doc: "−(−x) → x; −(c · x) → (−c) · x; −(a − b) → b − a", of: |op| op == &neg::OP, apply: neg_of },
    Rule {
        doc: "a + (−b) → a − b; (−a) + b → b − a; a − (−b) → a + b", of: |op| op == &add::OP || op == &sub::OP, apply: add_neg
    },
    Rule {
        doc: "(−a) · (−b) → a · b; (−a) · b → −(a · b); likewise of quotients",
        of: |op| op == &mul::OP || op == &div::OP,
        apply: mul_neg,
    },
    Rule { doc: "x^½ → √x; x^−½ → 1/√x; x^n → a repeated product", of: |op| op == &pow::OP, apply: power },
    Rule {
        doc: "x^0 → 1; x^1 → x; x² → x · x; x³ → x · (x · x); x^−1 → 1/x", of: |op| op == &powi::OP, apply: whole_power
    },
    Rule {
        doc: "where(true, a, b) → a; where(c, a, a) → a; where(!c, a, b) → where(c, b, a)", of: |op| op == &select::OP, apply: choice
    },
    Rule { doc: "where(c, where(c, a, _), b) → where(c, a, b)", of: |op| op == &select::OP, apply: same_choice },
    Rule { doc: "!!c → c", of: |op| op == &not::OP, apply: not_not },
    Rule { doc: "real of an index: it is stored as one", of: |op| op == &real::OP, apply: index },
];

fn add_zero<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args(&add::OP)?;
    match (a.known(), b.known()) {
        (_, Some(0.0)) => Some(a),
        (Some(0.0), _) => Some(b),
        _ => None,
    }
}

fn sub_zero<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args(&sub::OP)?;
    match (a.known(), b.known()) {
        (_, Some(0.0)) => Some(a),
        (Some(0.0), _) => Some(-b),
        _ => None,
    }
}

fn mul_constant<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args(&mul::OP)?;
    let Some(c) = a.known() else { return b.known().map(|_| b * a) };
    if c == 1.0 {
        return Some(b);
    }
    if c == -1.0 {
        return Some(-b);
    }
    let (factor, x) = match b.made_by(&div::OP) {
        Some([x, divisor]) => (c / divisor.known()?, x),
        None => b.made_by(&mul::OP).and_then(|[inner, x]| Some((c * inner.known()?, x)))?,
    };
    factor.is_finite().then(|| factor * x)
}

fn mul_repeated<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args(&mul::OP)?;
    let join = |repeated: Expr<'g>, multiple: Expr<'g>| {
        let ([small], [c, x]) = (repeated.made_by(&broadcast::OP)?, multiple.made_by(&mul::OP)?);
        c.known().map(|c| (c * small).broadcast(&s.ty.shape) * x)
    };
    join(a, b).or_else(|| join(b, a))
}

fn mul_zero<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let zero = |x: Expr<'g>| s.adjoint && x.known() == Some(0.0);
    if let Some([a, b]) = s.args(&mul::OP) {
        return (zero(a) || zero(b)).then(|| s.y.zeros_like());
    }
    let [a, _] = s.args(&div::OP)?;
    zero(a).then(|| s.y.zeros_like())
}

fn div_constant<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args(&div::OP)?;
    let c = b.known()?;
    if c == 1.0 {
        return Some(a);
    }
    let power_of_two = c.is_normal() && c.to_bits().trailing_zeros() >= 52 && (1.0 / c).is_normal();
    if power_of_two {
        return Some(1.0 / c * a);
    }
    let [inner, x] = a.made_by(&mul::OP)?;
    let quotient = inner.known()? / c;
    quotient.is_finite().then(|| quotient * x)
}

fn neg_of<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args(&neg::OP)?;
    if let Some([x]) = x.made_by(&neg::OP) {
        return Some(x);
    }
    if let Some([a, b]) = x.made_by(&sub::OP) {
        return Some(b - a);
    }
    let [c, x] = x.made_by(&mul::OP)?;
    c.known().map(|c| -c * x)
}

fn add_neg<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    if let Some([a, b]) = s.args(&add::OP) {
        if let Some([b]) = b.made_by(&neg::OP) {
            return Some(a - b);
        }
        let [a] = a.made_by(&neg::OP)?;
        return Some(b - a);
    }
    let [a, b] = s.args(&sub::OP)?;
    let [b] = b.made_by(&neg::OP)?;
    Some(a + b)
}

fn mul_neg<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args(&mul::OP).or_else(|| s.args(&div::OP))?;
    let join = |a: Expr<'g>, b: Expr<'g>| a.each(s.op, &[b]);
    match (a.made_by(&neg::OP), b.made_by(&neg::OP)) {
        (Some([a]), Some([b])) => Some(join(a, b)),
        (Some([a]), None) => Some(-join(a, b)),
        (None, Some([b])) => Some(-join(a, b)),
        (None, None) => None,
    }
}

fn power<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x, exponent] = s.args(&pow::OP)?;
    let n = exponent.known()?;
    if n == 0.5 {
        return Some(x.each(&sqrt::OP, &[]));
    }
    if n == -0.5 {
        return Some(x.each(&rsqrt::OP, &[]));
    }
    (n.fract() == 0.0 && n.abs() <= 64.0).then(|| x.apply(&powi::OP, Attr::Number(n), &[]))
}

fn whole_power<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args(&powi::OP)?;
    match s.attr {
        Attr::Number(0.0) => Some(x.full(1.0)),
        Attr::Number(1.0) => Some(x),
        Attr::Number(2.0) => Some(x * x),
        Attr::Number(3.0) => Some(x * (x * x)),
        Attr::Number(-1.0) => Some(1.0 / x),
        _ => None,
    }
}

fn choice<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [c, a, b] = s.args(&select::OP)?;
    if let Some(c) = c.known() {
        return Some(if c != 0.0 { a } else { b });
    }
    let same = a.id == b.id || matches!((a.known(), b.known()), (Some(a), Some(b)) if a == b);
    if same && a.ty().elem == s.ty.elem {
        return Some(a);
    }
    let [c] = c.made_by(&not::OP)?;
    Some(c.select(b, a))
}

fn same_choice<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [c, a, b] = s.args(&select::OP)?;
    let same = |x: Expr<'g>| x.made_by(&select::OP).filter(|[inner, ..]: &[Expr<'g>; 3]| inner.id == c.id);
    let made = match (same(a), same(b)) {
        (Some([_, a, _]), Some([_, _, b])) => c.select(a, b),
        (Some([_, a, _]), None) => c.select(a, b),
        (None, Some([_, _, b])) => c.select(a, b),
        (None, None) => return None,
    };
    (made.ty().elem == s.ty.elem).then_some(made)
}

fn not_not<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args(&not::OP)?;
    x.made_by(&not::OP).map(|[x]| x)
}

fn index<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args(&real::OP)?;
    matches!(x.ty().elem, Elem::Index(_)).then(|| x.each(&real_of_index::OP, &[]))
}
