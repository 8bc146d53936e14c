//! The work of one tile: inputs, kernels, outputs, and the gradients of the inputs where they are asked for.

use std::collections::BTreeSet;

use super::PassText;
use super::samples::{Load, LoadKind, Store};
use crate::emit::element::literal;
use crate::emit::kernels::Writer;
use crate::emit::unrolled::Unroller;
use crate::graph::NodeId;
use crate::network::{Emit, Initialiser};
use crate::ops::Value;
use crate::plan::{Kernel, Phase};

impl PassText<'_> {
    /// The work of one tile: inputs, kernels, outputs, and the gradients of the inputs where they are asked for.
    pub(super) fn tile(&self, writer: &mut Writer<'_>, stage: usize, loads: &[Load], stores: &[Store]) {
        let graph = &self.plan.program.graph;
        let stores: Vec<&Store> = stores.iter().filter(|store| self.plan.stage_of_result(store.id, store.last) == stage).collect();
        let kernels: Vec<Kernel> =
            self.plan.kernels_of(stage, Phase::Tile).chain(self.plan.kernels_of(stage, Phase::Asked)).copied().collect();
        let mut needed: BTreeSet<NodeId> = kernels.iter().flat_map(|kernel| self.plan.reads(kernel)).collect();
        needed.extend(stores.iter().map(|store| self.plan.base(store.id)));
        let loads = loads.iter().filter(|load| needed.contains(&load.id));
        let asked = stores.iter().any(|store| store.asked) || kernels.iter().any(|kernel| kernel.phase == Phase::Asked);
        if self.emit == Emit::Unrolled {
            return self.unrolled_tile(writer, stage, loads, &stores, asked);
        }
        for load in loads {
            let name = writer.christen(load.id);
            let slot = writer.slot(load.id);
            let (from, size) = (&load.from, load.size);
            writer.code.line(match load.kind {
                LoadKind::Seed => format!("let {name} = tile.seed({slot});"),
                LoadKind::State(i) => {
                    let (offset, init) = (self.state_offset(i), state_init(&self.network.states[i].init));
                    format!("let {name} = tile.state::<_, {size}, STATE>({from}, {offset}, {init}, {slot});")
                }
                LoadKind::Index => format!("let {name} = tile.indices::<_, {size}>({from}, {slot});"),
                LoadKind::Real if self.plan.in_place.contains(&load.id) => {
                    format!("let {name} = tile.samples::<_, {size}>({from});")
                }
                LoadKind::Real | LoadKind::Cotangent => format!("let {name} = tile.rows::<_, {size}>({from}, {slot});"),
            });
        }
        writer.section("forward");
        for store in stores.iter().filter(|store| !store.asked && matches!(graph.node(self.plan.base(store.id)).op.value, Value::Leaf)) {
            self.store_rows(writer, store);
        }
        let mut backward = false;
        let makes = |item: &[Kernel], store: &Store| {
            let maker = self.plan.maker(self.plan.base(store.id));
            item.iter().any(|kernel| kernel.output == maker)
        };
        for item in self.plan.items_of(stage, Phase::Tile) {
            if item.iter().any(|kernel| kernel.backward) && !backward {
                if !self.plan.whole {
                    writer.end_of_losses();
                }
                writer.section("backward");
                backward = true;
            }
            writer.item(item);
            for store in stores.iter().filter(|store| !store.asked && makes(item, store)) {
                self.store_rows(writer, store);
            }
        }
        let stored = |store: &Store| {
            kernels.iter().any(|kernel| kernel.phase == Phase::Tile && kernel.output == self.plan.maker(self.plan.base(store.id)))
        };
        let leaf = |store: &Store| matches!(graph.node(self.plan.base(store.id)).op.value, Value::Leaf);
        let same = |store: &Store| !graph.ty(self.plan.base(store.id)).batched && !stored(store) && !leaf(store);
        for store in stores.iter().filter(|store| !store.asked && same(store)) {
            self.store_rows(writer, store);
        }
        if asked {
            writer.code.line("");
            writer.code.open("if asked {");
            for store in stores.iter().filter(|store| store.asked) {
                if !kernels.iter().any(|kernel| kernel.phase == Phase::Asked && self.plan.maker(self.plan.base(store.id)) == kernel.output)
                {
                    writer.last_line.clear();
                    writer.fresh = true;
                    writer.comment(self.plan.base(store.id));
                    self.store_rows(writer, store);
                }
            }
            writer.last_line.clear();
            writer.fresh = true;
            for item in self.plan.items_of(stage, Phase::Asked) {
                writer.item(item);
                for store in stores.iter().filter(|store| store.asked && makes(item, store)) {
                    self.store_rows(writer, store);
                }
            }
            writer.code.close("}");
        }
    }

    /// The same as straight-line code.
    fn unrolled_tile<'l>(
        &self,
        writer: &mut Writer<'_>,
        stage: usize,
        loads: impl Iterator<Item = &'l Load>,
        stores: &[&Store],
        asked: bool,
    ) {
        let mut unroller = Unroller::new(writer);
        for load in loads {
            let method = match load.kind {
                LoadKind::Index => "index",
                LoadKind::Cotangent => "cotangent",
                LoadKind::Real => "element",
                LoadKind::State(i) => {
                    unroller.load_state(load.id, self.state_offset(i), &self.network.states[i].init);
                    continue;
                }
                LoadKind::Seed => {
                    unroller.load_seed(load.id);
                    continue;
                }
            };
            unroller.load(load.id, &format!("{}.as_chunks::<{}>().0", load.from, load.size), method);
        }
        unroller.section("forward");
        unroller.phase(Phase::Tile, stage);
        for store in stores.iter().filter(|store| !store.asked) {
            unroller.store(store.id, &store.field, store.size);
        }
        if asked {
            unroller.open_asked();
            unroller.phase(Phase::Asked, stage);
            for store in stores.iter().filter(|store| store.asked) {
                unroller.store(store.id, &store.field, store.size);
            }
            unroller.close_asked();
        }
    }
}

/// How a state begins.
fn state_init(init: &Initialiser) -> String {
    match init {
        Initialiser::Values(values) => {
            let list: Vec<String> = values.iter().map(|value| literal(*value)).collect();
            format!("rt::Initialiser::Values(&[{}])", list.join(", "))
        }
        Initialiser::Constant(value) => format!("rt::Initialiser::Constant({})", literal(*value)),
        _ => unreachable!("elaboration takes no random beginnings of states"),
    }
}
