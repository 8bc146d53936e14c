//! What the check asks of a network, as values: all but the passes themselves is then compiled once, with this crate, and not in each program.

use crate::rt::{Column, DataError, Dual, Entry, Network, Plain, Port, Step};

/// [`Network::gradients`] over one kind of numbers.
pub(super) type Passing<T> = fn(
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

/// A network's description and its two passes.
pub(super) struct Subject {
    pub(super) name: &'static str,
    pub(super) parameters: &'static [Entry],
    pub(super) buffers: &'static [Entry],
    pub(super) states: &'static [Entry],
    pub(super) ports: &'static [Port],
    /// How many loss terms there are.
    pub(super) losses: usize,
    pub(super) parameter_len: usize,
    pub(super) buffer_len: usize,
    pub(super) carried_len: usize,
    pub(super) workspace: usize,
    pub(super) smooth: bool,
    pub(super) stops: bool,
    /// Losses and gradients.
    pub(super) plain: Passing<Plain>,
    /// Losses with a derivative along a direction.
    pub(super) dual: Passing<Dual>,
}

impl Subject {
    pub(super) fn of<N: Network>() -> Subject {
        Subject {
            name: N::NAME,
            parameters: N::PARAMETERS,
            buffers: N::BUFFERS,
            states: N::STATES,
            ports: N::PORTS,
            losses: N::LOSSES.len(),
            parameter_len: N::PARAMETER_LEN,
            buffer_len: N::BUFFER_LEN,
            carried_len: N::CARRIED_LEN,
            workspace: N::TRAIN_WORKSPACE,
            smooth: N::SMOOTH,
            stops: N::STOPS,
            plain: N::gradients::<Plain>,
            dual: N::gradients::<Dual>,
        }
    }
}
