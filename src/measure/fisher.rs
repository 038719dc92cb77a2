//! The Fisher divergence between two scores, E_q‖ŝ - t‖², relative to E_q‖t‖².

use alloc::vec;
use alloc::vec::Vec;

use crate::math;
use crate::score::Score;

/// Points evaluated at a time.
const SLICE: usize = 256;

/// A true score t at draws of the density q, for any number of estimates. It is evaluated bit by bit, since that can take long.
#[derive(Clone, Debug)]
pub struct Reference {
    dim: usize,
    draws: Vec<f64>,
    /// Of as many draws as were evaluated.
    scores: Vec<f64>,
}

impl Reference {
    /// Nothing is known yet of the truth at `draws`, points of R^`dim` one after another.
    pub fn new(dim: usize, draws: Vec<f64>) -> Self {
        Self { dim, draws, scores: Vec::new() }
    }

    /// Evaluates `truth` at the next `count` draws, or as many as are left; whether none is left then.
    pub fn advance(&mut self, exact: &dyn Score, count: usize) -> bool {
        let start = self.scores.len();
        let end = self.draws.len().min(start.saturating_add(count.saturating_mul(self.dim)));
        self.scores.resize(end, 0.0);
        exact.scores(&self.draws[start..end], &mut self.scores[start..]);
        end == self.draws.len()
    }

    /// E‖estimate - t‖² / E‖t‖² over the draws that were evaluated.
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
    fn relative_error_counts_the_draws_that_were_evaluated_and_is_the_same_bit_by_bit() {
        let draws: Vec<f64> = (0..1400).map(|i| math::sin_cos(f64::from(i)).0).collect();
        let (exact, estimate) = (normal(1.0), normal(0.5));
        let [mut slowly, mut at_once] = [(); 2].map(|()| Reference::new(2, draws.clone()));
        assert!(at_once.advance(&exact, usize::MAX));
        assert!(!slowly.advance(&exact, 300));
        // -2x for -x: all of ‖t‖² too much, at any draws.
        assert!((slowly.relative_error(&estimate) - 1.0).abs() < 1e-12);
        assert!(!slowly.advance(&exact, 399) && slowly.advance(&exact, 1));
        let skewed = Exact::new(Box::new(Mixture::isotropic(2, &[1.0], vec![1.0, 0.0], 1.0).unwrap())).unwrap();
        assert_eq!(slowly.relative_error(&skewed).to_bits(), at_once.relative_error(&skewed).to_bits());
    }
}
