//! A failed `assert` of the user's own layer: at the call, and the inner place.

tapeless::nn! {
    layer split(x: [.., d], parts) {
        assert d % parts == 0, "the last axis must divide by `parts`";
        reshape(x, [parts, -1])
    }
    network A {
        input x: [16];
        output p = x |> split(3);
    }
}

fn main() {}
