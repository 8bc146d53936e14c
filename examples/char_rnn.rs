//! A recurrent network that reads a text letter by letter, and then writes some of its own.
//!
//! It is one step of a recurrence: trained on pieces of 16 letters whose states go on from piece to piece, and run one letter at a time. The
//! last tenth of the text is held out: how well the letters there are foretold is the figure.
//!
//! `cargo run --release --example char_rnn -- [STEPS] [FILE …]`; without files it reads the pages of this project.

use std::path::PathBuf;
use std::time::Instant;

use tapeless::rt::Stream;

tapeless::nn! {
    network Writer {
        // Printable ASCII, and 0 for all else.
        input letter: [] in 0..96;
        target next: [] in 0..96;
        state h: [128] = zeros();

        h = memory: gru_cell(letter |> letters: embedding(96, 32), h);
        output scores = h |> head: dense(96);

        loss cross_entropy(scores, next);
        unroll 16;
        optimizer adam(lr = 4e-3, clip_norm = 1.0);
    }
}

const SEED: u64 = 1;
const STREAMS: usize = 32;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let steps: usize = arguments.next().map_or(Ok(3000), |steps| steps.parse())?;
    let given: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    let own = given.is_empty();
    let mut text = Vec::new();
    for path in if own { pages()? } else { given } {
        text.extend(std::fs::read_to_string(path)?.chars().map(number));
    }
    let (text, held_out) = text.split_at(text.len() - text.len() / 10);
    if held_out.len() <= writer::UNROLL {
        return Err("there is not enough to read".into());
    }
    let alone = entropy(held_out);
    println!("{} letters, and {} held out, {alone:.3} nats each by how often they occur", text.len(), held_out.len());

    let start = Instant::now();
    let mut net = Writer::new(SEED);
    // As many readers, each from a place of its own; at the end of the text they begin anew.
    let mut states = vec![writer::State::initial().into_storage(); STREAMS];
    let mut loss = alone as f32;
    for step in 0..steps {
        let letter = |stream: usize, k: usize| text[(stream * text.len() / STREAMS + writer::UNROLL * step + k) % text.len()];
        let pieces = |ahead| (0..STREAMS).map(|stream| std::array::from_fn(|k| letter(stream, k + ahead))).collect::<Vec<_>>();
        net.hyper().lr_scale = 1.0 - 0.95 * step as f64 / steps as f64;
        let now = net.train_step_from(&mut states, &pieces(0), &pieces(1))?.total;
        loss += 0.02 * (now - loss);
        if (step + 1) % (steps / 8).max(1) == 0 {
            println!("step {:>5}   loss {loss:.3} nats a letter", step + 1);
        }
    }
    let foretold = read(&mut net, held_out)?;

    println!("\n{}\n", write(&mut net, "The ")?);
    println!("seed {SEED}: {foretold:.3} nats a held-out letter, {alone:.3} by frequency alone; {:.1} s", start.elapsed().as_secs_f64());
    assert!(!own || foretold <= 2.0, "a letter should be foretold by those before it");
    Ok(())
}

/// The guide's pages, and then the repository's own.
fn pages() -> std::io::Result<Vec<PathBuf>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut pages = Vec::new();
    for folder in ["docs/src/reference", "docs/src", ""] {
        let entries = std::fs::read_dir(root.join(folder))?.map(|entry| entry.map(|entry| entry.path()));
        let mut here = entries.collect::<std::io::Result<Vec<_>>>()?;
        here.retain(|path| path.extension().is_some_and(|end| end == "md"));
        here.sort();
        pages.extend(here);
    }
    Ok(pages)
}

fn number(letter: char) -> u32 {
    if (' '..='~').contains(&letter) { letter as u32 - 31 } else { 0 }
}

/// The entropy of letters that know nothing of each other.
fn entropy(text: &[u32]) -> f64 {
    let often = |letter| text.iter().filter(|&&other| other == letter).count() as f64 / text.len() as f64;
    (0..96).map(often).filter(|&p| p > 0.0).map(|p| -p * p.ln()).sum()
}

/// The loss of a letter, from the beginning of a text to its end.
fn read(net: &mut Writer, text: &[u32]) -> Result<f32, tapeless::DataError> {
    let mut states = [writer::State::initial().into_storage()];
    let (pieces, next) = (text.as_chunks().0, text[1..].as_chunks().0);
    let mut total = 0.0;
    for (piece, next) in pieces.iter().zip(next) {
        total += net.evaluate_from(&mut states, &[*piece], &[*next])?.losses.total;
    }
    Ok(total / pieces.len().min(next.len()) as f32)
}

/// Goes on from a few letters: each is drawn by its probability, made a little surer.
fn write(net: &mut Writer, begin: &str) -> Result<String, tapeless::DataError> {
    let mut text: Vec<u32> = begin.chars().map(number).collect();
    let mut scores = [0.0; 96];
    for &letter in &text {
        scores = net.predict(letter)?;
    }
    while text.len() < 160 {
        let chances = scores.map(|score| (score / 0.6).exp());
        let mut rest = Stream::new(SEED, 1).uniform::<f32>(0, text.len() as u64, 0) * chances.iter().sum::<f32>();
        let drawn = chances.iter().position(|chance| {
            rest -= chance;
            rest < 0.0
        });
        let letter = drawn.unwrap_or(0) as u32;
        text.push(letter);
        scores = net.predict(letter)?;
    }
    Ok(text.iter().map(|&letter| if letter == 0 { '·' } else { char::from(letter as u8 + 31) }).collect())
}
