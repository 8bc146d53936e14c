//! What must hold of a program without compiling any Rust: it elaborates; both forms are written; simplification changes no number; gradients
//! agree with differences, for parameters and for real ports.

use ndarray::{ArrayD, IxDyn};
use tapeless_compiler::differentiate;
use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::emit::emit;
use tapeless_compiler::evaluate::session::{Results, Session};
use tapeless_compiler::network::{Emit, Initialiser, Network, Pass, Precision};
use tapeless_compiler::simplify::{derived, hoisted, without_loops};
use tapeless_compiler::{Options, graph};
use tapeless_grammar::span::Sources;

use crate::generate::Draws;

/// Samples of a batch.
const BATCH: usize = 3;
/// Entries of each tensor whose derivative is compared.
const ENTRIES: usize = 5;
/// Unrolled code of more operations is not written.
const UNROLL: usize = 20_000;

/// What was looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Looked {
    /// Entries of gradients that were compared with differences.
    pub entries: usize,
    /// Entries where differences of two widths disagree: a kink or a jump lies between.
    pub kinks: usize,
}

/// The networks of a text.
///
/// # Errors
/// What the compiler says.
pub fn networks(text: &str) -> Result<(Sources, Vec<Network>), String> {
    let mut sources = Sources::new();
    let root = sources.add("random.nn", text);
    let made = elaborate(&mut sources, root, &mut NoFiles);
    if made.has_errors() {
        let errors: Vec<String> = made
            .diagnostics
            .iter()
            .filter(|d| d.is_error())
            .map(|d| format!("{}: {} at `{}`", d.code, d.message, sources.text(d.span())))
            .collect();
        return Err(errors.join("\n"));
    }
    Ok((sources, made.networks))
}

/// Checks a program.
///
/// # Errors
/// The first thing that does not hold.
pub fn check(text: &str) -> Result<Looked, String> {
    let (sources, networks) = networks(text)?;
    let mut looked = Looked::default();
    for network in networks {
        for form in [Emit::Kernels, Emit::Unrolled] {
            let options = Options { emit: Some(form), ..Options::default() };
            let written = emit(&network, &sources, &options).map_err(|d| format!("{form:?}: {}: {}", d.code, d.message))?;
            if written.report.train_operations > UNROLL {
                break;
            }
        }
        // Differences know nothing of stopped gradients, but for those of indices.
        let derive = !text.replace("real(stop_gradient(", "").contains("stop_gradient(");
        numbers(Network { precision: Precision::F64, ..network }, derive, &mut looked)?;
    }
    Ok(looked)
}

fn numbers(network: Network, derive: bool, looked: &mut Looked) -> Result<(), String> {
    let mut draws = Draws(7);
    let mut filled =
        |shape: &[usize], low: f64, high: f64| ArrayD::from_shape_simple_fn(IxDyn(shape), || low + (high - low) * draws.unit());
    let mut stored = |parameter: &tapeless_compiler::network::Parameter| match &parameter.init {
        Initialiser::Constant(x) => filled(&parameter.shape, x - 0.1, x + 0.1),
        _ => filled(&parameter.shape, -0.7, 0.7),
    };
    let parameters: Vec<ArrayD<f64>> = network.parameters.iter().map(&mut stored).collect();
    let buffers: Vec<ArrayD<f64>> = network.buffers.iter().map(&mut stored).collect();
    let mut port = |port: &tapeless_compiler::network::Port| {
        let shape = [&[BATCH], port.shape.as_slice()].concat();
        match port.index {
            Some(n) => filled(&shape, 0.0, f64::from(n)).mapv(f64::floor),
            None if port.target => filled(&shape, 0.05, 0.95),
            None => filled(&shape, -1.5, 1.5),
        }
    };
    let ports: Vec<ArrayD<f64>> = network.sample_ports().iter().map(&mut port).collect();
    let step_ports: Vec<ArrayD<f64>> = network.ports.iter().map(&mut port).collect();
    // Every second program begins with the states that it says itself.
    let states: Vec<ArrayD<f64>> = if network.name.ends_with(['1', '3', '5', '7', '9']) {
        Vec::new()
    } else {
        network.states.iter().map(|state| filled(&[&[BATCH], state.shape.as_slice()].concat(), -0.9, 0.9)).collect()
    };
    // What is written: steps of loops do no more than they must. And what is written unrolled: no loops.
    let ahead = |pass: &Pass| hoisted(pass.clone());
    let before =
        Network { predict: ahead(&network.predict), evaluate: ahead(&network.evaluate), train: ahead(&network.train), ..network.clone() };
    let session = |of: &Network, tidy: fn(_) -> _| {
        let mut made = Session::new(of, parameters.clone(), buffers.clone(), tidy).map_err(|error| format!("{error:?}"))?;
        made.states.clone_from(&states);
        Ok::<_, String>(made)
    };
    let (plain, tidy) = (session(&network, |made| made)?, session(&before, derived)?);
    let written_out = session(&before, |made| derived(without_loops(derived(made), &|_| true)))?;
    let run = |session: &Session| session.gradients(&ports, BATCH).map_err(|error| format!("{error:?}"));
    let (wanted, found) = (run(&plain)?, run(&tidy)?);
    same("training", &wanted, &found)?;
    same("training, written out", &wanted, &run(&written_out)?)?;
    let (wanted_predict, found_predict) = (
        plain.predict(&ports, BATCH).map_err(|error| format!("{error:?}"))?,
        tidy.predict(&ports, BATCH).map_err(|error| format!("{error:?}"))?,
    );
    same("evaluation", &wanted_predict, &found_predict)?;
    let step = |session: &Session| session.step(&step_ports, BATCH).map_err(|error| format!("{error:?}"));
    let ((wanted_step, wanted_states), (found_step, found_states)) = (step(&plain)?, step(&tidy)?);
    same_arrays("prediction", "output", &wanted_step, &found_step)?;
    same_arrays("prediction", "state", &wanted_states, &found_states)?;
    let (mut plain_after, mut tidy_after) = (plain.clone(), tidy.clone());
    plain_after.update(&wanted).map_err(|error| format!("{error:?}"))?;
    tidy_after.update(&found).map_err(|error| format!("{error:?}"))?;
    if plain_after.parameters.iter().chain(&plain_after.buffers).flatten().any(|x| !x.is_finite()) {
        return Err("an update is not finite".to_owned());
    }
    if derive { differences(&network, &tidy, &ports, &wanted, looked) } else { Ok(()) }
}

/// Two results are equal up to rounding, and finite.
fn same(what: &str, a: &Results, b: &Results) -> Result<(), String> {
    let one = |x: f64| ArrayD::from_elem(IxDyn(&[]), x);
    let all = |results: &Results| -> Vec<(String, ArrayD<f64>)> {
        let of = |name: &str, arrays: &[ArrayD<f64>]| -> Vec<(String, ArrayD<f64>)> {
            arrays.iter().enumerate().map(|(i, array)| (format!("{name} {i}"), array.clone())).collect()
        };
        let numbers = |values: &[f64]| -> Vec<ArrayD<f64>> { values.iter().map(|&x| one(x)).collect() };
        let ports: Vec<ArrayD<f64>> = results.port_gradients.iter().map(|gradient| gradient.clone().unwrap_or_else(|| one(0.0))).collect();
        [
            of("output", &results.outputs),
            of("loss", &numbers(&results.losses)),
            of("total", &[one(results.total)]),
            of("metric", &numbers(&results.metrics)),
            of("gradient of parameter", &results.gradients),
            of("gradient of port", &ports),
            of("buffer", &results.buffers),
            of("state", &results.states),
        ]
        .concat()
    };
    equal(what, all(a), all(b))
}

fn same_arrays(what: &str, name: &str, a: &[ArrayD<f64>], b: &[ArrayD<f64>]) -> Result<(), String> {
    let all = |arrays: &[ArrayD<f64>]| arrays.iter().enumerate().map(|(i, array)| (format!("{name} {i}"), array.clone())).collect();
    equal(what, all(a), all(b))
}

fn equal(what: &str, a: Vec<(String, ArrayD<f64>)>, b: Vec<(String, ArrayD<f64>)>) -> Result<(), String> {
    for ((name, a), (_, b)) in a.into_iter().zip(b) {
        let scale = a.iter().fold(1.0_f64, |scale, x| scale.max(x.abs()));
        if let Some(x) = a.iter().find(|x| !x.is_finite()) {
            return Err(format!("{what}: {name} holds {x}"));
        }
        // What no loss reaches has no gradient at all, or one of zeros.
        let (size, other) = (a.len(), b.len());
        if size != other && a.iter().chain(&b).any(|&x| x != 0.0) {
            return Err(format!("{what}: {name} has {size} or {other} elements"));
        }
        if size == other && a.iter().zip(&b).any(|(x, y)| (x - y).abs() > 1e-10 * scale || y.is_nan()) {
            return Err(format!("{what}: simplification changes {name} from\n{a}\nto\n{b}"));
        }
    }
    Ok(())
}

/// The total loss with one entry of a parameter (or, past these, of a port) moved.
fn total(session: &Session, ports: &[ArrayD<f64>], tensor: usize, entry: usize, by: f64) -> f64 {
    let (mut session, mut ports) = (session.clone(), ports.to_vec());
    let parameters = session.parameters.len();
    let moved = if tensor < parameters { &mut session.parameters[tensor] } else { &mut ports[tensor - parameters] };
    if let Some(x) = moved.iter_mut().nth(entry) {
        *x += by;
    }
    session.gradients(&ports, BATCH).map_or(f64::NAN, |results| results.total)
}

fn differences(network: &Network, session: &Session, ports: &[ArrayD<f64>], results: &Results, looked: &mut Looked) -> Result<(), String> {
    let none = |port: &ArrayD<f64>| ArrayD::zeros(port.raw_dim());
    let of_ports = results.port_gradients.iter().zip(ports).map(|(gradient, port)| gradient.clone().unwrap_or_else(|| none(port)));
    let gradients: Vec<ArrayD<f64>> = results.gradients.iter().cloned().chain(of_ports).collect();
    let largest = gradients.iter().flatten().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    for (tensor, gradient) in gradients.iter().enumerate() {
        let (name, still) = match tensor.checked_sub(network.parameters.len()) {
            None => (&network.parameters[tensor].path, network.parameters[tensor].frozen),
            Some(port) => (&network.ports[port].name, network.ports[port].index.is_some()),
        };
        if still {
            continue;
        }
        for entry in (0..gradient.len()).step_by(gradient.len().div_ceil(ENTRIES)) {
            let slope = |h: f64| {
                let at = |by: f64| total(session, ports, tensor, entry, by * h);
                (at(-2.0) - 8.0 * at(-1.0) + 8.0 * at(1.0) - at(2.0)) / (12.0 * h)
            };
            let given = gradient.iter().nth(entry).copied().unwrap_or(f64::NAN);
            let far = |numeric: f64| (given - numeric).abs() > 1e-6 * given.abs().max(numeric.abs()).max(1e-3 * largest).max(1e-4);
            looked.entries += 1;
            let numeric = slope(1e-3);
            if !far(numeric) {
                continue;
            }
            // A kink or a jump near by makes differences of other widths disagree.
            let closer: Vec<f64> = [1e-4, 3e-5].iter().map(|&h| slope(h)).collect();
            if closer.iter().any(|&numeric| (given - numeric).abs() <= 1e-5 * given.abs().max(numeric.abs()).max(1e-3 * largest).max(1e-3))
            {
                looked.kinks += 1;
                continue;
            }
            let scale = closer[0].abs().max(closer[1].abs()).max(1e-3);
            if (closer[0] - closer[1]).abs() > 1e-4 * scale {
                looked.kinks += 1;
                continue;
            }
            return Err(format!("the gradient of {name} at element {entry} is {given}, differences give {numeric} ({closer:?})"));
        }
    }
    Ok(())
}

/// The operations of all graphs of a program, as they are derived, before and after simplification.
///
/// # Errors
/// What the compiler says.
pub fn operations(text: &str) -> Result<Vec<&'static str>, String> {
    let (_, networks) = networks(text)?;
    let mut names = Vec::new();
    let mut add = |graph: &graph::Graph| named(graph, &mut names);
    for network in &networks {
        add(&network.predict.graph);
        for derive in [differentiate::train, differentiate::backward] {
            if let Ok(made) = derive(&network.train, &network.parameters, &network.ports) {
                add(&made.graph);
            }
        }
        network.optimizers.iter().for_each(|optimizer| add(&optimizer.graph));
    }
    Ok(names)
}

/// The operations of a graph and of the bodies of its loops.
fn named(graph: &graph::Graph, names: &mut Vec<&'static str>) {
    for node in &graph.nodes {
        names.push(node.op.name);
        if let graph::Attr::Scan(scan) = &node.attr {
            named(&scan.body, names);
        }
    }
}

/// A program that fails in the same way and has fewer statements.
#[must_use]
pub fn shrunk(text: &str, fails: &dyn Fn(&str) -> bool) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    loop {
        let before = lines.len();
        let mut at = lines.len();
        while at > 0 {
            at -= 1;
            let mut fewer = lines.clone();
            fewer.remove(at);
            if fails(&fewer.join("\n")) {
                lines = fewer;
            }
        }
        if lines.len() == before {
            return lines.join("\n");
        }
    }
}
