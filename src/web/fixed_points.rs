//! Fixed points of the learned reconstruction, searched for in slices: see [`crate::query::fixed_points`].

use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::{Observer, floats, object, refuse};
use crate::data::Points;
use crate::query::{FixedPoint, FixedPointSearch, Stability, distance_to_nearest};
use crate::score::Learned;
use crate::simd::f32x4;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A fixed point of the reconstruction r. */
export interface FixedPoint {
    /** The point: d numbers. */
    x: Float64Array;
    /** Near the point, iterating r leads there from all sides, from some, or away. */
    stability: "attracting" | "saddle" | "repelling";
    /** The spectral radius of ∂r/∂x there. */
    radius: number;
    /** Distance from the nearest training point, in units of σ. */
    distance: number;
    /** Whether it is attracting and far from all training points. */
    isSpurious: boolean;
}
"#;

/// A search for fixed points of the score that its observer had when the search began.
#[wasm_bindgen]
pub struct FixedPoints {
    search: FixedPointSearch,
    learned: Learned<f32x4>,
    points: Points,
    /// For each found point the distance from the nearest training point, in units of σ.
    distances: Vec<f64>,
}

#[wasm_bindgen]
impl Observer {
    /// A search for fixed points of the learned reconstruction from `starts` (n × d numbers, all finite). No start has
    /// been followed yet.
    #[wasm_bindgen(js_name = fixedPoints)]
    pub fn fixed_points(&self, starts: Vec<f64>) -> Result<FixedPoints, JsValue> {
        let search = FixedPointSearch::new(starts, self.dim(), self.sigma()).map_err(|error| refuse(&error))?;
        let (learned, points) = (self.learned.clone(), self.setup.points().clone());
        Ok(FixedPoints { search, learned, points, distances: Vec::new() })
    }
}

#[wasm_bindgen]
impl FixedPoints {
    /// Follows the next `starts` starting points, with about 150 evaluations of the score each. Returns true once all
    /// are done.
    pub fn advance(&mut self, starts: u32) -> bool {
        let is_complete = self.search.advance(&self.learned, starts as usize);
        for point in &self.search.found()[self.distances.len()..] {
            self.distances.push(distance_to_nearest(&point.x, self.points.values()) / self.learned.sigma());
        }
        is_complete
    }

    /// Number of starts that have been followed.
    #[wasm_bindgen(getter)]
    pub fn followed(&self) -> usize {
        self.search.followed()
    }

    /// The fixed points found so far, at most 4096, in the order of discovery.
    #[wasm_bindgen(unchecked_return_type = "FixedPoint[]")]
    pub fn found(&self) -> js_sys::Array {
        self.search.found().iter().zip(&self.distances).map(|(point, distance)| described(point, *distance)).collect()
    }
}

fn described(point: &FixedPoint, distance: f64) -> JsValue {
    let FixedPoint { x, radius, stability } = point;
    let stability = match stability {
        Stability::Attracting => "attracting",
        Stability::Saddle => "saddle",
        Stability::Repelling => "repelling",
    };
    object(&[
        ("x", floats(x)),
        ("stability", stability.into()),
        ("radius", (*radius).into()),
        ("distance", distance.into()),
        ("isSpurious", point.is_spurious(distance).into()),
    ])
}
