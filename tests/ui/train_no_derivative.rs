//! A derivative that does not exist.

tapeless::nn! {
    network A {
        input x: [3];
        target y: [];
        let h = x |> fc: dense(2);
        output p = argmax(h);
        loss mse(grad(sum(real(p)), x)[0], y);
    }
}

fn main() {}
