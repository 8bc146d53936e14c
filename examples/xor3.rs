//! A 3-2-1 network of tanh learns a table of eight rows, one row a step.
//!
//! `cargo run --example xor3`

tapeless::nn! {
    network Xor3 {
        input  x: [3];
        target y: [1];

        let h = x |> hidden: dense(2, init = uniform(-0.5, 0.5)) |> tanh;
        output p = h |> out: dense(1, init = uniform(-0.5, 0.5)) |> tanh;

        loss half_sse(p, y);
        optimizer sgd(lr = 0.05);
    }
}

const ROWS: [([f32; 3], [f32; 1]); 8] = [
    ([-1.0, -1.0, -1.0], [-1.0]),
    ([-1.0, -1.0, 1.0], [1.0]),
    ([-1.0, 1.0, -1.0], [-1.0]),
    ([-1.0, 1.0, 1.0], [1.0]),
    ([1.0, -1.0, -1.0], [-1.0]),
    ([1.0, -1.0, 1.0], [1.0]),
    ([1.0, 1.0, -1.0], [-1.0]),
    ([1.0, 1.0, 1.0], [-1.0]),
];

fn main() -> Result<(), tapeless::DataError> {
    // The weights that `torch.manual_seed(1); torch.rand(..) - 0.5` gives.
    let mut net = Xor3::new(0);
    *net.params_mut().hidden_mut().weight_mut() =
        [[0.257_631_6, -0.470_718_44], [-0.220_689_12, 0.299_858_63], [-0.096_930_74, -0.102_862_656]];
    *net.params_mut().hidden_mut().bias_mut() = [0.234_684_47, 0.254_371_94];
    *net.params_mut().out_mut().weight_mut() = [[0.069_508_49], [-0.061_222_076]];
    *net.params_mut().out_mut().bias_mut() = [0.138_680_46];

    for step in 0..8000 {
        let (x, y) = ROWS[step % 8];
        let loss = net.train_step(&[x], &[y])?.total;
        if step % 1000 < 8 && step % 8 == 0 {
            println!("step {step:>4}   loss of this row {loss:.6}");
        }
    }
    for (x, y) in ROWS {
        println!("{x:>4?} -> {:>7.4}   target {:>2}", net.predict(&x)[0], y[0]);
    }
    Ok(())
}
