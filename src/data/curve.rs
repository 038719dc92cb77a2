//! Curves in the plane with Gaussian noise: x = c(t) + σ_n ε, with t drawn from a given distribution.
//!
//! The density ∫ N(x; c(t), s² I) dP(t) with s² = σ_n² + σ² is a mixture over quadrature nodes of t. Open curves use
//! Gauss-Legendre nodes: they are denser near the ends, where the integrand is sharper. Closed curves use equally
//! spaced nodes, which converge as fast for periodic functions. n (1 + 3.1 σ_n)/s nodes keep the error of the
//! log-density below 1e-6 on the visible area, which extends 40 % beyond the noisy data. (Far outside of a bend the
//! integrand is sharper than near the curve.) For each curve n was raised until this held for every s; a tenth more
//! nodes divide the error by about fifty.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Density, Mixture, Smoothed};
use crate::math::{self, quadrature::gauss_legendre};
use crate::rng::Stream;
use crate::setting::{Section, Setting, SettingError, SettingKind, Value};

/// Growth of the number of nodes with the noise σ_n: noise enlarges the visible area.
const NODES_FOR_NOISE: f64 = 3.1;
/// The least number of nodes on a branch, for any noise.
const MIN_NODES: f64 = 64.0;
/// The least width s for closed forms; below it a mixture would need too many nodes, and closed forms are `None`.
pub(super) const MIN_WIDTH: f64 = 0.001;

/// The largest noise σ_n, about half the extent of the curves.
pub(super) const MAX_NOISE: f64 = 0.3;

/// The setting for the noise around a curve.
pub(super) const fn noise(default: f64) -> Setting {
    Setting {
        key: "data.noise",
        label: "Data noise",
        unit: "data units",
        help: "Standard deviation of the points around the curve.",
        kind: SettingKind::Real { default, min: 0.0, max: MAX_NOISE },
        ..Setting::of(Section::Data)
    }
}

/// A curve of one or more equally likely branches, with the distribution of its parameter t in [start, end].
#[derive(Clone, Copy, Debug)]
pub struct Curve {
    /// c(t) on a branch; arguments are the branch's number and t.
    pub at: fn(f64, f64) -> [f64; 2],
    /// The branches' numbers, passed to `at`.
    pub branches: &'static [f64],
    /// The least t.
    pub start: f64,
    /// The greatest t.
    pub end: f64,
    /// The distribution of t on each branch.
    pub law: Law,
    /// Whether the curve is closed and smooth: c(start) = c(end).
    pub closed: bool,
    /// The number n in the number of nodes of a branch, n (1 + 3.1 σ_n)/s.
    pub nodes_per_inverse_width: f64,
}

/// The distribution of a curve's parameter t in [a, b].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Uniform.
    Uniform,
    /// Density proportional to t; requires a ≥ 0.
    Rising,
    /// Density proportional to 1/t; requires a > 0.
    Falling,
    /// Normal, truncated to [a, b]. Most of the untruncated mass must lie in [a, b], because draws outside are
    /// rejected.
    Normal {
        /// The mean before truncation.
        mean: f64,
        /// The standard deviation before truncation.
        deviation: f64,
    },
}

impl Law {
    /// The unnormalised density at t.
    fn density(self, t: f64) -> f64 {
        match self {
            Self::Uniform => 1.0,
            Self::Rising => t,
            Self::Falling => 1.0 / t,
            Self::Normal { mean, deviation } => math::exp(-0.5 * (t - mean) * (t - mean) / (deviation * deviation)),
        }
    }

    fn sample(self, a: f64, b: f64, rng: &mut Stream) -> f64 {
        match self {
            Self::Uniform => a + (b - a) * rng.uniform(),
            Self::Rising => math::sqrt(a * a + (b * b - a * a) * rng.uniform()),
            Self::Falling => a * math::exp(math::ln(b / a) * rng.uniform()),
            Self::Normal { mean, deviation } => loop {
                let t = mean + deviation * rng.normal();
                if (a..=b).contains(&t) {
                    break t;
                }
            },
        }
    }
}

/// A quadrature node of a curve.
pub(super) struct Node {
    /// The parameter t.
    pub t: f64,
    /// The quadrature weight times the density at t, up to a common factor.
    pub weight: f64,
    /// The point c(t).
    pub point: [f64; 2],
}

impl Curve {
    /// The nodes of all branches: `count` on each branch, at least 64.
    pub(super) fn nodes(&self, count: f64) -> impl Iterator<Item = Node> {
        let Self { at, law, start, end, .. } = *self;
        let count = math::ceil(count.max(MIN_NODES)) as usize;
        let rule = if self.closed { periodic(count, start, end) } else { gauss_legendre(count, start, end) };
        let nodes = self
            .branches
            .iter()
            .flat_map(move |&branch| rule.clone().into_iter().map(move |(t, weight)| (branch, t, weight)));
        nodes.map(move |(branch, t, weight)| Node { t, weight: weight * law.density(t), point: at(branch, t) })
    }

    /// The curve with isotropic noise, smoothed by `sigma`; `None` if the total width is below 0.001.
    fn mixture(&self, noise: f64, sigma: f64) -> Option<Mixture> {
        let (mut weights, mut means) = (Vec::new(), Vec::new());
        let width = math::sqrt(noise * noise + sigma * sigma);
        let nodes = self.nodes_per_inverse_width * (1.0 + NODES_FOR_NOISE * noise);
        let count = (width >= MIN_WIDTH).then_some(nodes / width)?;
        for node in self.nodes(count) {
            weights.push(node.weight);
            means.extend(node.point);
        }
        Mixture::isotropic(2, &weights, means, width * width).ok()
    }

    /// Draws a branch and t, and returns c(t). A curve of one branch draws no random number for the branch.
    pub(super) fn draw(&self, rng: &mut Stream) -> [f64; 2] {
        let branch = if self.branches.len() > 1 { rng.index(self.branches.len() as u32) } else { 0 };
        (self.at)(self.branches[branch], self.law.sample(self.start, self.end, rng))
    }
}

/// Equally spaced nodes of a closed curve, as (t, weight).
fn periodic(count: usize, start: f64, end: f64) -> Vec<(f64, f64)> {
    let spacing = (end - start) / count as f64;
    (0..count).map(|i| (start + spacing * i as f64, spacing)).collect()
}

/// A curve with isotropic Gaussian noise; the noise may be zero.
#[derive(Clone, Debug)]
pub struct NoisyCurve {
    curve: Curve,
    noise: f64,
    /// The density as a mixture; `None` if the noise is below 0.001.
    mixture: Option<Mixture>,
}

impl NoisyCurve {
    /// `curve` with noise of standard deviation `noise`; an error unless it is finite and not negative.
    pub fn new(curve: Curve, noise: f64) -> Result<Self, SettingError> {
        if !(noise >= 0.0 && noise.is_finite()) {
            return Err(SettingError::new("data.noise", Value::Real(noise), "be finite and not negative"));
        }
        Ok(Self { curve, noise, mixture: curve.mixture(noise, 0.0) })
    }
}

impl Density for NoisyCurve {
    fn dim(&self) -> usize {
        2
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        out.copy_from_slice(&self.curve.draw(rng));
        out.iter_mut().for_each(|x| *x += self.noise * rng.normal());
    }

    fn log_density(&self, x: &[f64]) -> Option<f64> {
        self.mixture.as_ref()?.log_density(x)
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        self.mixture.as_ref()?.score(x, out)
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        self.mixture.as_ref()?.hessian(x, out)
    }

    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        let form = self.curve.mixture(self.noise, sigma)?;
        Some(Box::new(Smoothed::new(Box::new(self.clone()), sigma, Box::new(form))))
    }
}
