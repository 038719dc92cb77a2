//! One quantity along chains of equal length, with half chains and order statistics for convergence diagnostics.

use alloc::vec::Vec;

use crate::math::sort;
use crate::setting::SettingError;

/// The least number of draws of a chain for any statistic.
const MIN_DRAWS: usize = 4;

/// The values of one quantity in several chains.
///
/// ```
/// use scorescape::measure::{Trace, effective_sample_size, r_hat};
/// use scorescape::rng::{Purpose, stream};
///
/// // Four chains of 500 independent draws.
/// let mut rng = stream(1, Purpose::Measure, 0);
/// let mut values: Vec<f64> = (0..2000).map(|_| rng.normal()).collect();
/// let trace = Trace::new(values.clone(), 4)?;
/// assert!(r_hat::r_hat(&trace) < 1.01);
/// assert!(effective_sample_size::bulk(&trace) > 1500.0);
///
/// // One chain is somewhere else.
/// values[..500].iter_mut().for_each(|x| *x += 3.0);
/// assert!(r_hat::r_hat(&Trace::new(values, 4)?) > 1.1);
/// # Ok::<(), scorescape::setting::SettingError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trace {
    /// Chain after chain.
    values: Vec<f64>,
    draws: usize,
}

impl Trace {
    /// `values` of `chains` chains of equal length, one chain after another; an error for unequal lengths. Values may
    /// be NaN or infinite; their statistics are NaN.
    pub fn new(values: Vec<f64>, chains: usize) -> Result<Self, SettingError> {
        if chains == 0 || values.is_empty() || !values.len().is_multiple_of(chains) {
            return Err(SettingError::new("chains", chains, "divide a positive number of values"));
        }
        Ok(Self { draws: values.len() / chains, values })
    }

    /// Coordinate `k` of states in R^`dim`, stored in rounds: the first state of each chain, then each chain's second,
    /// and so on. An error unless the rounds are whole.
    pub fn of_rounds(states: &[f64], chains: usize, dim: usize, k: usize) -> Result<Self, SettingError> {
        if chains == 0 || k >= dim || states.is_empty() || !states.len().is_multiple_of(chains * dim) {
            return Err(SettingError::new("states", states.len(), "be whole rounds of a state for each chain"));
        }
        let chain = |c: usize| states[c * dim + k..].iter().step_by(chains * dim).copied();
        Self::new((0..chains).flat_map(chain).collect(), chains)
    }

    /// The number of chains.
    pub fn chains(&self) -> usize {
        self.values.len() / self.draws
    }

    /// The number of draws of each chain.
    pub fn draws(&self) -> usize {
        self.draws
    }

    /// All values, chain after chain.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Whether statistics are defined: four or more draws per chain, all finite, and one chain that is not constant.
    pub(super) fn is_informative(&self) -> bool {
        let moves = |chain: &[f64]| chain.iter().any(|x| *x != chain[0]);
        self.draws >= MIN_DRAWS
            && self.values.iter().all(|x| x.is_finite())
            && self.values.chunks_exact(self.draws).any(moves)
    }

    /// The first and the last half of each chain as chains; a draw in the middle is left out.
    pub(super) fn split(&self) -> Self {
        let half = self.draws / 2;
        let halves = |chain: &[f64]| [chain[..half].to_vec(), chain[chain.len() - half..].to_vec()].concat();
        Self { values: self.values.chunks_exact(self.draws).flat_map(halves).collect(), draws: half }
    }

    /// The same chains with other values.
    pub(super) fn with_values(&self, values: Vec<f64>) -> Self {
        debug_assert_eq!(values.len(), self.values.len());
        Self { values, draws: self.draws }
    }

    /// f of each value.
    pub(super) fn map(&self, f: impl FnMut(&f64) -> f64) -> Self {
        self.with_values(self.values.iter().map(f).collect())
    }

    /// Whether all values are the same.
    pub(super) fn is_constant(&self) -> bool {
        self.values.iter().all(|x| *x == self.values[0])
    }

    /// The mean of each chain.
    pub(super) fn means(&self) -> Vec<f64> {
        self.values.chunks_exact(self.draws).map(mean).collect()
    }

    /// The values in ascending order.
    pub(super) fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.values.clone();
        sort::sort(&mut sorted);
        sorted
    }
}

/// The mean of a nonempty chain, summed from the first value; exact for a constant chain.
pub(super) fn mean(chain: &[f64]) -> f64 {
    chain[0] + chain.iter().map(|x| x - chain[0]).sum::<f64>() / chain.len() as f64
}

/// The variance Σ(x - x̄)²/(n - 1).
pub(super) fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (values.len() - 1) as f64
}

/// The quantile `p` of the ascending `sorted`, linear between order statistics (Hyndman and Fan 1996, definition 7).
pub(super) fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = p * (sorted.len() - 1) as f64;
    let below = (place as usize).min(sorted.len() - 1);
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn trace_refuses_chains_of_unequal_lengths() {
        for (values, chains) in [(5, 2), (0, 1), (3, 0)] {
            assert_eq!(Trace::new(vec![0.0; values], chains).unwrap_err().setting, "chains");
        }
        for (states, chains, dim, k) in [(7, 2, 2, 0), (0, 1, 1, 0), (4, 0, 1, 0), (4, 2, 2, 2)] {
            assert_eq!(Trace::of_rounds(&vec![0.0; states], chains, dim, k).unwrap_err().setting, "states");
        }
    }

    #[test]
    fn trace_of_rounds_follows_each_chain() {
        // Two chains of three states in the plane.
        let states = [1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 4.0, 40.0, 5.0, 50.0, 6.0, 60.0];
        let trace = Trace::of_rounds(&states, 2, 2, 1).unwrap();
        assert_eq!(trace.values(), [10.0, 30.0, 50.0, 20.0, 40.0, 60.0]);
        assert_eq!((trace.chains(), trace.draws()), (2, 3));
    }

    #[test]
    fn split_leaves_the_middle_of_odd_chains_out() {
        let trace = Trace::new(vec![1.0, 2.0, 3.0, 4.0, 5.0], 1).unwrap().split();
        assert_eq!((trace.values(), trace.chains()), ([1.0, 2.0, 4.0, 5.0].as_slice(), 2));
    }

    #[test]
    fn quantiles_of_an_even_number_lie_between() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!([0.0, 0.5, 0.75, 1.0].map(|p| quantile(&sorted, p)), [1.0, 3.0, 5.0, 8.0]);
    }
}
