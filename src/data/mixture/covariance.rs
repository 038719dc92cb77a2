//! The covariances of a mixture's components, in the cheapest form for each kind: C_k⁻¹ products, draws and widening.

use alloc::vec::Vec;

use crate::math::{self, linalg};
use crate::setting::{SettingError, Value};

/// The covariances of all components.
#[derive(Clone, Debug)]
pub(super) enum Covariance {
    /// `variance` I for every component.
    Isotropic { variance: f64 },
    /// A d×d matrix for each component, with its Cholesky factor and its inverse, stored one after another.
    Full { covariances: Vec<f64>, factors: Vec<f64>, precisions: Vec<f64> },
    /// A unit vector u for each component; the variance along u differs from the variance across it. Time and memory of
    /// order d.
    Spiked { axes: Vec<f64>, variances: Vec<Variances> },
}

/// The covariance `across` (I - u uᵀ) + `along` u uᵀ about some unit vector u.
#[derive(Clone, Copy, Debug)]
pub struct Variances {
    /// The variance along u.
    pub along: f64,
    /// The variance perpendicular to u.
    pub across: f64,
}

impl Variances {
    fn are_valid(&self) -> bool {
        [self.along, self.across].into_iter().all(|variance| variance > 0.0 && variance.is_finite())
    }

    /// 1/along - 1/across: C⁻¹ = I/across + excess u uᵀ.
    fn excess(&self) -> f64 {
        1.0 / self.along - 1.0 / self.across
    }

    fn log_det(&self, dim: usize) -> f64 {
        math::ln(self.along) + (dim - 1) as f64 * math::ln(self.across)
    }
}

impl Covariance {
    /// `variance` I for every component.
    pub fn isotropic(variance: f64) -> Result<Self, SettingError> {
        if !(variance > 0.0 && variance.is_finite()) {
            return Err(SettingError::new("variance", Value::Real(variance), "be positive and finite"));
        }
        Ok(Self::Isotropic { variance })
    }

    /// One d×d matrix for each of `count` components.
    pub fn full(dim: usize, count: usize, covariances: Vec<f64>) -> Result<Self, SettingError> {
        if covariances.len() != count * dim * dim {
            return Err(SettingError::new("covariances", covariances.len(), "hold one d×d matrix for each weight"));
        }
        let (mut factors, mut precisions) = (Vec::new(), Vec::new());
        for (k, covariance) in covariances.chunks_exact(dim * dim).enumerate() {
            let factor = linalg::cholesky(covariance, dim)
                .filter(|_| is_symmetric(covariance, dim))
                .ok_or_else(|| SettingError::new("covariances", k, "be symmetric and positive definite"))?;
            precisions.extend(linalg::inverse_from_cholesky(&factor, dim));
            factors.extend(factor);
        }
        Ok(Self::Full { covariances, factors, precisions })
    }

    /// One unit vector and its variances for each of `count` components.
    pub fn spiked(dim: usize, count: usize, axes: Vec<f64>, variances: Vec<Variances>) -> Result<Self, SettingError> {
        let is_unit = |axis: &[f64]| (math::dot(axis, axis) - 1.0).abs() < 1e-9;
        if axes.len() != count * dim || !axes.chunks_exact(dim).all(is_unit) {
            return Err(SettingError::new("axes", axes.len(), "hold one unit vector for each weight"));
        }
        if variances.len() != count || !variances.iter().all(Variances::are_valid) {
            return Err(SettingError::new("variances", variances.len(), "be positive and finite, two for each weight"));
        }
        Ok(Self::Spiked { axes, variances })
    }

    /// log det(2π C_k)
    pub fn log_det(&self, k: usize, dim: usize) -> f64 {
        match self {
            Self::Isotropic { variance } => dim as f64 * math::ln(math::TAU * variance),
            Self::Full { factors, .. } => {
                let diagonal = factors[k * dim * dim..].iter().step_by(dim + 1).take(dim);
                2.0 * diagonal.map(|entry| math::ln(*entry)).sum::<f64>() + dim as f64 * math::ln(math::TAU)
            }
            Self::Spiked { variances, .. } => variances[k].log_det(dim) + dim as f64 * math::ln(math::TAU),
        }
    }

    /// Adds `weight` C_k⁻¹(m - x) to `out`.
    pub fn add_weighted_offset(&self, k: usize, mean: &[f64], x: &[f64], weight: f64, out: &mut [f64]) {
        let dim = mean.len();
        match self {
            Self::Isotropic { variance } => (0..dim).for_each(|i| out[i] += weight * ((mean[i] - x[i]) / variance)),
            Self::Full { precisions, .. } => {
                let rows = precisions[k * dim * dim..].chunks_exact(dim);
                out.iter_mut().zip(rows).for_each(|(u, row)| *u += weight * along(row, mean, x));
            }
            Self::Spiked { axes, variances } => {
                let axis = &axes[k * dim..][..dim];
                let extra = variances[k].excess() * along(axis, mean, x);
                (0..dim).for_each(|i| out[i] += weight * ((mean[i] - x[i]) / variances[k].across + extra * axis[i]));
            }
        }
    }

    /// (m - x)ᵀ C_k⁻¹ (m - x)
    pub fn distance(&self, k: usize, mean: &[f64], x: &[f64]) -> f64 {
        let dim = mean.len();
        match self {
            Self::Isotropic { variance } => math::squared_distance(mean, x) / variance,
            Self::Full { precisions, .. } => {
                let rows = precisions[k * dim * dim..].chunks_exact(dim);
                mean.iter().zip(x).zip(rows).map(|((m, x_i), row)| (m - x_i) * along(row, mean, x)).sum()
            }
            Self::Spiked { axes, variances } => {
                let offset = along(&axes[k * dim..][..dim], mean, x);
                math::squared_distance(mean, x) / variances[k].across + variances[k].excess() * offset * offset
            }
        }
    }

    /// Subtracts `weight` C_k⁻¹ from the d×d matrix `out`.
    pub fn subtract_precision(&self, k: usize, dim: usize, weight: f64, out: &mut [f64]) {
        let diagonal = |out: &mut [f64], value: f64| out.iter_mut().step_by(dim + 1).for_each(|e| *e -= weight * value);
        match self {
            Self::Isotropic { variance } => diagonal(out, 1.0 / variance),
            Self::Full { precisions, .. } => {
                out.iter_mut().zip(&precisions[k * dim * dim..]).for_each(|(e, p)| *e -= weight * p);
            }
            Self::Spiked { axes, variances } => {
                let axis = &axes[k * dim..][..dim];
                diagonal(out, 1.0 / variances[k].across);
                for (row, u) in out.chunks_exact_mut(dim).zip(axis) {
                    row.iter_mut().zip(axis).for_each(|(e, v)| *e -= weight * variances[k].excess() * u * v);
                }
            }
        }
    }

    /// Turns standard normals in `out` into a draw of N(0, C_k).
    pub fn transform_normals(&self, k: usize, out: &mut [f64]) {
        let dim = out.len();
        match self {
            Self::Isotropic { variance } => out.iter_mut().for_each(|z| *z *= math::sqrt(*variance)),
            Self::Full { factors, .. } => {
                // From the last row up: each row reads normals that are not yet overwritten.
                for i in (0..dim).rev() {
                    out[i] = math::dot(&factors[(k * dim + i) * dim..][..=i], &out[..=i]);
                }
            }
            Self::Spiked { axes, variances } => {
                let axis = &axes[k * dim..][..dim];
                let [wide, narrow] = [variances[k].along, variances[k].across].map(math::sqrt);
                let stretch = (wide - narrow) * math::dot(axis, out);
                out.iter_mut().zip(axis).for_each(|(z, u)| *z = narrow * *z + stretch * u);
            }
        }
    }

    /// C_k + `variance` I for each of `count` components.
    pub fn widened(&self, dim: usize, count: usize, variance: f64) -> Result<Self, SettingError> {
        match self {
            Self::Isotropic { variance: before } => Self::isotropic(before + variance),
            Self::Full { covariances, .. } => {
                let mut covariances = covariances.clone();
                for covariance in covariances.chunks_exact_mut(dim * dim) {
                    covariance.iter_mut().step_by(dim + 1).for_each(|entry| *entry += variance);
                }
                Self::full(dim, count, covariances)
            }
            Self::Spiked { axes, variances } => {
                let widened = |v: &Variances| Variances { along: v.along + variance, across: v.across + variance };
                Self::spiked(dim, count, axes.clone(), variances.iter().map(widened).collect())
            }
        }
    }
}

/// (m - x)·a
fn along(a: &[f64], mean: &[f64], x: &[f64]) -> f64 {
    a.iter().zip(mean.iter().zip(x)).map(|(a, (m, x))| a * (m - x)).sum()
}

fn is_symmetric(matrix: &[f64], d: usize) -> bool {
    (0..d).all(|i| (0..i).all(|j| matrix[i * d + j] == matrix[j * d + i]))
}
