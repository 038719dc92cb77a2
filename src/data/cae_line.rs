//! The contractive auto-encoder's line, a thin parallelogram: x uniform on [0.2, 0.8], y = x + 0.1 u, u uniform on [0,
//! 1].
//!
//! p is constant inside. The smoothed density is ∫ du over noisy segments from (0.2, 0.2 + 0.1 u) to (0.8,
//! 0.8 + 0.1 u). Each segment has a closed form. The integral over u uses 3 / σ Gauss-Legendre nodes.

use alloc::boxed::Box;

use super::uniform_rectangles::{Rectangle, Rectangles};
use super::{Dataset, Density, Smoothed};
use crate::math::{self, quadrature::gauss_legendre};
use crate::rng::Stream;
use crate::setting::{Choice, Value};

/// The range of x.
const X_RANGE: [f64; 2] = [0.2, 0.8];
/// The height of the band: y - x lies in [0, 0.1].
const HEIGHT: f64 = 0.1;
const NODES_PER_INVERSE_WIDTH: f64 = 3.0;
const MIN_NODES: f64 = 16.0;
const MIN_WIDTH: f64 = 0.001;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "cae-line", label: "Line", help: "A thin band along the diagonal with sharp edges." },
    settings: &[],
    suggest: &[("data.count", Value::Integer(100)), ("sample.start-deviation", Value::Real(0.7))],
    build: |_, _| Ok(Box::new(Band)),
};

/// The uniform density on the parallelogram.
#[derive(Clone, Copy, Debug)]
struct Band;

impl Density for Band {
    fn dim(&self) -> usize {
        2
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        out[0] = X_RANGE[0] + (X_RANGE[1] - X_RANGE[0]) * rng.uniform();
        out[1] = out[0] + HEIGHT * rng.uniform();
    }

    fn log_density(&self, x: &[f64]) -> Option<f64> {
        let is_inside = X_RANGE[0] <= x[0] && x[0] <= X_RANGE[1] && x[0] <= x[1] && x[1] <= x[0] + HEIGHT;
        Some(if is_inside { -math::ln((X_RANGE[1] - X_RANGE[0]) * HEIGHT) } else { f64::NEG_INFINITY })
    }

    fn score(&self, _: &[f64], _: &mut [f64]) -> Option<()> {
        None
    }

    fn hessian(&self, _: &[f64], _: &mut [f64]) -> Option<()> {
        None
    }

    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        let count = (sigma >= MIN_WIDTH).then_some((NODES_PER_INVERSE_WIDTH / sigma).max(MIN_NODES))?;
        let nodes = gauss_legendre(math::ceil(count) as usize, 0.0, 1.0);
        let segment = |(u, share)| Rectangle::segment(share, X_RANGE.map(|x| [x, x + HEIGHT * u]));
        let form = Rectangles::new(nodes.into_iter().map(segment).collect(), sigma);
        Some(Box::new(Smoothed::new(Box::new(*self), sigma, Box::new(form))))
    }
}
