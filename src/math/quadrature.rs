//! Gauss-Legendre quadrature: nodes are the roots of the Legendre polynomial, found by Newton's method
//! (Abramowitz and Stegun, 25.4.29).

use alloc::vec;
use alloc::vec::Vec;

use super::sin_cos;

/// The `count` nodes in (a, b), ascending, each with its weight; the weights add up to b - a. Exact for polynomials of
/// degree 2 `count` - 1. Takes time of order `count`².
pub fn gauss_legendre(count: usize, a: f64, b: f64) -> Vec<(f64, f64)> {
    let (middle, half) = (0.5 * (a + b), 0.5 * (b - a));
    let mut nodes = vec![(middle, 0.0); count];
    for i in 0..count.div_ceil(2) {
        let (node, weight) = node_and_weight(count, i);
        nodes[i] = (middle - half * node, half * weight);
        nodes[count - 1 - i] = (middle + half * node, half * weight);
    }
    nodes
}

/// Node `i` of `count` on [-1, 1], descending.
fn node_and_weight(count: usize, i: usize) -> (f64, f64) {
    let guess = core::f64::consts::PI * (i as f64 + 0.75) / (count as f64 + 0.5);
    let mut x = sin_cos(guess).1;
    let mut slope = 1.0;
    for _ in 0..16 {
        let (value, derivative) = legendre(count, x);
        slope = derivative;
        let shift = value / derivative;
        x -= shift;
        if shift.abs() < 1e-15 {
            break;
        }
    }
    (x, 2.0 / ((1.0 - x * x) * slope * slope))
}

/// The Legendre polynomial of degree `n` and its derivative at `x` inside (-1, 1).
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut previous, mut current) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (previous, current) = (current, ((2.0 * k - 1.0) * x * current - (k - 1.0) * previous) / k);
    }
    (current, n as f64 * (x * current - previous) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn gauss_legendre_is_exact_for_polynomials_of_its_degree() {
        for count in [1, 2, 5, 40, 255] {
            let nodes = gauss_legendre(count, 0.0, 1.0);
            for degree in [0, 1, 2 * count - 1] {
                let power = |x: f64| (0..degree).fold(1.0, |p, _| p * x);
                let integral: f64 = nodes.iter().map(|(x, w)| w * power(*x)).sum();
                assert!((integral * (degree + 1) as f64 - 1.0).abs() < 1e-12, "{count} nodes, degree {degree}");
            }
        }
    }
}
