//! Several mistakes of form, each at its place, in two networks.

tapeless::nn! {
    network A {
        input x;
        param w = 3;
        let h: [3] = x;
        let q = dense(x, units: 16);
        return q;
    }
    network B {
        output p = ;
    }
}

fn main() {}
