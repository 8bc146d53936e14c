//! Generated code beside the interpreter.

use tapeless::rt;
use tapeless_compiler::network::{Network, Precision};
use tapeless_tests_networks::{differences, with_a_large_stack};

use crate::check::networks;
use crate::generate::{Size, program};

/// The generated network `N` gives what the interpreter gives for the program of this seed; in f64, and every eighth in f32 too.
///
/// # Panics
/// With the program and every difference, where there is one.
pub fn agrees<N: rt::Network>(seed: u64) {
    with_a_large_stack(|| compared::<N>(seed));
}

fn compared<N: rt::Network>(seed: u64) {
    let program = program(seed, Size::Small);
    let made = networks(&program.text).unwrap_or_else(|errors| panic!("{errors}\n{}", program.text));
    let network = Network { precision: Precision::F64, ..made.1[0].clone() };
    let faults = differences::<N>(&network, &[1, 3, 33], if seed.is_multiple_of(8) { &[5] } else { &[] });
    let told = &faults[..faults.len().min(10)];
    assert!(faults.is_empty(), "the program of seed {seed}: {} differences\n{}\n{}", faults.len(), told.join("\n"), program.text);
}
