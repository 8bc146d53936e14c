//! Numbers of Rust that are none of the language.

tapeless::nn! {
    network A {
        input x: [2];
        let a = 3f32 * x;
        let b = 0x10 * x;
        let c = 1_000u8 * x;
        output p = a + b + c;
    }
}

fn main() {}
