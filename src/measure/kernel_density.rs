//! A kernel density estimate q(x) = Σ_i N(x; x_i, h²I)/n, its bandwidth h chosen by cross-validation: it maximises the mean of
//! log q(x_i) with x_i itself left out (Habbema, Hermans and van den Broek 1974; Duin 1976).

use alloc::vec;
use alloc::vec::Vec;

use super::kernel_two_sample::evenly;
use crate::math::{self, TAU};
use crate::setting::{SettingError, Value};

/// How many points the bandwidth is chosen by.
const VALIDATION_POINTS: usize = 1024;
/// Bandwidths are tried from this many halvings of Scott's rule ...
const HALVINGS: i32 = 6;
/// ... to this many doublings.
const DOUBLINGS: i32 = 2;
/// Golden sections of the two octaves around the best: down to .02 in ln h.
const SECTIONS: u32 = 9;
/// The golden section's shorter part.
const SHORTER: f64 = 0.381_966_011_250_105_1;

/// An estimate in R^d.
#[derive(Clone, Debug)]
pub struct KernelDensity {
    dim: usize,
    points: Vec<f64>,
    bandwidth: f64,
}

impl KernelDensity {
    /// The estimate from `points` of R^`dim`, one after another, with h chosen by at most 1024 evenly spaced ones of them and
    /// scaled to the number of all by n^(-1/(d + 4)). An error unless they are finite and two of those that h is chosen by
    /// differ. Equal points, as chains that reject leave them, count as one that weighs more.
    pub fn new(points: &[f64], dim: usize) -> Result<Self, SettingError> {
        check(points, dim)?;
        let chosen_by: Vec<f64> = evenly(points, dim, VALIDATION_POINTS).flatten().copied().collect();
        let spread = spread(&chosen_by, dim);
        if spread == 0.0 {
            return Err(SettingError::new("points", points.len() / dim, "not all be the same"));
        }
        let power = |n: usize| math::exp(-math::ln((n / dim) as f64) / (dim + 4) as f64);
        let validated = best_bandwidth(&chosen_by, dim, spread * power(chosen_by.len()));
        Self::with_bandwidth(points, dim, validated * power(points.len()) / power(chosen_by.len()))
    }

    /// The estimate with a given h; an error unless it is positive and the points, at least one, are finite.
    pub fn with_bandwidth(points: &[f64], dim: usize, bandwidth: f64) -> Result<Self, SettingError> {
        check(points, dim)?;
        if !(bandwidth > 0.0 && bandwidth.is_finite()) {
            return Err(SettingError::new("bandwidth", Value::Real(bandwidth), "be positive and finite"));
        }
        Ok(Self { dim, points: points.to_vec(), bandwidth })
    }

    /// The dimension d.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// The points that it is made of.
    pub fn points(&self) -> &[f64] {
        &self.points
    }

    /// h.
    pub fn bandwidth(&self) -> f64 {
        self.bandwidth
    }

    /// log q(x).
    pub fn log_density(&self, x: &[f64]) -> f64 {
        let factor = -0.5 / (self.bandwidth * self.bandwidth);
        let exponents = self.points.chunks_exact(self.dim).map(|y| factor * math::squared_distance(x, y));
        let count = (self.points.len() / self.dim) as f64;
        math::log_sum_exp(exponents) - math::ln(count) + log_scale(self.dim, self.bandwidth)
    }

    /// The mean of log q(x_i) with x_i, and what equals it, left out of q: an estimate of E_q log q, too low by what the
    /// smoothing costs. NaN if all points are the same.
    pub fn mean_left_out(&self) -> f64 {
        mean_left_out(&self.points, self.dim, self.bandwidth)
    }
}

fn check(points: &[f64], dim: usize) -> Result<(), SettingError> {
    if dim == 0 || points.is_empty() || !points.len().is_multiple_of(dim) || points.iter().any(|x| !x.is_finite()) {
        return Err(SettingError::new("points", points.len(), "be one or more points of finite coordinates"));
    }
    Ok(())
}

/// The root mean square over coordinates of their standard deviations.
fn spread(points: &[f64], dim: usize) -> f64 {
    let n = (points.len() / dim) as f64;
    let of_coordinate = |k: usize| {
        let values = || points[k..].iter().step_by(dim).map(|x| x - points[k]);
        let mean = values().sum::<f64>() / n;
        values().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n
    };
    math::sqrt((0..dim).map(of_coordinate).sum::<f64>() / dim as f64)
}

/// The best h by octaves around `guess`, then by golden sections around the best of them.
fn best_bandwidth(points: &[f64], dim: usize, guess: f64) -> f64 {
    let value = |log: f64| mean_left_out(points, dim, math::exp(log));
    let octave = core::f64::consts::LN_2;
    let octaves = (-HALVINGS..=DOUBLINGS).map(|i| math::ln(guess) + octave * f64::from(i));
    let rated = octaves.map(|log| (log, value(log)));
    let (best, _) = rated.reduce(|best, other| if other.1 > best.1 { other } else { best }).expect("some octaves");
    let (mut low, mut high) = (best - octave, best + octave);
    let inner = |low: f64, high: f64| [low + SHORTER * (high - low), high - SHORTER * (high - low)];
    let mut tried = inner(low, high).map(|log| (log, value(log)));
    for _ in 0..SECTIONS {
        if tried[0].1 >= tried[1].1 {
            high = tried[1].0;
            let log = inner(low, high)[0];
            tried = [(log, value(log)), tried[0]];
        } else {
            low = tried[0].0;
            let log = inner(low, high)[1];
            tried = [tried[1], (log, value(log))];
        }
    }
    math::exp(0.5 * (low + high))
}

/// See [`KernelDensity::mean_left_out`]; -∞ where h is so small that a point sees no other.
fn mean_left_out(points: &[f64], dim: usize, bandwidth: f64) -> f64 {
    let factor = -0.5 / (bandwidth * bandwidth);
    let n = points.len() / dim;
    let mut sums = vec![0.0; n];
    let mut others = vec![0.0; n];
    for (i, x) in points.chunks_exact(dim).enumerate() {
        for (j, y) in points.chunks_exact(dim).take(i).enumerate() {
            let square = math::squared_distance(x, y);
            if square > 0.0 {
                let kernel = math::exp(factor * square);
                for place in [i, j] {
                    sums[place] += kernel;
                    others[place] += 1.0;
                }
            }
        }
    }
    let total: f64 = sums.iter().zip(&others).map(|(sum, others)| math::ln(sum / others)).sum();
    total / n as f64 + log_scale(dim, bandwidth)
}

/// log of N(0; 0, h²I).
fn log_scale(dim: usize, bandwidth: f64) -> f64 {
    -0.5 * dim as f64 * math::ln(TAU * bandwidth * bandwidth)
}
