//! Convergence of chains in R^d, by the worst coordinate.

use super::trace::Trace;
use super::{effective_sample_size, integrated_time, r_hat};
use crate::setting::SettingError;

/// Convergence statistics of a set of chains; a number is NaN if it is NaN for any coordinate.
#[derive(Clone, Copy, Debug)]
pub struct Convergence {
    /// The greatest rank-normalised split-R̂.
    pub r_hat: f64,
    /// The least effective sample size of the bulk, in draws of all chains together.
    pub ess_bulk: f64,
    /// The least effective sample size of the tails, in draws of all chains together.
    pub ess_tail: f64,
    /// The greatest integrated autocorrelation time, in draws of one chain.
    pub integrated_time: f64,
}

impl Convergence {
    /// From states in R^`dim`, stored in rounds of one state of every chain; an error unless the rounds are whole.
    pub fn of_rounds(states: &[f64], chains: usize, dim: usize) -> Result<Self, SettingError> {
        let mut worst = Self::of(&Trace::of_rounds(states, chains, dim, 0)?);
        for k in 1..dim {
            let next = Self::of(&Trace::of_rounds(states, chains, dim, k)?);
            worst.r_hat = -min_or_nan(-worst.r_hat, -next.r_hat);
            worst.ess_bulk = min_or_nan(worst.ess_bulk, next.ess_bulk);
            worst.ess_tail = min_or_nan(worst.ess_tail, next.ess_tail);
            worst.integrated_time = -min_or_nan(-worst.integrated_time, -next.integrated_time);
        }
        Ok(worst)
    }

    /// From one quantity.
    pub fn of(trace: &Trace) -> Self {
        Self {
            r_hat: r_hat::r_hat(trace),
            ess_bulk: effective_sample_size::bulk(trace),
            ess_tail: effective_sample_size::tail(trace),
            integrated_time: integrated_time::integrated_time(trace),
        }
    }
}

/// The smaller of two numbers; NaN if either is NaN.
fn min_or_nan(a: f64, b: f64) -> f64 {
    if a.is_nan() || a < b { a } else { b }
}
