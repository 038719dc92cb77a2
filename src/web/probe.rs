//! The learned and the exact score at one place on the stage.

use alloc::vec;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::{Observer, floats, object, refuse};
use crate::math;
use crate::score::{Path, Reconstruction, Score};
use crate::setting::SettingError;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A score at a place. */
export interface LocalScore {
    /** The score s: d numbers. */
    vector: Float64Array;
    /** The score in stage coordinates (one number on a line, else two), and ‖s‖. */
    score: Float64Array; length: number;
    /** r(x) = x + σ² s(x) in stage coordinates, and ‖r(x) - x‖². */
    image: Float64Array; error: number;
    /** E at the place minus E in the middle of the stage; undefined without a closed form. */
    energy: number | undefined;
}
"#;

/// Number of pieces for each σ of the line from the middle of the stage, and maximum number of pieces.
const PIECES_PER_SIGMA: f64 = 4.0;
const MOST_PIECES: f64 = 400.0;

#[wasm_bindgen]
impl Observer {
    /// The learned score at a place on the stage (two numbers), with its energy by Simpson's rule.
    #[wasm_bindgen(js_name = learnedAt, unchecked_return_type = "LocalScore")]
    pub fn learned_at(&self, place: &[f64]) -> Result<JsValue, JsValue> {
        let (x, middle) = (self.from_view(place)?, self.from_view(&[0.0, 0.0])?);
        let mut path = Path::simpson(pieces(&middle, &x, self.sigma()), self.dim()).map_err(|error| refuse(&error))?;
        let energy = self.learned.path_energy_difference(&middle, &x, &mut path);
        self.local_score(&self.learned, &x, Some(energy))
    }

    /// The exact score of the smoothed density at a place on the stage; undefined without a closed form.
    #[wasm_bindgen(js_name = exactAt, unchecked_return_type = "LocalScore | undefined")]
    pub fn exact_at(&self, place: &[f64]) -> Result<JsValue, JsValue> {
        let (x, middle) = (self.from_view(place)?, self.from_view(&[0.0, 0.0])?);
        let Some(exact) = self.exact() else { return Ok(JsValue::UNDEFINED) };
        self.local_score(exact, &x, exact.exact_energy_difference(&middle, &x))
    }

    /// The angle in degrees between the learned score at a place on the stage and a vector of R^d; NaN if one of them is
    /// zero.
    #[wasm_bindgen(js_name = angleToLearned)]
    pub fn angle_to_learned(&self, place: &[f64], vector: &[f64]) -> Result<f64, JsValue> {
        let x = self.from_view(place)?;
        if vector.len() != x.len() {
            let expected = alloc::format!("have {} numbers", x.len());
            return Err(refuse(&SettingError::new("vector", vector.len(), expected)));
        }
        let mut score = vec![0.0; x.len()];
        self.learned.scores(&x, &mut score);
        Ok(math::angle(&score, vector).to_degrees())
    }

    fn local_score(&self, score: &dyn Score, x: &[f64], energy: Option<f64>) -> Result<JsValue, JsValue> {
        let (mut vector, mut image) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        score.scores(x, &mut vector);
        let map = Reconstruction::new(score, self.sigma()).map_err(|error| refuse(&error))?;
        map.reconstruct(x, &mut image);
        let seen = |numbers: Vec<f64>| floats(&numbers[..x.len().min(2)]);
        Ok(object(&[
            ("vector", floats(&vector)),
            ("score", seen(self.view_plane.project_vectors(&vector))),
            ("length", math::sqrt(math::dot(&vector, &vector)).into()),
            ("image", seen(self.view_plane.project(&image))),
            ("error", math::squared_distance(&image, x).into()),
            ("energy", energy.map_or(JsValue::UNDEFINED, JsValue::from)),
        ]))
    }
}

/// An even number of pieces for the line between two points.
fn pieces(from: &[f64], to: &[f64], sigma: f64) -> usize {
    let wanted = PIECES_PER_SIGMA * math::sqrt(math::squared_distance(from, to)) / sigma;
    // Not `clamp`: its message would add the formatting of floats to the page's module.
    2 * (math::ceil(wanted.min(MOST_PIECES) / 2.0) as usize).max(1)
}
