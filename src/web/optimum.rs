//! The score of an ideal network, computed without a network: see [`crate::session::optimum`].

use alloc::vec;
use alloc::vec::Vec;
use core::cell::OnceCell;

use wasm_bindgen::prelude::*;

use super::{Observer, refuse};
use crate::session::optimum::Optimum;
use crate::setting::SettingError;

/// Optimal scores for the σ of the learned score, each computed at its first use; `None` if there is none.
#[derive(Default)]
pub(super) struct OptimumCache {
    denoising: OnceCell<Option<Optimum>>,
    contractive: OnceCell<Option<Optimum>>,
}

#[wasm_bindgen]
impl Observer {
    /// The score that an ideal network would learn at `places` on the stage (two numbers each), in stage coordinates.
    /// Kind `denoising` is the training points' mean under a Gaussian kernel. Kind `contractive` is the optimum of the
    /// reconstruction-contractive auto-encoder on the line or in the plane. Undefined if there is none: above two
    /// million coordinates, and contractive in more than two dimensions or for a density that is zero somewhere or
    /// unknown. Building one takes a second or two, once for each σ.
    #[wasm_bindgen(js_name = optimalField, unchecked_return_type = "Float64Array | undefined")]
    pub fn optimal_field(
        &self,
        #[wasm_bindgen(unchecked_param_type = "'denoising' | 'contractive'")] kind: &str,
        places: &[f64],
    ) -> Result<Option<Vec<f64>>, JsValue> {
        let sigma = self.sigma();
        let points = self.from_view(places)?;
        let optimum = match kind {
            "denoising" => self.optimum_cache.denoising.get_or_init(|| self.setup.denoising_optimum(sigma).ok()),
            "contractive" => self.optimum_cache.contractive.get_or_init(|| self.setup.contractive_optimum(sigma).ok()),
            _ => return Err(refuse(&SettingError::new("kind", kind, "be denoising or contractive"))),
        };
        let Some(optimum) = optimum else { return Ok(None) };
        let mut scores = vec![0.0; points.len()];
        optimum.scores(&points, &mut scores);
        Ok(Some(self.view_plane.project_vectors(&scores)))
    }
}
