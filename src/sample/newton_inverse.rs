//! The inverse of a reconstruction at a point, by Newton's method with halved steps where it overshoots.

use alloc::vec;
use alloc::vec::Vec;

use crate::math;
use crate::math::linalg;
use crate::score::Reconstruction;

/// No search takes more steps.
const STEPS: u32 = 50;
/// No step is halved more often.
const HALVINGS: u32 = 30;
/// The point is found if its image is off by less than this, relative to 1 + its norm, or by the second number times what the map is
/// rounded to if that is more.
const TOLERANCE: (f64, f64) = (1e-9, 32.0);
/// Where the image is off by less than the same of these, going on would find rounding errors only.
const FINISHED: (f64, f64) = (1e-14, 4.0);

/// Workspace to search in.
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

    /// Searches for y with r(y) = `image` from y = `image` on and writes it to `out`; false if there is none to be found.
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

    /// ‖r(y) - image‖, the difference being left in `residual`.
    fn error(&mut self, map: &Reconstruction<'_>, image: &[f64], y: &[f64]) -> f64 {
        map.reconstruct(y, &mut self.residual);
        self.residual.iter_mut().zip(image).for_each(|(r, z)| *r -= z);
        math::sqrt(math::dot(&self.residual, &self.residual))
    }

    /// One step from `y`, whose residual is known, that lowers the error; false, `y` staying, if there is none.
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
