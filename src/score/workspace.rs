//! Scratch buffers of a score, reused between calls. The caller owns them, so threads can share the score itself.

use core::cell::RefCell;

use super::pass_buffers::PassBuffers;
use super::{Path, Score};
use crate::simd::f32x4;

/// Scratch buffers for one score at a time.
pub type Workspace = PassBuffers<f32x4>;

/// A score that needs scratch buffers: it allocates them, or takes them from a workspace.
pub trait UsesWorkspace {
    /// As [`Score::scores`], with `workspace`.
    fn scores_in(&self, workspace: &mut Workspace, points: &[f64], out: &mut [f64]);

    /// As [`Score::jacobians`], with `workspace`.
    fn jacobians_in(&self, workspace: &mut Workspace, points: &[f64], out: &mut [f64]);
}

/// A score with a workspace, for many calls from one thread.
pub struct WithWorkspace<'a> {
    score: &'a dyn Score,
    workspace: RefCell<&'a mut Workspace>,
}

impl<'a> WithWorkspace<'a> {
    /// `score` with the buffers of `workspace`.
    pub fn new(score: &'a dyn Score, workspace: &'a mut Workspace) -> Self {
        Self { score, workspace: RefCell::new(workspace) }
    }
}

impl Score for WithWorkspace<'_> {
    fn dim(&self) -> usize {
        self.score.dim()
    }

    fn rounding(&self) -> f64 {
        self.score.rounding()
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        match self.score.uses_workspace() {
            Some(score) => score.scores_in(&mut self.workspace.borrow_mut(), points, out),
            None => self.score.scores(points, out),
        }
    }

    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        match self.score.uses_workspace() {
            Some(score) => score.jacobians_in(&mut self.workspace.borrow_mut(), x, out),
            None => self.score.jacobian(x, out),
        }
    }

    fn jacobians(&self, points: &[f64], out: &mut [f64]) -> Option<()> {
        match self.score.uses_workspace() {
            Some(score) => score.jacobians_in(&mut self.workspace.borrow_mut(), points, out),
            None => self.score.jacobians(points, out)?,
        }
        Some(())
    }

    fn path_energy_difference(&self, from: &[f64], to: &[f64], path: &mut Path) -> f64 {
        self.score.path_energy_difference(from, to, path)
    }

    fn exact_energy_difference(&self, from: &[f64], to: &[f64]) -> Option<f64> {
        self.score.exact_energy_difference(from, to)
    }
}
