//! Gaussian mixtures with any covariances: log-density, score, Hessian, smoothing and sampling in closed form.
//!
//! log p(x) = log Σ_k w_k N(x; m_k, C_k). With responsibilities ρ_k and u_k = C_k⁻¹(m_k - x), the score is s = Σ ρ_k u_k and
//! the Hessian of log p is Σ ρ_k (u_k u_kᵀ - C_k⁻¹) - s sᵀ.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::Density;
use crate::field::{Problem, Value};
use crate::math::{self, linear};
use crate::rng::Stream;

/// Components whose exponent lies this far below the greatest are left out: together they weigh less than a rounding error.
const NEGLIGIBLE: f64 = -45.0;

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
    spread: Spread,
}

/// The covariances of all components.
#[derive(Clone, Debug)]
enum Spread {
    /// `variance` I for every component.
    Isotropic { variance: f64 },
    /// One d×d matrix each, with its Cholesky factor and its inverse, one after another.
    Full { covariances: Vec<f64>, factors: Vec<f64>, precisions: Vec<f64> },
}

impl Mixture {
    /// Components N(m_k, `variance` I) with weights proportional to `weights`; `means` is K×d.
    pub fn isotropic(dim: usize, weights: &[f64], means: Vec<f64>, variance: f64) -> Result<Self, Problem> {
        if !(variance > 0.0 && variance.is_finite()) {
            return Err(Problem::new("variance", Value::Real(variance), "be positive and finite"));
        }
        let log_det = dim as f64 * math::ln(math::TAU * variance);
        let log_dets = vec![log_det; weights.len()];
        Self::assemble(dim, weights, means, &log_dets, Spread::Isotropic { variance })
    }

    /// Components N(m_k, C_k) with weights proportional to `weights`; `means` is K×d, `covariances` K×d×d.
    pub fn full(dim: usize, weights: &[f64], means: Vec<f64>, covariances: Vec<f64>) -> Result<Self, Problem> {
        if covariances.len() != weights.len() * dim * dim {
            return Err(Problem::new("covariances", covariances.len(), "hold one d×d matrix for each weight"));
        }
        let (mut factors, mut precisions, mut log_dets) = (Vec::new(), Vec::new(), Vec::new());
        for (k, covariance) in covariances.chunks_exact(dim * dim).enumerate() {
            let factor = linear::cholesky(covariance, dim)
                .filter(|_| is_symmetric(covariance, dim))
                .ok_or_else(|| Problem::new("covariances", k, "be symmetric and positive definite"))?;
            let log_diagonal: f64 = (0..dim).map(|i| math::ln(factor[i * dim + i])).sum();
            log_dets.push(2.0 * log_diagonal + dim as f64 * math::ln(math::TAU));
            precisions.extend(linear::inverse_from_cholesky(&factor, dim));
            factors.extend(factor);
        }
        Self::assemble(dim, weights, means, &log_dets, Spread::Full { covariances, factors, precisions })
    }

    fn assemble(
        dim: usize,
        weights: &[f64],
        means: Vec<f64>,
        log_dets: &[f64],
        spread: Spread,
    ) -> Result<Self, Problem> {
        if weights.is_empty() || means.len() != weights.len() * dim || means.iter().any(|m| !m.is_finite()) {
            return Err(Problem::new("means", means.len(), "hold one finite point for each weight"));
        }
        let total: f64 = weights.iter().sum();
        if let Some(weight) = weights.iter().find(|w| !(**w > 0.0 && total.is_finite())) {
            return Err(Problem::new("weights", Value::Real(*weight), "be positive and finite"));
        }
        let log_scales = weights.iter().zip(log_dets).map(|(w, log_det)| math::ln(w / total) - 0.5 * log_det).collect();
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

    /// Coordinate `i` of u_k = C_k⁻¹(m_k - x).
    fn pull(&self, k: usize, x: &[f64], i: usize) -> f64 {
        let mean = self.mean(k);
        match &self.spread {
            Spread::Isotropic { variance } => (mean[i] - x[i]) / variance,
            Spread::Full { precisions, .. } => {
                let row = &precisions[(k * self.dim + i) * self.dim..][..self.dim];
                row.iter().zip(mean.iter().zip(x)).map(|(p, (m, x))| p * (m - x)).sum()
            }
        }
    }

    fn precision(&self, k: usize, i: usize, j: usize) -> f64 {
        match &self.spread {
            Spread::Isotropic { variance } => f64::from(u8::from(i == j)) / variance,
            Spread::Full { precisions, .. } => precisions[(k * self.dim + i) * self.dim + j],
        }
    }

    /// log of w_k N(x; m_k, C_k).
    fn exponent(&self, k: usize, x: &[f64]) -> f64 {
        let distance = match &self.spread {
            Spread::Isotropic { variance } => math::squared_distance(self.mean(k), x) / variance,
            Spread::Full { .. } => (0..self.dim).map(|i| (self.mean(k)[i] - x[i]) * self.pull(k, x, i)).sum(),
        };
        self.log_scales[k] - 0.5 * distance
    }

    /// Calls `visit(k, ρ_k Σ)` for each component that counts and returns (log of the greatest term, Σ), so that
    /// log p = the one + ln of the other.
    fn weigh(&self, x: &[f64], mut visit: impl FnMut(usize, f64)) -> (f64, f64) {
        let top = (0..self.len()).map(|k| self.exponent(k, x)).fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for k in 0..self.len() {
            let below = self.exponent(k, x) - top;
            if below > NEGLIGIBLE {
                let weight = math::exp(below);
                total += weight;
                visit(k, weight);
            }
        }
        (top, total)
    }
}

fn is_symmetric(matrix: &[f64], d: usize) -> bool {
    (0..d).all(|i| (0..i).all(|j| matrix[i * d + j] == matrix[j * d + i]))
}

impl Density for Mixture {
    fn dim(&self) -> usize {
        self.dim
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        let k = self.component_at(rng.uniform());
        out.fill_with(|| rng.normal());
        match &self.spread {
            Spread::Isotropic { variance } => out.iter_mut().for_each(|z| *z *= math::sqrt(*variance)),
            Spread::Full { factors, .. } => {
                // From the last row up, so that each row still finds the normals it needs.
                for i in (0..self.dim).rev() {
                    out[i] = math::dot(&factors[(k * self.dim + i) * self.dim..][..=i], &out[..=i]);
                }
            }
        }
        out.iter_mut().zip(self.mean(k)).for_each(|(z, m)| *z += m);
    }

    fn log_density(&self, x: &[f64]) -> Option<f64> {
        let (top, total) = self.weigh(x, |_, _| ());
        Some(top + math::ln(total))
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        out.fill(0.0);
        let (_, total) = self.weigh(x, |k, weight| {
            out.iter_mut().enumerate().for_each(|(i, s)| *s += weight * self.pull(k, x, i));
        });
        out.iter_mut().for_each(|s| *s /= total);
        Some(())
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        let d = self.dim;
        let (mut score, mut pull) = (vec![0.0; d], vec![0.0; d]);
        self.score(x, &mut score)?;
        out.fill(0.0);
        let (_, total) = self.weigh(x, |k, weight| {
            pull.iter_mut().enumerate().for_each(|(i, u)| *u = self.pull(k, x, i));
            for i in 0..d {
                for j in 0..d {
                    out[i * d + j] += weight * (pull[i] * pull[j] - self.precision(k, i, j));
                }
            }
        });
        for i in 0..d {
            for j in 0..d {
                out[i * d + j] = out[i * d + j] / total - score[i] * score[j];
            }
        }
        Some(())
    }

    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        let smoothed = match &self.spread {
            Spread::Isotropic { variance } => {
                Self::isotropic(self.dim, &self.weights, self.means.clone(), variance + sigma * sigma)
            }
            Spread::Full { covariances, .. } => {
                let mut covariances = covariances.clone();
                covariances
                    .chunks_exact_mut(self.dim * self.dim)
                    .for_each(|c| add_to_diagonal(c, self.dim, sigma * sigma));
                Self::full(self.dim, &self.weights, self.means.clone(), covariances)
            }
        };
        smoothed.ok().map(|mixture| Box::new(mixture) as Box<dyn Density>)
    }
}

fn add_to_diagonal(matrix: &mut [f64], d: usize, value: f64) {
    matrix.iter_mut().step_by(d + 1).for_each(|entry| *entry += value);
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn mixture_names_what_it_refuses() {
        let refused = |result: Result<Mixture, Problem>| result.unwrap_err().field;
        assert_eq!(refused(Mixture::isotropic(1, &[1.0], vec![0.0], 0.0)), "variance");
        assert_eq!(refused(Mixture::isotropic(2, &[1.0], vec![0.0], 1.0)), "means");
        assert_eq!(refused(Mixture::isotropic(1, &[], vec![], 1.0)), "means");
        assert_eq!(refused(Mixture::isotropic(1, &[-1.0], vec![0.0], 1.0)), "weights");
        assert_eq!(refused(Mixture::isotropic(1, &[1.0], vec![f64::NAN], 1.0)), "means");
        assert_eq!(refused(Mixture::full(2, &[1.0], vec![0.0; 2], vec![1.0, 2.0, 2.0, 1.0])), "covariances");
        assert_eq!(refused(Mixture::full(2, &[1.0], vec![0.0; 2], vec![1.0, 0.5, 0.0, 1.0])), "covariances");
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
