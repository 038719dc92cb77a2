//! Scores: ∇ log p as a network learned it or as it exactly is, and the energy differences that follow from it.
//!
//! Samplers, grids and measures see nothing but [`Score`], so each is tested on closed forms, and a learned field is drawn
//! beside the truth by the same code.

pub mod contractive_line;
pub mod contractive_plane;
pub mod exact;
pub mod kernel_mean;
pub mod learned;
mod pass_cache;
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
pub trait Score {
    /// The dimension d.
    fn dim(&self) -> usize;

    /// Writes s(x) to `out` for each of the points in `points`, one after another; both have a multiple of d entries.
    fn scores(&self, points: &[f64], out: &mut [f64]);

    /// Writes the Jacobian ∂s_i/∂x_j at x to `out` (d×d, row-major).
    fn jacobian(&self, x: &[f64], out: &mut [f64]);

    /// Writes the Jacobian at each of the points in `points` to `out`, one after another, where that is faster than one by one;
    /// `None` where it is not.
    fn jacobians(&self, _points: &[f64], _out: &mut [f64]) -> Option<()> {
        None
    }

    /// The same score for those who give it room to work in; `None` where it takes no memory anyway.
    fn uses_workspace(&self) -> Option<&dyn UsesWorkspace> {
        None
    }

    /// How far rounding puts scores off, relative to x + σ² s(x) where that is what they come from.
    fn rounding(&self) -> f64 {
        f64::EPSILON
    }

    /// E(to) - E(from) by the integral of -s along the straight line between them.
    fn path_energy_difference(&self, from: &[f64], to: &[f64], path: &mut Path) -> f64 {
        path.integrate(from, to, |points, out| self.scores(points, out))
    }

    /// E(to) - E(from) where the energy itself is known.
    fn exact_energy_difference(&self, _from: &[f64], _to: &[f64]) -> Option<f64> {
        None
    }
}
