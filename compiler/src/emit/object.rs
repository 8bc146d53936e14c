//! With allocation: the network as an object that owns its storage, and its samples as lists.

mod data;
mod predict;
mod threads;
mod train;
mod trainable;

pub(crate) use data::data;
use predict::{carried, predict};
use threads::threads;
use train::train;
use trainable::trainable;

use super::doc::{Code, text};
use super::module::{Module, allowed, argument};
use super::types;
use crate::network::Port;

/// The struct `Moons` and what it can do.
pub(crate) fn object(module: &Module<'_>) -> String {
    let mut code = Code::at(0);
    let (name, real, m) = (&module.network.name, module.real, &module.name);
    let facade = &module.options.facade;
    let root = &module.options.root;
    let boxed = |len: &str| format!("{facade}::AlignedBox<{real}, {{ {m}::{len} }}>");
    let new = format!("{facade}::AlignedBox::new()");
    code.line("");
    for line in &module.network.doc {
        code.line(format!("/// {line}").trim_end());
    }
    if module.network.doc.is_empty() {
        code.line(format!("/// The network `{name}` with its parameters, optimizer state and workspaces."));
    }
    code.line("#[derive(Clone, Debug)]");
    allowed(&mut code);
    code.open(format!("pub struct {name} {{"));
    code.line(format!("params: {m}::Params,"));
    code.line(format!("grads: {m}::Grads,"));
    code.line(format!("buffers: {},", boxed("BUFFERS")));
    code.line(format!("state: {},", boxed("OPTIMIZER_STATE")));
    code.line(format!("scalars: [f64; {m}::SCALARS],"));
    code.line(format!("hyper: {m}::Hyper,"));
    if module.carries() {
        code.line(format!("carried: {m}::State,"));
    }
    code.line(format!("train_workspace: {},", boxed("TRAIN_WORKSPACE")));
    code.line(format!("evaluate_workspace: {},", boxed("EVALUATE_WORKSPACE")));
    code.line(format!("predict_workspace: {},", boxed("PREDICT_WORKSPACE")));
    let workspaces: &[&str] = match module.cotangents() {
        Some(_) => {
            code.line(format!("backward_workspace: {},", boxed("BACKWARD_WORKSPACE")));
            &["train", "evaluate", "predict", "backward"]
        }
        None => &["train", "evaluate", "predict"],
    };
    if module.options.threads {
        code.line(format!("threads: {facade}::Threads<{real}>,"));
    }
    code.line("seed: u64,");
    code.line("steps: u64,");
    code.close("}");
    code.line("");
    allowed(&mut code);
    code.open(format!("impl {name} {{"));
    code.line("/// Initialises the parameters from `seed`.");
    code.open("pub fn new(seed: u64) -> Self {");
    code.line(format!("let mut params = {new};"));
    code.line(format!("{root}::initialise({m}::LAYOUT, seed, &mut params[..]);"));
    if !module.network.buffers.is_empty() {
        let zeros = text(new.clone());
        code.statement(&format!("let mut buffers: {} = ", boxed("BUFFERS")), &zeros, ";");
        code.line(format!("{root}::initialise({m}::BUFFER_LAYOUT, seed, &mut buffers[..]);"));
        let room = text(format!("{}::new()", boxed("TRAIN_WORKSPACE").replacen('<', "::<", 1)));
        code.statement("let mut train_workspace = ", &room, ";");
        code.line(format!("train_workspace[..{m}::BUFFERS].copy_from_slice(&buffers[..]);"));
    }
    code.line(format!("let mut state = {new};"));
    code.line(format!("{root}::initial_state::<{m}::Net, {real}>(&mut state[..]);"));
    code.line(format!("let mut scalars = [0.0; {m}::SCALARS];"));
    code.line(format!("{root}::initial_scalars::<{m}::Net>(&mut scalars);"));
    if module.carries() {
        code.line(format!("let mut carried: {m}::State = {m}::State::from_storage({new});"));
        code.line("carried.reset();");
    }
    code.open(format!("{name} {{"));
    code.line(format!("params: {m}::Params::from_storage(params),"));
    code.line(format!("grads: {m}::Params::from_storage({new}),"));
    if module.network.buffers.is_empty() {
        code.line(format!("buffers: {new},"));
    } else {
        code.line("buffers,");
    }
    code.line("state,");
    code.line("scalars,");
    code.line(format!("hyper: {m}::Hyper::default(),"));
    if module.carries() {
        code.line("carried,");
    }
    let train_workspace = if module.network.buffers.is_empty() { None } else { Some("train_workspace,") };
    for &workspace in workspaces {
        if let ("train", Some(line)) = (workspace, train_workspace) {
            code.line(line);
            continue;
        }
        code.line(format!("{workspace}_workspace: {new},"));
    }
    if module.options.threads {
        code.line(format!("threads: {facade}::Threads::default(),"));
    }
    code.line("seed,");
    code.line("steps: 0,");
    code.close("}");
    code.close("}");
    threads(module, &mut code);
    predict(module, &mut code);
    if module.carries() {
        carried(module, &mut code);
    }
    train(module, &mut code);
    let grads = "The gradients of the last call of `gradients` or `train_step`.";
    for (method, ty, doc) in [("params", "Params", "The parameters."), ("grads", "Grads", grads)] {
        code.line("");
        code.line(format!("/// {doc}"));
        let late = if method == "grads" { module.late_names() } else { Vec::new() };
        if !late.is_empty() {
            let chunks = if module.options.threads { ", in each chunk where threads share them," } else { "" };
            code.line(format!(
                "/// On up to [`{m}::TILE`] samples{chunks} `train_step` leaves out {}, which its update makes itself.",
                late.join(", ")
            ));
        }
        code.open(format!("pub fn {method}(&self) -> &{m}::{ty} {{"));
        code.line(format!("&self.{method}"));
        code.close("}");
        code.line("");
        code.line(format!("/// {doc} To change."));
        code.open(format!("pub fn {method}_mut(&mut self) -> &mut {m}::{ty} {{"));
        code.line(format!("&mut self.{method}"));
        code.close("}");
    }
    code.line("");
    code.line("/// The settable numbers of the update.");
    code.open(format!("pub fn hyper(&mut self) -> &mut {m}::Hyper {{"));
    code.line("&mut self.hyper");
    code.close("}");
    code.line("");
    code.line("/// How many updates there were.");
    code.open("pub fn steps(&self) -> u64 {");
    code.line("self.steps");
    code.close("}");
    code.close("}");
    trainable(module, &mut code);
    code.into_text()
}

fn slices(ports: &[&Port], real: &str) -> Vec<String> {
    ports.iter().map(|port| format!("{}: &[{}]", argument(port), types::sample(port, real))).collect()
}

fn call_lines(code: &mut Code, head: &str, args: &[String], end: &str) {
    let flat = args.join(", ");
    if flat.len() <= 60 && code.column() + head.len() + flat.len() + end.len() + 2 <= 100 {
        code.line(format!("{head}({flat}){end}"));
        return;
    }
    code.open(format!("{head}("));
    for arg in args {
        code.line(format!("{arg},"));
    }
    code.close(format!("){end}"));
}

/// Who runs the passes over a batch: the ending of the door's name, and the argument.
fn runner(module: &Module<'_>) -> (&'static str, Vec<String>) {
    if module.options.threads { ("_with", vec!["&mut self.threads".to_owned()]) } else { ("", Vec::new()) }
}
