//! Chains that are stuck or have escaped: they no longer move, or are far from all data.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{ChainOutput, Setup};
use crate::data::Points;
use crate::math;

/// A chain has escaped beyond this many times the greatest distance of a training point from their mean.
const FAR: f64 = 10.0;
/// Fewer draws than this do not show that a chain is stuck: a few rejections may be chance.
const LEAST_DRAWS: usize = 20;
/// Chains stand still if no chain has moved for this many transitions each, and this many of all chains together.
const STALLED_TRANSITIONS: (u32, u64) = (20, 400);

/// Numbers of stuck and escaped chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHealth {
    /// Recorded chains whose later half of draws is one point.
    pub stuck: usize,
    /// Chains outside the [`DataRegion`], or at places that are not finite.
    pub escaped: usize,
}

impl Setup {
    /// Counts stuck and escaped chains. A chain with fewer than twenty draws in its later half does not count as stuck.
    pub fn chain_health(&self, observed: ChainOutput<'_>) -> ChainHealth {
        let (dim, region) = (self.points().dim(), DataRegion::new(self.points(), self.final_sigma()));
        let length = observed.draws.len() / observed.chains.max(1);
        let is_stuck = |chain: &[f64]| {
            let later = &chain[length / dim / 2 * dim..];
            later.len() >= LEAST_DRAWS * dim && later.chunks_exact(dim).all(|x| x == &later[..dim])
        };
        ChainHealth {
            stuck: observed.draws.chunks_exact(length.max(1)).filter(|chain| is_stuck(chain)).count(),
            escaped: observed.states.chunks_exact(dim).filter(|x| !region.contains(x)).count(),
        }
    }
}

/// A ball ten times as large as a ball around all blurred training points. Chains outside of it have escaped.
#[derive(Clone, Debug)]
pub struct DataRegion {
    centre: Vec<f64>,
    squared_radius: f64,
}

impl DataRegion {
    /// The region around `points` blurred by `sigma`.
    pub fn new(points: &Points, sigma: f64) -> Self {
        let centre = points.mean();
        let distances = points.values().chunks_exact(points.dim()).map(|x| math::squared_distance(x, &centre));
        let squared_radius = FAR * FAR * (distances.fold(0.0, f64::max) + sigma * sigma);
        Self { centre, squared_radius }
    }

    /// Whether `x` lies inside; false for NaN.
    pub fn contains(&self, x: &[f64]) -> bool {
        math::squared_distance(x, &self.centre) <= self.squared_radius
    }
}

/// Health of running chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveHealth {
    /// How many chains are outside of the data's region.
    pub escaped: usize,
    /// Whether no chain has moved for so long that it cannot be chance.
    pub is_stalled: bool,
}

/// Watches some of a run's chains between transitions.
#[derive(Clone, Debug)]
pub struct ChainMonitor {
    region: Arc<DataRegion>,
    /// The number of chains of the whole run.
    chains: u32,
    /// The sums of the coordinates of chains inside and outside of the region: next to far chains, small moves would
    /// not change a common sum.
    sums: [f64; 2],
    /// The number of transitions when a sum last changed.
    last_move: u32,
}

impl ChainMonitor {
    /// A monitor of chains that have made no transition, in a run of `chains` chains.
    pub fn new(region: Arc<DataRegion>, chains: u32) -> Self {
        Self { region, chains, sums: [f64::NAN; 2], last_move: 0 }
    }

    /// Updates the monitor with the `states` after `transitions` transitions and their `acceptance_rate`. At a rate of
    /// zero the chains have not moved; a changed sum then comes from new weights.
    pub fn update(&mut self, states: &[f64], transitions: u32, acceptance_rate: f64) -> LiveHealth {
        let (mut escaped, mut sums) = (0, [0.0; 2]);
        for x in states.chunks_exact(self.region.centre.len()) {
            let is_outside = usize::from(!self.region.contains(x));
            escaped += is_outside;
            x.iter().for_each(|x| sums[is_outside] += x);
        }
        let is_same = |(a, b): (&f64, &f64)| a == b || a.is_nan() && b.is_nan();
        if !sums.iter().zip(&self.sums).all(is_same) {
            (self.sums, self.last_move) = (sums, transitions);
        }
        let stalled = if acceptance_rate == 0.0 { transitions } else { transitions - self.last_move };
        let (of_each, of_all) = STALLED_TRANSITIONS;
        LiveHealth { escaped, is_stalled: stalled >= of_each && u64::from(stalled) * u64::from(self.chains) >= of_all }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn monitor(chains: u32) -> ChainMonitor {
        let region = DataRegion { centre: vec![0.0], squared_radius: 100.0 };
        ChainMonitor::new(Arc::new(region), chains)
    }

    #[test]
    fn chains_beyond_ten_times_the_data_s_radius_have_escaped_and_so_have_those_nowhere() {
        assert_eq!(monitor(4).update(&[10.0, -10.1, f64::NAN, 0.0], 1, 0.5).escaped, 2);
    }

    #[test]
    fn a_single_chain_stands_still_after_400_transitions_and_many_after_20() {
        for (chains, least) in [(1, 400), (4, 100), (20, 20), (1000, 20)] {
            let mut monitor = monitor(chains);
            monitor.update(&[0.5], 7, 0.5);
            assert!(!monitor.update(&[0.5], 7 + least - 1, 0.5).is_stalled, "{chains}");
            assert!(monitor.update(&[0.5], 7 + least, 0.5).is_stalled, "{chains}");
            assert!(!monitor.update(&[0.6], 7 + least, 0.5).is_stalled, "{chains}");
        }
    }

    #[test]
    fn a_small_move_counts_beside_a_chain_far_away_and_new_weights_do_not() {
        let mut monitor = monitor(1000);
        monitor.update(&[0.5, 1e300], 0, 0.5);
        assert!(!monitor.update(&[0.6, 1e300], 20, 0.5).is_stalled);
        assert!(monitor.update(&[0.7, 1e300], 20, 0.0).is_stalled);
    }
}
