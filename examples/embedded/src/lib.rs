//! A network on a machine without operating system and allocator: everything that it needs lies in statics.
//!
//! A sensor on a motor tells from 32 readings whether it runs well. The weights that it was delivered with are in flash, and it predicts
//! straight from there. Then somebody mounts it the other way round; it copies the weights into memory and goes on learning where it is.
#![no_std]

use static_cell::ConstStaticCell;
use tapeless::DataError;
use tapeless::rt::{Step, Stream};

tapeless::nn! {
    /// What 32 readings of the acceleration say of a motor: it runs well, it is out of balance, a bearing is worn.
    network Motor {
        input  readings: [32];
        target health: [] in 0..3;

        let waves = reshape(readings, [1, 32]) |> conv: conv1d(6, 5, stride = 3) |> tanh;
        let h = waves |> flatten |> fc: dense(8) |> tanh;
        output scores = h |> head: dense(3);

        loss cross_entropy(scores, health);
        metric accuracy = accuracy(scores, health);
        optimizer momentum(lr = 0.05);
        budget memory = 64_000;
    }
}

/// The weights as delivered: little-endian numbers in flash. `cargo run --release -p embedded -- pretrain` made the file.
pub static FLASH: motor::Params<[f32; motor::PARAMETERS]> = motor::Params::from_bytes(include_bytes!("../weights.f32"));

/// All the memory that training needs. Take it once: `MEMORY.take()`.
pub static MEMORY: ConstStaticCell<Memory> = ConstStaticCell::new(Memory::NEW);

/// Steps of training that the example makes.
pub const STEPS: u32 = 3000;

/// Readings that a training step looks at.
const BATCH: usize = 16;

/// What training changes and works in.
#[derive(Debug)]
pub struct Memory {
    /// The weights, a copy of those in flash until the first step.
    pub params: [f32; motor::PARAMETERS],
    grads: [f32; motor::PARAMETERS],
    optimizer: [f32; motor::OPTIMIZER_STATE],
    workspace: [f32; motor::TRAIN_WORKSPACE],
    readings: [[f32; 32]; BATCH],
    states: [u32; BATCH],
    steps: u64,
}

impl Memory {
    const NEW: Memory = Memory {
        params: [0.0; motor::PARAMETERS],
        grads: [0.0; motor::PARAMETERS],
        optimizer: [0.0; motor::OPTIMIZER_STATE],
        workspace: [0.0; motor::TRAIN_WORKSPACE],
        readings: [[0.0; 32]; BATCH],
        states: [0; BATCH],
        steps: 0,
    };

    /// One training step on the next readings; gives the loss before it.
    ///
    /// # Errors
    /// A reading that is not a finite number; nothing has changed then.
    #[inline(never)]
    pub fn train(&mut self, sensor: &Sensor) -> Result<f32, DataError> {
        self.steps += 1;
        for (i, (readings, state)) in self.readings.iter_mut().zip(&mut self.states).enumerate() {
            (*readings, *state) = sensor.measure(self.steps, i as u64);
        }
        let step = Step { seed: 0, number: self.steps };
        let Memory { params, grads, optimizer, workspace, readings, states, .. } = self;
        let losses = motor::gradients(params, &[], readings, states, step, workspace, grads)?;
        motor::update(params, grads, optimizer, &mut [], &motor::Hyper::default(), self.steps);
        Ok(losses.total)
    }
}

/// The state that a network with these weights takes the readings for.
#[inline(never)]
pub fn judge(params: &[f32; motor::PARAMETERS], readings: &[f32; 32]) -> usize {
    let mut workspace = [0.0; motor::PREDICT_WORKSPACE];
    let mut scores = [0.0; 3];
    motor::predict(params, &[], readings, &mut workspace, &mut scores);
    let [well, balance, bearing] = scores;
    if well >= balance && well >= bearing { 0 } else { 1 + usize::from(bearing > balance) }
}

/// A motor with a sensor on it, made up.
#[derive(Clone, Copy, Debug)]
pub struct Sensor {
    /// What a reading is multiplied by: negative when the sensor is mounted the other way round.
    pub gain: f32,
    /// What it shows at rest.
    pub offset: f32,
}

impl Sensor {
    /// As the weights in flash know it.
    pub const AS_DELIVERED: Sensor = Sensor { gain: 1.0, offset: 0.0 };
    /// The other way round, and cold.
    pub const REMOUNTED: Sensor = Sensor { gain: -0.7, offset: 0.4 };

    /// Readings, and the state that the motor was in.
    #[must_use]
    pub fn measure(&self, minute: u64, place: u64) -> ([f32; 32], u32) {
        let chance = Stream::new(7, 0);
        let random = |i| chance.uniform::<f32>(minute, place, i);
        let state = (random(0) * 3.0) as u32;
        let (phase, strength) = (random(1), 0.6 + 0.4 * random(2));
        let readings = core::array::from_fn(|i| {
            let turn = (phase + i as f32 / 32.0) % 1.0;
            let swing = (4.0 * turn - 2.0).abs() - 1.0;
            let knock = if (4.0 * turn) % 1.0 < 0.2 { 1.0 } else { -0.1 };
            let motion = match state {
                0 => 0.2 * swing,
                1 => swing,
                _ => knock + 0.2 * swing,
            };
            self.gain * (strength * motion + 0.4 * (random(3 + i) - 0.5)) + self.offset
        });
        (readings, state)
    }

    /// How many of 200 readings are judged rightly by these weights.
    pub fn right(&self, params: &[f32; motor::PARAMETERS]) -> u32 {
        (0..200).map(|i| self.measure(u64::MAX, i)).filter(|(readings, state)| judge(params, readings) == *state as usize).count() as u32
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Of 200 readings as delivered, judged rightly with the weights in flash.
    pub delivered: u32,
    /// The same of the remounted sensor.
    pub remounted: u32,
    /// The loss of the last training step.
    pub loss: f32,
    /// Of 200 readings of the remounted sensor, judged rightly after training.
    pub trained: u32,
    /// A sum over the bits of all weights after training.
    pub checksum: u64,
}

/// Predicts from flash, then trains in memory for some steps and predicts from there.
///
/// # Errors
/// A reading that is not a finite number.
pub fn run(memory: &mut Memory, steps: u32) -> Result<Outcome, DataError> {
    memory.params = *FLASH.as_array();
    let mut loss = 0.0;
    for _ in 0..steps {
        loss = memory.train(&Sensor::REMOUNTED)?;
    }
    // FNV-1a.
    let checksum = |sum: u64, weight: &f32| (sum ^ u64::from(weight.to_bits())).wrapping_mul(0x100_0000_01b3);
    Ok(Outcome {
        delivered: Sensor::AS_DELIVERED.right(FLASH.as_array()),
        remounted: Sensor::REMOUNTED.right(FLASH.as_array()),
        loss,
        trained: Sensor::REMOUNTED.right(&memory.params),
        checksum: memory.params.iter().fold(0xcbf2_9ce4_8422_2325, checksum),
    })
}
