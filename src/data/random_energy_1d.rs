//! A random energy on the line: E = ½x² - Σ ¼|x|^a_n tanh(q_n(x)) tanh(r_n(x)) over n = 1 to 10, with a_n ~ U(1, 2) and
//! quadratics q_n and r_n with U(-5, 5) coefficients. Draws are repeated until E - min E exceeds 30 outside of [-8, 8].

use alloc::boxed::Box;

use super::Dataset;
use super::energy::{Energy, Gibbs};
use crate::math;
use crate::rng::{Purpose, Stream, stream};
use crate::setting::{Choice, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice {
        id: "random-1d",
        label: "Random line",
        help: "A random density on the line, another for each seed.",
    },
    settings: &[],
    suggest: &[
        ("model.units", Value::Integer(64)),
        ("train.sigma", Value::Real(0.15)),
        ("sample.step-size", Value::Real(1.5)),
        ("sample.start-deviation", Value::Real(3.0)),
    ],
    build: |settings, _| Ok(Box::new(Gibbs::new(RandomLine::new(settings.integer("seed"))))),
};

/// The energy must be at least `MIN_RISE` above its minimum outside of [-FRAME_END, FRAME_END].
const FRAME_END: i32 = 8;
const MIN_RISE: f64 = 30.0;
/// The energy is evaluated at points up to this |x| and bounded from below beyond.
const SCAN_END: i32 = 32;
/// Evaluation points per unit length.
const POINTS_PER_UNIT: i32 = 64;

/// The energy of one seed.
#[derive(Clone, Debug)]
pub struct RandomLine {
    terms: [Term; 10],
}

/// ¼|x|^a tanh(q(x)) tanh(r(x)).
#[derive(Clone, Copy, Debug)]
struct Term {
    power: f64,
    /// Coefficients of 1, x and x² of q and of r.
    quadratics: [[f64; 3]; 2],
}

impl RandomLine {
    /// The first energy from the density stream of `seed` that is high outside of [-8, 8].
    pub fn new(seed: u32) -> Self {
        let mut rng = stream(seed, Purpose::Density, 0);
        loop {
            // More than two in five candidates are accepted.
            let candidate = Self { terms: core::array::from_fn(|_| Term::draw(&mut rng)) };
            if candidate.is_confined() {
                return candidate;
            }
        }
    }

    /// Whether E is high outside of [-8, 8].
    fn is_confined(&self) -> bool {
        let energy = |i: i32| self.energy(&[f64::from(i) / f64::from(POINTS_PER_UNIT)]);
        let (end, far) = (FRAME_END * POINTS_PER_UNIT, SCAN_END * POINTS_PER_UNIT);
        let least = (-end..=end).map(energy).fold(f64::INFINITY, f64::min);
        let is_high = |energy: f64| energy - least > MIN_RISE;
        is_high(self.far_bound()) && (end + 1..=far).all(|i| is_high(energy(i)) && is_high(energy(-i)))
    }

    /// A lower bound of E for |x| > [`SCAN_END`]: ½x² - Σ ¼|x|^a over the terms that may be positive there, if that
    /// increases with |x|; otherwise -∞.
    fn far_bound(&self) -> f64 {
        let far = f64::from(SCAN_END);
        let powers = || self.terms.iter().filter(|term| !term.is_negative_beyond(far)).map(|term| term.power);
        let growth = |a: f64| 0.25 * math::exp(a * math::ln(far));
        // x² - Σ ¼a|x|^a; divided by x² it increases with x.
        let slope = far * far - powers().map(|a| a * growth(a)).sum::<f64>();
        if slope > 0.0 { 0.5 * far * far - powers().map(growth).sum::<f64>() } else { f64::NEG_INFINITY }
    }
}

impl Term {
    fn draw(rng: &mut Stream) -> Self {
        let power = 1.0 + rng.uniform();
        let mut quadratic = || core::array::from_fn(|_| 10.0 * rng.uniform() - 5.0);
        Self { power, quadratics: [quadratic(), quadratic()] }
    }

    /// Whether q and r have opposite signs for all |x| > `end`, as far as their leading terms prove it.
    fn is_negative_beyond(&self, end: f64) -> bool {
        let leads = |[c, b, a]: [f64; 3]| a.abs() * end * end > b.abs() * end + c.abs();
        let [q, r] = self.quadratics;
        leads(q) && leads(r) && q[2] * r[2] < 0.0
    }

    /// The term and its first two derivatives at x.
    fn at(&self, x: f64) -> [f64; 3] {
        let [[f, df, ddf], [g, dg, ddg]] = self.quadratics.map(|quadratic| step(quadratic, x));
        let product = [f * g, df * g + f * dg, ddf * g + 2.0 * df * dg + f * ddg];
        let (a, distance) = (self.power, x.abs());
        let value = 0.25 * math::exp(a * math::ln(distance));
        // |x|^a has slope 0 at 0; its second derivative is not finite there.
        let slope = if x == 0.0 { 0.0 } else { value * a / x };
        let power = [value, slope, value * a * (a - 1.0) / (x * x)];
        [
            power[0] * product[0],
            power[1] * product[0] + power[0] * product[1],
            power[2] * product[0] + 2.0 * power[1] * product[1] + power[0] * product[2],
        ]
    }
}

/// tanh(c + bx + ax²) and its first two derivatives.
fn step([c, b, a]: [f64; 3], x: f64) -> [f64; 3] {
    let (value, slope) = (math::tanh(c + (b + a * x) * x), b + 2.0 * a * x);
    let change = 1.0 - value * value;
    [value, change * slope, change * (2.0 * a - 2.0 * value * slope * slope)]
}

impl RandomLine {
    /// The derivative of E of order 0, 1 or 2 at x.
    fn derivative(&self, order: usize, x: f64) -> f64 {
        let terms: f64 = self.terms.iter().map(|term| term.at(x)[order]).sum();
        [0.5 * x * x, x, 1.0][order] - terms
    }
}

impl Energy for RandomLine {
    fn dim(&self) -> usize {
        1
    }

    fn energy(&self, x: &[f64]) -> f64 {
        self.derivative(0, x[0])
    }

    fn gradient(&self, x: &[f64], out: &mut [f64]) {
        out[0] = self.derivative(1, x[0]);
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) {
        out[0] = self.derivative(2, x[0]);
    }

    fn frame(&self) -> [[f64; 2]; 2] {
        let reach = f64::from(FRAME_END + 1);
        [[-reach, reach]; 2]
    }

    fn length_scale(&self) -> f64 {
        0.15
    }

    fn has_kink(&self) -> bool {
        true
    }
}
