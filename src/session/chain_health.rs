//! Which chains are lost: those that no longer move, and those that have left the data behind.

use super::{ChainOutput, Setup};
use crate::math;

/// How many times as far as any training point a chain must be from their mean to have left.
const FAR: f64 = 10.0;
/// Fewer draws than this do not tell that a chain is stuck: it may have been refused a few times.
const LEAST_DRAWS: usize = 20;

/// How many chains are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHealth {
    /// Of the recorded ones, those whose later half of draws is one point.
    pub stuck: usize,
    /// Of all, those that are ten times as far from the training points' mean as any of these blurred by σ, or nowhere.
    pub escaped: usize,
}

impl Setup {
    /// Counts the chains that are lost; those with fewer than twenty draws in their later half are not stuck yet.
    pub fn chain_health(&self, observed: ChainOutput<'_>) -> ChainHealth {
        let (dim, points) = (self.points().dim(), self.points());
        let mean = points.mean();
        let farthest = points.values().chunks_exact(dim).map(|x| math::squared_distance(x, &mean)).fold(0.0, f64::max);
        let reach = farthest + self.final_sigma() * self.final_sigma();
        // Not a plain comparison, because a distance that is NaN is no small one.
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
