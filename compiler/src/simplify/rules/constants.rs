//! Folding: what is made of constants is one.

use std::rc::Rc;

use super::{EACH, MOVES, Of, REDUCTIONS, Rule};
use crate::graph::{Attr, Expr, Type};
use crate::ops::{Reduction, Value, constant, contract};
use crate::simplify::rewrite::Site;

/// Constants are not folded into tensors of more elements than this.
const MOST: usize = 4096;

/// The rules.
pub const CONSTANTS: &[Rule] = &[
    Rule { doc: "f(constants) → constant", of: EACH, apply: each },
    Rule { doc: "constants moved → constant", of: MOVES, apply: moved },
    Rule { doc: "Σ c → n · c; max c → c", of: REDUCTIONS, apply: reduced },
    Rule { doc: "Σ c₁ · c₂ → n · c₁ · c₂", of: Of::These(&[&contract::OP]), apply: contracted },
];

enum Known {
    Same(f64),
    Tensor(Rc<[f64]>),
}

impl Known {
    fn at(&self, i: usize) -> f64 {
        match self {
            Known::Same(number) => *number,
            Known::Tensor(numbers) => numbers[i],
        }
    }
}

fn known(x: Expr<'_>) -> Option<Known> {
    x.builder.with_graph(|graph| match graph.node(x.id) {
        node if node.op == &constant::OP => match &node.attr {
            Attr::Number(number) => Some(Known::Same(*number)),
            Attr::Tensor(numbers) => Some(Known::Tensor(numbers.clone())),
            _ => None,
        },
        _ => None,
    })
}

fn all_known(s: &Site<'_>) -> Option<Vec<Known>> {
    s.x.iter().map(|&x| known(x)).collect()
}

fn leaf<'g>(s: &Site<'g>, attr: Attr) -> Option<Expr<'g>> {
    let ty = Type { batched: false, ..s.ty.clone() };
    Some(s.builder.expr(s.builder.leaf(&constant::OP, attr, ty, None)))
}

fn each<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let Value::Each { eval, .. } = s.op.value else { return None };
    let known = all_known(s)?;
    let at = |i| eval(&known.iter().map(|known| known.at(i)).collect::<Vec<f64>>(), &s.attr);
    if known.iter().all(|known| matches!(known, Known::Same(_))) {
        leaf(s, Attr::Number(at(0)))
    } else if s.ty.size() <= MOST {
        leaf(s, Attr::Tensor((0..s.ty.size()).map(at).collect()))
    } else {
        None
    }
}

fn moved<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let Value::Move(of) = s.op.value else { return None };
    let known = all_known(s)?;
    let types: Vec<Type> = s.x.iter().map(|x| x.ty()).collect();
    let made = of(&s.attr, &types.iter().collect::<Vec<_>>(), &s.ty);

    let covered: usize = made.regions.iter().map(|region| region.shape.iter().product::<usize>()).sum();
    let fill = (covered < s.ty.size()).then_some(made.fill);
    let same: Option<Vec<f64>> = known.iter().map(|known| if let Known::Same(number) = known { Some(*number) } else { None }).collect();
    if let Some(numbers) = same
        && numbers.iter().chain(&fill).all(|number| *number == numbers[0])
    {
        return leaf(s, Attr::Number(numbers[0]));
    }
    if s.ty.size() > MOST {
        return None;
    }
    let mut out = vec![made.fill; s.ty.size()];
    for region in &made.regions {
        let mut index = vec![0usize; region.shape.len()];
        for _ in 0..region.shape.iter().product::<usize>() {
            let offset = |strides: &[isize]| strides.iter().zip(&index).map(|(stride, &i)| stride * i as isize).sum::<isize>();
            let (to, from) = (region.to as isize + offset(&region.to_strides), region.from as isize + offset(&region.from_strides));
            out[to as usize] = known[region.operand].at(from as usize);
            advance(&mut index, &region.shape);
        }
    }
    leaf(s, Attr::Tensor(out.into()))
}

fn advance(index: &mut [usize], shape: &[usize]) {
    for (i, &n) in index.iter_mut().zip(shape).rev() {
        *i += 1;
        if *i < n {
            return;
        }
        *i = 0;
    }
}

fn reduced<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let Value::Reduce(reduction) = s.op.value else { return None };
    let number = s.x[0].known()?;
    let count = s.x[0].ty().size() / s.ty.size();
    leaf(s, Attr::Number(if reduction == Reduction::Sum { number * count as f64 } else { number }))
}

fn contracted<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let Attr::Contract { a, b, out, sum_batch: false } = &s.attr else { return None };
    let number = s.x[0].known()? * s.x[1].known()?;
    let (x, y) = (s.x[0].shape(), s.x[1].shape());
    let summed = |label: &u8| !out.contains(label);
    let of_a: usize = a.iter().zip(&x).filter(|(label, _)| summed(label)).map(|(_, n)| n).product();
    let of_b: usize = b.iter().zip(&y).filter(|(label, _)| summed(label) && !a.contains(label)).map(|(_, n)| n).product();
    leaf(s, Attr::Number(number * (of_a * of_b) as f64))
}
