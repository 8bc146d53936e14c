//! A loop, step by step.

use super::environment::Environment;
use super::tensor::Tensor;
use super::{Error, values};
use crate::graph::{Role, Scan, Type};

/// The results of a loop: what is carried after the last step, then what was stacked.
pub(super) fn results(scan: &Scan, batched: bool, args: &[&Tensor], environment: &Environment) -> Result<Vec<Tensor>, Error> {
    let roots = scan.roots();
    let ty = |index: usize| scan.result(index).map_or_else(|| Type::real(batched, &[]), |ty| Type { batched, ..ty });
    let mut carried: Vec<Tensor> = scan.carried().filter_map(|operand| args.get(operand)).map(|&arg| arg.clone()).collect();
    let mut stacked: Vec<Tensor> = (scan.next.len()..roots.len()).map(|index| Tensor::full(&ty(index), environment.batch, 0.0)).collect();
    let mut inside = environment.clone();
    inside.times.insert(0, 0);
    for t in scan.order() {
        let mut carry = carried.iter();
        let given = scan.roles.iter().zip(args).map(|(role, &arg)| match role {
            Role::Whole => arg.clone(),
            Role::Slice => arg.step(t, scan.steps),
            Role::Carry => carry.next().unwrap_or(arg).clone(),
        });
        inside.given = given.collect();
        inside.times[0] = t;
        let mut made = values(&scan.body, &roots, &inside)?.into_iter();
        carried = made.by_ref().take(scan.next.len()).collect();
        for (out, value) in stacked.iter_mut().zip(made) {
            out.put_step(t, &value);
        }
    }
    let fitted = carried.into_iter().enumerate().map(|(index, value)| value.fitted(&ty(index), environment.batch));
    Ok(fitted.chain(stacked).collect())
}
