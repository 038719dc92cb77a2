//! Rank normalisation: the value of rank r among all S becomes the normal quantile of (r - 3/8)/(S + 1/4) (Blom 1958;
//! Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, equation 14). Statistics of the ranks exist for every
//! distribution, Cauchy's too.

use alloc::vec;

use super::trace::Trace;
use crate::math::normal_quantile::normal_quantile;
use crate::math::sort::ascending;

/// The trace with each value replaced by its normal score; equal values share the mean of their ranks.
pub(super) fn normalise(trace: &Trace) -> Trace {
    let values = trace.values();
    let order = ascending(values);
    let mut scores = vec![0.0; values.len()];
    let mut below = 0;
    for ties in order.chunk_by(|i, j| values[*i] == values[*j]) {
        let rank = below as f64 + 0.5 * (ties.len() + 1) as f64;
        let score = normal_quantile((rank - 0.375) / (values.len() as f64 + 0.25));
        ties.iter().for_each(|i| scores[*i] = score);
        below += ties.len();
    }
    trace.with_values(scores)
}
