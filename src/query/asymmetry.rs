//! Deviation of a field from a gradient at a point: the asymmetry ‖J - Jᵀ‖_F/‖J - I‖_F of J = ∂r/∂x = I + σ² ∂s/∂x, and
//! the curl in the plane. Both are zero for the gradient of an energy.

use crate::math;

/// Below this ‖J - I‖_F the asymmetry is NaN, because the field is too weak.
const WEAK: f64 = 1e-9;

/// ‖J - Jᵀ‖_F/‖J - I‖_F for the Jacobian ∂s/∂x (d×d, row-major) of a score: 0 for a symmetric Jacobian, 2 for a pure
/// rotation, NaN for ‖J - I‖_F < 1e-9.
pub fn asymmetry(jacobian: &[f64], dim: usize, sigma: f64) -> f64 {
    let variance = sigma * sigma;
    let (mut difference, mut size) = (0.0, 0.0);
    for i in 0..dim {
        for j in 0..dim {
            let (entry, mirrored) = (jacobian[i * dim + j], jacobian[j * dim + i]);
            difference += (entry - mirrored) * (entry - mirrored);
            size += entry * entry;
        }
    }
    let (difference, size) = (variance * math::sqrt(difference), variance * math::sqrt(size));
    if size < WEAK { f64::NAN } else { difference / size }
}

/// v·(∂s/∂x) u - u·(∂s/∂x) v: the circulation of s per area around a small loop, counter-clockwise from u to v, in the
/// plane of the perpendicular unit vectors `across` u and `up` v. In R² with its own axes it is ∂s₂/∂x₁ - ∂s₁/∂x₂.
pub fn curl(jacobian: &[f64], across: &[f64], up: &[f64]) -> f64 {
    let dim = across.len();
    let mut sum = 0.0;
    for i in 0..dim {
        for j in 0..dim {
            sum += jacobian[i * dim + j] * (up[i] * across[j] - across[i] * up[j]);
        }
    }
    sum
}
