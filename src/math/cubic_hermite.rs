//! Interpolation by piecewise cubics with a continuous slope (Catmull and Rom, *A class of local interpolating
//! splines*, 1974).

/// The weights at `t` in [0, 1] of value and slope at 0 and of value and slope at 1 in the interpolating cubic.
pub fn hermite(t: f64) -> [f64; 4] {
    let s = 1.0 - t;
    [(1.0 + 2.0 * t) * s * s, t * s * s, t * t * (3.0 - 2.0 * t), -t * t * s]
}

/// The derivatives of [`hermite`] with respect to `t`.
pub fn hermite_slope(t: f64) -> [f64; 4] {
    let s = 1.0 - t;
    [-6.0 * t * s, s * (1.0 - 3.0 * t), 6.0 * t * s, t * (3.0 * t - 2.0)]
}

/// The weights of four values at -1, 0, 1 and 2, for a `cubic` of [`hermite`] or [`hermite_slope`]. The slopes at 0 and
/// 1 are central differences.
pub fn catmull_rom(cubic: [f64; 4]) -> [f64; 4] {
    let [value, slope, next, next_slope] = cubic;
    [-0.5 * slope, value - 0.5 * next_slope, next + 0.5 * slope, 0.5 * next_slope]
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn cubics_reproduce_parabolas_and_their_slopes() {
        let parabola = |x: f64| 2.0 - 3.0 * x + 0.7 * x * x;
        for i in 0..=10 {
            let t = 0.1 * f64::from(i);
            let sum = |weights: [f64; 4]| (0..4).map(|k| weights[k] * parabola(k as f64 - 1.0)).sum::<f64>();
            assert!((sum(catmull_rom(hermite(t))) - parabola(t)).abs() < 1e-14);
            assert!((sum(catmull_rom(hermite_slope(t))) - (1.4 * t - 3.0)).abs() < 1e-14);
        }
    }
}
