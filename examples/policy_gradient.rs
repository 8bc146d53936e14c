//! A policy that learns to balance a pole on a cart: policy gradients with a baseline, clipped as in PPO.
//!
//! `cargo run --release --example policy_gradient`

use std::time::Instant;

use tapeless::rt::Stream;

tapeless::nn! {
    network Policy {
        input seen: [4];
        // What was done, how likely that was then, how much better it went than expected, and how well.
        target action: [] in 0..2;
        target log_p: [];
        target advantage: [];
        target outcome: [];

        output scores = seen |> fc1: dense(32) |> tanh |> fc2: dense(32) |> tanh |> head: dense(2);
        output value = (seen |> v1: dense(32) |> tanh |> v2: dense(32) |> tanh |> v3: dense(1))[0];

        let log_ps = log_softmax(scores);
        let ratio = exp(take(log_ps, action, axis = 0) - log_p);
        loss policy = -min(ratio * advantage, clip(ratio, 0.8, 1.2) * advantage);
        loss baseline = 0.5 * (value - outcome) ^ 2;
        loss certainty = 0.01 * sum(exp(log_ps) * log_ps);
        optimizer adam(lr = 3e-3, clip_norm = 0.5);
    }
}

const SEED: u64 = 1;
const ROUNDS: u64 = 30;
const STEPS: usize = 2048;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let mut net = Policy::new(SEED);
    let mut episodes = 0;
    let mut cart = Cart::new(episodes);
    for round in 1..=ROUNDS {
        // Play, and remember.
        let mut data = policy::Data::default();
        let (mut values, mut ends) = (vec![], vec![]);
        for step in 0..STEPS {
            let policy::Output { scores, value } = net.predict(&cart.state);
            let log_ps = log_softmax(scores);
            let action = u32::from(Stream::new(SEED, 2).uniform::<f32>(round, step as u64, 0) > log_ps[0].exp());
            data.seen.push(cart.state);
            data.action.push(action);
            data.log_p.push(log_ps[action as usize]);
            values.push(value);
            let fell = cart.push(action);
            // An end by time is not the pole's fault: what would have come is what is expected.
            let rest = if fell {
                Some(0.0)
            } else if cart.steps == 500 {
                Some(net.predict(&cart.state).value)
            } else {
                None
            };
            ends.push(rest);
            if rest.is_some() {
                episodes += 1;
                cart = Cart::new(episodes);
            }
        }

        // Backwards: how much better than expected it went from each step on.
        let (mut next, mut advantage) = (net.predict(&cart.state).value, 0.0);
        for step in (0..STEPS).rev() {
            if let Some(rest) = ends[step] {
                (next, advantage) = (rest, 0.0);
            }
            advantage = 1.0 / 50.0 + 0.99 * next - values[step] + 0.99 * 0.95 * advantage;
            data.advantage.push(advantage);
            data.outcome.push(advantage + values[step]);
            next = values[step];
        }
        data.advantage.reverse();
        data.outcome.reverse();
        let mean = data.advantage.iter().sum::<f32>() / STEPS as f32;
        let deviation = (data.advantage.iter().map(|a| (a - mean).powi(2)).sum::<f32>() / STEPS as f32).sqrt();
        data.advantage.iter_mut().for_each(|a| *a = (*a - mean) / (deviation + 1e-6));

        // Learn from it, slower and slower.
        net.hyper().lr_scale = 1.0 - (round - 1) as f64 / ROUNDS as f64;
        let trainer = tapeless::Trainer::new().epochs(8).batch_size(256).seed(round).progress(tapeless::train::Progress::Off);
        trainer.fit(&mut net, &data)?;
        if round % 10 == 0 {
            let (steps, stands) = (round as usize * STEPS, test(&mut net, 20));
            println!("after {steps:>6} steps, {episodes:>4} episodes: the pole stands for {stands:.0} steps");
        }
    }
    let stands = test(&mut net, 100);
    println!("seed {SEED}: over 100 episodes the pole stands for {stands:.1} of 500 steps; {:.1} s", start.elapsed().as_secs_f64());
    assert!(stands >= 475.0, "it should stand for 475");
    Ok(())
}

fn log_softmax([a, b]: [f32; 2]) -> [f32; 2] {
    let total = a.max(b) + (-(a - b).abs()).exp().ln_1p();
    [a - total, b - total]
}

/// The mean length of new episodes, always with the likelier action.
fn test(net: &mut Policy, episodes: u64) -> f64 {
    let length = |episode| {
        let mut cart = Cart::new(1_000_000 + episode);
        loop {
            let [left, right] = net.predict(&cart.state).scores;
            if cart.push(u32::from(right > left)) || cart.steps == 500 {
                return f64::from(cart.steps);
            }
        }
    };
    (0..episodes).map(length).sum::<f64>() / episodes as f64
}

/// Barto, Sutton and Anderson's cart and pole, with the numbers of OpenAI's Gym.
struct Cart {
    /// Position, velocity, angle, angular velocity.
    state: [f32; 4],
    steps: u32,
}

impl Cart {
    fn new(episode: u64) -> Cart {
        Cart { state: std::array::from_fn(|i| Stream::new(SEED, 3).uniform::<f32>(episode, 0, i) * 0.1 - 0.05), steps: 0 }
    }

    /// Pushes to the left (0) or right (1) for a fiftieth of a second; whether the pole has fallen or the cart has left its track.
    fn push(&mut self, action: u32) -> bool {
        let [x, v, angle, spin] = self.state;
        let force = if action == 1 { 10.0 } else { -10.0 };
        let (sin, cos) = angle.sin_cos();
        let thrust = (force + 0.05 * spin * spin * sin) / 1.1;
        let turning = (9.8 * sin - cos * thrust) / (0.5 * (4.0 / 3.0 - 0.1 * cos * cos / 1.1));
        let acceleration = thrust - 0.05 * turning * cos / 1.1;
        self.state = [x + 0.02 * v, v + 0.02 * acceleration, angle + 0.02 * spin, spin + 0.02 * turning];
        self.steps += 1;
        self.state[0].abs() > 2.4 || self.state[2].abs() > 12.0_f32.to_radians()
    }
}
