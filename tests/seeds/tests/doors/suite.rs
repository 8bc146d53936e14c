//! The tests of one precision, over the networks that stand beside the call.

macro_rules! suite {
    ($precision:ident) => {
        use tapeless_tests_seeds::{Generated, checks, object};

        object!(FirstNeuron, first_neuron);
        object!(TwoLayers, two_layers);
        object!(Xor3, xor3);
        object!(FixedBias, fixed_bias);
        object!(Verbose, verbose);

        mod tests {
            use tapeless::rt::{Column, Network, Step};
            use tapeless_tests_seeds::outputs;

            use super::*;

            single_steps!($precision);
            trainings!($precision);

            #[test]
            fn composed_is_right() {
                checks::composed(&outputs::<composed::Net, $precision>(&[], &[2.0]));
            }

            #[test]
            fn graph_is_right() {
                let (mut grads, mut d_x, mut loss) = ([0.0; 2], [0.0], [0.0]);
                let mut workspace = [0.0; graph::TRAIN_WORKSPACE];
                let (ports, step) = ([Column::Real(&[2.0 as $precision])], Step { seed: 0, number: 1 });
                let parameters = [3.0, 1.0];
                let total = graph::Net::gradients(
                    &parameters,
                    &[],
                    &ports,
                    &mut [],
                    step,
                    &mut workspace,
                    &mut [],
                    &mut grads,
                    &mut [&mut d_x],
                    &mut loss,
                );
                let outputs = outputs::<graph::Net, $precision>(&parameters, &[2.0]);
                checks::graph(&outputs, f64::from(total.expect("good data")), &grads.map(f64::from), &d_x.map(f64::from));
                assert_eq!(Graph::new(5).params().as_array(), &parameters);
            }
        }
    };
}

macro_rules! moons {
    () => {
        object!(Moons, moons);

        #[test]
        fn moons_learn() {
            checks::moons(&mut Generated::<Moons>::default(), 1e-9);
        }
    };
}

macro_rules! circles {
    () => {
        object!(Circles, circles);

        #[test]
        fn circles_learn() {
            checks::circles(&mut Generated::<Circles>::default(), 1e-9);
        }
    };
}

macro_rules! single_steps {
    (f64) => {
        single_steps!(1e-12);
    };
    (f32) => {
        single_steps!(1e-5);
    };
    ($tolerance:literal) => {
        #[test]
        fn first_neuron_takes_a_step() {
            checks::first_neuron(&mut Generated::<FirstNeuron>::default(), $tolerance);
        }

        #[test]
        fn two_layers_take_a_step() {
            checks::two_layers(&mut Generated::<TwoLayers>::default(), $tolerance);
        }

        #[test]
        fn xor3_takes_a_step() {
            checks::xor3(&mut Generated::<Xor3>::default(), $tolerance);
        }

        #[test]
        fn fixed_bias_takes_a_step() {
            checks::fixed_bias(&mut Generated::<FixedBias>::default(), $tolerance);
        }

        #[test]
        fn verbose_takes_a_step() {
            checks::verbose(&mut Generated::<Verbose>::default(), $tolerance);
        }
    };
}

macro_rules! trainings {
    (f64) => {
        #[test]
        fn xor3_learns() {
            checks::xor3_trained(&mut Generated::<Xor3>::default(), 1e-9, true);
        }

        #[test]
        fn fixed_bias_learns() {
            checks::fixed_bias_trained(&mut Generated::<FixedBias>::default(), 1e-9, true);
        }
    };
    (f32) => {
        #[test]
        fn xor3_learns() {
            checks::xor3_trained(&mut Generated::<Xor3>::default(), 1e-2, false);
        }

        #[test]
        fn fixed_bias_learns() {
            checks::fixed_bias_trained(&mut Generated::<FixedBias>::default(), 1e-2, false);
        }
    };
}
