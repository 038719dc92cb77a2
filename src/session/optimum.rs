//! Optimal scores: the scores that an unlimited network would learn from an experiment's data. The denoising optimum
//! follows from the training points, the reconstruction-contractive optimum from the density on a grid.

use alloc::boxed::Box;

use super::Setup;
use crate::data::Points;
use crate::score::{Cells, ContractiveLine, ContractivePlane, KernelMean, Score};
use crate::setting::SettingError;
use crate::simd::f32x4;

/// Nodes of the contractive optimum on the line.
const NODES: usize = 4096;
/// Cells of the contractive optimum in the plane, in each direction.
const CELLS: usize = 128;
/// Number of draws of the density that give its extent, beside the training points.
const DRAWS: usize = 4096;
/// Margin of the grid beyond draws and training points: in units of σ, and as a share of their extent.
const MARGIN: (f64, f64) = (4.0, 0.25);

/// An optimal score.
pub type Optimum = Box<dyn Score + Send + Sync>;

impl Setup {
    /// The denoising optimum of the training points for corruption `sigma`, their mean under a Gaussian kernel; an
    /// error for more than two million coordinates.
    pub fn denoising_optimum(&self, sigma: f64) -> Result<Optimum, SettingError> {
        Ok(Box::new(KernelMean::<f32x4>::new(self.points().dim(), self.points().values(), sigma)?))
    }

    /// The contractive optimum of the data's density for corruption `sigma`, on 4096 nodes of the line or 128 × 128
    /// square cells of the plane. An error in more dimensions, and for densities that are zero somewhere or have no
    /// closed form.
    pub fn contractive_optimum(&self, sigma: f64) -> Result<Optimum, SettingError> {
        let draws = self.draws(self.density(), DRAWS, 1);
        let [x, y] = [0, self.points().dim() - 1].map(|k| self.extent(&draws, k));
        let share = MARGIN.1 * (x.1 - x.0).max(y.1 - y.0);
        let reach = |extent: (f64, f64)| 0.5 * (extent.1 - extent.0) + share.max(MARGIN.0 * sigma);
        if self.points().dim() == 1 {
            let [left, right] = [middle(x) - reach(x), middle(x) + reach(x)];
            return Ok(Box::new(ContractiveLine::of(self.density(), left, right, NODES, sigma)?));
        }
        let half = reach(x).max(reach(y));
        let size = 2.0 * half / CELLS as f64;
        let cells = Cells { left: middle(x) - half, bottom: middle(y) - half, size, columns: CELLS, rows: CELLS };
        Ok(Box::new(ContractivePlane::of(self.density(), cells, sigma)?))
    }

    /// The least and the greatest coordinate `k` of `draws` and the training points.
    fn extent(&self, draws: &Points, k: usize) -> (f64, f64) {
        let points = draws.values().chunks_exact(draws.dim()).chain(self.points().values().chunks_exact(draws.dim()));
        points.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x[k]), high.max(x[k])))
    }
}

fn middle((low, high): (f64, f64)) -> f64 {
    0.5 * (low + high)
}
