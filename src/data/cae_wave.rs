//! The contractive auto-encoder's wave: x uniform on [0.2, 0.8] and y = w(x) + 0.01 ε, w(x) = 0.5 + 0.3 sin(2.6π
//! (x - 0.2)).
//!
//! p has a closed form, because y given x is normal. The noise is vertical, so the smoothed density is a mixture with
//! covariance diag(σ², σ² + 0.01²) along the curve, at 16.5 / σ Gauss-Legendre nodes.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::f64::consts::PI;

use super::curve::{Curve, Law, MIN_WIDTH};
use super::mixture::Variances;
use super::{Dataset, Density, Mixture, Smoothed};
use crate::math::{self, TAU};
use crate::rng::Stream;
use crate::setting::{Choice, Value};

const NOISE: f64 = 0.01;
const AMPLITUDE: f64 = 0.3;
const FREQUENCY: f64 = 2.6 * PI;

const CURVE: Curve = Curve {
    at: |_, x| [x, 0.5 + AMPLITUDE * math::sin_cos(FREQUENCY * (x - 0.2)).0],
    branches: &[0.0],
    start: 0.2,
    end: 0.8,
    law: Law::Uniform,
    closed: false,
    nodes_per_inverse_width: 16.5,
};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "cae-wave", label: "Wave", help: "A wave with a little noise in its height." },
    settings: &[],
    suggest: &[("data.count", Value::Integer(100)), ("sample.start-deviation", Value::Real(0.7))],
    build: |_, _| Ok(Box::new(Wave)),
};

#[derive(Clone, Copy, Debug)]
struct Wave;

impl Wave {
    /// (y - w(x))/0.01², w'(x) and w''(x); `None` where p is zero or discontinuous.
    fn local(&self, x: &[f64]) -> Option<[f64; 3]> {
        let (sine, cosine) = math::sin_cos(FREQUENCY * (x[0] - 0.2));
        let offset = (x[1] - 0.5 - AMPLITUDE * sine) / (NOISE * NOISE);
        let is_inside = CURVE.start < x[0] && x[0] < CURVE.end;
        is_inside.then_some([offset, AMPLITUDE * FREQUENCY * cosine, -AMPLITUDE * FREQUENCY * FREQUENCY * sine])
    }
}

impl Density for Wave {
    fn dim(&self) -> usize {
        2
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        out.copy_from_slice(&CURVE.draw(rng));
        out[1] += NOISE * rng.normal();
    }

    fn log_density(&self, x: &[f64]) -> Option<f64> {
        let scale = math::ln(math::sqrt(TAU) * NOISE * (CURVE.end - CURVE.start));
        let log_density = |[offset, _, _]: [f64; 3]| -0.5 * (NOISE * offset) * (NOISE * offset) - scale;
        Some(self.local(x).map_or(f64::NEG_INFINITY, log_density))
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        let [offset, slope, _] = self.local(x)?;
        out.copy_from_slice(&[offset * slope, -offset]);
        Some(())
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        let [offset, slope, curvature] = self.local(x)?;
        let precision = 1.0 / (NOISE * NOISE);
        let mixed = precision * slope;
        out.copy_from_slice(&[offset * curvature - mixed * slope, mixed, mixed, -precision]);
        Some(())
    }

    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        let (mut weights, mut means) = (Vec::new(), Vec::new());
        let count = (sigma >= MIN_WIDTH).then_some(CURVE.nodes_per_inverse_width / sigma)?;
        for node in CURVE.nodes(count) {
            weights.push(node.weight);
            means.extend(node.point);
        }
        let variances = Variances { along: sigma * sigma + NOISE * NOISE, across: sigma * sigma };
        let (axes, variances) = ([0.0, 1.0].repeat(weights.len()), vec![variances; weights.len()]);
        let form = Mixture::spiked(2, &weights, means, axes, variances).ok()?;
        Some(Box::new(Smoothed::new(Box::new(*self), sigma, Box::new(form))))
    }
}
