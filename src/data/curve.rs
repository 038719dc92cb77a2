//! Curves in the plane with Gaussian noise around them: x = c(t) + σ_n ε, t drawn from a stated law.
//!
//! The density ∫ N(x; c(t), s² I) dP(t), smoothed s² = σ_n² + σ², is a mixture over quadrature nodes of t. Open curves take
//! Gauss-Legendre nodes, which crowd towards the ends just as the integrand sharpens there; closed ones take equally spaced
//! nodes, which converge as fast for periodic functions. n (1 + 3.1 σ_n)/s nodes keep the log-density within 1e-6 on the
//! whole page, which reaches 40 % beyond the noisy data (far outside of a bend the integrand is sharper than near the curve).
//! Each curve's n was raised until that held for every s; a tenth more nodes divide the error by about fifty.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Density, Mixture, Smoothed};
use crate::math::{self, quadrature::gauss_legendre};
use crate::rng::Stream;
use crate::setting::{Section, Setting, SettingError, SettingKind, Value};

/// How many more nodes noise takes, which widens the page.
const MORE_FOR_NOISE: f64 = 3.1;
/// However wide the noise, no branch takes fewer nodes.
const LEAST_NODES: f64 = 64.0;
/// Below this width a mixture would need too many nodes to be of use; closed forms are then `None`.
pub(super) const LEAST_WIDTH: f64 = 0.001;

/// The widest noise, about half of what the curves reach.
pub(super) const MOST_NOISE: f64 = 0.3;

/// The field that says how much noise there is around a curve.
pub(super) const fn noise(default: f64) -> Setting {
    Setting {
        key: "data.noise",
        label: "Data noise",
        unit: "data units",
        help: "Standard deviation of the points around the curve.",
        kind: SettingKind::Real { default, min: 0.0, max: MOST_NOISE },
        ..Setting::of(Section::Data)
    }
}

/// A curve of one or more branches, each equally likely, with the law of its parameter t in [start, end].
#[derive(Clone, Copy, Debug)]
pub struct Curve {
    /// c(t) on a branch: takes the branch's number and t.
    pub at: fn(f64, f64) -> [f64; 2],
    /// The branches' numbers, whatever they mean to `at`.
    pub branches: &'static [f64],
    /// The least t.
    pub start: f64,
    /// The greatest t.
    pub end: f64,
    /// How t is distributed on each branch.
    pub law: Law,
    /// Whether c(start) and c(end) are one point, and smooth there.
    pub closed: bool,
    /// The number n of the nodes of a branch, see above.
    pub nodes_per_inverse_width: f64,
}

/// The law of a curve's parameter t in [a, b].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Uniform.
    Uniform,
    /// Density proportional to t; a must not be negative.
    Rising,
    /// Density proportional to 1/t; a must be positive.
    Falling,
    /// Normal, given that t lies in [a, b], which most of its mass must.
    Normal {
        /// The mean before truncation.
        mean: f64,
        /// The standard deviation before truncation.
        deviation: f64,
    },
}

impl Law {
    /// The density at t up to a factor.
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
    /// The weight of t's surroundings, up to a common factor.
    pub weight: f64,
    /// The point c(t).
    pub point: [f64; 2],
}

impl Curve {
    /// `count` nodes, or the least there are, on each branch.
    pub(super) fn nodes(&self, count: f64) -> impl Iterator<Item = Node> {
        let Self { at, law, start, end, .. } = *self;
        let count = math::ceil(count.max(LEAST_NODES)) as usize;
        let rule = if self.closed { periodic(count, start, end) } else { gauss_legendre(count, start, end) };
        let nodes = self
            .branches
            .iter()
            .flat_map(move |&branch| rule.clone().into_iter().map(move |(t, weight)| (branch, t, weight)));
        nodes.map(move |(branch, t, weight)| Node { t, weight: weight * law.density(t), point: at(branch, t) })
    }

    /// The curve with isotropic noise, smoothed; `None` if both together are too narrow.
    fn mixture(&self, noise: f64, sigma: f64) -> Option<Mixture> {
        let (mut weights, mut means) = (Vec::new(), Vec::new());
        let width = math::sqrt(noise * noise + sigma * sigma);
        let nodes = self.nodes_per_inverse_width * (1.0 + MORE_FOR_NOISE * noise);
        let count = (width >= LEAST_WIDTH).then_some(nodes / width)?;
        for node in self.nodes(count) {
            weights.push(node.weight);
            means.extend(node.point);
        }
        Mixture::isotropic(2, &weights, means, width * width).ok()
    }

    /// Draws a branch and t; a single branch takes no random number.
    pub(super) fn draw(&self, rng: &mut Stream) -> [f64; 2] {
        let branch = if self.branches.len() > 1 { rng.index(self.branches.len() as u32) } else { 0 };
        (self.at)(self.branches[branch], self.law.sample(self.start, self.end, rng))
    }
}

/// Equally spaced nodes of a closed curve.
fn periodic(count: usize, start: f64, end: f64) -> Vec<(f64, f64)> {
    let spacing = (end - start) / count as f64;
    (0..count).map(|i| (start + spacing * i as f64, spacing)).collect()
}

/// A curve with isotropic Gaussian noise around it, or none.
#[derive(Clone, Debug)]
pub struct NoisyCurve {
    curve: Curve,
    noise: f64,
    /// The density as a mixture, for noise that is wide enough.
    mixture: Option<Mixture>,
}

impl NoisyCurve {
    /// `curve` with `noise` of the given standard deviation, finite and not negative.
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
