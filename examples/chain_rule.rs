//! The chain rule on two small graphs: derivatives asked for in the program, and the gradients of a training step.
//!
//! `cargo run --example chain_rule`

tapeless::nn! {
    /// f = (3x + 2)², taken apart: f = u² with u = 3x + 2.
    network Composed {
        input x: [];
        output u = 3 * x + 2;
        output f = u ^ 2;
        output df_du = grad(f, u);
        output df_dx = grad(f, x);
        precision f64;
    }

    /// L = (x·w + b)², a graph with two parameters.
    network Graph {
        input x: [];
        param w: [] = 3;
        param b: [] = 1;
        let l = (x * w + b) ^ 2;
        output dl_dx = grad(l, x);
        loss l;
        precision f64;
    }
}

fn main() -> Result<(), tapeless::DataError> {
    let x = 2.0;

    let composed::Output { u, f, df_du, df_dx } = Composed::new(0).predict(x);
    println!("f = (3x + 2)^2 at x = {x}");
    println!("  u = {u}   f = {f}");
    println!("  df/du = 2u = {df_du}   df/dx = df/du * du/dx = {df_dx}");

    let mut net = Graph::new(0);
    let dl_dx = net.predict(x);
    let loss = net.gradients(&[x])?.total;
    println!("L = (x*w + b)^2 at x = {x}, w = {}, b = {}", net.params().w(), net.params().b());
    println!("  L = {loss}");
    println!("  dL/dw = {}   dL/dx = {dl_dx}   dL/db = {}", net.grads().w(), net.grads().b());
    Ok(())
}
