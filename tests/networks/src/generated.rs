//! A generated network as a value, so that what looks at networks is compiled once and not for each of them.

use tapeless::Threads;
use tapeless::rt::{Chunked, Column, DataError, Entry, Network, Port, Real, Step, initial_state};

/// What `rt::Network` says of one network, in one precision.
#[derive(Clone, Copy, Debug)]
pub struct Generated<T> {
    pub(crate) name: &'static str,
    pub(crate) parameters: &'static [Entry],
    pub(crate) buffers: &'static [Entry],
    pub(crate) states: &'static [Entry],
    pub(crate) scalar_slots: &'static [(&'static str, f64)],
    pub(crate) hyper: &'static [(&'static str, f64)],
    pub(crate) ports: &'static [Port],
    pub(crate) outputs: &'static [Port],
    pub(crate) step_ports: &'static [Port],
    pub(crate) step_outputs: &'static [Port],
    pub(crate) unroll: usize,
    pub(crate) losses: &'static [&'static str],
    pub(crate) metrics: &'static [&'static str],
    pub(crate) parameter_len: usize,
    pub(crate) buffer_len: usize,
    pub(crate) carried_len: usize,
    pub(crate) state_len: usize,
    pub(crate) train_workspace: usize,
    pub(crate) evaluate_workspace: usize,
    pub(crate) predict_workspace: usize,
    pub(crate) batch: Option<usize>,
    pub(crate) initial_state: fn(&mut [T]),
    pub(crate) predict: Predict<T>,
    pub(crate) evaluate: Evaluate<T>,
    pub(crate) gradients: Gradients<T>,
    pub(crate) update: Update<T>,
}

type Predict<T> = fn(&[T], &[T], &[Column<'_, T>], &mut [T], &mut [T], &mut [&mut [T]]) -> Result<(), DataError>;
type Evaluate<T> = fn(&[T], &[T], &[Column<'_, T>], &mut [T], &mut [T], &mut [T], &mut [T]) -> Result<T, DataError>;
type Gradients<T> = fn(
    &[T],
    &[T],
    &[Column<'_, T>],
    &mut [T],
    Step,
    &mut [T],
    &mut [&mut [T]],
    &mut [T],
    &mut [&mut [T]],
    &mut [T],
) -> Result<T, DataError>;
fn cut<T>(threads: usize) -> Threads<T> {
    Threads::new(threads).at_least(1)
}

type Update<T> = fn(&mut [T], &[T], &mut [T], &mut [f64], &[f64], u64);

impl<T: Real> Generated<T> {
    /// Of the network `N`.
    #[must_use]
    pub fn of<N: Network>() -> Generated<T> {
        Generated {
            name: N::NAME,
            parameters: N::PARAMETERS,
            buffers: N::BUFFERS,
            states: N::STATES,
            scalar_slots: N::SCALAR_SLOTS,
            hyper: N::HYPER,
            ports: N::PORTS,
            outputs: N::OUTPUTS,
            step_ports: N::STEP_PORTS,
            step_outputs: N::STEP_OUTPUTS,
            unroll: N::UNROLL,
            losses: N::LOSSES,
            metrics: N::METRICS,
            parameter_len: N::PARAMETER_LEN,
            buffer_len: N::BUFFER_LEN,
            carried_len: N::CARRIED_LEN,
            state_len: N::STATE_LEN,
            train_workspace: N::TRAIN_WORKSPACE,
            evaluate_workspace: N::EVALUATE_WORKSPACE,
            predict_workspace: N::PREDICT_WORKSPACE,
            batch: N::BATCH,
            initial_state: initial_state::<N, T>,
            predict: N::predict::<T>,
            evaluate: N::evaluate::<T>,
            gradients: N::gradients::<T>,
            update: N::update::<T>,
        }
    }

    /// The same by threads that share the batch, cut as often as it can be: all passes that threads have.
    #[must_use]
    pub fn shared<N: Chunked, const THREADS: usize>() -> Generated<T> {
        Generated {
            predict: |params, buffers, ports, states, workspace, outputs| match outputs {
                [one] => cut(THREADS).predict::<N>(params, buffers, ports, states, workspace, one),
                several => N::predict(params, buffers, ports, states, workspace, several),
            },
            evaluate: |params, buffers, ports, states, workspace, losses, metrics| {
                cut(THREADS).evaluate::<N>(params, buffers, ports, states, workspace, losses, metrics)
            },
            gradients: |params, buffers, ports, states, step, workspace, outputs, grads, port_grads, losses| {
                if outputs.is_empty() && port_grads.is_empty() {
                    return cut(THREADS).gradients::<N>(params, buffers, ports, states, step, workspace, grads, losses);
                }
                N::gradients(params, buffers, ports, states, step, workspace, outputs, grads, port_grads, losses)
            },
            ..Generated::of::<N>()
        }
    }
}
