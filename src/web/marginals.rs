//! Marginals of samples for JavaScript: see [`crate::session::marginal`].

use wasm_bindgen::prelude::*;

use super::{Observer, floats, object};
use crate::session::marginal::Marginal;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A histogram of samples along an axis of the stage, in bins of equal width. */
export interface Marginal {
    label: string;
    /** Left edge of the first bin, and width of each. */
    low: number; width: number;
    /** The samples' density in each bin, and the share of samples in no bin. */
    samples: Float64Array; outside: number;
    /** The exact density in each bin, with the noise of draws if it `isDrawn`; empty if unknown. */
    exact: Float64Array; isDrawn: boolean;
}
"#;

#[wasm_bindgen]
impl Observer {
    /// The marginals of `states` and of the smoothed density at the chains' temperature, along the axes of the view.
    #[wasm_bindgen(unchecked_return_type = "Marginal[]")]
    pub fn marginals(&self, states: &[f64]) -> Result<js_sys::Array, JsValue> {
        self.check(states)?;
        let marginals = self.setup.marginals(self.exact(), states);
        Ok(marginals.iter().map(shown).collect())
    }
}

fn shown(marginal: &Marginal) -> JsValue {
    object(&[
        ("label", (&*marginal.label).into()),
        ("low", marginal.low.into()),
        ("width", marginal.width.into()),
        ("samples", floats(&marginal.samples)),
        ("outside", marginal.outside.into()),
        ("exact", floats(&marginal.exact)),
        ("isDrawn", marginal.is_drawn.into()),
    ])
}
