//! Points in the plane that belong to classes: moons, circles, spirals. Functions of their arguments alone; the random numbers are
//! this crate's own stream, so that they are not those of another library with the same seed.

use alloc::vec::Vec;
use core::f64::consts::{PI, TAU};

use crate::rt::{Real, Stream, shuffle};

/// Points and their classes, in random order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Points {
    /// Coordinates.
    pub points: Vec<[f64; 2]>,
    /// The class of each.
    pub classes: Vec<u32>,
}

impl Points {
    /// The number of points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Coordinates in the network's precision: for `input x: [2];`.
    #[must_use]
    pub fn x<T: Real>(&self) -> Vec<[T; 2]> {
        self.points.iter().map(|point| point.map(T::from_f64)).collect()
    }

    /// The class as a number: for `target y: [1];`.
    #[must_use]
    pub fn y<T: Real>(&self) -> Vec<[T; 1]> {
        self.classes.iter().map(|&class| [T::from_f64(f64::from(class))]).collect()
    }

    /// Adds normal noise and puts the points into random order.
    fn finished(mut self, noise: f64, seed: u64) -> Points {
        let stream = Stream::new(seed, 0);
        for (i, point) in self.points.iter_mut().enumerate() {
            for (axis, x) in point.iter_mut().enumerate() {
                *x += noise * stream.normal::<f64>(0, i as u64, axis);
            }
        }
        let mut order: Vec<u32> = (0..self.points.len() as u32).collect();
        shuffle(&mut order, seed, 0);
        Points {
            points: order.iter().map(|&i| self.points[i as usize]).collect(),
            classes: order.iter().map(|&i| self.classes[i as usize]).collect(),
        }
    }

    fn push(&mut self, x: f64, y: f64, class: u32) {
        self.points.push([x, y]);
        self.classes.push(class);
    }
}

/// Two half circles that interleave, as scikit-learn's `make_moons`: the first `n / 2` points on the upper, class 0, the others on the
/// lower, class 1; normal noise of this standard deviation.
#[must_use]
pub fn moons(n: usize, noise: f64, seed: u64) -> Points {
    let (outer, mut points) = (n / 2, Points::default());
    let angle = |i: usize, of: usize| if of > 1 { PI * i as f64 / (of - 1) as f64 } else { 0.0 };
    for i in 0..outer {
        let t = angle(i, outer);
        points.push(Real::cos(t), Real::sin(t), 0);
    }
    for i in 0..n - outer {
        let t = angle(i, n - outer);
        points.push(1.0 - Real::cos(t), 0.5 - Real::sin(t), 1);
    }
    points.finished(noise, seed)
}

/// Two circles about the origin, as scikit-learn's `make_circles`: `n / 2` points on the outer of radius 1, class 0, the others on the inner
/// of radius `factor`, class 1; normal noise of this standard deviation.
#[must_use]
pub fn circles(n: usize, noise: f64, factor: f64, seed: u64) -> Points {
    let (outer, mut points) = (n / 2, Points::default());
    for (class, count, radius) in [(0, outer, 1.0), (1, n - outer, factor)] {
        for i in 0..count {
            let t = TAU * i as f64 / count as f64;
            points.push(radius * Real::cos(t), radius * Real::sin(t), class);
        }
    }
    points.finished(noise, seed)
}

/// A spiral arm for each class, of one turn and a half from the centre to radius 1; normal noise of this standard deviation. The first
/// classes get one point more where `n` does not divide.
#[must_use]
pub fn spirals(n: usize, classes: u32, noise: f64, seed: u64) -> Points {
    let mut points = Points::default();
    for class in 0..classes {
        let count = n / classes as usize + usize::from((class as usize) < n % classes as usize);
        for i in 0..count {
            let radius = (i + 1) as f64 / count as f64;
            let t = TAU * (1.5 * radius + f64::from(class) / f64::from(classes));
            points.push(radius * Real::cos(t), radius * Real::sin(t), class);
        }
    }
    points.finished(noise, seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn without_noise_the_points_lie_on_their_curves() {
        let moons = moons(101, 0.0, 3);
        assert_eq!((moons.len(), moons.classes.iter().filter(|&&c| c == 1).count()), (101, 51));
        for (&[x, y], &class) in moons.points.iter().zip(&moons.classes) {
            let (cx, cy) = if class == 0 { (x, y) } else { (1.0 - x, 0.5 - y) };
            assert!(near(cx * cx + cy * cy, 1.0) && cy > -1e-12);
        }
        let circles = circles(60, 0.0, 0.5, 3);
        for (&[x, y], &class) in circles.points.iter().zip(&circles.classes) {
            assert!(near(x * x + y * y, if class == 0 { 1.0 } else { 0.25 }));
        }
        let spirals = spirals(10, 3, 0.0, 3);
        let count = |class| spirals.classes.iter().filter(|&&c| c == class).count();
        assert_eq!([count(0), count(1), count(2)], [4, 3, 3]);
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(moons(50, 0.1, 7), moons(50, 0.1, 7));
        assert_ne!(moons(50, 0.1, 7), moons(50, 0.1, 8));
        assert_eq!(moons(50, 0.1, 7).x::<f32>()[3][1], moons(50, 0.1, 7).points[3][1] as f32);
        assert!(moons(0, 0.1, 7).is_empty() && moons(1, 0.1, 7).len() == 1);
        assert!(circles(1, 0.1, 0.5, 7).len() == 1 && spirals(5, 0, 0.1, 7).is_empty());
    }

    #[test]
    fn noise_has_its_deviation() {
        let (noisy, plain) = (circles(4000, 0.2, 0.5, 5), circles(4000, 0.0, 0.5, 5));
        let square = |(a, b): (&[f64; 2], &[f64; 2])| (a[0] - b[0]) * (a[0] - b[0]);
        let variance = noisy.points.iter().zip(&plain.points).map(square).sum::<f64>() / 4000.0;
        assert!((variance - 0.04).abs() < 0.004, "{variance}");
    }
}
