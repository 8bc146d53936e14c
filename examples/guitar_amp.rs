//! A guitar amplifier that runs a sample of sound at a time: an LSTM of 40 units learns a distortion from sound before and after it.
//!
//! `cargo run --release --example guitar_amp`
//!
//! The sound is made here: plucked strings (Karplus and Strong 1983), and as the amplifier a drive into tanh and a one-pole low-pass. The
//! network is trained on 32 streams of sound at once, piece by piece: the states that a piece hands back begin the next. Then it plays sound
//! that it has not heard. The error-to-signal ratio is Σ(y − ŷ)²/Σy², without pre-emphasis.

use std::time::Instant;

tapeless::nn! {
    const STEPS = 16;

    /// A sample of sound in, a sample of sound out.
    network Amp {
        input x: [1];
        target y: [1];
        state h: [40] = zeros();
        state c: [40] = zeros();

        (h, c) = cell: lstm_cell(x, h, c);
        output out = x + (h |> head: dense(1));

        loss mse(out, y);
        unroll STEPS;
        emit kernels;
        optimizer adam(lr = cosine(1e-2, 5 * 500, floor = 1e-5), clip_norm = 1);
    }
}

const RATE: f32 = 16_000.0;
const SEED: u64 = 1;
const STREAMS: usize = 32;
/// Pieces of a stream, which make half a second of sound.
const PIECES: usize = 500;
const EPOCHS: usize = 5;

/// A piece of a stream.
type Piece = [[f32; 1]; amp::UNROLL];

fn main() -> Result<(), tapeless::rt::DataError> {
    let mut noise = Noise(SEED);
    let streams: Vec<Vec<f32>> = (0..STREAMS).map(|_| guitar(PIECES * amp::UNROLL, &mut noise)).collect();
    let played: Vec<Vec<f32>> = streams.iter().map(|stream| amplifier(stream)).collect();
    let held_out = guitar(4 * RATE as usize, &mut noise);
    let wanted = amplifier(&held_out);

    let mut net = Amp::new(SEED);
    println!("seed {SEED}: {} parameters, {} of sound in pieces of {} samples", amp::PARAMETERS, seconds(&streams), amp::UNROLL);
    println!("before training: error-to-signal ratio {:.2} %", 100.0 * error_to_signal(&mut net, &held_out, &wanted));
    let started = Instant::now();
    for epoch in 1..=EPOCHS {
        let mut states = vec![amp::State::initial().into_storage(); STREAMS];
        let mut total = 0.0;
        for i in 0..PIECES {
            total += net.train_step_from(&mut states, &pieces(&streams, i), &pieces(&played, i))?.total;
        }
        println!("epoch {epoch:2}   loss {:.6}   {:.1} s", total / PIECES as f32, started.elapsed().as_secs_f64());
    }
    println!("trained in {:.1} s, {} steps", started.elapsed().as_secs_f64(), net.steps());

    let started = Instant::now();
    let ratio = error_to_signal(&mut net, &held_out, &wanted);
    let each = started.elapsed().as_secs_f64() / held_out.len() as f64;
    println!("held-out sound, a sample at a time: error-to-signal ratio {:.3} %", 100.0 * ratio);
    println!("{:.2} µs a sample: {:.1} % of the time that there is at {RATE} Hz", 1e6 * each, 100.0 * each * f64::from(RATE));
    assert!(ratio < 1e-3, "the amplifier should be learned");
    Ok(())
}

/// Plays sound a sample at a time and compares.
fn error_to_signal(net: &mut Amp, sound: &[f32], wanted: &[f32]) -> f64 {
    net.reset();
    let (mut error, mut signal) = (0.0, 0.0);
    for (&x, &y) in sound.iter().zip(wanted) {
        let [out] = net.predict(&[x]);
        error += f64::from(out - y).powi(2);
        signal += f64::from(y).powi(2);
    }
    error / signal
}

/// Piece `i` of each stream.
fn pieces(streams: &[Vec<f32>], i: usize) -> Vec<Piece> {
    streams.iter().map(|stream| std::array::from_fn(|t| [stream[i * amp::UNROLL + t]])).collect()
}

fn seconds(streams: &[Vec<f32>]) -> String {
    format!("{:.1} s", streams.iter().map(Vec::len).sum::<usize>() as f32 / RATE)
}

/// Plucked strings: a new note every quarter of a second, over what still sounds of the others.
fn guitar(len: usize, noise: &mut Noise) -> Vec<f32> {
    let mut sound = vec![0.0; len];
    let mut start = (noise.next() * 0.1 * RATE) as usize;
    while start < len {
        let frequency = 82.4 * 2.0_f32.powf((noise.next() * 30.0).floor() / 12.0);
        let loudness = 0.2 + 0.6 * noise.next();
        let mut string: Vec<f32> = (0..(RATE / frequency) as usize).map(|_| loudness * (2.0 * noise.next() - 1.0)).collect();
        for (t, out) in sound[start..].iter_mut().enumerate() {
            let (i, next) = (t % string.len(), (t + 1) % string.len());
            *out += string[i];
            string[i] = 0.996 * 0.5 * (string[i] + string[next]);
        }
        start += (RATE * (0.2 + 0.1 * noise.next())) as usize;
    }
    sound
}

/// What is to be learned: drive, then a low-pass.
fn amplifier(sound: &[f32]) -> Vec<f32> {
    let mut low = 0.0;
    let play = |x: &f32| {
        low += 0.55 * ((4.0 * x).tanh() - low);
        0.8 * low
    };
    sound.iter().map(play).collect()
}

/// Numbers in 0..1 (SplitMix64).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }
}
