//! The field that an ideal network would learn, without a network: see [`crate::session::optimum`].

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::OnceCell;

use wasm_bindgen::prelude::*;

use super::{MAX_NUMBERS, Observer, refuse};
use crate::field::Problem;
use crate::session::optimum::Optimum;

/// The optima for the σ of the learned score, each made when it is first asked for; `None` where there is none.
#[derive(Default)]
pub(super) struct Optima {
    denoising: OnceCell<Option<Optimum>>,
    contractive: OnceCell<Option<Optimum>>,
}

#[wasm_bindgen]
impl Observer {
    /// The score that an ideal network would learn at `places` on the stage (two numbers each), as it is seen there: of kind
    /// `denoising` the training points' mean under a Gaussian kernel, of kind `contractive` the optimum of the reconstruction-
    /// contractive auto-encoder on the line or in the plane. Undefined where there is none: above two million coordinates, and
    /// contractive in more than two dimensions or for a density that is zero somewhere or unknown. Building one takes a second
    /// or two, and is done once for each σ.
    #[wasm_bindgen(js_name = optimalField, unchecked_return_type = "Float64Array | undefined")]
    pub fn optimal_field(
        &self,
        #[wasm_bindgen(unchecked_param_type = "'denoising' | 'contractive'")] kind: &str,
        places: &[f64],
    ) -> Result<Option<Vec<f64>>, JsValue> {
        let sigma = self.sigma();
        self.check_places(places)?;
        let optimum = match kind {
            "denoising" => self.optima.denoising.get_or_init(|| self.setup.denoising_optimum(sigma).ok()),
            "contractive" => self.optima.contractive.get_or_init(|| self.setup.contractive_optimum(sigma).ok()),
            _ => return Err(refuse(&Problem::new("kind", kind, "be denoising or contractive"))),
        };
        let Some(optimum) = optimum else { return Ok(None) };
        let points = self.section.lift(places);
        let mut scores = vec![0.0; points.len()];
        optimum.scores(&points, &mut scores);
        Ok(Some(self.section.project_vectors(&scores)))
    }

    /// Whether places, and the points of R^d that they stand for, are as many as there may be.
    fn check_places(&self, places: &[f64]) -> Result<(), JsValue> {
        let most = 2 * (MAX_NUMBERS / self.dim().max(2));
        if places.len().is_multiple_of(2) && places.len() <= most {
            return Ok(());
        }
        let expected = format!("have an even number of numbers, at most {most}");
        Err(refuse(&Problem::new("places", places.len(), expected)))
    }
}
