//! Whether chains may be believed: see [`crate::measure::trust`] and [`crate::session::comparison`].

use alloc::vec::Vec;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{MAX_NUMBERS, Observer, refuse, to_js};
use crate::field::Problem;
use crate::measure::autocorrelation;
use crate::measure::trust::{self, Level};
use crate::session::Observed;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Whether a run may be believed, by its worst number; and the slowest coordinate's integrated autocorrelation time in draws. */
export interface Judgement { level: Level; readings: Reading[]; stuck: number; escaped: number; time: number }
/** Nothing speaks against it; to be looked at; not to be believed. */
export type Level = "green" | "amber" | "red";
/** A number that a run is judged by; NaN where it cannot be known. */
export interface Reading { id: string; label: string; help: string; value: number; level: Level }
/** A measure of chains' states, and of as many exact draws. */
export interface Comparison { id: string; label: string; help: string; value: number; exact: number }
"#;

#[derive(Serialize)]
struct Judgement {
    level: Level,
    readings: Vec<Reading>,
    stuck: usize,
    escaped: usize,
    time: f64,
}

#[derive(Serialize)]
struct Reading {
    id: &'static str,
    label: &'static str,
    help: &'static str,
    value: f64,
    level: Level,
}

#[derive(Serialize)]
struct Comparison {
    id: &'static str,
    label: &'static str,
    help: &'static str,
    value: f64,
    exact: f64,
}

#[wasm_bindgen]
impl Observer {
    /// Judges the experiment's chains on the score that they follow by the `draws` of a number of `chains` (one chain after another, as
    /// [`Walkers::draws`](super::Walkers::draws) gives them), all chains' present `states` and the share of proposals accepted.
    #[wasm_bindgen(unchecked_return_type = "Judgement")]
    pub fn judge(&mut self, draws: &[f64], chains: usize, states: &[f64], acceptance: f64) -> Result<JsValue, JsValue> {
        self.check(states)?;
        if draws.len() > MAX_NUMBERS {
            let expected = alloc::format!("have at most {MAX_NUMBERS} numbers");
            return Err(refuse(&Problem::new("draws", draws.len(), expected)));
        }
        let target = self.target()?;
        let fisher_error = if self.setup.is_table() { None } else { self.error_of(&*target) };
        let observed = Observed { draws, chains, states, acceptance };
        let evidence = self.setup.evidence(&*target, observed, fisher_error).map_err(|problem| refuse(&problem))?;
        let (readings, fates) = (trust::readings(&evidence), self.setup.fates(observed));
        let shown = |reading: &trust::Reading| {
            let trust::Rule { id, label, help, .. } = *reading.rule;
            Reading { id, label, help, value: reading.value, level: reading.level }
        };
        Ok(to_js(&Judgement {
            level: trust::verdict(&readings),
            readings: readings.iter().map(shown).collect(),
            stuck: fates.stuck,
            escaped: fates.escaped,
            time: evidence.convergence.map_or(f64::NAN, |convergence| convergence.integrated_time),
        }))
    }

    /// Measures of at most 1000 of the `states` against exact draws of the smoothed density, beside those of exact draws in
    /// their place; empty for fewer than two states, and undefined where there is no closed form.
    #[wasm_bindgen(unchecked_return_type = "Comparison[] | undefined")]
    pub fn compare(&self, states: &[f64]) -> Result<JsValue, JsValue> {
        self.check(states)?;
        let Some(truth) = self.truth() else { return Ok(JsValue::UNDEFINED) };
        let comparisons = self.setup.comparisons(truth, states).into_iter().map(|comparison| {
            let (value, exact) = (comparison.value, comparison.exact);
            Comparison {
                id: comparison.measure.id,
                label: comparison.measure.label,
                help: comparison.measure.help,
                value,
                exact,
            }
        });
        Ok(to_js(&comparisons.collect::<Vec<_>>()))
    }
}

/// The autocorrelation of one quantity along a chain at the lags 0, 1, …; all NaN if it never changes.
#[wasm_bindgen(js_name = autocorrelation)]
pub fn autocorrelation_of(chain: &[f64]) -> Vec<f64> {
    autocorrelation::autocorrelation(chain)
}
