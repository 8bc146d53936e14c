//! The same networks in the interpreter of the graph.

use std::collections::BTreeMap;

use ndarray::{ArrayD, IxDyn};
use tapeless_compiler::differentiate::Derived;
use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::evaluate::session::{Results, Session};
use tapeless_compiler::network::{Network, Precision};
use tapeless_grammar::span::Sources;

use crate::subject::{Evaluation, Subject};

/// An interpreted network as a [`Subject`].
#[derive(Debug)]
pub struct Interpreted {
    network: Network,
    session: Session,
    results: Option<Results>,
}

impl Interpreted {
    /// A network of `networks.nn`. `tidy` is applied to its passes: simplification, or nothing.
    ///
    /// # Panics
    /// Where there is none of this name, or it does not compile.
    #[must_use]
    pub fn new(name: &str, precision: Precision, tidy: impl Fn(Derived) -> Derived) -> Interpreted {
        let mut sources = Sources::new();
        let root = sources.add("networks.nn".to_owned(), include_str!("../networks.nn").to_owned());
        let elaboration = elaborate(&mut sources, root, &mut NoFiles);
        assert_eq!(elaboration.diagnostics, []);
        let mut network = elaboration.networks.into_iter().find(|network| network.name == name).expect("a network of this name");
        network.precision = precision;
        let zeros = network.parameters.iter().map(|parameter| ArrayD::zeros(IxDyn(&parameter.shape))).collect();
        let session = Session::new(&network, zeros, Vec::new(), tidy).expect("a gradient");
        Interpreted { network, session, results: None }
    }

    fn ports(&self, columns: &[&[f64]]) -> (Vec<ArrayD<f64>>, usize) {
        let ports = self.network.ports.iter().zip(columns);
        let array = |(port, column): (&tapeless_compiler::network::Port, &&[f64])| {
            let samples = column.len() / port.shape.iter().product::<usize>();
            let shape: Vec<usize> = std::iter::once(samples).chain(port.shape.iter().copied()).collect();
            ArrayD::from_shape_vec(IxDyn(&shape), column.to_vec()).expect("whole samples")
        };
        let arrays: Vec<ArrayD<f64>> = ports.map(array).collect();
        let samples = arrays[0].shape()[0];
        (arrays, samples)
    }

    fn index(&self, path: &str) -> usize {
        self.network.parameters.iter().position(|parameter| parameter.path == path).expect("a parameter of this path")
    }
}

impl Subject for Interpreted {
    fn set(&mut self, path: &str, values: &[f64]) {
        let index = self.index(path);
        let single = self.network.precision == Precision::F32;
        let round = |value: &f64| if single { f64::from(*value as f32) } else { *value };
        let parameter = &mut self.session.parameters[index];
        assert_eq!(parameter.len(), values.len(), "{path}");
        parameter.iter_mut().zip(values).for_each(|(to, from)| *to = round(from));
    }

    fn get(&self, path: &str) -> Vec<f64> {
        self.session.parameters[self.index(path)].iter().copied().collect()
    }

    fn outputs(&mut self, x: &[f64]) -> BTreeMap<String, Vec<f64>> {
        let (ports, samples) = self.ports(&[x]);
        let outputs = self.session.outputs(&ports, samples).expect("good data");
        let names = self.network.predict.outputs.iter().map(|output| output.name.clone());
        names.zip(outputs.iter().map(|output| output.iter().copied().collect())).collect()
    }

    fn evaluate(&mut self, x: &[f64], y: &[f64]) -> Evaluation {
        let (ports, samples) = self.ports(&[x, y]);
        let results = self.session.predict(&ports, samples).expect("good data");
        let names = self.network.predict.metrics.iter().map(|metric| metric.name.clone());
        Evaluation { loss: results.total, metrics: names.zip(results.metrics).collect() }
    }

    fn gradients(&mut self, x: &[f64], y: &[f64]) -> f64 {
        let (ports, samples) = self.ports(&[x, y]);
        let results = self.session.gradients(&ports, samples).expect("good data");
        self.results.insert(results).total
    }

    fn gradient(&self, path: &str) -> Vec<f64> {
        let results = self.results.as_ref().expect("gradients were computed");
        results.gradients[self.index(path)].iter().copied().collect()
    }

    fn apply(&mut self) {
        let results = self.results.take().expect("gradients were computed");
        self.session.update(&results).expect("its own results");
    }
}
