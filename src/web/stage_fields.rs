//! Fields for the stage's layers besides scores: places in R^d, the data's own density, and curvature in the view
//! plane.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::{MAX_NUMBERS, Observer, refuse};
use crate::score::Score;
use crate::setting::SettingError;

#[wasm_bindgen]
impl Observer {
    /// The points of R^d that places on the stage (n × 2 numbers) show: n × d numbers.
    #[wasm_bindgen(js_name = fromView)]
    pub fn from_view(&self, places: &[f64]) -> Result<Vec<f64>, JsValue> {
        let most = 2 * (MAX_NUMBERS / self.dim().max(2));
        if !places.len().is_multiple_of(2) || places.len() > most {
            let expected = format!("have an even number of numbers, at most {most}");
            return Err(refuse(&SettingError::new("places", places.len(), expected)));
        }
        Ok(self.view_plane.lift(places))
    }

    /// The logarithm of the data's own density, without smoothing, at places on the stage; undefined without a closed
    /// form.
    #[wasm_bindgen(js_name = cleanLogDensityField)]
    pub fn clean_log_density_field(&self, places: &[f64]) -> Result<Option<Vec<f64>>, JsValue> {
        let points = self.from_view(places)?;
        Ok(points.chunks_exact(self.dim()).map(|x| self.setup.density().log_density(x)).collect())
    }

    /// The learned Hessian of log p in the plane of the stage, (∂s_i/∂x_j + ∂s_j/∂x_i)/2 along its axes: three numbers
    /// for each place, horizontal, mixed and vertical. For data on a line the last two are zero.
    #[wasm_bindgen(js_name = hessianField)]
    pub fn hessian_field(&self, places: &[f64]) -> Result<Vec<f64>, JsValue> {
        let (dim, points) = (self.dim(), self.from_view(places)?);
        let mut jacobian = vec![0.0; dim * dim];
        let mut out = Vec::with_capacity(places.len() / 2 * 3);
        for x in points.chunks_exact(dim) {
            self.learned.jacobian(x, &mut jacobian);
            let [across, one, other, up] = self.view_plane.project_matrix(&jacobian);
            out.extend([across, 0.5 * (one + other), up]);
        }
        Ok(out)
    }
}
