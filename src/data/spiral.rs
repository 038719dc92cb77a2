//! The spiral: x = 0.04 t (sin t, cos t) with t uniform on [3, 15], and Gaussian noise in the plane or along the
//! radius.
//!
//! With isotropic noise, or smoothed, the density is a mixture over t, as for all curves. With radial noise it has a
//! closed form in polar coordinates: p(x) = Σ N(ρ; 0.04 t_k, σ_n²)/(12 ρ) over the turns t_k = φ + 2πk in [3, 15].
//! Points that the noise carries through the origin add N(-ρ; 0.04 t_k, σ_n²)/(12 ρ) over t_k ≡ φ + π.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::curve::{Curve, Law, MAX_NOISE, MIN_WIDTH, NoisyCurve, noise};
use super::mixture::Variances;
use super::{Dataset, Density, Mixture, Smoothed};
use crate::math::{self, TAU};
use crate::rng::Stream;
use crate::setting::{Choice, Section, Setting, SettingError, SettingKind, Settings, Value};

const START: f64 = 3.0;
const END: f64 = 15.0;
/// Growth of the radius per radian.
const PITCH: f64 = 0.04;
/// Nodes per unit of radius over σ for radial noise, whose components fan out beyond the curve.
const NODES_PER_ANGULAR_WIDTH: f64 = 16.0;

/// The curve itself.
pub const CURVE: Curve = Curve {
    at: |_, t| archimedean(PITCH, t),
    branches: &[0.0],
    start: START,
    end: END,
    law: Law::Uniform,
    closed: false,
    nodes_per_inverse_width: 12.6,
};

/// The point of Archimedes' spiral at the angle t from the second axis: `pitch` t (sin t, cos t).
pub(super) fn archimedean(pitch: f64, t: f64) -> [f64; 2] {
    let (sine, cosine) = math::sin_cos(t);
    [pitch * t * sine, pitch * t * cosine]
}

static ISOTROPIC: Choice = Choice { id: "isotropic", label: "in the plane", help: "Noise in every direction." };
static RADIAL: Choice = Choice { id: "radial", label: "along the radius", help: "Noise across the curve only." };

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "spiral", label: "Spiral", help: "A thin spiral: one dimension curled up in two." },
    settings: &[
        noise(0.01),
        Setting {
            key: "data.direction",
            label: "Noise direction",
            unit: "",
            help: "Whether the noise has all directions, or only the direction of the radius.",
            kind: SettingKind::Choice { default: "isotropic", options: &[&ISOTROPIC, &RADIAL] },
            is_advanced: true,
            ..Setting::of(Section::Data)
        },
    ],
    suggest: &[],
    build: |settings, _| Ok(Box::new(Spiral::from_settings(settings)?)),
};

/// The spiral with noise of standard deviation `noise`.
#[derive(Clone, Debug)]
pub struct Spiral {
    noise: f64,
    /// The density for isotropic noise; `None` if it is radial.
    isotropic: Option<NoisyCurve>,
}

impl Spiral {
    /// A spiral with radial or isotropic noise; an error unless `noise` lies in [0, 0.3].
    pub fn new(noise: f64, radial: bool) -> Result<Self, SettingError> {
        if !(0.0..=MAX_NOISE).contains(&noise) {
            return Err(SettingError::new("data.noise", Value::Real(noise), "lie in [0, 0.3]"));
        }
        let isotropic = if radial { None } else { Some(NoisyCurve::new(CURVE, noise)?) };
        Ok(Self { noise, isotropic })
    }

    fn from_settings(settings: &Settings) -> Result<Self, SettingError> {
        Self::new(settings.real("data.noise"), settings.choice("data.direction") == RADIAL.id)
    }
}

/// Components N(0.04 t u, σ_n² u uᵀ + σ² I) with u the direction of the radius at t.
fn radial_mixture(noise: f64, sigma: f64) -> Option<Mixture> {
    let (mut weights, mut means, mut axes) = (Vec::new(), Vec::new(), Vec::new());
    // Neighbouring components must overlap in the visible area and within five standard deviations of the noise.
    let reach = (PITCH * END + 5.0 * noise).max(core::f64::consts::SQRT_2);
    let count = (sigma >= MIN_WIDTH).then_some(NODES_PER_ANGULAR_WIDTH * reach / sigma)?;
    for node in CURVE.nodes(count) {
        weights.push(node.weight);
        means.extend(node.point);
        axes.extend(archimedean(1.0 / node.t, node.t));
    }
    let variances = Variances { along: noise * noise + sigma * sigma, across: sigma * sigma };
    Mixture::spiked(2, &weights, means, axes, vec![variances; weights.len()]).ok()
}

/// log p and its derivatives by ρ and φ under radial noise.
#[derive(Default)]
struct Polar {
    log_density: f64,
    by_radius: f64,
    by_angle: f64,
    by_radius_twice: f64,
    by_radius_and_angle: f64,
    by_angle_twice: f64,
}

impl Polar {
    /// The derivatives at (ρ, φ), ρ > 0, for noise σ_n > 0. With exponents q_k, log p = log Σ exp q_k - log 12 - log ρ.
    fn at(radius: f64, angle: f64, noise: f64) -> Self {
        let precision = 1.0 / (noise * noise);
        let turns =
            move || [(1.0, angle), (-1.0, angle + 0.5 * TAU)].into_iter().flat_map(|(sign, from)| turns(sign, from));
        let gap = |sign: f64, t: f64| sign * radius - PITCH * t;
        let log_total = math::log_sum_exp(turns().map(|(sign, t)| -0.5 * precision * gap(sign, t) * gap(sign, t)));
        let mut sum = Self::default();
        for (sign, t) in turns() {
            let weight = math::exp(-0.5 * precision * gap(sign, t) * gap(sign, t) - log_total);
            let (dr, da) = (-sign * precision * gap(sign, t), PITCH * precision * gap(sign, t));
            sum.by_radius += weight * dr;
            sum.by_angle += weight * da;
            sum.by_radius_twice += weight * (dr * dr - precision);
            sum.by_radius_and_angle += weight * (dr * da + sign * PITCH * precision);
            sum.by_angle_twice += weight * (da * da - PITCH * PITCH * precision);
        }
        Self {
            log_density: log_total - 0.5 * math::ln(TAU * noise * noise) - math::ln((END - START) * radius),
            by_radius: sum.by_radius - 1.0 / radius,
            by_angle: sum.by_angle,
            by_radius_twice: sum.by_radius_twice - sum.by_radius * sum.by_radius + 1.0 / (radius * radius),
            by_radius_and_angle: sum.by_radius_and_angle - sum.by_radius * sum.by_angle,
            by_angle_twice: sum.by_angle_twice - sum.by_angle * sum.by_angle,
        }
    }
}

/// All t in [3, 15] equal to `from` modulo 2π, each paired with `sign`.
fn turns(sign: f64, from: f64) -> impl Iterator<Item = (f64, f64)> + Clone {
    let first = from + TAU * math::ceil((START - from) / TAU);
    (0..).map(move |k| (sign, first + TAU * f64::from(k))).take_while(|(_, t)| *t <= END)
}

/// ρ and φ of x = ρ (sin φ, cos φ).
fn polar(x: &[f64]) -> (f64, f64) {
    (math::sqrt(x[0] * x[0] + x[1] * x[1]), math::atan2(x[0], x[1]))
}

impl Spiral {
    /// The closed form of radial noise; `None` without noise and at the origin.
    fn radial_form(&self, x: &[f64]) -> Option<(Polar, f64, [f64; 2])> {
        let (radius, angle) = polar(x);
        let applies = self.noise > 0.0 && radius > 0.0;
        applies.then(|| (Polar::at(radius, angle, self.noise), radius, [x[0] / radius, x[1] / radius]))
    }
}

impl Density for Spiral {
    fn dim(&self) -> usize {
        2
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        if let Some(isotropic) = &self.isotropic {
            return isotropic.sample(rng, out);
        }
        let t = START + (END - START) * rng.uniform();
        let (sine, cosine) = math::sin_cos(t);
        let radius = PITCH * t + self.noise * rng.normal();
        out[0] = radius * sine;
        out[1] = radius * cosine;
    }

    fn log_density(&self, x: &[f64]) -> Option<f64> {
        match &self.isotropic {
            Some(isotropic) => isotropic.log_density(x),
            None => self.radial_form(x).map(|(form, _, _)| form.log_density),
        }
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        if let Some(isotropic) = &self.isotropic {
            return isotropic.score(x, out);
        }
        let (form, radius, [a, b]) = self.radial_form(x)?;
        let around = form.by_angle / radius;
        out[0] = form.by_radius * a + around * b;
        out[1] = form.by_radius * b - around * a;
        Some(())
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        if let Some(isotropic) = &self.isotropic {
            return isotropic.hessian(x, out);
        }
        let (form, radius, [a, b]) = self.radial_form(x)?;
        let along = form.by_radius_twice;
        let mixed = form.by_radius_and_angle / radius - form.by_angle / (radius * radius);
        let around = form.by_angle_twice / (radius * radius) + form.by_radius / radius;
        out[0] = along * a * a + 2.0 * mixed * a * b + around * b * b;
        out[1] = along * a * b + mixed * (b * b - a * a) - around * a * b;
        out[2] = out[1];
        out[3] = along * b * b - 2.0 * mixed * a * b + around * a * a;
        Some(())
    }

    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        if let Some(isotropic) = &self.isotropic {
            return isotropic.smoothed(sigma);
        }
        let form = radial_mixture(self.noise, sigma)?;
        Some(Box::new(Smoothed::new(Box::new(self.clone()), sigma, Box::new(form))))
    }
}
