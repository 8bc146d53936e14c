//! Strings of Rust that are none of the language.

tapeless::nn! {
    network A {
        input x: [2];
        assert 1 == 1, "one\n";
        assert 1 == 1, 'o';
        output p = x;
    }
}

fn main() {}
