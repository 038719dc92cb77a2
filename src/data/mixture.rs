//! Gaussian mixtures with any covariances: log-density, score, Hessian, smoothing and sampling in closed form.
//!
//! log p(x) = log Σ_k w_k N(x; m_k, C_k). With responsibilities ρ_k and u_k = C_k⁻¹(m_k - x), the score is s = Σ ρ_k u_k and
//! the Hessian of log p is Σ ρ_k (u_k u_kᵀ - C_k⁻¹) - s sᵀ.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Density;
use crate::math;
use crate::rng::Stream;
use crate::setting::{SettingError, Value};

mod covariance;

use covariance::Covariance;
pub use covariance::Variances;

/// Components whose exponent lies this far below the greatest are left out: together they weigh less than a rounding error.
const NEGLIGIBLE: f64 = -45.0;

/// So many numbers are kept without an allocation, which for more is nothing beside what is done with them.
const FEW: usize = 256;

/// Workspace for `count` numbers: that of `few` if it suffices.
fn workspace<'a>(few: &'a mut [f64; FEW], many: &'a mut Vec<f64>, count: usize) -> &'a mut [f64] {
    if count > FEW {
        many.resize(count, 0.0);
        return many;
    }
    &mut few[..count]
}

/// A mixture of K Gaussians in R^d.
#[derive(Clone, Debug)]
pub struct Mixture {
    dim: usize,
    /// log w_k - ½ log det(2π C_k)
    log_scales: Vec<f64>,
    /// w_k, adding up to 1.
    weights: Vec<f64>,
    /// K×d
    means: Vec<f64>,
    spread: Covariance,
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

    /// Components N(m_k, C_k) with weights proportional to `weights`, where C_k has `variances[k]` about the unit vector
    /// `axes[k]`; `means` and `axes` are K×d. Everything takes time of order K d.
    pub fn spiked(
        dim: usize,
        weights: &[f64],
        means: Vec<f64>,
        axes: Vec<f64>,
        variances: Vec<Variances>,
    ) -> Result<Self, SettingError> {
        Self::assemble(dim, weights, means, Covariance::spiked(dim, weights.len(), axes, variances)?)
    }

    fn assemble(dim: usize, weights: &[f64], means: Vec<f64>, spread: Covariance) -> Result<Self, SettingError> {
        if weights.is_empty() || means.len() != weights.len() * dim || means.iter().any(|m| !m.is_finite()) {
            return Err(SettingError::new("means", means.len(), "hold one finite point for each weight"));
        }
        let total: f64 = weights.iter().sum();
        if let Some(weight) = weights.iter().find(|w| !(**w > 0.0 && total.is_finite())) {
            return Err(SettingError::new("weights", Value::Real(*weight), "be positive and finite"));
        }
        let log_scale = |(k, w): (usize, &f64)| math::ln(w / total) - 0.5 * spread.log_det(k, dim);
        let log_scales = weights.iter().enumerate().map(log_scale).collect();
        let weights = weights.iter().map(|w| w / total).collect();
        Ok(Self { dim, log_scales, weights, means, spread })
    }

    /// The component in whose share of [0, 1] `u` lies.
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

    /// Whether there is no component; a mixture always has one.
    pub fn is_empty(&self) -> bool {
        self.log_scales.is_empty()
    }

    fn mean(&self, k: usize) -> &[f64] {
        &self.means[k * self.dim..(k + 1) * self.dim]
    }

    /// log of w_k N(x; m_k, C_k).
    fn exponent(&self, k: usize, x: &[f64]) -> f64 {
        self.log_scales[k] - 0.5 * self.spread.distance(k, self.mean(k), x)
    }

    /// Calls `visit(k, ρ_k Σ)` for each component that counts and returns (log of the greatest term, Σ), so that
    /// log p = the one + ln of the other.
    fn weigh(&self, x: &[f64], mut visit: impl FnMut(usize, f64)) -> (f64, f64) {
        let (mut few, mut many) = ([0.0; FEW], Vec::new());
        let exponents = workspace(&mut few, &mut many, self.len());
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
        self.spread.shape(k, out);
        out.iter_mut().zip(self.mean(k)).for_each(|(z, m)| *z += m);
    }

    fn log_density(&self, x: &[f64]) -> Option<f64> {
        let (top, total) = self.weigh(x, |_, _| ());
        Some(top + math::ln(total))
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        out.fill(0.0);
        let (_, total) = self.weigh(x, |k, weight| self.spread.add_pull(k, self.mean(k), x, weight, out));
        out.iter_mut().for_each(|s| *s /= total);
        Some(())
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        let d = self.dim;
        let (mut few, mut many) = ([0.0; FEW], Vec::new());
        let (score, pull) = workspace(&mut few, &mut many, 2 * d).split_at_mut(d);
        self.score(x, score)?;
        out.fill(0.0);
        let (_, total) = self.weigh(x, |k, weight| {
            pull.fill(0.0);
            self.spread.add_pull(k, self.mean(k), x, 1.0, pull);
            for (row, u) in out.chunks_exact_mut(d).zip(&*pull) {
                row.iter_mut().zip(&*pull).for_each(|(entry, v)| *entry += weight * u * v);
            }
            self.spread.subtract_precision(k, d, weight, out);
        });
        for (row, s) in out.chunks_exact_mut(d).zip(&*score) {
            row.iter_mut().zip(&*score).for_each(|(entry, t)| *entry = *entry / total - s * t);
        }
        Some(())
    }

    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        let spread = self.spread.widened(self.dim, self.len(), sigma * sigma).ok()?;
        let smoothed = Self::assemble(self.dim, &self.weights, self.means.clone(), spread);
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
