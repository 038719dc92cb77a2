//! Inverts a reconstruction at a point by Newton's method. Steps that overshoot are halved.

use alloc::vec;
use alloc::vec::Vec;

use crate::math;
use crate::math::linalg;
use crate::score::Reconstruction;

/// Maximum number of steps of a search.
const STEPS: u32 = 50;
/// Maximum number of halvings of a step.
const HALVINGS: u32 = 30;
/// Maximum error of r(y) for a found y, relative to 1 + the image's norm: the greater of the first number and the
/// second times the map's relative rounding error.
const TOLERANCE: (f64, f64) = (1e-9, 32.0);
/// A search ends at this error, in the same units: below it are rounding errors only.
const FINISHED: (f64, f64) = (1e-14, 4.0);

/// Scratch buffers of a search.
#[derive(Clone, Debug)]
pub struct Inverse {
    jacobian: Vec<f64>,
    residual: Vec<f64>,
    step: Vec<f64>,
    trial: Vec<f64>,
}

impl Inverse {
    /// For maps of R^`dim`.
    pub fn new(dim: usize) -> Self {
        let zeros = || vec![0.0; dim];
        Self { jacobian: vec![0.0; dim * dim], residual: zeros(), step: zeros(), trial: zeros() }
    }

    /// Searches for y with r(y) = `image`, starting from y = `image`, and writes it to `out`. Returns false if none is
    /// found.
    pub fn solve(&mut self, map: &Reconstruction<'_>, image: &[f64], out: &mut [f64]) -> bool {
        let norm = 1.0 + math::sqrt(math::dot(image, image));
        let [finished, tolerance] =
            [FINISHED, TOLERANCE].map(|(least, times)| norm * least.max(times * map.rounding()));
        out.copy_from_slice(image);
        let mut error = self.error(map, image, out);
        for _ in 0..STEPS {
            if error <= finished || !self.improve(map, image, out, &mut error) {
                break;
            }
        }
        error <= tolerance
    }

    /// ‖r(y) - image‖; leaves the difference in `residual`.
    fn error(&mut self, map: &Reconstruction<'_>, image: &[f64], y: &[f64]) -> f64 {
        map.reconstruct(y, &mut self.residual);
        self.residual.iter_mut().zip(image).for_each(|(r, z)| *r -= z);
        math::sqrt(math::dot(&self.residual, &self.residual))
    }

    /// Takes one step from `y`, whose residual is in `residual`, that lowers the error. If there is none, returns false
    /// and leaves `y` unchanged.
    fn improve(&mut self, map: &Reconstruction<'_>, image: &[f64], y: &mut [f64], error: &mut f64) -> bool {
        map.jacobian(y, &mut self.jacobian);
        self.step.copy_from_slice(&self.residual);
        if !linalg::solve(&mut self.jacobian, &mut self.step, y.len()) {
            return false;
        }
        let mut trial = core::mem::take(&mut self.trial);
        let mut share = 1.0;
        let is_found = (0..HALVINGS).any(|_| {
            trial.iter_mut().zip(y.iter().zip(&self.step)).for_each(|(t, (y, step))| *t = y - share * step);
            share *= 0.5;
            let now = self.error(map, image, &trial);
            let is_less = now < *error;
            if is_less {
                *error = now;
                y.copy_from_slice(&trial);
            }
            is_less
        });
        self.trial = trial;
        is_found
    }
}
