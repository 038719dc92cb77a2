//! A slightly blurred density in the plane by Gauss-Hermite quadrature around the most probable clean point (Liu and Pierce
//! 1994): p_σ(x) = ∫ exp(-φ(y)) dy / 2πσ²Z with φ(y) = E(y) + ‖x - y‖²/2σ².
//!
//! With m the minimum of φ and L Lᵀ the inverse of its Hessian there, y = m + L z makes the integrand nearly a normal density
//! in z, however steep E is: seven nodes on each axis are enough while σ is small beside whatever E does.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Energy;
use super::lattice::Lattice;
use super::posterior::{Blurred, Posterior, Sums};
use crate::math::quadrature::gauss_hermite;
use crate::math::{self, TAU};

/// Nodes on each axis.
const NODES: usize = 7;
/// Pairs of nodes that weigh less than this are left out.
const NEGLIGIBLE: f64 = 1e-10;
/// Newton's method stops at steps below this part of σ, or after so many.
const TOLERANCE: f64 = 1e-3;
const MOST_STEPS: usize = 60;
/// Nearer to a kink than this, in standard deviations, a lattice takes over,
const NEAR_KINK: f64 = 6.0;
/// with a frame that reaches this far around it.
const AROUND_KINK: f64 = 16.0;

/// p_σ, at each point from a rule of its own.
pub struct Local {
    energy: Arc<dyn Energy>,
    variance: f64,
    log_z: f64,
    /// z and the weight for an integrand that is not yet divided by exp(-‖z‖²/2).
    nodes: Vec<[f64; 3]>,
    /// Around the origin, if E has a kink there.
    patch: Option<Lattice>,
}

impl Local {
    /// `exp(-energy)/Z` blurred by `sigma`; `None` on the line.
    pub fn new(energy: Arc<dyn Energy>, sigma: f64, log_z: f64) -> Option<Self> {
        if !(energy.dim() == 2 && sigma > 0.0 && sigma.is_finite()) {
            return None;
        }
        let frame = [[-AROUND_KINK * sigma, AROUND_KINK * sigma]; 2];
        let patch = if energy.has_kink() { Lattice::new(&*energy, frame, sigma, log_z) } else { None };
        Some(Self { energy, variance: sigma * sigma, log_z, nodes: nodes(), patch })
    }

    /// φ(y).
    fn exponent(&self, x: &[f64], y: [f64; 2]) -> f64 {
        self.energy.energy(&y) + 0.5 * math::squared_distance(&y, x) / self.variance
    }

    /// The minimum of φ, and the lower triangle of L.
    fn centre(&self, x: &[f64]) -> ([f64; 2], [f64; 3]) {
        let mut y = [x[0], x[1]];
        let (mut slope, mut root) = ([0.0; 2], [0.0; 3]);
        for _ in 0..MOST_STEPS {
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

    /// L at y; where φ is not convex, that of a diagonal matrix which is greater than the Hessian.
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

/// All pairs of nodes that count.
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

impl Blurred for Local {
    fn posterior(&self, x: &[f64]) -> Posterior {
        if let Some(patch) = self.patch.as_ref().filter(|_| math::dot(x, x) < NEAR_KINK * NEAR_KINK * self.variance) {
            return patch.posterior(x);
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
