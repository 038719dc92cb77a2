//! Diagnostics of a run: a few numbers, each with a green, amber or red level by a documented rule.
//!
//! - R̂, the greatest over coordinates: green at most 1.01, amber at most 1.05. Vehtari et al. 2021 require 1.01; the
//!   old limit of 1.1 accepts chains that disagree.
//! - Bulk and tail effective sample size, the least over coordinates: green from 400, amber from 100. Below 400 the
//!   estimate itself is unreliable (Vehtari et al. 2021); with 100 a mean errs by a tenth of a standard deviation.
//! - Acceptance rate: green if its odds are within a factor of 3 of the target's, amber within 10. Efficiency is flat
//!   around its optimum (Roberts and Rosenthal 2001): 9 % to 48 % are green for a target of 23.4 %.
//! - Asymmetry of J: green at most .05, amber at most .2. Tied networks have 0; untied networks on five datasets in the
//!   plane ended at .07 to .17.
//! - Relative circulation: green at most .02, amber at most .1. Tied networks have 0; the same untied networks ended at
//!   .001 to .025 around a circle of radius ½.
//! - The sampler's bias: amber for an unadjusted kernel, or energy differences by the endpoint rule. A deliberate fault
//!   is red, even if the chains mix well.
//! - Relative Fisher error: green at most .1, amber at most .3. The default experiment ends near .035; the zero score
//!   has 1.
//!
//! All other values are red, and so is NaN, an unknown value. The sampler's bias is listed only if there is one, and
//! has no number.

use alloc::vec::Vec;

use serde::Serialize;

use super::convergence::Convergence;
use crate::sample::Bias;

/// The level of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// No warning.
    Green,
    /// Doubtful.
    Amber,
    /// Not reliable.
    Red,
}

const MIX_REMEDY: &str =
    "More transitions help, or a sampler that goes farther: the no-U-turn sampler, or a larger step.";
const CURL_REMEDY: &str = "A learned score with a tied decoder and one output scale has none.";

/// The side of its limits on which a number is good.
#[derive(Clone, Copy, Debug)]
enum Good {
    Below,
    Above,
}

/// The rule of a diagnostic.
#[derive(Debug)]
pub struct Rule {
    /// The name in messages and tests.
    pub id: &'static str,
    /// The name in the page.
    pub label: &'static str,
    /// One sentence for a first-time reader.
    pub help: &'static str,
    /// The remedy if the number is not good.
    pub remedy: &'static str,
    good: Good,
    green: f64,
    amber: f64,
}

impl Rule {
    /// The level of `value`; the limits are inclusive and NaN is red.
    pub fn level(&self, value: f64) -> Level {
        let within = |limit: f64| match self.good {
            Good::Below => value <= limit,
            Good::Above => value >= limit,
        };
        match (within(self.green), within(self.amber)) {
            (true, _) => Level::Green,
            (_, true) => Level::Amber,
            _ => Level::Red,
        }
    }
}

/// The rule for the greatest R̂.
pub static R_HAT: Rule = Rule {
    id: "r-hat",
    label: "R̂",
    help: "The spread of all chains together relative to each chain, in the worst coordinate; 1 when they agree.",
    remedy: MIX_REMEDY,
    good: Good::Below,
    green: 1.01,
    amber: 1.05,
};

/// The rule for the least effective sample size of the bulk.
pub static ESS_BULK: Rule = Rule {
    id: "ess-bulk",
    label: "ESS, bulk",
    help: "The number of independent draws with the same accuracy for the bulk, in the worst coordinate.",
    remedy: MIX_REMEDY,
    good: Good::Above,
    green: 400.0,
    amber: 100.0,
};

/// The rule for the least effective sample size of the tails.
pub static ESS_TAIL: Rule = Rule {
    id: "ess-tail",
    label: "ESS, tail",
    help: "The number of independent draws with the same accuracy for the 5 % and 95 % quantiles, in the worst coordinate.",
    remedy: MIX_REMEDY,
    good: Good::Above,
    green: 400.0,
    amber: 100.0,
};

/// The rule for the factor between the odds of acceptance and its target odds.
pub static ACCEPTANCE: Rule = Rule {
    id: "acceptance",
    label: "Acceptance",
    help: "The share of accepted proposals: far above the best share steps are too small, far below it chains rarely move.",
    remedy: "Larger steps are accepted less often, smaller steps more often; a warm-up finds the right size.",
    good: Good::Below,
    green: 3.0,
    amber: 10.0,
};

/// The rule for the mean asymmetry of J.
pub static ASYMMETRY: Rule = Rule {
    id: "asymmetry",
    label: "Asymmetry of J",
    help: "Distance of the field from an energy's gradient; the accept rule is exact only for a gradient.",
    remedy: CURL_REMEDY,
    good: Good::Below,
    green: 0.05,
    amber: 0.2,
};

/// The rule for the circulation relative to the score.
pub static CIRCULATION: Rule = Rule {
    id: "circulation",
    label: "Circulation",
    help: "The integral of the field around a loop, relative to its size there; zero for an energy's gradient.",
    remedy: CURL_REMEDY,
    good: Good::Below,
    green: 0.02,
    amber: 0.1,
};

/// The rule for the relative Fisher error.
pub static FISHER_ERROR: Rule = Rule {
    id: "fisher-error",
    label: "Fisher error",
    help: "The mean squared error of the learned score, as a share of the exact score's mean square.",
    remedy: "More training steps, more hidden units or more points reduce the error of a learned score.",
    good: Good::Below,
    green: 0.1,
    amber: 0.3,
};

/// The quality of a learned score, by its relative Fisher error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreQuality {
    /// Within the limit of [`FISHER_ERROR`], or unknown.
    Good,
    /// Beyond the limit of [`FISHER_ERROR`]: samples may be as inaccurate.
    FarOff,
    /// The score zero has a smaller error.
    WorseThanNone,
}

impl ScoreQuality {
    /// The quality of a score of relative Fisher error `error`; good for NaN, an unknown error.
    pub fn of(error: f64) -> Self {
        match error {
            error if error > ZERO_SCORE_ERROR => Self::WorseThanNone,
            error if error > FISHER_ERROR.amber => Self::FarOff,
            _ => Self::Good,
        }
    }
}

/// The relative Fisher error of the score zero.
const ZERO_SCORE_ERROR: f64 = 1.0;

/// The rule for the sampler's bias. It has no number: the level follows from the kind of bias.
pub static BIAS: Rule = Rule {
    id: "bias",
    label: "Sampler",
    help: "The sampler is inexact, by design or by a deliberate fault: draws may miss the density.",
    remedy: "Draws are exact with a sampler that is not marked inexact, a path rule other than the endpoint and no \
             deliberate fault.",
    good: Good::Below,
    green: 0.0,
    amber: 0.0,
};

/// The measurements of a run; `None` if a measurement does not apply, NaN if its value is unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measurements {
    /// The convergence statistics of the chains.
    pub convergence: Option<Convergence>,
    /// The acceptance rate and the sampler's target rate; 1 for samplers that accept everything.
    pub acceptance: Option<(f64, f64)>,
    /// The mean asymmetry of J over a sample.
    pub asymmetry: Option<f64>,
    /// The circulation relative to the score.
    pub circulation: Option<f64>,
    /// The relative Fisher error.
    pub fisher_error: Option<f64>,
    /// The bias of the sampler.
    pub bias: Option<Bias>,
}

/// A value with its level.
#[derive(Clone, Copy, Debug)]
pub struct Diagnostic {
    /// The rule.
    pub rule: &'static Rule,
    /// The value.
    pub value: f64,
    /// The level of the value.
    pub level: Level,
}

/// Whether any number of the chains indicates slow mixing.
pub fn mixes_slowly(diagnostics: &[Diagnostic]) -> bool {
    let of_mixing = [R_HAT.id, ESS_BULK.id, ESS_TAIL.id];
    diagnostics.iter().any(|reading| reading.level != Level::Green && of_mixing.contains(&reading.rule.id))
}

/// The diagnostics of all given measurements, in the order of the table above.
pub fn diagnostics(measurements: &Measurements) -> Vec<Diagnostic> {
    let convergence = measurements.convergence.as_ref();
    let plain = [
        (&R_HAT, convergence.map(|c| c.r_hat)),
        (&ESS_BULK, convergence.map(|c| c.ess_bulk)),
        (&ESS_TAIL, convergence.map(|c| c.ess_tail)),
        (&ASYMMETRY, measurements.asymmetry),
        (&CIRCULATION, measurements.circulation),
        (&FISHER_ERROR, measurements.fisher_error),
    ];
    let to_diagnostic = |(rule, value): (&'static Rule, Option<f64>)| {
        value.map(|value| Diagnostic { rule, value, level: rule.level(value) })
    };
    let mut diagnostics: Vec<Diagnostic> = plain.into_iter().filter_map(to_diagnostic).collect();
    if let Some((rate, target)) = measurements.acceptance {
        let level = ACCEPTANCE.level(odds_factor(rate, target));
        let index = if convergence.is_some() { 3 } else { 0 };
        diagnostics.insert(index, Diagnostic { rule: &ACCEPTANCE, value: rate, level });
    }
    if let Some(bias) = measurements.bias {
        let level = if bias == Bias::Fault { Level::Red } else { Level::Amber };
        diagnostics.push(Diagnostic { rule: &BIAS, value: f64::NAN, level });
    }
    diagnostics
}

/// The worst level of all diagnostics; red if there is none.
pub fn verdict(diagnostics: &[Diagnostic]) -> Level {
    diagnostics.iter().map(|diagnostic| diagnostic.level).max().unwrap_or(Level::Red)
}

/// The factor, at least 1, between the odds of two rates; 1 if both rates are 1, NaN if either is unknown.
fn odds_factor(rate: f64, target: f64) -> f64 {
    if rate == target {
        return 1.0;
    }
    let odds = |share: f64| share / (1.0 - share);
    let ratio = odds(rate) / odds(target);
    if ratio < 1.0 { 1.0 / ratio } else { ratio }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn rules_include_their_limits_and_take_nan_for_red() {
        use Level::{Amber, Green, Red};
        let levels = |rule: &Rule, values: [f64; 5]| values.map(|value| rule.level(value));
        assert_eq!(levels(&R_HAT, [0.99, 1.01, 1.011, 1.05, 1.06]), [Green, Green, Amber, Amber, Red]);
        assert_eq!(levels(&ESS_BULK, [1e4, 400.0, 399.0, 100.0, 99.0]), [Green, Green, Amber, Amber, Red]);
        assert_eq!(levels(&ASYMMETRY, [0.0, 0.05, 0.06, 0.2, 2.0]), [Green, Green, Amber, Amber, Red]);
        for rule in [&R_HAT, &ESS_BULK, &ESS_TAIL, &ACCEPTANCE, &ASYMMETRY, &CIRCULATION, &FISHER_ERROR] {
            assert_eq!(rule.level(f64::NAN), Red, "{}", rule.id);
        }
    }

    #[test]
    fn acceptance_is_judged_by_the_factor_between_odds() {
        use Level::{Amber, Green, Red};
        let level = |rate, target| ACCEPTANCE.level(odds_factor(rate, target));
        assert_eq!(
            [0.02, 0.05, 0.1, 0.45, 0.6, 0.9].map(|rate| level(rate, 0.234)),
            [Red, Amber, Green, Green, Amber, Red]
        );
        assert_eq!(
            [0.2, 0.5, 0.6, 0.92, 0.97, 0.99].map(|rate| level(rate, 0.8)),
            [Red, Amber, Green, Green, Amber, Red]
        );
        assert_eq!([0.0, 1.0, f64::NAN].map(|rate| level(rate, 0.44)), [Red; 3]);
        assert_eq!([1.0, 0.999].map(|rate| level(rate, 1.0)), [Green, Red]);
    }

    #[test]
    fn verdict_is_the_worst_of_what_there_is() {
        let convergence = Convergence { r_hat: 1.003, ess_bulk: 900.0, ess_tail: 250.0, integrated_time: 2.0 };
        let mut measurements = Measurements { convergence: Some(convergence), ..Measurements::default() };
        assert_eq!(verdict(&diagnostics(&measurements)), Level::Amber);
        measurements.acceptance = Some((0.25, 0.234));
        measurements.fisher_error = Some(f64::NAN);
        let found = diagnostics(&measurements);
        let ids: Vec<&str> = found.iter().map(|diagnostic| diagnostic.rule.id).collect();
        assert_eq!(ids, ["r-hat", "ess-bulk", "ess-tail", "acceptance", "fisher-error"]);
        assert_eq!((found[3].value, verdict(&found)), (0.25, Level::Red));
        (measurements.fisher_error, measurements.convergence) =
            (None, Some(Convergence { ess_tail: 900.0, ..convergence }));
        for (bias, level) in
            [(None, Level::Green), (Some(Bias::Inexact), Level::Amber), (Some(Bias::Fault), Level::Red)]
        {
            measurements.bias = bias;
            assert_eq!(verdict(&diagnostics(&measurements)), level, "{bias:?}");
        }
        assert_eq!(verdict(&diagnostics(&Measurements::default())), Level::Red);
    }
}
