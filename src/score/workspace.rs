//! Memory that a score needs while it is asked, kept by who asks again and again: scores themselves can be shared by threads.

use core::cell::RefCell;

use super::pass_cache::PassCache;
use super::{Path, Score};
use crate::simd::f32x4;

/// Workspace for one score at a time.
pub type Workspace = PassCache<f32x4>;

/// A score that takes memory when it is asked, unless it is given room that it has used before.
pub trait UsesWorkspace {
    /// As [`Score::scores`], in `room`.
    fn scores_in(&self, workspace: &mut Workspace, points: &[f64], out: &mut [f64]);

    /// As [`Score::jacobians`], in `room`.
    fn jacobians_in(&self, workspace: &mut Workspace, points: &[f64], out: &mut [f64]);
}

/// A score for one thread that is asked for it many times, and has room.
pub struct WithWorkspace<'a> {
    score: &'a dyn Score,
    workspace: RefCell<&'a mut Workspace>,
}

impl<'a> WithWorkspace<'a> {
    /// `score` with room to work in.
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
