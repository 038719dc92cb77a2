//! The integrated autocorrelation time τ = 1 + 2 Σ_k ρ_k, in draws per independent draw. The sum ends with Geyer's
//! initial monotone sequence (Geyer 1992, section 3.3); the ρ_k are combined over chains (Vehtari, Gelman, Simpson,
//! Carpenter and Bürkner 2021, equation 10).

use alloc::vec;

use super::autocorrelation::mean_autocovariance;
use super::trace::{Trace, variance};
use crate::math;

/// τ of whole chains, at least 1/log₁₀ of the number of draws; below 1 for antithetic draws. NaN for fewer than four
/// draws, a value that is not finite, or chains that all stand still.
pub fn integrated_time(trace: &Trace) -> f64 {
    if trace.is_informative() { of_informative(trace) } else { f64::NAN }
}

/// τ of a trace of finite values that are not all equal.
pub(super) fn of_informative(trace: &Trace) -> f64 {
    let n = trace.draws() as f64;
    let covariances = mean_autocovariance(trace.values(), trace.draws());
    let within = covariances[0] * n / (n - 1.0);
    let between = if trace.chains() > 1 { variance(&trace.means()) } else { 0.0 };
    let total = covariances[0] + between;
    let time = initial_monotone_sum(trace.draws(), |lag| 1.0 - (within - covariances[lag]) / total);
    let least = core::f64::consts::LN_10 / math::ln(trace.values().len() as f64);
    time.max(least)
}

/// 1 + 2 Σ ρ_k over the pairs ρ_{2m} + ρ_{2m+1} before the first that is not positive; each pair is limited to the
/// previous pair. The first half of the pair that ends the sum counts once.
fn initial_monotone_sum(draws: usize, correlation: impl Fn(usize) -> f64) -> f64 {
    let mut pairs = vec![[1.0, correlation(1)]];
    let mut last = pairs[0];
    while last[0] + last[1] > 0.0 && 2 * pairs.len() + 2 < draws {
        last = [correlation(2 * pairs.len()), correlation(2 * pairs.len() + 1)];
        pairs.push(last);
    }
    pairs.pop();
    let end = if last[0] + last[1] >= 0.0 { last[0] } else { last[0].max(0.0) };
    let mut least = f64::INFINITY;
    let mut sum = 0.0;
    for pair in pairs {
        least = least.min(pair[0] + pair[1]);
        sum += least;
    }
    2.0 * sum - 1.0 + end
}
