//! Adapts step sizes in a warm-up by dual averaging (Hoffman and Gelman 2014, section 3.2; γ = 0.05, t₀ = 10,
//! κ = 0.75), then freezes them. Each group of chains has its own step size, so any split into whole groups gives the
//! same states.
//!
//! δ is the target acceptance rate and α the group's mean acceptance in transition m:
//! H ← (1 - 1/(m + t₀)) H + (δ - α)/(m + t₀), log f = log 10 - √m/γ H, and the frozen factor is the average
//! log f̄ ← m^-κ log f + (1 - m^-κ) log f̄.

use alloc::boxed::Box;
use alloc::format;

use super::{InfosMut, KernelProperties, Sampler, States};
use crate::math;
use crate::rng::Stream;
use crate::score::Score;
use crate::setting::{Section, Setting, SettingError, SettingKind, Settings};

const GAMMA: f64 = 0.05;
const T_0: f64 = 10.0;
const KAPPA: f64 = 0.75;
/// Factors on the step size lie between e^-`WIDEST` and e^`WIDEST`.
const WIDEST: f64 = 12.0;

/// The setting for the length of the warm-up.
pub const WARM_UP: Setting = Setting {
    key: "sample.warm-up",
    label: "Warm-up",
    unit: "transitions",
    help: "The number of transitions in which each group of chains adapts its step size, starting from the chosen value; \
           0 keeps the chosen value.",
    kind: SettingKind::Integer { default: 0, min: 0, max: 100_000 },
    is_advanced: true,
    ..Setting::of(Section::Sampling)
};

/// The acceptance rate at which a random walk in R^`dim` mixes best (Gelman, Roberts and Gilks 1996).
pub(super) fn random_walk_target_acceptance(dim: usize) -> f64 {
    match dim {
        0..=5 => [0.44, 0.44, 0.35, 0.32, 0.3, 0.27][dim],
        6..=9 => 0.25,
        _ => 0.234,
    }
}

/// The acceptance rate at which proposals along the score mix best (Roberts and Rosenthal 1998).
pub(super) const LANGEVIN_TARGET_ACCEPTANCE: f64 = 0.574;

/// The target acceptance rate of Hamiltonian moves (Hoffman and Gelman 2014).
pub(super) const HAMILTONIAN_TARGET_ACCEPTANCE: f64 = 0.8;

/// Refuses a warm-up that reaches into the later half of a run. Runs are judged by that half, with frozen step sizes.
pub fn check(settings: &Settings) -> Result<(), SettingError> {
    let (key, half) = (WARM_UP.key, settings.integer("transitions") / 2);
    if !settings.has(key) || settings.integer(key) <= half {
        return Ok(());
    }
    let expected = format!("be at most half of transitions, {half}: the later half of a run is what it is judged by");
    Err(SettingError::new(key, settings.integer(key), expected))
}

/// A kernel that adapts its step size in its first transitions.
#[derive(Clone)]
pub struct Adaptive {
    kernel: Box<dyn Sampler>,
    warm_up: u32,
    ideal: f64,
}

impl Adaptive {
    /// `kernel` in R^`dim`, adapted for `warm_up` transitions. Returns `kernel` unchanged without a warm-up, or if it
    /// has no target acceptance rate.
    pub fn wrap(kernel: Box<dyn Sampler>, warm_up: u32, dim: usize) -> Box<dyn Sampler> {
        match kernel.properties(dim).target_acceptance {
            Some(ideal) if warm_up > 0 => Box::new(Self { kernel, warm_up, ideal }),
            _ => kernel,
        }
    }
}

/// The state of dual averaging of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DualAverage {
    /// The number m of transitions so far.
    pub count: f64,
    /// H.
    pub gap: f64,
    /// log f.
    pub log_factor: f64,
    /// log f̄.
    pub log_average: f64,
}

impl DualAverage {
    /// Length of the state in numbers.
    const SIZE: usize = 4;

    /// Updates the state with a transition of acceptance `rate`. `ideal` is the target rate and `largest` the maximum
    /// factor.
    pub fn add(&mut self, rate: f64, ideal: f64, largest: f64) {
        self.count += 1.0;
        let share = 1.0 / (self.count + T_0);
        self.gap = (1.0 - share) * self.gap + share * (ideal - rate);
        let log_factor = core::f64::consts::LN_10 - math::sqrt(self.count) / GAMMA * self.gap;
        // Not `clamp`: its message would add the formatting of floats to the page's module.
        let most = math::ln(largest).min(WIDEST);
        self.log_factor = if log_factor < -WIDEST {
            -WIDEST
        } else if log_factor > most {
            most
        } else {
            log_factor
        };
        let fresh = math::exp(-KAPPA * math::ln(self.count));
        self.log_average = fresh * self.log_factor + (1.0 - fresh) * self.log_average;
    }

    fn read(memory: &[f64]) -> Self {
        Self { count: memory[0], gap: memory[1], log_factor: memory[2], log_average: memory[3] }
    }

    fn write(&self, memory: &mut [f64]) {
        memory.copy_from_slice(&[self.count, self.gap, self.log_factor, self.log_average]);
    }
}

/// The mean of min(1, α); NaN counts as zero.
fn mean_acceptance(log_acceptances: &[f64]) -> f64 {
    let acceptance = |log: &f64| if log.is_nan() { 0.0 } else { math::exp(log.min(0.0)) };
    log_acceptances.iter().map(acceptance).sum::<f64>() / log_acceptances.len() as f64
}

/// Splits `states` into the part of the kernel and the numbers of dual averaging.
fn parted<'a>(states: &'a mut States<'_>) -> (States<'a>, &'a mut [f64]) {
    let (group_state, own) = states.group_state.split_at_mut(states.group_state.len() - DualAverage::SIZE);
    (States { positions: states.positions, chain_states: states.chain_states, group_state }, own)
}

impl Sampler for Adaptive {
    fn properties(&self, dim: usize) -> KernelProperties {
        let kernel = self.kernel.properties(dim);
        let group_state_len = kernel.group_state_len + DualAverage::SIZE;
        KernelProperties { group_state_len, warm_up: self.warm_up, ..kernel }
    }

    fn init(&mut self, target: &dyn Score, states: &mut States<'_>) {
        let (mut inner, own) = parted(states);
        DualAverage::default().write(own);
        self.kernel.scale_step(1.0);
        self.kernel.init(target, &mut inner);
    }

    /// Does nothing: the warm-up sets the step size.
    fn scale_step(&mut self, _factor: f64) {}

    fn refresh(&mut self, target: &dyn Score, states: &mut States<'_>) {
        let (mut inner, own) = parted(states);
        self.kernel.scale_step(math::exp(DualAverage::read(own).log_factor));
        self.kernel.refresh(target, &mut inner);
    }

    fn transition(
        &mut self,
        target: &dyn Score,
        rngs: &mut [Stream],
        states: &mut States<'_>,
        infos: &mut InfosMut<'_>,
    ) {
        let (mut inner, own) = parted(states);
        let mut average = DualAverage::read(own);
        self.kernel.scale_step(math::exp(average.log_factor));
        self.kernel.transition(target, rngs, &mut inner, infos);
        if average.count >= f64::from(self.warm_up) {
            return;
        }
        let max_step_scale = self.kernel.properties(infos.dim()).max_step_scale;
        average.add(mean_acceptance(infos.log_acceptances), self.ideal, max_step_scale);
        if average.count >= f64::from(self.warm_up) {
            average.log_factor = average.log_average;
        }
        self.kernel.scale_step(math::exp(average.log_factor));
        self.kernel.refresh(target, &mut inner);
        average.write(own);
    }
}
