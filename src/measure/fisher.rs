//! The Fisher divergence between two scores, E_q‖ŝ - t‖², relative to E_q‖t‖².

use alloc::vec;
use alloc::vec::Vec;

use crate::math;
use crate::score::Score;

/// The number of points in one call of a score.
const SLICE: usize = 256;

/// An exact score t at draws of the density q, reused for any number of estimates. It is evaluated in slices, because
/// it can take long.
#[derive(Clone, Debug)]
pub struct Reference {
    dim: usize,
    draws: Vec<f64>,
    /// t at the draws evaluated so far.
    scores: Vec<f64>,
}

impl Reference {
    /// A reference at `draws` (points of R^`dim`, one after another), with no score evaluated yet.
    pub fn new(dim: usize, draws: Vec<f64>) -> Self {
        Self { dim, draws, scores: Vec::new() }
    }

    /// Evaluates `exact` at the next `count` draws or the remaining ones. True once all draws are evaluated.
    pub fn advance(&mut self, exact: &dyn Score, count: usize) -> bool {
        let start = self.scores.len();
        let end = self.draws.len().min(start.saturating_add(count.saturating_mul(self.dim)));
        self.scores.resize(end, 0.0);
        exact.scores(&self.draws[start..end], &mut self.scores[start..]);
        end == self.draws.len()
    }

    /// E‖estimate - t‖² / E‖t‖² over the evaluated draws.
    pub fn relative_error(&self, estimate: &dyn Score) -> f64 {
        let size = SLICE * self.dim;
        let mut estimated = vec![0.0; size];
        let mut error = 0.0;
        for (points, scores) in self.draws.chunks(size).zip(self.scores.chunks(size)) {
            let estimated = &mut estimated[..points.len()];
            estimate.scores(points, estimated);
            error += math::squared_distance(estimated, scores);
        }
        error / math::dot(&self.scores, &self.scores)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Mixture;
    use crate::score::Exact;
    use alloc::boxed::Box;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn normal(variance: f64) -> Exact {
        Exact::new(Box::new(Mixture::isotropic(2, &[1.0], vec![0.0; 2], variance).unwrap())).unwrap()
    }

    #[test]
    fn relative_error_counts_evaluated_draws_and_is_the_same_in_slices() {
        let draws: Vec<f64> = (0..1400).map(|i| math::sin_cos(f64::from(i)).0).collect();
        let (exact, estimate) = (normal(1.0), normal(0.5));
        let [mut in_slices, mut at_once] = [(); 2].map(|()| Reference::new(2, draws.clone()));
        assert!(at_once.advance(&exact, usize::MAX));
        assert!(!in_slices.advance(&exact, 300));
        // The estimate is -2x, the exact score -x: the relative error is 1 for any draws.
        assert!((in_slices.relative_error(&estimate) - 1.0).abs() < 1e-12);
        assert!(!in_slices.advance(&exact, 399) && in_slices.advance(&exact, 1));
        let skewed = Exact::new(Box::new(Mixture::isotropic(2, &[1.0], vec![1.0, 0.0], 1.0).unwrap())).unwrap();
        assert_eq!(in_slices.relative_error(&skewed).to_bits(), at_once.relative_error(&skewed).to_bits());
    }
}
