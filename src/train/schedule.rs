//! How the noise σ and the learning rate change over a run: σ falls in levels, each started from the weights of the one before,
//! and the rate follows a curve within the run.

use alloc::vec::Vec;

use crate::field::{Choice, Field, Kind, Problem, Settings, Text};
use crate::math::{self, decimal};
use crate::objective;

static CONSTANT: Choice =
    Choice { id: "constant", label: "constant", help: "The same from the first step to the last." };
static COSINE: Choice = Choice {
    id: "cosine",
    label: "cosine",
    help: "Falls to zero over the run like half a wave, which settles the weights.",
};
static STEPS: Choice =
    Choice { id: "steps", label: "in steps", help: "A tenth after half of the run, a hundredth after three quarters." };

/// How many levels σ takes.
pub(super) const LEVELS: Field = Field {
    key: "train.levels",
    label: "Noise levels",
    unit: "levels",
    help: "Through how many levels σ falls, by equal factors, each for an equal share of the steps.",
    kind: Kind::Integer { default: 1, min: 1, max: 100 },
};

/// The first of several levels.
pub(super) const FIRST: Field = Field {
    key: "train.first",
    label: "First level",
    unit: "times σ",
    help: "The noise of the first level, where there are several.",
    kind: Kind::Real { default: 20.0, min: 1.0, max: WIDEST },
};

/// The levels one by one.
pub(super) const LIST: Field = Field {
    key: "train.list",
    label: "List of levels",
    unit: "times σ",
    help: "The noise levels one by one, such as 10,5,2,1, in place of equal factors where it is not 1 alone; 10:1:5 stands \
           for five from 10 to 1 by equal factors.",
    kind: Kind::Text { default: Text::new("1"), max: 47, allowed: "0123456789.,:" },
};

/// No range of a list has more levels.
const MOST_LEVELS: f64 = 100.0;

/// No level is wider than this many σ.
const WIDEST: f64 = 1000.0;

/// What becomes of the rate.
pub(super) const PACE: Field = Field {
    key: "train.pace",
    label: "Rate over time",
    unit: "",
    help: "How the learning rate changes while the run goes on.",
    kind: Kind::Choice { default: "constant", options: &[&CONSTANT, &COSINE, &STEPS] },
};

/// The σ and the rate of each step of a run.
#[derive(Clone, Debug)]
pub struct Schedule {
    sigmas: Vec<f64>,
    steps: u32,
    pace: &'static str,
}

impl Schedule {
    /// The schedule chosen in `settings`; a list that is none is refused.
    pub fn from_settings(settings: &Settings) -> Result<Self, Problem> {
        let (last, steps) = (settings.real(objective::SIGMA.key), settings.integer("steps"));
        let factors = match listed(settings)? {
            list if list.len() > 1 => list,
            _ => geometric(settings.integer(LEVELS.key).min(steps), settings.real(FIRST.key)),
        };
        // A run of fewer steps would end before the last level.
        let skipped = factors.len().saturating_sub(steps as usize);
        // The last level is σ itself, to the last bit.
        let sigmas = factors[skipped..].iter().map(|factor| last * factor).collect();
        Ok(Self { sigmas, steps, pace: settings.choice(PACE.key) })
    }

    /// The number of levels.
    pub fn levels(&self) -> usize {
        self.sigmas.len()
    }

    /// The level of step number `step`; the last one goes on past the end of the run.
    pub fn level(&self, step: u32) -> usize {
        let passed = u64::from(step) * self.sigmas.len() as u64 / u64::from(self.steps);
        (passed as usize).min(self.sigmas.len() - 1)
    }

    /// The σ of step number `step`.
    pub fn sigma(&self, step: u32) -> f64 {
        self.sigmas[self.level(step)]
    }

    /// The σ of a level.
    pub(super) fn sigma_of(&self, level: usize) -> f64 {
        self.sigmas[level]
    }

    /// The σ of the weights after `steps` steps.
    pub fn sigma_after(&self, steps: u32) -> f64 {
        self.sigma(steps.saturating_sub(1))
    }

    /// The last σ.
    pub fn last_sigma(&self) -> f64 {
        self.sigmas[self.sigmas.len() - 1]
    }

    /// The factor on the rate of step number `step`.
    pub fn pace(&self, step: u32) -> f64 {
        let share = f64::from(step) / f64::from(self.steps);
        match self.pace {
            _ if self.pace == COSINE.id => 0.5 + 0.5 * math::sin_cos(0.5 * math::TAU * share.min(1.0)).1,
            _ if self.pace == STEPS.id && share >= 0.75 => 0.01,
            _ if self.pace == STEPS.id && share >= 0.5 => 0.1,
            _ => 1.0,
        }
    }
}

/// `levels` numbers in equal ratios that end at 1; the first is `first`, unless it is the only one.
fn geometric(levels: u32, first: f64) -> Vec<f64> {
    let decay = math::ln(first) / f64::from(levels.max(2) - 1);
    (0..levels).rev().map(|left| math::exp(decay * f64::from(left))).collect()
}

/// The numbers of [`LIST`].
fn listed(settings: &Settings) -> Result<Vec<f64>, Problem> {
    let (text, mut factors) = (settings.text(LIST.key), Vec::new());
    let is_list = text.as_str().split(',').all(|part| append(part, &mut factors).is_some());
    if is_list && factors.last() == Some(&1.0) {
        return Ok(factors);
    }
    let expected =
        "be numbers above 0 and up to 1000, or first:last:count of up to 100, with commas between; the last is 1";
    Err(Problem::new(LIST.key, text.as_str(), expected))
}

/// Appends a number, or those that `first:last:count` stands for, whose first may be the one that the list ends with; `None` if
/// the text is neither.
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
    // Nothing is collected before its count is known to be small.
    let rest = is_count.then(|| geometric(count as u32, first / last))?;
    factors.extend(rest.into_iter().skip(1).map(|factor| last * factor));
    Some(())
}
