//! Through a macro of the user's: the tokens that were handed over keep their places.

macro_rules! classifier {
    ($name:ident, $width:expr) => {
        tapeless::nn! {
            network $name {
                input x: [2];
                let h = x |> fc1: dense($width) |> relu;
                output p = h |> fc2: dense(1) + 1;
            }
        }
    };
}

macro_rules! regressor {
    ($name:ident, $width:expr) => {
        tapeless::nn! {
            network $name {
                input x: [2];
                output p = x |> fc1: dense($width);
            }
        }
    };
}

classifier!(One, 16);
regressor!(Two, 7 / 2);

fn main() {
    let _ = (One::new(1), Two::new(1));
}
