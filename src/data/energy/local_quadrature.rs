//! A slightly smoothed density in the plane, by Gauss-Hermite quadrature around the most probable clean point (Liu and
//! Pierce 1994): p_σ(x) = ∫ exp(-φ(y)) dy / 2πσ²Z with φ(y) = E(y) + ‖x - y‖²/2σ².
//!
//! Let m be the minimum of φ and L Lᵀ the inverse of its Hessian at m. With y = m + L z the integrand is nearly a
//! normal density in z, for any slope of E. Seven nodes on each axis are enough while σ is small against the length
//! scale of E.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Energy;
use super::blurred_lattice::Lattice;
use super::posterior::{HasPosterior, Posterior, Sums};
use crate::math::quadrature::gauss_hermite;
use crate::math::{self, TAU};

/// Nodes on each axis.
const NODES: usize = 7;
/// Pairs of nodes with a smaller weight are skipped.
const NEGLIGIBLE: f64 = 1e-10;
/// Newton's method stops at steps shorter than this times σ, or after `MAX_STEPS` steps.
const TOLERANCE: f64 = 1e-3;
const MAX_STEPS: usize = 60;
/// Points closer to a kink than this, in standard deviations, use a lattice.
const KINK_DISTANCE: f64 = 6.0;
/// The half-width of that lattice around the kink, in standard deviations.
const KINK_FRAME: f64 = 16.0;

/// p_σ by a separate rule around each point.
pub struct LocalQuadrature {
    energy: Arc<dyn Energy>,
    variance: f64,
    log_z: f64,
    /// Each node z with its weight for an integrand that still contains exp(-‖z‖²/2).
    nodes: Vec<[f64; 3]>,
    /// A lattice around the origin, if E has a kink there.
    kink_lattice: Option<Lattice>,
}

impl LocalQuadrature {
    /// `exp(-energy)/Z` smoothed by `sigma`; `None` on the line.
    pub fn new(energy: Arc<dyn Energy>, sigma: f64, log_z: f64) -> Option<Self> {
        if !(energy.dim() == 2 && sigma > 0.0 && sigma.is_finite()) {
            return None;
        }
        let frame = [[-KINK_FRAME * sigma, KINK_FRAME * sigma]; 2];
        let kink_lattice = if energy.has_kink() { Lattice::new(&*energy, frame, sigma, log_z) } else { None };
        Some(Self { energy, variance: sigma * sigma, log_z, nodes: nodes(), kink_lattice })
    }

    /// φ(y).
    fn exponent(&self, x: &[f64], y: [f64; 2]) -> f64 {
        self.energy.energy(&y) + 0.5 * math::squared_distance(&y, x) / self.variance
    }

    /// The minimum of φ, and the lower triangle of L there.
    fn centre(&self, x: &[f64]) -> ([f64; 2], [f64; 3]) {
        let mut y = [x[0], x[1]];
        let (mut slope, mut root) = ([0.0; 2], [0.0; 3]);
        for _ in 0..MAX_STEPS {
            root = self.inverse_root(&y);
            self.energy.gradient(&y, &mut slope);
            (0..2).for_each(|k| slope[k] += (y[k] - x[k]) / self.variance);
            // L Lᵀ ∇φ
            let z = [root[0] * slope[0] + root[1] * slope[1], root[2] * slope[1]];
            let step = transform(root, z);
            (0..2).for_each(|k| y[k] -= step[k]);
            if math::dot(&step, &step) <= TOLERANCE * TOLERANCE * self.variance {
                break;
            }
        }
        (y, root)
    }

    /// The lower triangle of L at y. Where φ is not convex, L of a diagonal matrix that bounds the Hessian from above.
    fn inverse_root(&self, y: &[f64]) -> [f64; 3] {
        let mut hessian = [0.0; 4];
        self.energy.hessian(y, &mut hessian);
        let [a, b, _, c] = hessian;
        let (a, c) = (a + 1.0 / self.variance, c + 1.0 / self.variance);
        let determinant = a * c - b * b;
        if a > 0.0 && determinant > 0.0 {
            // The inverse is [[c, -b], [-b, a]] / determinant.
            let first = math::sqrt(c / determinant);
            [first, -b / determinant / first, math::sqrt(1.0 / c)]
        } else {
            [math::sqrt(1.0 / (a.abs() + b.abs())), 0.0, math::sqrt(1.0 / (c.abs() + b.abs()))]
        }
    }
}

/// All pairs of nodes with weights above `NEGLIGIBLE`.
fn nodes() -> Vec<[f64; 3]> {
    let rule = gauss_hermite(NODES);
    let mut nodes = Vec::new();
    for (a, v) in &rule {
        for (b, w) in rule.iter().filter(|(_, w)| v * w > NEGLIGIBLE) {
            nodes.push([*a, *b, v * w * TAU * math::exp(0.5 * (a * a + b * b))]);
        }
    }
    nodes
}

/// L z.
fn transform(root: [f64; 3], z: [f64; 2]) -> [f64; 2] {
    [root[0] * z[0], root[1] * z[0] + root[2] * z[1]]
}

impl HasPosterior for LocalQuadrature {
    fn posterior(&self, x: &[f64]) -> Posterior {
        if let Some(kink_lattice) =
            self.kink_lattice.as_ref().filter(|_| math::dot(x, x) < KINK_DISTANCE * KINK_DISTANCE * self.variance)
        {
            return kink_lattice.posterior(x);
        }
        let (centre, root) = self.centre(x);
        let least = self.exponent(x, centre);
        let mut sums = Sums::default();
        for [a, b, weight] in &self.nodes {
            let shift = transform(root, [*a, *b]);
            let y = [centre[0] + shift[0], centre[1] + shift[1]];
            let (a, b) = (y[0] - x[0], y[1] - x[1]);
            sums.add(weight * math::exp(least - self.exponent(x, y)), a, [1.0, b, b * b]);
        }
        let log_factor = math::ln(root[0] * root[2] / (TAU * self.variance)) - least - self.log_z;
        sums.posterior(log_factor, self.variance)
    }
}
