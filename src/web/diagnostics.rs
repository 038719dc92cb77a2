//! Diagnostics of chains: see [`crate::measure::verdict`] and [`crate::session::sample_quality`].

use alloc::vec::Vec;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{MAX_NUMBERS, Observer, refuse, to_js};
use crate::measure::verdict::{self, Level};
use crate::sample::{self, KERNEL};
use crate::session::ChainOutput;
use crate::setting::SettingError;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A run's worst level, and the integrated autocorrelation time of the slowest coordinate in draws. */
export interface Diagnosis {
    level: Level; diagnostics: Diagnostic[]; stuck: number; escaped: number; time: number;
    /** The first coordinate's autocorrelation at the lags 0, 1, … in draws, averaged over chains. */
    autocorrelation: number[];
    /** The label of the setting for the step size, if there is one. */
    stepSize?: string;
    /** A faster kernel if the chains mix slowly: the kernel setting, its value and the value's label. */
    fasterKernel?: { setting: string; value: string; label: string };
}
/** No objection; doubtful; unreliable. */
export type Level = "green" | "amber" | "red";
/** A number that a run is judged by; NaN if unknown. */
export interface Diagnostic { id: string; label: string; help: string; remedy: string; value: number; level: Level }
/** A measure of chains' states, and of an equal number of exact draws. */
export interface SampleQuality { id: string; label: string; help: string; value: number; exact: number }
"#;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Diagnosis {
    level: Level,
    diagnostics: Vec<Diagnostic>,
    stuck: usize,
    escaped: usize,
    time: f64,
    autocorrelation: Vec<f64>,
    step_size: Option<&'static str>,
    faster_kernel: Option<Change>,
}

/// A setting, one of its values, and the value's label.
#[derive(Serialize)]
struct Change {
    setting: &'static str,
    value: &'static str,
    label: &'static str,
}

#[derive(Serialize)]
struct Diagnostic {
    id: &'static str,
    label: &'static str,
    help: &'static str,
    remedy: &'static str,
    value: f64,
    level: Level,
}

#[derive(Serialize)]
struct SampleQuality {
    id: &'static str,
    label: &'static str,
    help: &'static str,
    value: f64,
    exact: f64,
}

#[wasm_bindgen]
impl Observer {
    /// Diagnoses the experiment's chains on the score that they follow. `draws` has the draws of `chains` chains, one
    /// chain after another, as [`Chains::draws`](super::Chains::draws) returns them. `states` has the present states of
    /// all chains; `acceptance` is the acceptance rate.
    #[wasm_bindgen(unchecked_return_type = "Diagnosis")]
    pub fn diagnose(
        &mut self,
        draws: &[f64],
        chains: usize,
        states: &[f64],
        acceptance: f64,
    ) -> Result<JsValue, JsValue> {
        self.check(states)?;
        if draws.len() > MAX_NUMBERS {
            let expected = alloc::format!("have at most {MAX_NUMBERS} numbers");
            return Err(refuse(&SettingError::new("draws", draws.len(), expected)));
        }
        let target = self.target()?;
        let fisher_error = if self.setup.is_table() { None } else { self.error_of(&*target) };
        let observed = ChainOutput { draws, chains, states, acceptance };
        let measurements = self.setup.measurements(&*target, observed, fisher_error).map_err(|error| refuse(&error))?;
        let (diagnostics, chain_health) = (verdict::diagnostics(&measurements), self.setup.chain_health(observed));
        let shown = |reading: &verdict::Diagnostic| {
            let verdict::Rule { id, label, help, remedy, .. } = *reading.rule;
            Diagnostic { id, label, help, remedy, value: reading.value, level: reading.level }
        };
        let settings = self.setup.settings();
        let faster = &sample::FASTEST_MIXING.choice;
        let is_slow = verdict::mixes_slowly(&diagnostics) && settings.choice(KERNEL.key) != faster.id;
        Ok(to_js(&Diagnosis {
            level: verdict::verdict(&diagnostics),
            diagnostics: diagnostics.iter().map(shown).collect(),
            stuck: chain_health.stuck,
            escaped: chain_health.escaped,
            time: measurements.convergence.map_or(f64::NAN, |convergence| convergence.integrated_time),
            autocorrelation: self.setup.mean_autocorrelation(observed).map_err(|error| refuse(&error))?,
            step_size: sample::chosen(settings).build.step_size.map(|key| settings.label(key)),
            faster_kernel: is_slow.then_some(Change { setting: KERNEL.key, value: faster.id, label: faster.label }),
        }))
    }

    /// Compares at most 1000 of `states` with exact draws of the smoothed density. Each measure comes with its value
    /// for exact draws in place of the states. Empty for fewer than two states; undefined without a closed form.
    #[wasm_bindgen(js_name = compareWithExact, unchecked_return_type = "SampleQuality[] | undefined")]
    pub fn compare_with_exact(&self, states: &[f64]) -> Result<JsValue, JsValue> {
        self.check(states)?;
        let Some(exact) = self.exact() else { return Ok(JsValue::UNDEFINED) };
        let sample_quality = self.setup.sample_quality(exact, states).into_iter().map(|comparison| {
            let (value, exact) = (comparison.value, comparison.exact);
            SampleQuality {
                id: comparison.measure.id,
                label: comparison.measure.label,
                help: comparison.measure.help,
                value,
                exact,
            }
        });
        Ok(to_js(&sample_quality.collect::<Vec<_>>()))
    }
}
