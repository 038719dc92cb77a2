//! Quantities of the learned score on a grid of the stage, computed in slices, and its Helmholtz split: see
//! [`crate::query::grid_query`] and [`crate::query::helmholtz`].

use alloc::vec;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::{Observer, refuse};
use crate::query::{self, Grid, Quantity};
use crate::score::Learned;
use crate::setting::SettingError;
use crate::simd::f32x4;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A quantity at each cell of a grid: the score (d numbers); the energy E of the Helmholtz split s = -∇E + R, with
 * least value zero; ‖r(x) - x‖²; the curl in the grid's plane; the asymmetry ‖J - Jᵀ‖/‖J - I‖ of J = ∂r/∂x; the
 * eigenvalues of the Hessian of log p (d numbers). */
export type Quantity = "score" | "energy" | "reconstruction-error" | "curl" | "asymmetry" | "hessian-eigenvalues";
"#;

/// A quantity, on a grid, of the score that its observer had when the query began.
#[wasm_bindgen]
pub struct GridQuery {
    query: query::GridQuery,
    learned: Learned<f32x4>,
}

#[wasm_bindgen]
impl Observer {
    /// A query of a quantity of the learned score at the centres of `columns` × `rows` cells over a rectangle of the
    /// stage, row by row from the bottom. No cell is computed yet. `edges` are left, right, bottom and top; on a line
    /// there is one row, and the last two need only be in order.
    #[wasm_bindgen(js_name = gridQuery)]
    pub fn grid_query(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Quantity")] quantity: &str,
        edges: &[f64],
        columns: u32,
        rows: u32,
    ) -> Result<GridQuery, JsValue> {
        let begun = quantity_of(quantity).and_then(|quantity| {
            let edges = <[f64; 4]>::try_from(edges)
                .map_err(|_| SettingError::new("edges", edges.len(), "be the numbers left, right, bottom and top"))?;
            let grid = Grid::on_view_plane(&self.view_plane, edges, columns, rows)?;
            query::GridQuery::new(grid, quantity, self.sigma())
        });
        let query = begun.map_err(|error| refuse(&error))?;
        Ok(GridQuery { query, learned: self.learned.clone() })
    }
}

fn quantity_of(id: &str) -> Result<Quantity, SettingError> {
    Ok(match id {
        "score" => Quantity::Score,
        "energy" => Quantity::Energy,
        "reconstruction-error" => Quantity::ReconstructionError,
        "curl" => Quantity::Curl,
        "asymmetry" => Quantity::Asymmetry,
        "hessian-eigenvalues" => Quantity::HessianEigenvalues,
        _ => {
            let expected = "be one of score, energy, reconstruction-error, curl, asymmetry, hessian-eigenvalues";
            return Err(SettingError::new("quantity", id, expected));
        }
    })
}

#[wasm_bindgen]
impl GridQuery {
    /// Computes the next `cells` cells. Returns whether the query is complete. Energies take about four times that
    /// number.
    pub fn advance(&mut self, cells: u32) -> bool {
        self.query.advance(&self.learned, cells as usize)
    }

    /// Number of computed cells, counted from the first; for energies zero until all are computed.
    #[wasm_bindgen(getter)]
    pub fn known(&self) -> usize {
        self.query.known()
    }

    /// The numbers of each cell, one cell after another; zero before they are computed.
    pub fn values(&self) -> Vec<f64> {
        self.query.values().to_vec()
    }

    /// ∫|R|²/∫|s|² in [0, 1] of the complete split: zero for the gradient of an energy; undefined for other quantities.
    #[wasm_bindgen(getter, js_name = remainderShare)]
    pub fn remainder_share(&self) -> Option<f64> {
        self.split().map(query::Split::remainder_share)
    }

    /// R along the stage's axes, two numbers for each cell of the complete split; undefined for other quantities.
    pub fn remainder(&self) -> Option<Vec<f64>> {
        let split = self.split()?;
        let mut out = vec![0.0; 2 * self.query.grid().cells()];
        split.remainder(&mut out);
        Some(out)
    }

    fn split(&self) -> Option<&query::Split> {
        self.query.split().filter(|split| split.is_complete())
    }
}
