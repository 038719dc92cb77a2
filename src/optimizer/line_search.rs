//! A line search for the strong Wolfe conditions: φ(t) ≤ φ(0) + c₁ t φ'(0) and |φ'(t)| ≤ c₂ |φ'(0)| (Nocedal and
//! Wright, *Numerical Optimization*, 2006, algorithms 3.5 and 3.6, with cubic interpolation).

use crate::math;

const SUFFICIENT_DECREASE: f64 = 1e-4;
const CURVATURE: f64 = 0.9;
const MAX_EVALUATIONS: u32 = 20;
/// Factor of growth of the step until a bracket is found.
const EXPANSION: f64 = 4.0;

/// A step length with the loss and its slope along the line.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// The step length t.
    pub t: f64,
    /// φ(t)
    pub value: f64,
    /// φ'(t)
    pub slope: f64,
}

/// Searches from `start` (t = 0, negative slope) with first step `first`; `evaluate` returns φ and φ'. Returns the
/// point found and whether it satisfies both conditions. Otherwise the point is the lowest that satisfies the first
/// condition, or `start`.
pub fn search(start: Point, first: f64, mut evaluate: impl FnMut(f64) -> Point) -> (Point, bool) {
    // A loss or slope that is not finite counts as too high.
    let is_finite = |p: &Point| p.value.is_finite() && p.slope.is_finite();
    let is_low = |p: &Point| is_finite(p) && p.value <= start.value + SUFFICIENT_DECREASE * p.t * start.slope;
    let is_flat = |p: &Point| p.slope.abs() <= CURVATURE * start.slope.abs();
    // `low` satisfies the first condition. `high`, once known, is the other end of an interval that contains a
    // solution.
    let (mut low, mut high) = (start, None::<Point>);
    let mut t = first;
    for _ in 0..MAX_EVALUATIONS {
        let point = evaluate(t);
        if !(is_low(&point) && (low.t == 0.0 || point.value < low.value)) {
            high = Some(point);
        } else if is_flat(&point) {
            return (point, true);
        } else {
            let turns_back = match high {
                Some(high) => point.slope * (high.t - low.t) >= 0.0,
                None => point.slope >= 0.0,
            };
            if turns_back {
                high = Some(low);
            }
            low = point;
        }
        t = match high {
            Some(high) => between(low, high),
            None => EXPANSION * t,
        };
    }
    (low, false)
}

/// The minimum of the cubic through both ends, kept away from the ends; the midpoint if the cubic has no usable
/// minimum.
fn between(low: Point, high: Point) -> f64 {
    let width = high.t - low.t;
    let a = low.slope + high.slope - 3.0 * (low.value - high.value) / (low.t - high.t);
    let b = math::sqrt(a * a - low.slope * high.slope) * if width > 0.0 { 1.0 } else { -1.0 };
    let t = high.t - width * (high.slope + b - a) / (high.slope - low.slope + 2.0 * b);
    let share = (t - low.t) / width;
    if share.is_finite() { low.t + share.clamp(0.1, 0.9) * width } else { low.t + 0.5 * width }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn search_on(f: impl Fn(f64) -> (f64, f64), first: f64) -> (Point, bool, u32) {
        let point = |t: f64| Point { t, value: f(t).0, slope: f(t).1 };
        let mut count = 0;
        let (found, is_good) = search(point(0.0), first, |t| {
            count += 1;
            point(t)
        });
        (found, is_good, count)
    }

    #[test]
    fn search_finds_a_strong_wolfe_point_from_short_and_long_first_steps() {
        // Functions 1 and 2 of Moré and Thuente (1994), section 5, and a steep quartic.
        let functions: [&dyn Fn(f64) -> (f64, f64); 3] = [
            &|t| (-t / (t * t + 2.0), (t * t - 2.0) / ((t * t + 2.0) * (t * t + 2.0))),
            &|t| {
                let u = t + 0.004;
                (u * u * u * u * (u - 2.0), u * u * u * (5.0 * u - 8.0))
            },
            &|t| (1e6 * t * t * t * t - t, 4e6 * t * t * t - 1.0),
        ];
        for (i, f) in functions.iter().enumerate() {
            for first in [1e-3, 0.1, 1.0, 10.0, 1e3] {
                let (found, is_good, count) = search_on(f, first);
                let (value, slope) = f(0.0);
                assert!(is_good && count <= 20, "function {i} from {first}");
                assert!(found.value <= value + 1e-4 * found.t * slope && found.slope.abs() <= 0.9 * slope.abs());
            }
        }
    }

    #[test]
    fn search_backs_out_of_where_the_loss_is_not_finite() {
        let (found, is_good, _) =
            search_on(|t| if t > 0.5 { (f64::NAN, f64::NAN) } else { (-t + t * t, 2.0 * t - 1.0) }, 8.0);
        assert!(is_good && found.t <= 0.5);
    }
}
