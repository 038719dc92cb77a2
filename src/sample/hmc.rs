//! Hamiltonian Monte Carlo: from a fresh momentum, L leapfrog steps of size ε on s/T; log α = -ΔH, H = E/T + ½‖p‖²
//! (Duane et al. 1987; Neal 2011). Exact when the score is the gradient of an energy and ΔE is its difference. All
//! chains of a group take each step together.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::acceptance::{Acceptance, TEMPERATURE, decide};
use super::adaptation::{HAMILTONIAN_TARGET_ACCEPTANCE, WARM_UP};
use super::fault_injection::FAULT;
use super::leapfrog::{self, Bodies, Leapfrog};
use super::{
    Builder, CHAINS_PER_GROUP, InfosMut, KernelProperties, STEP_SIZE_IN_SIGMA, Sampler, States, step_size_in_sigma,
};
use crate::rng::Stream;
use crate::score::Score;
use crate::setting::{Choice, Hints, Section, Setting, SettingKind, Variant};

/// The kernel's entry in the menu.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "hmc",
        label: "Hamiltonian",
        help: "Draw a momentum and follow Hamiltonian dynamics; proposals are far away and mostly accepted; exact where the score is \
               the gradient of an energy.",
    },
    settings: &[step_size_in_sigma(1.0), LEAPFROG_STEPS, TEMPERATURE, leapfrog::RULE, WARM_UP, FAULT],
    suggest: &[],
    build: Builder {
        transition: "The chain went there along a curve of leapfrog steps. The straight line stands for it: where the score is a gradient, the \
                 energy difference is the same along any path. log α also weighs the momentum.",
        step_size: Some(STEP_SIZE_IN_SIGMA),
        build: |settings, sigma, dim| {
            let (step_size, leapfrog_steps) =
                (sigma * settings.real(STEP_SIZE_IN_SIGMA), settings.integer(LEAPFROG_STEPS.key));
            Ok(Box::new(Hmc::new(step_size, leapfrog_steps, leapfrog::acceptance(settings, dim)?, dim)))
        },
    },
};

/// The setting for the number of leapfrog steps.
const LEAPFROG_STEPS: Setting = Setting {
    key: "sample.leapfrog-steps",
    label: "Leapfrog steps",
    unit: "steps",
    help: "The number of leapfrog steps to each proposal.",
    kind: SettingKind::Integer { default: 10, min: 1, max: 1000 },
    hints: Hints { zero: "Without a step the chain does not move.", negative: "It is a count." },
    ..Setting::of(Section::Sampling)
};

/// The kernel with its step size ε and number of steps L.
#[derive(Clone, Debug)]
pub struct Hmc {
    leapfrog_steps: u32,
    leapfrog: Leapfrog,
    bodies: Bodies,
    /// ½‖p‖² at the start.
    kinetic_energies: Vec<f64>,
}

impl Hmc {
    /// Trajectories of `leapfrog_steps` steps of size `step_size` in R^`dim`.
    ///
    /// # Panics
    ///
    /// Unless `step_size` is positive and finite.
    pub fn new(step_size: f64, leapfrog_steps: u32, acceptance: impl Into<Acceptance>, dim: usize) -> Self {
        let leapfrog = Leapfrog::new(step_size, acceptance.into(), CHAINS_PER_GROUP, dim);
        Self {
            leapfrog_steps,
            leapfrog,
            bodies: Bodies::new(CHAINS_PER_GROUP, dim),
            kinetic_energies: vec![0.0; CHAINS_PER_GROUP],
        }
    }
}

impl Sampler for Hmc {
    fn properties(&self, _: usize) -> KernelProperties {
        KernelProperties { target_acceptance: Some(HAMILTONIAN_TARGET_ACCEPTANCE), ..KernelProperties::default() }
    }

    fn scale_step(&mut self, factor: f64) {
        self.leapfrog.factor = factor;
    }

    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    ) {
        let Self { leapfrog_steps, leapfrog, bodies, kinetic_energies } = self;
        bodies.start(target, rngs, states.positions);
        kinetic_energies
            .iter_mut()
            .zip(0..rngs.len())
            .for_each(|(energy, chain)| *energy = bodies.kinetic_energy(chain));
        (0..*leapfrog_steps).for_each(|_| leapfrog.step(target, bodies, &[1.0; CHAINS_PER_GROUP]));
        infos.proposals.copy_from_slice(&bodies.positions);
        infos.energy_differences.copy_from_slice(&bodies.energies);
        for (chain, difference) in bodies.energies.iter().enumerate() {
            let correction = kinetic_energies[chain] - bodies.kinetic_energy(chain);
            infos.log_acceptances[chain] = leapfrog.acceptance.log_corrected(*difference, correction);
        }
        decide(rngs, states.positions, infos);
    }
}
