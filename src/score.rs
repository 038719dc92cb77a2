//! Scores: ∇ log p, learned by a network or exact, and the energy differences that follow from it.
//!
//! Samplers, grids and measures see scores through [`Score`] alone. So closed forms can test each of them, and the same
//! code draws the learned and the exact field.

pub mod contractive_line;
pub mod contractive_plane;
pub mod exact;
pub mod kernel_mean;
pub mod learned;
mod pass_buffers;
pub mod path;
pub mod reconstruction;
pub mod workspace;

pub use contractive_line::ContractiveLine;
pub use contractive_plane::{Cells, ContractivePlane};
pub use exact::Exact;
pub use kernel_mean::KernelMean;
pub use learned::Learned;
pub use path::Path;
pub use reconstruction::Reconstruction;
pub use workspace::{UsesWorkspace, WithWorkspace, Workspace};

/// A vector field s on R^d that is, or estimates, the gradient of a log-density.
///
/// Implement it to sample or examine a density of your own. Three methods are enough:
///
/// ```
/// use scorescape::score::{Path, Score};
///
/// /// The standard normal density on the line: E(x) = x²/2.
/// struct Normal;
///
/// impl Score for Normal {
///     fn dim(&self) -> usize {
///         1
///     }
///
///     fn scores(&self, points: &[f64], out: &mut [f64]) {
///         out.iter_mut().zip(points).for_each(|(s, x)| *s = -x);
///     }
///
///     fn jacobian(&self, _: &[f64], out: &mut [f64]) {
///         out[0] = -1.0;
///     }
/// }
///
/// let mut path = Path::trapezoid(4, 1);
/// let difference = Normal.path_energy_difference(&[1.0], &[3.0], &mut path);
/// assert!((difference - 4.0).abs() < 1e-12);
/// ```
pub trait Score {
    /// The dimension d.
    fn dim(&self) -> usize;

    /// Writes s(x) to `out` for each of the points in `points`, one after another; both have a multiple of d entries.
    fn scores(&self, points: &[f64], out: &mut [f64]);

    /// Writes the Jacobian ∂s_i/∂x_j at x to `out` (d×d, row-major).
    fn jacobian(&self, x: &[f64], out: &mut [f64]);

    /// Writes the Jacobian at each of the points in `points` to `out`, one after another; `None` if that would be no
    /// faster than a call of [`Score::jacobian`] for each.
    fn jacobians(&self, _points: &[f64], _out: &mut [f64]) -> Option<()> {
        None
    }

    /// The same score with scratch buffers of the caller; `None` if it allocates nothing.
    fn uses_workspace(&self) -> Option<&dyn UsesWorkspace> {
        None
    }

    /// The relative rounding error of x + σ² s(x); a network's scores are computed from it.
    fn rounding(&self) -> f64 {
        f64::EPSILON
    }

    /// E(to) - E(from) by the integral of -s along the straight line between them.
    fn path_energy_difference(&self, from: &[f64], to: &[f64], path: &mut Path) -> f64 {
        path.integrate(from, to, |points, out| self.scores(points, out))
    }

    /// E(to) - E(from) from the energy itself; `None` if it has no closed form.
    fn exact_energy_difference(&self, _from: &[f64], _to: &[f64]) -> Option<f64> {
        None
    }
}
