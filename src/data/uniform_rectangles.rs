//! Uniform densities on rectangles or segments with isotropic Gaussian noise, in closed form.
//!
//! Along a rectangle's own axes p is a product of two factors [Φ((z + a)/σ) - Φ((z - a)/σ)]/2a with half-side a; for
//! a = 0 a factor is N(z; 0, σ²). Far outside, with u = (|z| - a)/σ and v = (|z| + a)/σ, the difference is φ(u) D,
//! D = R(u) - R(v) exp((u² - v²)/2) with Mills' ratio R. Its logarithm is finite and accurate.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Density;
use crate::math::normal_tail::{mass_between, mills_ratio};
use crate::math::{self, TAU};
use crate::rng::Stream;

/// Terms this far below the greatest are skipped: their total weight is below a rounding error.
const NEGLIGIBLE: f64 = -45.0;

/// The least noise with a closed form: squares of smaller values leave the range of `f64`.
const MIN_NOISE: f64 = 1e-6;

/// A rectangle in the plane with its share of the total mass.
#[derive(Clone, Copy, Debug)]
pub struct Rectangle {
    /// The share of the mass; all shares add up to 1.
    pub share: f64,
    /// The centre.
    pub centre: [f64; 2],
    /// The unit vector along the first side; the second side is perpendicular.
    pub axis: [f64; 2],
    /// Half the length of each side; zero in one entry for a segment.
    pub half: [f64; 2],
}

impl Rectangle {
    /// The segment between two different points.
    pub fn segment(share: f64, [a, b]: [[f64; 2]; 2]) -> Self {
        let length = math::sqrt(math::squared_distance(&a, &b));
        let axis = [0, 1].map(|i| (b[i] - a[i]) / length);
        Self { share, centre: [0, 1].map(|i| 0.5 * (a[i] + b[i])), axis, half: [0.5 * length, 0.0] }
    }

    /// Coordinates of `x` along the sides.
    fn local(&self, x: &[f64]) -> [f64; 2] {
        let (a, b) = (x[0] - self.centre[0], x[1] - self.centre[1]);
        [a * self.axis[0] + b * self.axis[1], b * self.axis[0] - a * self.axis[1]]
    }

    /// The point with coordinates `z` along the sides, relative to the centre.
    fn rotated(&self, z: [f64; 2]) -> [f64; 2] {
        [z[0] * self.axis[0] - z[1] * self.axis[1], z[0] * self.axis[1] + z[1] * self.axis[0]]
    }

    /// The two factors of the density at `x`.
    fn factors(&self, x: &[f64], noise: f64) -> [Factor; 2] {
        let z = self.local(x);
        [0, 1].map(|i| Factor::at(z[i], self.half[i], noise))
    }

    fn contains(&self, x: &[f64]) -> bool {
        let z = self.local(x);
        (0..2).all(|i| z[i].abs() <= self.half[i])
    }
}

/// log f at z for a factor f of the density, with its first two derivatives.
struct Factor {
    log: f64,
    slope: f64,
    curvature: f64,
}

impl Factor {
    fn at(z: f64, half: f64, noise: f64) -> Self {
        let variance = noise * noise;
        if half == 0.0 {
            let log = -0.5 * (z * z / variance + math::ln(TAU * variance));
            return Self { log, slope: -z / variance, curvature: -1.0 / variance };
        }
        let (u, v) = ((z.abs() - half) / noise, (z.abs() + half) / noise);
        let (log_mass, near, far) = if u > 0.0 { outside(u, v) } else { inside(u, v) };
        let slope = (far - near) / noise;
        Self {
            log: log_mass - math::ln(2.0 * half),
            slope: if z < 0.0 { -slope } else { slope },
            curvature: (u * near - v * far) / variance - slope * slope,
        }
    }
}

/// log(Φ(v) - Φ(u)), then φ(u) and φ(v) divided by Φ(v) - Φ(u), for u ≤ 0 ≤ v.
fn inside(u: f64, v: f64) -> (f64, f64, f64) {
    let mass = mass_between(u, v);
    let share = |w: f64| math::exp(-0.5 * w * w) / (math::sqrt(TAU) * mass);
    (math::ln(mass), share(u), share(v))
}

/// The same for 0 < u ≤ v, where Φ(v) - Φ(u) would cancel or underflow.
fn outside(u: f64, v: f64) -> (f64, f64, f64) {
    let fall = math::exp(0.5 * (u - v) * (u + v));
    let rest = mills_ratio(u) - mills_ratio(v) * fall;
    (math::ln(rest) - 0.5 * (u * u + math::ln(TAU)), 1.0 / rest, fall / rest)
}

/// A mixture of uniform densities on rectangles with Gaussian noise; the noise may be zero.
#[derive(Clone, Debug)]
pub struct Rectangles {
    rectangles: Vec<Rectangle>,
    noise: f64,
}

/// log p with its first two derivatives.
struct Jet {
    log_density: f64,
    score: [f64; 2],
    hessian: [f64; 3],
}

impl Rectangles {
    /// One or more rectangles with noise of standard deviation `noise`.
    pub fn new(rectangles: Vec<Rectangle>, noise: f64) -> Self {
        debug_assert!(!rectangles.is_empty() && noise >= 0.0);
        Self { rectangles, noise }
    }

    /// log p without noise, a sum over the rectangles that contain `x`; `None` with noise or for a rectangle of no
    /// area.
    fn log_uniform(&self, x: &[f64]) -> Option<f64> {
        let mut density = 0.0;
        if self.noise > 0.0 {
            return None;
        }
        for rectangle in &self.rectangles {
            let area = 4.0 * rectangle.half[0] * rectangle.half[1];
            if area == 0.0 {
                return None;
            }
            density += if rectangle.contains(x) { rectangle.share / area } else { 0.0 };
        }
        Some(math::ln(density))
    }

    /// log p and its derivatives; `None` for noise below 1e-6. Moments are taken about the greatest term so far.
    fn jet(&self, x: &[f64]) -> Option<Jet> {
        if self.noise < MIN_NOISE {
            return None;
        }
        let (mut top, mut total, mut score, mut hessian) = (f64::NEG_INFINITY, 0.0, [0.0; 2], [0.0; 3]);
        for rectangle in &self.rectangles {
            let [first, second] = rectangle.factors(x, self.noise);
            let log = math::ln(rectangle.share) + first.log + second.log;
            if log - top < NEGLIGIBLE {
                continue;
            }
            if log > top {
                let shrink = math::exp(top - log);
                total *= shrink;
                score.iter_mut().chain(&mut hessian).for_each(|sum| *sum *= shrink);
                top = log;
            }
            let weight = math::exp(log - top);
            let [a, b] = rectangle.rotated([first.slope, second.slope]);
            let [c, s] = rectangle.axis;
            total += weight;
            score[0] += weight * a;
            score[1] += weight * b;
            hessian[0] += weight * (a * a + c * c * first.curvature + s * s * second.curvature);
            hessian[1] += weight * (a * b + c * s * (first.curvature - second.curvature));
            hessian[2] += weight * (b * b + s * s * first.curvature + c * c * second.curvature);
        }
        let [a, b] = score.map(|sum| sum / total);
        let [aa, ab, bb] = hessian.map(|sum| sum / total);
        let hessian = [aa - a * a, ab - a * b, bb - b * b];
        Some(Jet { log_density: top + math::ln(total), score: [a, b], hessian })
    }
}

impl Density for Rectangles {
    fn dim(&self) -> usize {
        2
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        let mut rest = rng.uniform();
        let chosen = self.rectangles.iter().find(|rectangle| {
            rest -= rectangle.share;
            rest <= 0.0
        });
        // Rounding may leave the sum of shares slightly below 1.
        let rectangle = chosen.unwrap_or(&self.rectangles[self.rectangles.len() - 1]);
        let z = rectangle.half.map(|half| half * (2.0 * rng.uniform() - 1.0));
        let inside = rectangle.rotated(z);
        for i in 0..2 {
            out[i] = rectangle.centre[i] + inside[i] + self.noise * rng.normal();
        }
    }

    fn log_density(&self, x: &[f64]) -> Option<f64> {
        self.jet(x).map_or_else(|| self.log_uniform(x), |jet| Some(jet.log_density))
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        out.copy_from_slice(&self.jet(x)?.score);
        Some(())
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        let [aa, ab, bb] = self.jet(x)?.hessian;
        out.copy_from_slice(&[aa, ab, ab, bb]);
        Some(())
    }

    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        let noise = math::sqrt(self.noise * self.noise + sigma * sigma);
        Some(Box::new(Self::new(self.rectangles.clone(), noise)))
    }
}
