//! Streamlines of the learned score: see [`crate::query::streamline`].

use alloc::format;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::{MAX_NUMBERS, Observer, floats, object, refuse, wholes};
use crate::query::{End, Streamline, Tracer};
use crate::setting::SettingError;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Why a streamline ends: the field is zero, the box ends, the steps are used up, or the score is not a number. */
export type End = "still" | "outside" | "steps" | "undefined";
/** A streamline of the learned score dx/dt = s(x) through each start, in order of time. */
export interface Streamlines {
    /** The lines' points, line after line: d numbers each. */
    points: Float64Array;
    /** The time t of each point; zero at the start. */
    times: Float64Array;
    /** Number of points of each line. */
    counts: Uint32Array;
    /** Why each line ends at its first and at its last point: two for each. */
    ends: End[];
}
"#;

#[wasm_bindgen]
impl Observer {
    /// The streamlines of the learned score through `starts` (n × d), within the box from corner `low` to corner `high`
    /// (d numbers each), in steps of length `step` at most (in data units) and at most `steps` of them each way. All
    /// lines together may have 4,194,304 numbers if each takes all its steps.
    #[wasm_bindgen(unchecked_return_type = "Streamlines")]
    pub fn streamlines(
        &self,
        starts: &[f64],
        step: f64,
        steps: u32,
        low: Vec<f64>,
        high: Vec<f64>,
    ) -> Result<JsValue, JsValue> {
        self.check_lines(starts, steps)?;
        if low.len() != self.dim() {
            return Err(refuse(&SettingError::new("low", low.len(), format!("have {} numbers", self.dim()))));
        }
        let mut tracer = Tracer::new(step, steps as usize, low, high).map_err(|error| refuse(&error))?;
        let (mut line, mut points, mut times) = (Streamline::default(), Vec::new(), Vec::new());
        let (mut counts, ends) = (Vec::new(), js_sys::Array::new());
        for start in starts.chunks_exact(self.dim()) {
            tracer.trace(&self.learned, start, &mut line);
            points.extend_from_slice(&line.points);
            times.extend_from_slice(&line.times);
            counts.push(line.times.len() as u32);
            for end in line.ends {
                ends.push(&word(end).into());
            }
        }
        let numbers = [("points", floats(&points)), ("times", floats(&times))];
        Ok(object(&[&numbers[..], &[("counts", wholes(&counts)), ("ends", ends.into())]].concat()))
    }

    fn check_lines(&self, starts: &[f64], steps: u32) -> Result<(), JsValue> {
        self.check(starts)?;
        // Points of the longest line; in 64 bits, because products wrap a page's 32-bit sizes.
        let longest = 2 * u64::from(steps) + 1;
        let most = MAX_NUMBERS as u64 / longest / (self.dim() as u64 + 1);
        let count = starts.len() / self.dim();
        if count as u64 > most {
            let expected = format!("be at most {most} points with {steps} steps each way");
            return Err(refuse(&SettingError::new("starts", count, expected)));
        }
        Ok(())
    }
}

fn word(end: End) -> &'static str {
    match end {
        End::Stationary => "still",
        End::Outside => "outside",
        End::Steps => "steps",
        End::Undefined => "undefined",
    }
}
