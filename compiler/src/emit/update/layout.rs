//! Where what the optimizers keep and are told lies.

use crate::emit::views::place;
use crate::network::Network;

/// A state of an optimizer for one parameter.
#[derive(Clone, Debug)]
pub struct SlotEntry {
    /// The optimizer and its state: `adam.m`.
    pub name: String,
    /// The parameter's path.
    pub path: String,
    /// Its first element in the optimizer state.
    pub offset: usize,
    /// The number of its elements.
    pub len: usize,
    /// What each element is at first.
    pub initial: f64,
}

/// What the optimizers keep and are told.
#[derive(Clone, Debug)]
pub struct Layout {
    /// In the order of the optimizer state.
    pub slots: Vec<SlotEntry>,
    /// Elements of the optimizer state.
    pub state_len: usize,
    /// Numbers that an optimizer keeps once, with what they are at first.
    pub scalars: Vec<(String, f64)>,
    /// Settable numbers with their fields' names; `lr_scale` is the last.
    pub hyper: Vec<(String, f64)>,
}

/// Lays out state and settable numbers of all optimizers.
#[must_use]
pub fn layout(network: &Network) -> Layout {
    let placed = place(&network.parameters);
    let mut out = Layout { slots: Vec::new(), state_len: 0, scalars: Vec::new(), hyper: Vec::new() };
    for (i, optimizer) in network.optimizers.iter().enumerate() {
        let prefix = prefix(network, i);
        for (slot, initial) in &optimizer.slots {
            for &parameter in &optimizer.parameters {
                let (path, len) = (placed[parameter].parameter.path.clone(), placed[parameter].len);
                let name = format!("{}.{slot}", label(network, i));
                out.slots.push(SlotEntry { name, path, offset: out.state_len, len, initial: *initial });
                out.state_len += len;
            }
        }
        out.scalars.extend(optimizer.scalar_slots.iter().map(|(name, initial)| (format!("{}.{name}", label(network, i)), *initial)));
        let settable = optimizer.hyper.iter().filter(|hyper| hyper.schedule.is_none());
        out.hyper.extend(settable.map(|hyper| (format!("{prefix}{}", hyper.name), hyper.value)));
    }
    out.hyper.push(("lr_scale".into(), 1.0));
    out
}

/// `adam`, or `adam_2` where there are several.
pub(super) fn label(network: &Network, i: usize) -> String {
    let name = &network.optimizers[i].name;
    let earlier = network.optimizers[..i].iter().filter(|other| other.name == *name).count();
    if earlier == 0 { name.clone() } else { format!("{name}_{}", earlier + 1) }
}

/// What stands before an optimizer's numbers: nothing where it is the only one.
fn prefix(network: &Network, i: usize) -> String {
    if network.optimizers.len() == 1 { String::new() } else { format!("{}_", label(network, i)) }
}
