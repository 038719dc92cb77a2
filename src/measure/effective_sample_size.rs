//! Effective sample sizes S/τ of S draws: for the bulk from rank-normalised half chains, for the tails from half chains
//! of the indicators of the 5 % and 95 % quantiles (Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, sections 4.1
//! and 4.3).

use super::integrated_time::of_informative;
use super::rank_normalization::normalise;
use super::trace::{Trace, quantile};

/// The share of draws in each tail.
const TAIL: f64 = 0.05;

/// The effective sample size of the bulk, in draws; NaN for fewer than four draws, a value that is not finite, or
/// chains that all stand still.
pub fn bulk(trace: &Trace) -> f64 {
    if trace.is_informative() { size(&normalise(&trace.split())).unwrap_or(f64::NAN) } else { f64::NAN }
}

/// The effective sample size of the 5 % and 95 % quantiles, the smaller of the two, in draws. NaN as for the bulk, and
/// if both quantiles are the greatest value.
pub fn tail(trace: &Trace) -> f64 {
    if !trace.is_informative() {
        return f64::NAN;
    }
    let sorted = trace.sorted();
    let of_quantile = |p: f64| {
        let end = quantile(&sorted, p);
        size(&trace.map(|x| f64::from(u8::from(*x <= end))).split())
    };
    let draws = (2 * (trace.draws() / 2) * trace.chains()) as f64;
    match (of_quantile(TAIL), of_quantile(1.0 - TAIL)) {
        (None, None) => f64::NAN,
        // A constant indicator is no evidence of dependence.
        (low, high) => low.unwrap_or(draws).min(high.unwrap_or(draws)),
    }
}

/// S/τ; `None` if all values are the same.
fn size(trace: &Trace) -> Option<f64> {
    (!trace.is_constant()).then(|| trace.values().len() as f64 / of_informative(trace))
}
