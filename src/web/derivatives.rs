//! Derivatives of the learned score at points, and energy differences: see [`crate::query`] and [`crate::score::path`].

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::{MAX_NUMBERS, Observer, floats, object, refuse, wholes};
use crate::query::Hessian;
use crate::score::Score;
use crate::setting::SettingError;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** The Hessian of log p at n points of R^d, from the Jacobian of a score. */
export interface Curvature {
    /** d for each point, greatest first; J = ∂r/∂x has about 1 + σ²λ. */
    eigenvalues: Float64Array;
    /** For each eigenvalue a unit vector of d numbers. */
    eigenvectors: Float64Array;
    /** For each point how many of the leading eigenvectors are tangent to the data: 1 + σ²λ > ½. */
    tangents: Uint32Array;
}
"#;

#[wasm_bindgen]
impl Observer {
    /// ∂s_i/∂x_j of the learned score at each of `points` (n × d): d × d numbers for each, row by row.
    #[wasm_bindgen(js_name = scoreJacobians)]
    pub fn score_jacobians(&self, points: &[f64]) -> Result<Vec<f64>, JsValue> {
        let square = self.check_squares(points)?;
        let mut out = vec![0.0; points.len() / self.dim() * square];
        for (x, out) in points.chunks_exact(self.dim()).zip(out.chunks_exact_mut(square)) {
            self.learned.jacobian(x, out);
        }
        Ok(out)
    }

    /// Eigenvalues and eigenvectors of the symmetric part of the learned score's Jacobian at each of `points` (n × d).
    #[wasm_bindgen(unchecked_return_type = "Curvature")]
    pub fn curvature(&self, points: &[f64]) -> Result<JsValue, JsValue> {
        self.curvature_of(&self.learned, points)
    }

    /// The same for the exact score of the smoothed density; undefined without a closed form.
    #[wasm_bindgen(js_name = exactCurvature, unchecked_return_type = "Curvature | undefined")]
    pub fn exact_curvature(&self, points: &[f64]) -> Result<JsValue, JsValue> {
        self.exact().map_or(Ok(JsValue::UNDEFINED), |exact| self.curvature_of(exact, points))
    }

    fn curvature_of(&self, score: &dyn Score, points: &[f64]) -> Result<JsValue, JsValue> {
        let (dim, square) = (self.dim(), self.check_squares(points)?);
        let count = points.len() / dim;
        let (mut values, mut vectors) = (Vec::with_capacity(points.len()), Vec::with_capacity(count * square));
        let mut tangents = Vec::with_capacity(count);
        let mut hessian = Hessian::new(dim);
        for x in points.chunks_exact(dim) {
            hessian.update(score, x);
            values.extend_from_slice(hessian.eigenvalues());
            (0..dim).for_each(|k| vectors.extend_from_slice(hessian.eigenvector(k)));
            tangents.push(hessian.tangents(self.sigma()) as u32);
        }
        let members = [("eigenvalues", floats(&values)), ("eigenvectors", floats(&vectors))];
        Ok(object(&[&members[..], &[("tangents", wholes(&tangents))]].concat()))
    }

    /// The learned E(to) - E(from), where p ∝ exp(-E), by the experiment's path rule and intervals, or by the trapezoid
    /// with 20 intervals if its kernel has no path rule. `from` and `to` have d numbers each.
    #[wasm_bindgen(js_name = energyDifference)]
    pub fn energy_difference(&self, from: &[f64], to: &[f64]) -> Result<f64, JsValue> {
        self.check_ends(from, to)?;
        let mut path = self.setup.line_rule();
        Ok(self.learned.path_energy_difference(from, to, &mut path))
    }

    /// The learned E(to) - E(from) from the closed form for tied weights with one output scale; otherwise undefined.
    #[wasm_bindgen(js_name = tiedEnergyDifference)]
    pub fn tied_energy_difference(&self, from: &[f64], to: &[f64]) -> Result<Option<f64>, JsValue> {
        self.check_ends(from, to)?;
        Ok(self.learned.exact_energy_difference(from, to))
    }

    /// log p(from) - log p(to) of the smoothed density; undefined where there is no closed form.
    #[wasm_bindgen(js_name = exactEnergyDifference)]
    pub fn exact_energy_difference(&self, from: &[f64], to: &[f64]) -> Result<Option<f64>, JsValue> {
        self.check_ends(from, to)?;
        Ok(self.exact().and_then(|exact| exact.exact_energy_difference(from, to)))
    }

    /// Returns d². An error if a d × d matrix for each of `points` exceeds the limit on numbers.
    fn check_squares(&self, points: &[f64]) -> Result<usize, JsValue> {
        self.check(points)?;
        let dim = self.dim();
        // In 64 bits, because the product wraps a page's 32-bit sizes.
        if points.len() as u64 * dim as u64 > MAX_NUMBERS as u64 {
            let expected = format!("have at most {} numbers", MAX_NUMBERS / dim / dim * dim);
            return Err(refuse(&SettingError::new("points", points.len(), expected)));
        }
        Ok(dim * dim)
    }

    fn check_ends(&self, from: &[f64], to: &[f64]) -> Result<(), JsValue> {
        for (name, end) in [("from", from), ("to", to)] {
            if end.len() != self.dim() {
                let expected = format!("have {} numbers", self.dim());
                return Err(refuse(&SettingError::new(name, end.len(), expected)));
            }
        }
        Ok(())
    }
}
