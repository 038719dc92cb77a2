//! Energy differences from the score alone: E(x*) - E(x) = -∫₀¹ s(x + t(x* - x))·(x* - x) dt by a quadrature rule
//! (Alain and Bengio 2014 on energy differences). All rules but the endpoint's are exact for Gaussians, whose score is linear.
//!
//! With n intervals, or n nodes for Gauss-Legendre, the error falls with n⁻² (trapezoid), n⁻⁴ (Simpson) or faster than
//! any power (Gauss-Legendre). The endpoint rule -s(x)·(x* - x) errs by the square of the step's length for any n.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::Workspace;
use crate::math;
use crate::math::quadrature::gauss_legendre;
use crate::setting::{Choice, Condition, Section, Setting, SettingError, SettingKind, Settings};
use crate::simd::{Simd, f32x4};

static TRAPEZOID: Choice = Choice {
    id: "trapezoid",
    label: "trapezoid",
    help: "The error is of second order in an interval's length, and zero for Gaussians.",
};
pub(crate) static SIMPSON: Choice = Choice {
    id: "simpson",
    label: "Simpson",
    help: "The error is of fourth order in an interval's length; needs an even number of intervals.",
};
pub(crate) static GAUSS_LEGENDRE: Choice = Choice {
    id: "gauss-legendre",
    label: "Gauss-Legendre",
    help: "One node per interval, at the places with the smallest error. Few nodes suffice for smooth scores.",
};
pub(crate) static ENDPOINT: Choice = Choice {
    id: "endpoint",
    label: "endpoint (inexact)",
    help: "Uses the score at the start of the line for the whole line; the error is of second order in the step, so chains sample \
           another density.",
};
/// No path. A [`Path`] made from it uses the trapezoid rule.
pub(crate) static EXACT: Choice = Choice {
    id: "exact",
    label: "exact energy",
    help: "The energy in closed form, for networks with a tied decoder, one output scale and the identity as output activation.",
};

/// The quadrature rule.
pub const RULE: Setting = Setting {
    key: "sample.path-rule",
    label: "Path rule",
    unit: "",
    help: "The rule that integrates the score along the line to each proposal.",
    kind: SettingKind::Choice {
        default: "trapezoid",
        options: &[&TRAPEZOID, &SIMPSON, &GAUSS_LEGENDRE, &ENDPOINT, &EXACT],
    },
    is_advanced: true,
    ..Setting::of(Section::Sampling)
};

/// The number of intervals.
pub const INTERVALS: Setting = Setting {
    key: "sample.path-intervals",
    label: "Path intervals",
    unit: "intervals",
    help: "The number of intervals on the line to each proposal, or of nodes for Gauss-Legendre.",
    kind: SettingKind::Integer { default: 20, min: 1, max: 200 },
    is_advanced: true,
    conditions: &[Condition::is_not(RULE.key, ENDPOINT.id)],
    ..Setting::of(Section::Sampling)
};

/// A quadrature rule on [0, 1] with the buffers to apply it; applying it allocates nothing.
#[derive(Clone, Debug)]
pub struct Path {
    /// Nodes t and weights.
    nodes: Vec<(f64, f64)>,
    /// Nodes and weights, each in all lanes of a vector.
    vectors: Vec<(f32x4, f32x4)>,
    /// The rule's mean of t.
    mean_node: f64,
    points: Vec<f64>,
    scores: Vec<f64>,
    /// Scratch buffers for the scores along the path.
    pub(super) workspace: Option<Box<Workspace>>,
}

impl Path {
    /// The rule chosen in `settings` for paths in R^`dim`; an error if Simpson's rule has an odd number of intervals.
    pub fn from_settings(settings: &Settings, dim: usize) -> Result<Self, SettingError> {
        let intervals = settings.integer(INTERVALS.key) as usize;
        match settings.choice(RULE.key) {
            id if id == SIMPSON.id => Self::simpson(intervals, dim),
            id if id == GAUSS_LEGENDRE.id => Self::gauss_legendre(intervals, dim),
            id if id == ENDPOINT.id => Ok(Self::endpoint(dim)),
            _ => Ok(Self::trapezoid(intervals, dim)),
        }
    }

    /// The trapezoid rule on `intervals` equal pieces for paths in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `intervals` is positive.
    pub fn trapezoid(intervals: usize, dim: usize) -> Self {
        assert!(intervals > 0);
        let width = 1.0 / intervals as f64;
        let weight = |i| if i == 0 || i == intervals { 0.5 * width } else { width };
        Self::symmetric((0..=intervals).map(|i| (i as f64 * width, weight(i))).collect(), dim)
    }

    /// Simpson's rule on `intervals` equal pieces, two for each parabola; an error unless they are positive and even.
    pub fn simpson(intervals: usize, dim: usize) -> Result<Self, SettingError> {
        if intervals == 0 || !intervals.is_multiple_of(2) {
            return Err(SettingError::new(INTERVALS.key, intervals, "be even and positive for Simpson's rule"));
        }
        let width = 1.0 / intervals as f64;
        let factor = |i: usize| match i {
            0 => 1.0,
            i if i == intervals => 1.0,
            i if i % 2 == 1 => 4.0,
            _ => 2.0,
        };
        Ok(Self::symmetric((0..=intervals).map(|i| (i as f64 * width, factor(i) * width / 3.0)).collect(), dim))
    }

    /// The Gauss-Legendre rule of `nodes` nodes; an error if there is none.
    pub fn gauss_legendre(nodes: usize, dim: usize) -> Result<Self, SettingError> {
        if nodes == 0 {
            return Err(SettingError::new(INTERVALS.key, nodes, "be positive"));
        }
        Ok(Self::symmetric(gauss_legendre(nodes, 0.0, 1.0), dim))
    }

    /// The integrand at the path's start for the whole path: inexact.
    pub fn endpoint(dim: usize) -> Self {
        Self::new(vec![(0.0, 1.0)], 0.0, dim)
    }

    fn symmetric(nodes: Vec<(f64, f64)>, dim: usize) -> Self {
        Self::new(nodes, 0.5, dim)
    }

    fn new(nodes: Vec<(f64, f64)>, mean_node: f64, dim: usize) -> Self {
        let vectors = nodes.iter().map(|(t, weight)| (Simd::splat(*t), Simd::splat(*weight))).collect();
        let size = nodes.len() * dim;
        Self { nodes, vectors, mean_node, points: vec![0.0; size], scores: vec![0.0; size], workspace: None }
    }

    /// Nodes t in [0, 1] and their weights, which add up to 1.
    pub fn nodes(&self) -> &[(f64, f64)] {
        &self.nodes
    }

    /// Nodes and weights as vectors of equal lanes.
    pub(crate) fn vectors(&self) -> &[(f32x4, f32x4)] {
        &self.vectors
    }

    /// The rule applied to a linear function with values `from` and `to` at the ends.
    pub(crate) fn mean(&self, from: f64, to: f64) -> f64 {
        (1.0 - self.mean_node) * from + self.mean_node * to
    }

    /// -∫ s·dx from `from` to `to`. Calls `scores` once, with all nodes.
    pub fn integrate(&mut self, from: &[f64], to: &[f64], mut scores: impl FnMut(&[f64], &mut [f64])) -> f64 {
        let dim = from.len();
        for (point, (t, _)) in self.points.chunks_exact_mut(dim).zip(&self.nodes) {
            point.iter_mut().zip(from.iter().zip(to)).for_each(|(p, (a, b))| *p = a + t * (b - a));
        }
        scores(&self.points, &mut self.scores);
        let along = |score: &[f64]| math::dot(score, to) - math::dot(score, from);
        -self.scores.chunks_exact(dim).zip(&self.nodes).map(|(s, (_, weight))| weight * along(s)).sum::<f64>()
    }
}
