//! In a module of the user's, with `pub use` of what it declares.

mod nets {
    tapeless::nn! {
        network Small {
            input x: [2];
            output p = x |> dense();
        }
    }
}

pub use nets::Small;

struct Holder {
    net: nets::Small,
    output: nets::small::Output,
}

fn main() {
    let mut holder = Holder { net: Small::new(1), output: Small::new(2).predict(&[1.0, 2.0]) };
    holder.output = holder.net.predict(&[3.0, 4.0]);
}
