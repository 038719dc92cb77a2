//! Convergence of chains in R^d by its worst coordinate.

use super::trace::Trace;
use super::{effective_sample_size, integrated_time, r_hat};
use crate::setting::SettingError;

/// What is known of a set of chains; each number is NaN if it is unknown for any coordinate.
#[derive(Clone, Copy, Debug)]
pub struct Convergence {
    /// The greatest rank-normalised split-R̂.
    pub r_hat: f64,
    /// The least effective size of the bulk, in draws of all chains together.
    pub ess_bulk: f64,
    /// The least effective size of the tails.
    pub ess_tail: f64,
    /// The greatest integrated autocorrelation time, in draws of a chain.
    pub integrated_time: f64,
}

impl Convergence {
    /// Of states in R^`dim` recorded in rounds, each with a state of every chain; an error unless they are whole rounds.
    pub fn of_rounds(states: &[f64], chains: usize, dim: usize) -> Result<Self, SettingError> {
        let mut worst = Self::of(&Trace::of_rounds(states, chains, dim, 0)?);
        for k in 1..dim {
            let next = Self::of(&Trace::of_rounds(states, chains, dim, k)?);
            worst.r_hat = -known_least(-worst.r_hat, -next.r_hat);
            worst.ess_bulk = known_least(worst.ess_bulk, next.ess_bulk);
            worst.ess_tail = known_least(worst.ess_tail, next.ess_tail);
            worst.integrated_time = -known_least(-worst.integrated_time, -next.integrated_time);
        }
        Ok(worst)
    }

    /// Of one quantity.
    pub fn of(trace: &Trace) -> Self {
        Self {
            r_hat: r_hat::r_hat(trace),
            ess_bulk: effective_sample_size::bulk(trace),
            ess_tail: effective_sample_size::tail(trace),
            integrated_time: integrated_time::integrated_time(trace),
        }
    }
}

/// The lesser of two numbers, NaN if either is.
fn known_least(a: f64, b: f64) -> f64 {
    if a.is_nan() || a < b { a } else { b }
}
