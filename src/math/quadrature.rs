//! Gauss-Legendre and Gauss-Hermite quadrature: nodes are the roots of the Legendre polynomial, found by Newton's method, and
//! of the Hermite polynomial, found between those of the one before (Abramowitz and Stegun, 25.4.29 and 25.4.46).

use alloc::vec;
use alloc::vec::Vec;

use super::{sin_cos, sqrt};

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

/// The `count` nodes for the standard normal density, ascending, each with its weight; the weights add up to 1. Exact for
/// polynomials of degree 2 `count` - 1. Meant for small counts.
pub fn gauss_hermite(count: usize) -> Vec<(f64, f64)> {
    let mut roots = Vec::new();
    for degree in 1..=count {
        // All roots lie within twice the square root of the degree.
        let end = 2.0 * sqrt(degree as f64);
        let mut ends = vec![-end];
        ends.append(&mut roots);
        ends.push(end);
        roots = ends.windows(2).map(|pair| hermite_root(degree, pair[0], pair[1])).collect();
    }
    let factorial: f64 = (1..count).map(|k| k as f64).product();
    let weight = |x: f64| {
        let before = hermite(count - 1, x);
        factorial / (count as f64 * before * before)
    };
    roots.into_iter().map(|x| (x, weight(x))).collect()
}

/// The root of the Hermite polynomial of degree `n` between `a` and `b`, by bisection.
fn hermite_root(n: usize, mut a: f64, mut b: f64) -> f64 {
    let sign = hermite(n, b) > 0.0;
    for _ in 0..60 {
        let middle = 0.5 * (a + b);
        *(if (hermite(n, middle) > 0.0) == sign { &mut b } else { &mut a }) = middle;
    }
    0.5 * (a + b)
}

/// The Hermite polynomial of degree `n` with leading coefficient 1, orthogonal under the normal density.
fn hermite(n: usize, x: f64) -> f64 {
    let (mut before, mut value) = (0.0, 1.0);
    for k in 0..n {
        (before, value) = (value, x * value - k as f64 * before);
    }
    value
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

    #[test]
    fn gauss_hermite_has_the_moments_of_the_normal_density() {
        for count in [1, 2, 3, 9, 16] {
            let nodes = gauss_hermite(count);
            assert!(nodes.windows(2).all(|pair| pair[0].0 < pair[1].0));
            let mut moment = 1.0;
            for degree in (0..2 * count).step_by(2) {
                let sum =
                    |degree: usize| nodes.iter().map(|(x, w)| w * (0..degree).fold(1.0, |p, _| p * x)).sum::<f64>();
                assert!((sum(degree) / moment - 1.0).abs() < 1e-12, "{count} nodes, degree {degree}: {}", sum(degree));
                assert!(
                    sum(degree + 1).abs() < 1e-12 * moment * (degree + 2) as f64,
                    "{count} nodes, degree {}",
                    degree + 1
                );
                moment *= (degree + 1) as f64;
            }
        }
    }
}
