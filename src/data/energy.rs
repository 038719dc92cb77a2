//! Densities given by an energy on the line or in the plane: p(x) = exp(-E(x)) / Z, with Z by quadrature.
//!
//! Log-density, score and Hessian are E's derivatives and Z in closed form. Draws are exact. The smoothed density p_σ
//! is a sum over a [`blurred_lattice`]. Where σ is too small for a lattice, p_σ is integrated around each point
//! ([`local_quadrature`]). Both err by less than 1e-6 in log p_σ inside the frame. Outside, the lattice takes p as
//! zero, so scores point back into the frame.

use alloc::boxed::Box;
use alloc::sync::Arc;

use super::Density;
use super::smoothed::{ClosedForm, Smoothed};
use crate::math;
use crate::rng::Stream;

pub mod blurred_lattice;
pub mod local_quadrature;
pub mod posterior;
pub mod proposal;
pub mod quadrature_nodes;
pub mod wells;

use blurred_lattice::Lattice;
use local_quadrature::LocalQuadrature;
use posterior::Tweedie;
use proposal::Proposal;
use quadrature_nodes::Table;

/// A function E on R or R² with its derivatives, and the facts that quadrature needs.
pub trait Energy: Send + Sync {
    /// The dimension d, one or two.
    fn dim(&self) -> usize;

    /// E(x).
    fn energy(&self, x: &[f64]) -> f64;

    /// Writes ∇E(x) to `out` (length d); not finite where E is not differentiable.
    fn gradient(&self, x: &[f64], out: &mut [f64]);

    /// Writes the Hessian of E at x to `out` (d×d, row-major); not finite where E has no second derivatives.
    fn hessian(&self, x: &[f64], out: &mut [f64]);

    /// One interval per axis. Outside, exp(-E) is below e⁻³⁰ of its maximum.
    fn frame(&self) -> [[f64; 2]; 2];

    /// The length scale of exp(-E): twelve quadrature nodes integrate an interval of this width.
    fn length_scale(&self) -> f64;

    /// Whether E has a kink at the origin, where the rule's panels are refined.
    fn has_kink(&self) -> bool {
        false
    }
}

/// The density exp(-E)/Z.
#[derive(Clone)]
pub struct Gibbs {
    energy: Arc<dyn Energy>,
    log_z: f64,
    proposal: Arc<Proposal>,
}

impl Gibbs {
    /// The density of `energy`; integrates exp(-E) for Z and tabulates it for draws.
    pub fn new(energy: impl Energy + 'static) -> Self {
        let energy: Arc<dyn Energy> = Arc::new(energy);
        let log_z = Table::new(&*energy, energy.frame(), energy.length_scale()).log_integral();
        let proposal = Arc::new(Proposal::new(&*energy));
        Self { energy, log_z, proposal }
    }

    /// log Z.
    pub fn log_z(&self) -> f64 {
        self.log_z
    }
}

impl Density for Gibbs {
    fn dim(&self) -> usize {
        self.energy.dim()
    }

    fn sample(&self, rng: &mut Stream, out: &mut [f64]) {
        self.proposal.sample(&*self.energy, rng, out);
    }

    fn log_density(&self, x: &[f64]) -> Option<f64> {
        Some(-self.energy.energy(x) - self.log_z)
    }

    fn score(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        self.energy.gradient(x, out);
        negate(out)
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) -> Option<()> {
        self.energy.hessian(x, out);
        negate(out)
    }

    /// `None` on the line if σ is below 2·10⁻⁵ of the frame's width, because the lattice would have too many points.
    fn smoothed(&self, sigma: f64) -> Option<Box<dyn Density>> {
        if sigma == 0.0 {
            return Some(Box::new(self.clone()));
        }
        let lattice = Lattice::new(&*self.energy, self.energy.frame(), sigma, self.log_z);
        let form: Box<dyn ClosedForm> = match lattice {
            Some(lattice) => Box::new(Tweedie(lattice)),
            None => Box::new(Tweedie(LocalQuadrature::new(self.energy.clone(), sigma, self.log_z)?)),
        };
        Some(Box::new(Smoothed::new(Box::new(self.clone()), sigma, form)))
    }
}

/// Flips all signs; `None` unless all numbers are finite.
fn negate(values: &mut [f64]) -> Option<()> {
    values.iter_mut().for_each(|value| *value = -*value);
    values.iter().all(|value| value.is_finite()).then_some(())
}

/// The point x of R or R² as a point of the plane; x ∈ R becomes (0, x).
fn in_plane(x: &[f64]) -> [f64; 2] {
    if x.len() == 1 { [0.0, x[0]] } else { [x[0], x[1]] }
}

/// exp(-t²/2v).
fn kernel(t: f64, variance: f64) -> f64 {
    math::exp(-0.5 * t * t / variance)
}
