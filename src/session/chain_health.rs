//! Chains that are stuck or have escaped: they no longer move, or are far from all data.

use super::{ChainOutput, Setup};
use crate::math;

/// An escaped chain is this many times as far from the mean of the training points as any of them.
const FAR: f64 = 10.0;
/// Minimum number of draws that show a chain to be stuck: a few refusals in a row are common.
const LEAST_DRAWS: usize = 20;

/// Numbers of stuck and escaped chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHealth {
    /// Recorded chains whose later half of draws is one point.
    pub stuck: usize,
    /// Chains that are ten times as far from the mean of the training points as any of these blurred by σ, or not finite.
    pub escaped: usize,
}

impl Setup {
    /// Counts stuck and escaped chains. A chain with fewer than twenty draws in its later half does not count as stuck.
    pub fn chain_health(&self, observed: ChainOutput<'_>) -> ChainHealth {
        let (dim, points) = (self.points().dim(), self.points());
        let mean = points.mean();
        let farthest = points.values().chunks_exact(dim).map(|x| math::squared_distance(x, &mean)).fold(0.0, f64::max);
        let reach = farthest + self.final_sigma() * self.final_sigma();
        // NaN compares false, so a chain at NaN is not near.
        let is_near = |x: &[f64]| math::squared_distance(x, &mean) <= FAR * FAR * reach;
        let length = observed.draws.len() / observed.chains.max(1);
        let is_stuck = |chain: &[f64]| {
            let later = &chain[length / dim / 2 * dim..];
            later.len() >= LEAST_DRAWS * dim && later.chunks_exact(dim).all(|x| x == &later[..dim])
        };
        ChainHealth {
            stuck: observed.draws.chunks_exact(length.max(1)).filter(|chain| is_stuck(chain)).count(),
            escaped: observed.states.chunks_exact(dim).filter(|x| !is_near(x)).count(),
        }
    }
}
