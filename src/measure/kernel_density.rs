//! A kernel density estimate q(x) = Σ_i N(x; x_i, h²I)/n. Cross-validation chooses the bandwidth h: it maximises the
//! mean of log q(x_i) with x_i left out (Habbema, Hermans and van den Broek 1974; Duin 1976).

use alloc::vec;
use alloc::vec::Vec;

use super::pairwise::evenly_spaced;
use crate::math::{self, TAU};
use crate::setting::{SettingError, Value};

/// The greatest number of points for the choice of the bandwidth.
const VALIDATION_POINTS: usize = 1024;
/// The range of bandwidths, from this number of halvings of Scott's rule ...
const HALVINGS: i32 = 6;
/// ... to this number of doublings.
const DOUBLINGS: i32 = 2;
/// The number of golden sections of the two octaves around the best: down to .02 in ln h.
const GOLDEN_SECTIONS: u32 = 9;
/// The golden section's shorter part.
const GOLDEN_SHORT: f64 = 0.381_966_011_250_105_1;

/// A kernel density estimate in R^d.
#[derive(Clone, Debug)]
pub struct KernelDensity {
    dim: usize,
    points: Vec<f64>,
    bandwidth: f64,
}

impl KernelDensity {
    /// The estimate from `points` of R^`dim`, one after another. h is chosen by at most 1024 evenly spaced points and
    /// scaled to the number of all points by n^(-1/(d + 4)). An error unless all points are finite and two of the
    /// evenly spaced points differ. Repeated points, as from rejected proposals, count as one point with a greater
    /// weight.
    pub fn new(points: &[f64], dim: usize) -> Result<Self, SettingError> {
        check(points, dim)?;
        let validation_points: Vec<f64> = evenly_spaced(points, dim, VALIDATION_POINTS).flatten().copied().collect();
        let spread = spread(&validation_points, dim);
        if spread == 0.0 {
            return Err(SettingError::new("points", points.len() / dim, "not all be the same"));
        }
        let power = |n: usize| math::exp(-math::ln((n / dim) as f64) / (dim + 4) as f64);
        let validated = best_bandwidth(&validation_points, dim, spread * power(validation_points.len()));
        Self::with_bandwidth(points, dim, validated * power(points.len()) / power(validation_points.len()))
    }

    /// The estimate with bandwidth h; an error unless it is positive and there is a point and all points are finite.
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

    /// The points of the estimate.
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

    /// The mean of log q(x_i) with x_i and all equal points left out of q: an estimate of E_q log q, too low by the
    /// effect of smoothing. NaN if all points are the same.
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

/// The root mean square over coordinates of the standard deviations.
fn spread(points: &[f64], dim: usize) -> f64 {
    let n = (points.len() / dim) as f64;
    let of_coordinate = |k: usize| {
        let values = || points[k..].iter().step_by(dim).map(|x| x - points[k]);
        let mean = values().sum::<f64>() / n;
        values().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n
    };
    math::sqrt((0..dim).map(of_coordinate).sum::<f64>() / dim as f64)
}

/// The best h, first by octaves around `guess`, then by golden sections around the best octave.
fn best_bandwidth(points: &[f64], dim: usize, guess: f64) -> f64 {
    let value = |log: f64| mean_left_out(points, dim, math::exp(log));
    let octave = core::f64::consts::LN_2;
    let octaves = (-HALVINGS..=DOUBLINGS).map(|i| math::ln(guess) + octave * f64::from(i));
    let rated = octaves.map(|log| (log, value(log)));
    let (best, _) = rated.reduce(|best, other| if other.1 > best.1 { other } else { best }).expect("some octaves");
    let (mut low, mut high) = (best - octave, best + octave);
    let inner = |low: f64, high: f64| [low + GOLDEN_SHORT * (high - low), high - GOLDEN_SHORT * (high - low)];
    let mut tried = inner(low, high).map(|log| (log, value(log)));
    for _ in 0..GOLDEN_SECTIONS {
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

/// See [`KernelDensity::mean_left_out`]; -∞ if h is so small that the other points' density is zero at some point.
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
