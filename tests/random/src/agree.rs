//! Generated code beside the interpreter.

use tapeless::rt::{self, Real};
use tapeless_compiler::network::{Network, Precision};
use tapeless_tests_networks::{Bounds, F32, F64, Generated, differences, with_a_large_stack};

use crate::check::networks;
use crate::generate::{Size, program};

/// The generated network `N` gives what the interpreter gives for the program of this seed.
///
/// # Panics
/// With the program and every difference, where there is one.
pub fn agrees<N: rt::Network>(seed: u64) {
    compared(Generated::<f64>::of::<N>(), seed, &[1, 3, 33], F64);
}

/// As [`agrees`], in f32.
///
/// # Panics
/// As [`agrees`].
pub fn agrees_in_f32<N: rt::Network>(seed: u64) {
    compared(Generated::<f32>::of::<N>(), seed, &[2, 5], F32);
}

fn compared<T: Real>(generated: Generated<T>, seed: u64, samples: &[usize], bounds: Bounds) {
    let program = program(seed, Size::Small);
    let found = with_a_large_stack(|| {
        let made = networks(&program.text).unwrap_or_else(|errors| panic!("{errors}\n{}", program.text));
        let network = Network { precision: Precision::F64, ..made.1[0].clone() };
        differences(generated, &network, samples, bounds)
    });
    let faults = &found.faults;
    println!("seed {seed}, {}: {} numbers compared, the worst differs by {:.1e}", std::any::type_name::<T>(), found.numbers, found.worst);
    let told = &faults[..faults.len().min(10)];
    assert!(faults.is_empty(), "the program of seed {seed}: {} differences\n{}\n{}", faults.len(), told.join("\n"), program.text);
}
