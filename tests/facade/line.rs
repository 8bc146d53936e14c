//! A line, p = w·x + b, as the compiler would write it, and variants of it with a fault.

use tapeless::rt::{Column, Entry, Initialiser, Network, Port, Real, Slot, Step};
use tapeless::{DataError, Dataset, Parts, PartsMut, Trainable};

/// What is wrong with the backward pass.
pub(crate) const RIGHT: u8 = 0;
pub(crate) const WRONG_SIGN: u8 = 1;
pub(crate) const WRONG_FACTOR: u8 = 2;
pub(crate) const DROPPED_TERM: u8 = 3;
pub(crate) const WRONG_INPUT: u8 = 4;
/// Not a fault: |w·x + b| instead of the line, and a relu that lies on its kink wherever one looks.
pub(crate) const KINKED: u8 = 5;
pub(crate) const ON_A_KINK: u8 = 6;
/// Nor these: the error's weight `1 + b²` is stopped; and the same with a gradient that is wrong besides, or that goes through it.
pub(crate) const STOPPED: u8 = 7;
pub(crate) const STOPPED_WRONG: u8 = 8;
pub(crate) const NOT_STOPPED: u8 = 9;

pub(crate) struct Line<const FAULT: u8>;

impl<const FAULT: u8> Line<FAULT> {
    fn samples<'a, T: Real>(ports: &[Column<'a, T>]) -> Result<(&'a [T], &'a [T]), DataError> {
        let [Column::Real(x), Column::Real(y)] = *ports else { return Err(DataError::Empty) };
        if x.len() != y.len() {
            return Err(DataError::Lengths { name: "y", expected: x.len(), found: y.len() });
        }
        match x.iter().position(|x| !x.is_finite()) {
            _ if x.is_empty() => Err(DataError::Empty),
            Some(sample) => Err(DataError::NotFinite { name: "x", sample }),
            None => Ok((x, y)),
        }
    }
}

impl<const FAULT: u8> Network for Line<FAULT> {
    const NAME: &'static str = "Line";
    const PARAMETERS: &'static [Entry] = &[
        Entry {
            path: "fit.weight",
            shape: &[1, 1],
            offset: 0,
            frozen: false,
            init: Initialiser::Normal { mean: 0.0, std: 1.0 },
            layers: &["dense"],
        },
        Entry { path: "fit.bias", shape: &[1], offset: 1, frozen: false, init: Initialiser::Constant(0.0), layers: &["dense"] },
    ];
    const BUFFERS: &'static [Entry] =
        &[Entry { path: "seen", shape: &[], offset: 0, frozen: true, init: Initialiser::Constant(0.0), layers: &[] }];
    const SLOTS: &'static [Slot] = &[
        Slot { name: "momentum.buf", path: "fit.weight", offset: 0, len: 1, initial: 0.0 },
        Slot { name: "momentum.buf", path: "fit.bias", offset: 1, len: 1, initial: 0.0 },
    ];
    const SCALAR_SLOTS: &'static [(&'static str, f64)] = &[("momentum.product", 1.0)];
    const HYPER: &'static [(&'static str, f64)] = &[("lr", 0.05), ("beta", 0.9), ("lr_scale", 1.0)];
    const PORTS: &'static [Port] =
        &[Port { name: "x", shape: &[1], index: None, target: false }, Port { name: "y", shape: &[1], index: None, target: true }];
    const OUTPUTS: &'static [Port] = &[Port { name: "p", shape: &[1], index: None, target: false }];
    const LOSSES: &'static [&'static str] = &["data", "decay"];
    const METRICS: &'static [&'static str] = &["close"];
    const PARAMETER_LEN: usize = 2;
    const BUFFER_LEN: usize = 1;
    const STATE_LEN: usize = 2;
    const TRAIN_WORKSPACE: usize = 0;
    const EVALUATE_WORKSPACE: usize = 0;
    const PREDICT_WORKSPACE: usize = 0;
    const SMOOTH: bool = FAULT < KINKED || FAULT >= STOPPED;
    const STOPS: bool = FAULT >= STOPPED;

    fn predict<T: Real>(
        p: &[T],
        _: &[T],
        ports: &[Column<'_, T>],
        _: &mut [T],
        _: &mut [T],
        outputs: &mut [&mut [T]],
    ) -> Result<(), DataError> {
        let ([Column::Real(x)], [out]) = (ports, outputs) else { return Err(DataError::Empty) };
        out.iter_mut().zip(*x).for_each(|(out, x)| *out = p[0] * *x + p[1]);
        Ok(())
    }

    fn evaluate<T: Real>(
        p: &[T],
        buffers: &[T],
        ports: &[Column<'_, T>],
        states: &mut [T],
        workspace: &mut [T],
        losses: &mut [T],
        metrics: &mut [T],
    ) -> Result<T, DataError> {
        let (x, y) = Self::samples(ports)?;
        let close = x.iter().zip(y).filter(|(x, y)| (p[0] * **x + p[1] - **y).abs() < T::from_f64(0.1)).count();
        metrics[0] = T::from_f64(close as f64 / x.len() as f64);
        Self::gradients(p, buffers, ports, states, Step::default(), workspace, &mut [], &mut [T::ZERO; 2], &mut [], losses)
    }

    fn gradients<T: Real>(
        p: &[T],
        _: &[T],
        ports: &[Column<'_, T>],
        _: &mut [T],
        _: Step,
        _: &mut [T],
        _: &mut [&mut [T]],
        grads: &mut [T],
        port_grads: &mut [&mut [T]],
        losses: &mut [T],
    ) -> Result<T, DataError> {
        let (x, y) = Self::samples(ports)?;
        let number = T::from_f64;
        let (mut data, mut dw, mut db) = (T::ZERO, T::ZERO, T::ZERO);
        let mean = number(1.0 / x.len() as f64);
        for (i, (&x, &y)) in x.iter().zip(y).enumerate() {
            let line = p[0] * x + p[1];
            let (value, slope) = match FAULT {
                KINKED => (line.abs(), line.sign()),
                ON_A_KINK => (line + (p[1] - number(ON_A_KINK_AT)).abs(), T::ONE),
                _ => (line, T::ONE),
            };
            let error = value - y;
            let weight = if FAULT >= STOPPED { (T::ONE + p[1] * p[1]).stopped() } else { T::ONE };
            data += weight * error * error * mean;
            let d = number(2.0) * weight * error * mean * slope;
            dw += d * x * if matches!(FAULT, WRONG_FACTOR | STOPPED_WRONG) { number(1.0 + 1e-5) } else { T::ONE };
            db += match FAULT {
                WRONG_SIGN => -d,
                NOT_STOPPED => d + number(2.0) * p[1] * error * error * mean,
                _ => d,
            };
            if let [dx, dy] = port_grads {
                dx[i] = d * if FAULT == WRONG_INPUT { p[1] } else { p[0] };
                dy[i] = -number(2.0) * weight * error * mean;
            }
        }
        let decay = number(0.01) * p[0] * p[0];
        dw += if FAULT == DROPPED_TERM { T::ZERO } else { number(0.02) * p[0] };
        (losses[0], losses[1], grads[0], grads[1]) = (data, decay, dw, db);
        let total = data + decay;
        if total.is_finite() { Ok(total) } else { Err(DataError::NotFiniteLoss { name: "data" }) }
    }

    fn update<T: Real>(p: &mut [T], grads: &[T], state: &mut [T], scalars: &mut [f64], hyper: &[f64], _: u64) {
        scalars[0] *= hyper[1];
        for ((p, g), buf) in p.iter_mut().zip(grads).zip(state) {
            *buf = T::from_f64(hyper[1]) * *buf + *g;
            *p -= T::from_f64(hyper[0] * hyper[2]) * *buf;
        }
    }
}

/// Where the kink of `ON_A_KINK` lies: it has to be where the check looks, so the check is told not to move the bias.
pub(crate) const ON_A_KINK_AT: f64 = 0.0;

/// The object, as the compiler would write it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fit {
    pub(crate) params: [f32; 2],
    pub(crate) grads: [f32; 2],
    pub(crate) buffers: [f32; 1],
    pub(crate) state: [f32; 2],
    pub(crate) scalars: [f64; 1],
    pub(crate) hyper: [f64; 3],
    pub(crate) seed: u64,
    pub(crate) steps: u64,
}

impl Fit {
    pub(crate) fn new(seed: u64) -> Fit {
        let mut params = [0.0; 2];
        for (place, entry) in Line::<RIGHT>::PARAMETERS.iter().enumerate() {
            tapeless::rt::fill(&mut params[entry.offset..][..entry.len()], entry.init, entry.shape, seed, place as u32);
        }
        let hyper = [0.05, 0.9, 1.0];
        Fit { params, grads: [0.0; 2], buffers: [0.0], state: [0.0; 2], scalars: [1.0], hyper, seed, steps: 0 }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Data {
    pub(crate) x: Vec<[f32; 1]>,
    pub(crate) y: Vec<[f32; 1]>,
}

impl Dataset for Data {
    fn len(&self) -> usize {
        self.x.len()
    }
    fn check(&self) -> Result<(), DataError> {
        match self.y.len() == self.x.len() {
            true => Ok(()),
            false => Err(DataError::Lengths { name: "y", expected: self.x.len(), found: self.y.len() }),
        }
    }
    fn clear(&mut self) {
        self.x.clear();
        self.y.clear();
    }
    fn push_from(&mut self, other: &Self, index: usize) {
        if let (Some(x), Some(y)) = (other.x.get(index), other.y.get(index)) {
            self.x.push(*x);
            self.y.push(*y);
        }
    }
}

impl Trainable for Fit {
    type Net = Line<RIGHT>;
    type Real = f32;
    type Data = Data;

    fn train_on(&mut self, data: &Data, losses: &mut [f64]) -> Result<f64, DataError> {
        let mut terms = [0.0; 2];
        let ports = [Column::Real(data.x.as_flattened()), Column::Real(data.y.as_flattened())];
        let step = Step { seed: self.seed, number: self.steps };
        let (params, buffers) = (&self.params, &self.buffers);
        let total =
            Line::<RIGHT>::gradients(params, buffers, &ports, &mut [], step, &mut [], &mut [], &mut self.grads, &mut [], &mut terms)?;
        self.steps += 1;
        Line::<RIGHT>::update(&mut self.params, &self.grads, &mut self.state, &mut self.scalars, &self.hyper, self.steps);
        self.buffers[0] += data.len() as f32;
        losses.iter_mut().zip(terms).for_each(|(out, term)| *out = f64::from(term));
        Ok(f64::from(total))
    }

    fn evaluate_on(&mut self, data: &Data, losses: &mut [f64], metrics: &mut [f64]) -> Result<f64, DataError> {
        let (mut terms, mut measured) = ([0.0; 2], [0.0; 1]);
        let ports = [Column::Real(data.x.as_flattened()), Column::Real(data.y.as_flattened())];
        let total = Line::<RIGHT>::evaluate(&self.params, &self.buffers, &ports, &mut [], &mut [], &mut terms, &mut measured)?;
        losses.iter_mut().zip(terms).for_each(|(out, term)| *out = f64::from(term));
        metrics[0] = f64::from(measured[0]);
        Ok(f64::from(total))
    }

    fn parts(&self) -> Parts<'_, f32> {
        let Fit { params, buffers, state, scalars, seed, steps, .. } = self;
        Parts { parameters: params, buffers, state, scalars, seed: *seed, steps: *steps }
    }

    fn parts_mut(&mut self) -> PartsMut<'_, f32> {
        let Fit { params, buffers, state, scalars, seed, steps, .. } = self;
        PartsMut { parameters: params, buffers, state, scalars, seed, steps }
    }

    fn read_hyper(&self, values: &mut [f64]) {
        values.iter_mut().zip(self.hyper).for_each(|(out, value)| *out = value);
    }

    fn write_hyper(&mut self, values: &[f64]) {
        self.hyper.iter_mut().zip(values).for_each(|(out, value)| *out = *value);
    }
}

/// `n` points of y = 2x − 1.
pub(crate) fn points(n: usize) -> Data {
    let x = |i: usize| i as f32 / n as f32;
    Data { x: (0..n).map(|i| [x(i)]).collect(), y: (0..n).map(|i| [2.0 * x(i) - 1.0]).collect() }
}
