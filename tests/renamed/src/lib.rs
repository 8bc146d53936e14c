//! All three doors, where the dependency is called `nets`. The gradient checks that they write are the tests.

#![forbid(unsafe_code)]
#![deny(warnings)]

nets::nn! {
    /// In the macro.
    network Inline {
        input  x: [2];
        target y: [1];
        output p = x |> fit: dense(1);
        loss data = mse(p, y);
        optimizer sgd(lr = 1e-1);
    }
}

nets::nn_file!("nets/filed.nn");

nets::include_nn!("built");

/// A macro of the user's around the macro.
macro_rules! network {
    ($name:ident, $units:literal) => {
        nets::nn! {
            network $name {
                input  x: [2];
                target y: [1];
                output p = x |> hidden: dense($units) |> tanh |> fit: dense(1);
                loss mse(p, y);
            }
        }
    };
}

network!(Wrapped, 3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_the_same_network() {
        let (mut a, mut b, mut c) = (Inline::new(1), Filed::new(1), Built::new(1));
        for _ in 0..3 {
            let (x, y) = ([[0.5, -1.0], [0.25, 2.0]], [[1.0], [0.0]]);
            let losses = [a.train_step(&x, &y).unwrap().data, b.train_step(&x, &y).unwrap().data, c.train_step(&x, &y).unwrap().data];
            assert!(losses[0] == losses[1] && losses[0] == losses[2], "{losses:?}");
        }
        assert_eq!(a.params().fit().weight(), b.params().fit().weight());
        assert_eq!(a.params().fit().weight(), c.params().fit().weight());
        assert_eq!(wrapped::PARAMETERS, 2 * 3 + 3 + 3 + 1);
        assert_eq!(Wrapped::new(1).predict(&[0.0, 0.0]).len(), 1);
    }
}
