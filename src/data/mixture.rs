//! Gaussian mixtures with any covariances: log-density, score, Hessian and smoothing in closed form, and sampling.
//!
//! log p(x) = log Σ_k w_k N(x; m_k, C_k). With responsibilities ρ_k and u_k = C_k⁻¹(m_k - x), the score is s = Σ ρ_k
//! u_k and the Hessian of log p is Σ ρ_k (u_k u_kᵀ - C_k⁻¹) - s sᵀ.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Density;
use crate::math;
use crate::rng::Stream;
use crate::setting::{SettingError, Value};

mod covariance;

use covariance::Covariance;
pub use covariance::Variances;

/// Components with an exponent this far below the greatest are skipped: their total weight is below a rounding error.
const NEGLIGIBLE: f64 = -45.0;

/// The length of the scratch array on the stack. Longer scratch is allocated, at a cost small against the computation.
const STACK_LEN: usize = 256;

/// Scratch space for `count` numbers: the array `stack` if it is long enough, otherwise `heap`.
fn scratch<'a>(stack: &'a mut [f64; STACK_LEN], heap: &'a mut Vec<f64>, count: usize) -> &'a mut [f64] {
    if count > STACK_LEN {
        heap.resize(count, 0.0);
        return heap;
    }
    &mut stack[..count]
}

/// A mixture of K Gaussians in R^d.
#[derive(Clone, Debug)]
pub struct Mixture {
    dim: usize,
    /// log w_k - ½ log det(2π C_k)
    log_scales: Vec<f64>,
    /// w_k; the sum is 1.
    weights: Vec<f64>,
    /// m_k (K×d).
    means: Vec<f64>,
    covariance: Covariance,
}

impl Mixture {
    /// Components N(m_k, `variance` I) with weights proportional to `weights`; `means` is K×d.
    pub fn isotropic(dim: usize, weights: &[f64], means: Vec<f64>, variance: f64) -> Result<Self, SettingError> {
        Self::assemble(dim, weights, means, Covariance::isotropic(variance)?)
    }

    /// Components N(m_k, C_k) with weights proportional to `weights`; `means` is K×d, `covariances` K×d×d.
    pub fn full(dim: usize, weights: &[f64], means: Vec<f64>, covariances: Vec<f64>) -> Result<Self, SettingError> {
        Self::assemble(dim, weights, means, Covariance::full(dim, weights.len(), covariances)?)
    }

    /// Components N(m_k, C_k) with weights proportional to `weights`; C_k has `variances[k]` about the unit vector
    /// `axes[k]`. `means` and `axes` are K×d. All operations take time of order K d.
    pub fn spiked(
        dim: usize,
        weights: &[f64],
        means: Vec<f64>,
        axes: Vec<f64>,
        variances: Vec<Variances>,
    ) -> Result<Self, SettingError> {
        Self::assemble(dim, weights, means, Covariance::spiked(dim, weights.len(), axes, variances)?)
    }

    fn assemble(dim: usize, weights: &[f64], means: Vec<f64>, covariance: Covariance) -> Result<Self, SettingError> {
        if weights.is_empty() || means.len() != weights.len() * dim || means.iter().any(|m| !m.is_finite()) {
            return Err(SettingError::new("means", means.len(), "hold one finite point for each weight"));
        }
        let total: f64 = weights.iter().sum();
        if let Some(weight) = weights.iter().find(|w| !(**w > 0.0 && total.is_finite())) {
            return Err(SettingError::new("weights", Value::Real(*weight), "be positive and finite"));
        }
        let log_scale = |(k, w): (usize, &f64)| math::ln(w / total) - 0.5 * covariance.log_det(k, dim);
        let log_scales = weights.iter().enumerate().map(log_scale).collect();
        let weights = weights.iter().map(|w| w / total).collect();
        Ok(Self { dim, log_scales, weights, means, covariance })
    }

    /// The component drawn by `u`, uniform on [0, 1].
    fn component_at(&self, u: f64) -> usize {
        let mut rest = u;
        let found = self.weights.iter().position(|weight| {
            rest -= weight;
            rest <= 0.0
        });
        found.unwrap_or(self.len() - 1)
    }

    /// The number of components K.
    pub fn len(&self) -> usize {
        self.log_scales.len()
    }

    /// Whether there are no components; always false.
    pub fn is_empty(&self) -> bool {
        self.log_scales.is_empty()
    }

    fn mean(&self, k: usize) -> &[f64] {
        &self.means[k * self.dim..(k + 1) * self.dim]
    }

    /// log of w_k N(x; m_k, C_k).
    fn exponent(&self, k: usize, x: &[f64]) -> f64 {
        self.log_scales[k] - 0.5 * self.covariance.distance(k, self.mean(k), x)
    }

    /// Calls `visit(k, ρ_k Σ)` for each component that is not skipped and returns (the greatest exponent, Σ),
    /// with log p = the greatest exponent + ln Σ.
    fn for_each_weight(&self, x: &[f64], mut visit: impl FnMut(usize, f64)) -> (f64, f64) {
        let (mut stack, mut heap) = ([0.0; STACK_LEN], Vec::new());
        let exponents = scratch(&mut stack, &mut heap, self.len());
        exponents.iter_mut().enumerate().for_each(|(k, exponent)| *exponent = self.exponent(k, x));
        let top = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for (k, exponent) in exponents.iter().enumerate() {
            let below = exponent - top;
            if below > NEGLIGIBLE {
                let weight = math::exp(below);
                total += weight;
                visit(k, weight);
            }
        }
        (top, total)
    }
}

impl Density for Mixture {
    fn dim(&self) -> usize {
        self.dim
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        let k = self.component_at(rng.uniform());
        out.fill_with(|| rng.normal());
        self.covariance.transform_normals(k, out);
        out.iter_mut().zip(self.mean(k)).for_each(|(z, m)| *z += m);
    }

    fn log_density(&self, x: &[f64]) -> Option<f64> {
        let (top, total) = self.for_each_weight(x, |_, _| ());
        Some(top + math::ln(total))
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        out.fill(0.0);
        let (_, total) =
            self.for_each_weight(x, |k, weight| self.covariance.add_weighted_offset(k, self.mean(k), x, weight, out));
        out.iter_mut().for_each(|s| *s /= total);
        Some(())
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        let d = self.dim;
        let (mut stack, mut heap) = ([0.0; STACK_LEN], Vec::new());
        let (score, offset) = scratch(&mut stack, &mut heap, 2 * d).split_at_mut(d);
        self.score(x, score)?;
        out.fill(0.0);
        let (_, total) = self.for_each_weight(x, |k, weight| {
            offset.fill(0.0);
            self.covariance.add_weighted_offset(k, self.mean(k), x, 1.0, offset);
            for (row, u) in out.chunks_exact_mut(d).zip(&*offset) {
                row.iter_mut().zip(&*offset).for_each(|(entry, v)| *entry += weight * u * v);
            }
            self.covariance.subtract_precision(k, d, weight, out);
        });
        for (row, s) in out.chunks_exact_mut(d).zip(&*score) {
            row.iter_mut().zip(&*score).for_each(|(entry, t)| *entry = *entry / total - s * t);
        }
        Some(())
    }

    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        let covariance = self.covariance.widened(self.dim, self.len(), sigma * sigma).ok()?;
        let smoothed = Self::assemble(self.dim, &self.weights, self.means.clone(), covariance);
        smoothed.ok().map(|mixture| Box::new(mixture) as Box<dyn Density>)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn mixture_names_what_it_refuses() {
        let refused = |result: Result<Mixture, SettingError>| result.unwrap_err().setting;
        assert_eq!(refused(Mixture::isotropic(1, &[1.0], vec![0.0], 0.0)), "variance");
        assert_eq!(refused(Mixture::isotropic(2, &[1.0], vec![0.0], 1.0)), "means");
        assert_eq!(refused(Mixture::isotropic(1, &[], vec![], 1.0)), "means");
        assert_eq!(refused(Mixture::isotropic(1, &[-1.0], vec![0.0], 1.0)), "weights");
        assert_eq!(refused(Mixture::isotropic(1, &[1.0], vec![f64::NAN], 1.0)), "means");
        assert_eq!(refused(Mixture::full(2, &[1.0], vec![0.0; 2], vec![1.0, 2.0, 2.0, 1.0])), "covariances");
        assert_eq!(refused(Mixture::full(2, &[1.0], vec![0.0; 2], vec![1.0, 0.5, 0.0, 1.0])), "covariances");
        let spiked = |axis, along| {
            let variances = vec![Variances { along, across: 1.0 }];
            Mixture::spiked(2, &[1.0], vec![0.0; 2], axis, variances)
        };
        assert_eq!(refused(spiked(vec![1.0, 0.1], 1.0)), "axes");
        assert_eq!(refused(spiked(vec![1.0], 1.0)), "axes");
        assert_eq!(refused(spiked(vec![0.6, 0.8], 0.0)), "variances");
    }

    #[test]
    fn smoothed_mixture_keeps_components_of_hardly_any_weight() {
        let mixture = Mixture::isotropic(1, &[1.0, 1e-17], vec![0.0, 100.0], 1.0).unwrap();
        let far = mixture.smoothed(1.0).unwrap().log_density(&[100.0]).unwrap();
        assert!((far - (math::ln(1e-17) - 0.5 * math::ln(2.0 * math::TAU))).abs() < 1e-9, "{far}");
    }

    #[test]
    fn mixture_of_one_is_the_normal_density() {
        let normal = Mixture::full(2, &[3.0], vec![1.0, -1.0], vec![2.0, 0.6, 0.6, 0.5]).unwrap();
        // N((0, 0); (1, -1), C) with det C = 0.64 and C⁻¹ = (0.5 -0.6; -0.6 2)/0.64
        let expected = -math::ln(math::TAU * 0.8) - 0.5 * (0.5 + 1.2 + 2.0) / 0.64;
        assert!((normal.log_density(&[0.0, 0.0]).unwrap() - expected).abs() < 1e-14);
    }
}
