//! A right network beside a wrong one is all there: its own mistakes in use are told by rustc.

tapeless::nn! {
    network Right {
        input x: [2];
        target y: [1];
        let h = x |> fc1: dense(16) |> relu;
        output p = h |> head: dense(1) |> sigmoid;
        loss mse(p, y);
        optimizer adam(lr = 1e-2);
    }
    network Moons {
        input x: [2];
        target y: [1];
        let h = x |> fc1: dense(16) |> relu;
        output p = hh |> head: dense(1) |> sigmoid;
        loss mse(p, y);
        optimizer adam(lr = 1e-2);
    }
}

fn main() {
    let mut right = Right::new(1);
    let p = right.predict(&[0.5, -1.0]);
    let wrong: String = p;
    drop(wrong);
    let mut net = Moons::new(1);
    println!("{:?}", net.predict(&[0.5, -1.0]));
}
