//! Rules of arithmetic and of choices.

use super::{Of, Rule};
use crate::graph::{Attr, Elem, Expr};
use crate::ops::{add, broadcast, div, mul, neg, not, pow, powi, real, real_of_index, rsqrt, select, sqrt, sub};
use crate::simplify::rewrite::Site;

/// The rules.
pub const ALGEBRA: &[Rule] = &[
    Rule { doc: "x + 0 → x", of: Of::These(&[&add::OP]), apply: add_zero },
    Rule { doc: "x − 0 → x; 0 − x → −x", of: Of::These(&[&sub::OP]), apply: sub_zero },
    Rule {
        doc: "x · c → c · x; 1 · x → x; −1 · x → −x; c₁ · (c₂ · x) → (c₁ c₂) · x; c₁ · (x / c₂) → (c₁/c₂) · x",
        of: Of::These(&[&mul::OP]),
        apply: mul_constant,
    },
    Rule { doc: "broadcast(a) · (c · x) → broadcast(c · a) · x", of: Of::These(&[&mul::OP]), apply: mul_repeated },
    Rule { doc: "0 · x → 0, in gradients", of: Of::These(&[&mul::OP]), apply: mul_zero },
    Rule { doc: "0 / x → 0, in gradients", of: Of::These(&[&div::OP]), apply: div_zero },
    Rule {
        doc: "x / 1 → x; x / c → x · (1/c) where 1/c is exact; (c₁ · x) / c₂ → (c₁/c₂) · x",
        of: Of::These(&[&div::OP]),
        apply: div_constant,
    },
    Rule { doc: "−(−x) → x; −(c · x) → (−c) · x; −(a − b) → b − a", of: Of::These(&[&neg::OP]), apply: neg_of },
    Rule { doc: "a + (−b) → a − b; (−a) + b → b − a", of: Of::These(&[&add::OP]), apply: add_neg },
    Rule { doc: "a − (−b) → a + b", of: Of::These(&[&sub::OP]), apply: sub_neg },
    Rule {
        doc: "(−a) · (−b) → a · b; (−a) · b → −(a · b); likewise of quotients", of: Of::These(&[&mul::OP, &div::OP]), apply: mul_neg
    },
    Rule { doc: "x^½ → √x; x^−½ → 1/√x; x^n → a repeated product", of: Of::These(&[&pow::OP]), apply: power },
    Rule {
        doc: "x^0 → 1; x^1 → x; x² → x · x; x³ → x · (x · x); x^−1 → 1/x", of: Of::These(&[&powi::OP]), apply: whole_power
    },
    Rule {
        doc: "where(true, a, b) → a; where(c, a, a) → a; where(!c, a, b) → where(c, b, a)",
        of: Of::These(&[&select::OP]),
        apply: choice,
    },
    Rule { doc: "where(c, where(c, a, _), b) → where(c, a, b)", of: Of::These(&[&select::OP]), apply: same_choice },
    Rule { doc: "!!c → c", of: Of::These(&[&not::OP]), apply: not_not },
    Rule { doc: "real of an index: it is stored as one", of: Of::These(&[&real::OP]), apply: index },
];

fn add_zero<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
    match (a.known(), b.known()) {
        (_, Some(0.0)) => Some(a),
        (Some(0.0), _) => Some(b),
        _ => None,
    }
}

fn sub_zero<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
    match (a.known(), b.known()) {
        (_, Some(0.0)) => Some(a),
        (Some(0.0), _) => Some(-b),
        _ => None,
    }
}

fn mul_constant<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
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
    let [a, b] = s.args()?;
    let join = |repeated: Expr<'g>, multiple: Expr<'g>| {
        let ([small], [c, x]) = (repeated.made_by(&broadcast::OP)?, multiple.made_by(&mul::OP)?);
        c.known().map(|c| (c * small).broadcast(&s.ty.shape) * x)
    };
    join(a, b).or_else(|| join(b, a))
}

fn mul_zero<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
    (s.adjoint && (a.known() == Some(0.0) || b.known() == Some(0.0))).then(|| s.y.zeros_like())
}

fn div_zero<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, _] = s.args()?;
    (s.adjoint && a.known() == Some(0.0)).then(|| s.y.zeros_like())
}

fn div_constant<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
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
    let [x] = s.args()?;
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
    let [a, b] = s.args()?;
    if let Some([b]) = b.made_by(&neg::OP) {
        return Some(a - b);
    }
    let [a] = a.made_by(&neg::OP)?;
    Some(b - a)
}

fn sub_neg<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
    let [b] = b.made_by(&neg::OP)?;
    Some(a + b)
}

fn mul_neg<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
    let join = |a: Expr<'g>, b: Expr<'g>| a.each(s.op, &[b]);
    match (a.made_by(&neg::OP), b.made_by(&neg::OP)) {
        (Some([a]), Some([b])) => Some(join(a, b)),
        (Some([a]), None) => Some(-join(a, b)),
        (None, Some([b])) => Some(-join(a, b)),
        (None, None) => None,
    }
}

fn power<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x, exponent] = s.args()?;
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
    let [x] = s.args()?;
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
    let [c, a, b] = s.args()?;
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
    let [c, a, b] = s.args()?;
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
    let [x] = s.args()?;
    x.made_by(&not::OP).map(|[x]| x)
}

fn index<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args()?;
    matches!(x.ty().elem, Elem::Index(_)).then(|| x.each(&real_of_index::OP, &[]))
}
