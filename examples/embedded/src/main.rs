//! The same on a machine with an operating system.
//!
//! `cargo run --release -p embedded`; `-- bits` prints what `check.sh` compares, `-- pretrain` makes the weights anew.

use std::time::Instant;

use embedded::{FLASH, MEMORY, STEPS, Sensor, motor};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let memory = MEMORY.take();
    match std::env::args().nth(1).as_deref() {
        Some("pretrain") => {
            tapeless::rt::initialise(motor::LAYOUT, 1, &mut memory.params);
            for _ in 0..2000 {
                memory.train(&Sensor::AS_DELIVERED)?;
            }
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/weights.f32");
            std::fs::write(path, memory.params.map(f32::to_le_bytes).as_flattened())?;
            println!("{path}: {} of 200 right", Sensor::AS_DELIVERED.right(&memory.params));
        }
        Some("bits") => {
            let outcome = embedded::run(memory, STEPS)?;
            println!("{:08x}{:016x}", outcome.loss.to_bits(), outcome.checksum);
        }
        _ => {
            println!("{} bytes of weights in flash, {} bytes of memory", size_of_val(&FLASH), size_of_val(memory));
            let start = Instant::now();
            let outcome = embedded::run(memory, STEPS)?;
            println!("with the weights in flash, of 200 readings:    {} right", outcome.delivered);
            println!("after the sensor was mounted the other way:    {} right", outcome.remounted);
            println!("after {STEPS} steps of training where it is:     {} right (loss {:.4})", outcome.trained, outcome.loss);
            println!("checksum of the weights {:016x}, {:.3} s", outcome.checksum, start.elapsed().as_secs_f64());
        }
    }
    Ok(())
}
