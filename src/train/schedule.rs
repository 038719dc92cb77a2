//! How the noise σ and the learning rate change over a run: σ falls in levels, each started from the weights of the
//! previous level, and the rate follows a curve within the run.
//!
//! Every σ of a run comes from here:
//!
//! | σ | purpose | from |
//! |---|---|---|
//! | final σ | `train.sigma`: kernels, initial weights, the reference of a complete run | [`Schedule::final_sigma`] |
//! | training σ | the corruption of a step, in the objective and in the network's output scale | [`Schedule::sigma`] |
//! | σ of the weights | the score (r(x) - x)/σ² of the weights after a number of steps | [`Schedule::sigma_after`] |

use alloc::vec::Vec;

use crate::math::{self, decimal};
use crate::objective;
use crate::setting::{Choice, Condition, Section, Setting, SettingError, SettingKind, Settings, Text};

static CONSTANT: Choice = Choice { id: "constant", label: "constant", help: "The same rate in all steps." };
static COSINE: Choice =
    Choice { id: "cosine", label: "cosine", help: "Half a cosine wave down to zero, which settles the weights." };
static STEPS: Choice = Choice {
    id: "steps",
    label: "in steps",
    help: "A tenth of the rate after half of the run, a hundredth after three quarters.",
};

/// Number of levels of σ.
pub(super) const LEVELS: Setting = Setting {
    key: "train.sigma-levels",
    label: "Noise levels",
    unit: "levels",
    help: "The number of levels of σ, which fall by equal factors; each lasts an equal share of the steps.",
    kind: SettingKind::Integer { default: 1, min: 1, max: 100 },
    is_advanced: true,
    conditions: &[Condition::is(LIST.key, "1")],
    ..Setting::of(Section::Training)
};

/// The first of several levels, in units of the final σ.
pub(super) const FIRST: Setting = Setting {
    key: "train.sigma-first",
    label: "First level",
    unit: "times σ",
    help: "The noise of the first of several levels.",
    kind: SettingKind::Real { default: 20.0, min: 1.0, max: WIDEST },
    is_advanced: true,
    conditions: &[Condition::is(LIST.key, "1"), Condition::is_not(LEVELS.key, "1")],
    ..Setting::of(Section::Training)
};

/// The levels one by one.
pub(super) const LIST: Setting = Setting {
    key: "train.sigma-list",
    label: "List of levels",
    unit: "times σ",
    help: "The noise levels one by one, such as 10,5,2,1, in place of equal factors; 10:1:5 means five levels from 10 to 1 by \
           equal factors. 1 alone means no list.",
    kind: SettingKind::Text { default: Text::new("1"), max: 47, allowed: "0123456789.,:" },
    is_advanced: true,
    ..Setting::of(Section::Training)
};

/// Maximum number of levels of a range.
const MOST_LEVELS: f64 = 100.0;

/// Maximum level, in units of the final σ.
const WIDEST: f64 = 1000.0;

/// The schedule of the rate.
pub(super) const RATE_SCHEDULE: Setting = Setting {
    key: "train.schedule",
    label: "Learning-rate schedule",
    unit: "",
    help: "The learning rate as a function of the step.",
    kind: SettingKind::Choice { default: "constant", options: &[&CONSTANT, &COSINE, &STEPS] },
    is_advanced: true,
    ..Setting::of(Section::Training)
};

/// The σ and the rate of each step of a run.
#[derive(Clone, Debug)]
pub struct Schedule {
    sigmas: Vec<f64>,
    steps: u32,
    rate_schedule: &'static str,
}

impl Schedule {
    /// The schedule chosen in `settings`; an error if the list of levels is malformed.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingError> {
        let (final_sigma, steps) = (settings.real(objective::SIGMA.key), settings.integer("steps"));
        let factors = match listed(settings)? {
            list if list.len() > 1 => list,
            _ => geometric(settings.integer(LEVELS.key).min(steps), settings.real(FIRST.key)),
        };
        // A run of fewer steps would end before the last level.
        let skipped = factors.len().saturating_sub(steps as usize);
        // The last factor is 1, so the last level is the final σ to the last bit.
        let sigmas = factors[skipped..].iter().map(|factor| final_sigma * factor).collect();
        Ok(Self { sigmas, steps, rate_schedule: settings.choice(RATE_SCHEDULE.key) })
    }

    /// The number of levels.
    pub fn levels(&self) -> usize {
        self.sigmas.len()
    }

    /// The level of step number `step`. Steps past the end of the run belong to the last level.
    pub fn level(&self, step: u32) -> usize {
        let passed = u64::from(step) * self.sigmas.len() as u64 / u64::from(self.steps);
        (passed as usize).min(self.sigmas.len() - 1)
    }

    /// The training σ of step number `step`.
    pub fn sigma(&self, step: u32) -> f64 {
        self.sigmas[self.level(step)]
    }

    /// The training σ of a level.
    pub(super) fn sigma_of(&self, level: usize) -> f64 {
        self.sigmas[level]
    }

    /// The σ of the weights after `steps` steps: the training σ of the last step, or of the first if there was none.
    pub fn sigma_after(&self, steps: u32) -> f64 {
        self.sigma(steps.saturating_sub(1))
    }

    /// The final σ: the σ of the last level, which equals `train.sigma` to the last bit.
    pub fn final_sigma(&self) -> f64 {
        self.sigmas[self.sigmas.len() - 1]
    }

    /// The factor on the rate of step number `step`.
    pub fn rate_factor(&self, step: u32) -> f64 {
        let share = f64::from(step) / f64::from(self.steps);
        match self.rate_schedule {
            _ if self.rate_schedule == COSINE.id => 0.5 + 0.5 * math::sin_cos(0.5 * math::TAU * share.min(1.0)).1,
            _ if self.rate_schedule == STEPS.id && share >= 0.75 => 0.01,
            _ if self.rate_schedule == STEPS.id && share >= 0.5 => 0.1,
            _ => 1.0,
        }
    }
}

/// `levels` numbers in equal ratios from `first` to 1; a single number is 1.
fn geometric(levels: u32, first: f64) -> Vec<f64> {
    let decay = math::ln(first) / f64::from(levels.max(2) - 1);
    (0..levels).rev().map(|left| math::exp(decay * f64::from(left))).collect()
}

/// The numbers of [`LIST`].
fn listed(settings: &Settings) -> Result<Vec<f64>, SettingError> {
    let (text, mut factors) = (settings.text(LIST.key), Vec::new());
    let is_list = text.as_str().split(',').all(|part| append(part, &mut factors).is_some());
    if is_list && factors.last() == Some(&1.0) {
        return Ok(factors);
    }
    let expected =
        "be numbers above 0 and up to 1000, or first:last:count of up to 100, with commas between; the last is 1";
    Err(SettingError::new(LIST.key, text.as_str(), expected))
}

/// Appends a number, or the numbers that `first:last:count` stands for. If the list ends with `first`, it is not
/// repeated. `None` if the text is neither.
fn append(part: &str, factors: &mut Vec<f64>) -> Option<()> {
    let mut numbers = part.split(':').map(decimal::parse);
    let mut factor = || numbers.next().map(|number| number.filter(|number| *number > 0.0 && *number <= WIDEST));
    let (first, last) = (factor()??, factor());
    if last.is_none() || factors.last() != Some(&first) {
        factors.push(first);
    }
    let Some(last) = last else { return Some(()) };
    let (last, count) = (last?, numbers.next()??);
    let is_count = (2.0..=MOST_LEVELS).contains(&count) && f64::from(count as u32) == count && numbers.next().is_none();
    // The count is checked before numbers are collected.
    let rest = is_count.then(|| geometric(count as u32, first / last))?;
    factors.extend(rest.into_iter().skip(1).map(|factor| last * factor));
    Some(())
}
