//! The interpreter gives the documents' numbers, with and without simplification.

use tapeless_compiler::network::Precision;
use tapeless_compiler::simplify;
use tapeless_tests_seeds::{Interpreted, Subject, checks};

fn each(name: &str, check: fn(&mut dyn Subject, f64)) {
    for (precision, tolerance) in [(Precision::F64, 1e-12), (Precision::F32, 1e-5)] {
        check(&mut Interpreted::new(name, precision, |derived| derived), tolerance);
        check(&mut Interpreted::new(name, precision, simplify::derived), tolerance);
    }
}

#[test]
fn first_neuron() {
    each("FirstNeuron", checks::first_neuron);
}

#[test]
fn two_layers() {
    each("TwoLayers", checks::two_layers);
}

#[test]
fn xor3() {
    each("Xor3", checks::xor3);
}

#[test]
fn fixed_bias() {
    each("FixedBias", checks::fixed_bias);
}

#[test]
fn verbose() {
    each("Verbose", checks::verbose);
}
