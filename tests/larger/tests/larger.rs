//! The examples whose networks are dear to compile. Their gradients are right, and once a network is made a training step allocates nothing.

use tapeless_tests_larger::{quiet, right};
use tapeless_tests_no_alloc::Counting;

#[path = "../../../examples/autoencoder.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod autoencoder;
#[path = "../../../examples/char_rnn.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod char_rnn;
#[path = "../../../examples/guitar_amp.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod guitar_amp;
#[path = "../../../examples/pinn_burgers.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod pinn_burgers;
#[path = "../../../examples/tiny_transformer.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod tiny_transformer;
#[path = "../../../examples/vae_digits.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod vae_digits;
#[path = "../../../examples/wgan_gp.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod wgan_gp;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A batch of another length than the tiles'.
const SAMPLES: usize = 37;

fn images() -> Vec<[f32; 784]> {
    (0..SAMPLES).map(|i| std::array::from_fn(|k| ((i * 784 + k) as f32 * 0.37).sin() * 0.5 + 0.5)).collect()
}

#[test]
fn autoencoder() {
    right(&autoencoder::autoencoder::gradient_check());
    let (mut net, images) = (autoencoder::Autoencoder::new(1), images());
    quiet(|| net.train_step(&images).expect("good data"));
    quiet(|| net.evaluate(&images).expect("good data"));
    quiet(|| net.predict(&images[0]));
}

#[test]
fn vae_digits() {
    right(&vae_digits::vae::gradient_check());
    let (mut net, images, codes) = (vae_digits::Vae::new(1), images(), [[0.5; 8]; SAMPLES]);
    quiet(|| net.train_step(&images, &codes).expect("good data"));
    quiet(|| net.evaluate(&images, &codes).expect("good data"));
    quiet(|| net.predict(&images[0], &codes[0]));
}

#[test]
fn pinn_burgers() {
    right(&pinn_burgers::burgers::gradient_check());
    let mut net = pinn_burgers::Burgers::new(1);
    quiet(|| net.train_step(&[0.25; SAMPLES], &[0.5; SAMPLES]).expect("good data"));
    quiet(|| net.evaluate(&[0.25; SAMPLES], &[0.5; SAMPLES]).expect("good data"));
    quiet(|| net.predict(0.25, 0.5));
}

#[test]
fn tiny_transformer() {
    right(&tiny_transformer::sorter::gradient_check());
    let mut net = tiny_transformer::Sorter::new(1);
    let digits = [[3; 8]; SAMPLES];
    quiet(|| net.train_step(&digits, &digits).expect("good data"));
    quiet(|| net.evaluate(&digits, &digits).expect("good data"));
    quiet(|| net.predict(&digits[0]).expect("good data"));
}

#[test]
fn wgan_gp() {
    right(&wgan_gp::critic::gradient_check());
    let (mut critic, mut generator) = (wgan_gp::Critic::new(1), wgan_gp::Generator::new(1));
    let (truth, made, noise) = ([[0.5, -1.0]; SAMPLES], [[1.5, 0.25]; SAMPLES], [[0.1, 0.2, -0.3, 0.4]; SAMPLES]);
    quiet(|| critic.train_step(&truth, &made).expect("good data"));
    quiet(|| {
        generator.backward(&noise, &made).expect("good data");
        generator.apply();
    });
    quiet(|| generator.predict(&noise[0]));
}

#[test]
fn char_rnn() {
    right(&char_rnn::writer::gradient_check());
    let mut net = char_rnn::Writer::new(1);
    let pieces: [[u32; 16]; SAMPLES] = std::array::from_fn(|i| std::array::from_fn(|k| ((i + k) % 96) as u32));
    let mut states = [char_rnn::writer::State::initial().into_storage(); SAMPLES];
    quiet(|| net.train_step_from(&mut states, &pieces, &pieces).expect("good data"));
    quiet(|| net.evaluate_from(&mut states, &pieces, &pieces).expect("good data"));
    quiet(|| net.predict(7).expect("good data"));
}

#[test]
fn guitar_amp() {
    right(&guitar_amp::amp::gradient_check());
    let mut net = guitar_amp::Amp::new(1);
    let pieces: [[[f32; 1]; 16]; SAMPLES] = std::array::from_fn(|i| std::array::from_fn(|k| [((16 * i + k) as f32 * 0.3).sin()]));
    let mut states = [guitar_amp::amp::State::initial().into_storage(); SAMPLES];
    quiet(|| net.train_step_from(&mut states, &pieces, &pieces).expect("good data"));
    quiet(|| net.evaluate_from(&mut states, &pieces, &pieces).expect("good data"));
    quiet(|| net.predict(&[0.5]));
}
