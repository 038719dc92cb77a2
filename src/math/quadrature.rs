//! Gauss-Legendre and Gauss-Hermite quadrature. Legendre nodes are found by Newton's method or, for high degrees, by
//! Bogaert's expansion (SIAM J. Sci. Comput. 36, 2014). Hermite nodes are found between the roots of the previous
//! degree (Abramowitz and Stegun, 25.4.29 and 25.4.46).

use alloc::vec;
use alloc::vec::Vec;

use super::{sin_cos, sqrt};

/// The `count` nodes in (a, b) in ascending order with their weights; the weights add up to b - a. Exact for
/// polynomials of degree 2 `count` - 1; above 512 nodes with an error of up to 1e-9. Takes time of order `count`,
/// quadratic up to 512 nodes.
pub fn gauss_legendre(count: usize, a: f64, b: f64) -> Vec<(f64, f64)> {
    let (middle, half) = (0.5 * (a + b), 0.5 * (b - a));
    let mut nodes = vec![(middle, 0.0); count];
    for i in 0..count.div_ceil(2) {
        let (node, weight) = if count > MAX_NEWTON_NODES { expansion(count, i) } else { newton(count, i) };
        nodes[i] = (middle - half * node, half * weight);
        nodes[count - 1 - i] = (middle + half * node, half * weight);
    }
    nodes
}

/// Up to this number of nodes Newton's method is used; above it two terms of the expansion are accurate enough.
const MAX_NEWTON_NODES: usize = 512;

/// Node `i` of `count` on [-1, 1], in descending order, with its weight. With v = 1/(n + ½) and ψ = θ + v²
/// (1/θ - cot θ)/8, up to order v⁴, Pₙ(cos θ) is a multiple of √(ψ/(ψ' sin θ)) J₀(ψ/v), because both solve the same
/// equation. At the nodes ψ/v is a root j of J₀; the weights are 2 v² sin θ/(ψ ψ' J₁(j)²).
fn expansion(count: usize, i: usize) -> (f64, f64) {
    let v = 1.0 / (count as f64 + 0.5);
    // McMahon's first terms, then Newton's method.
    let mut root = core::f64::consts::PI * (i as f64 + 0.75);
    root += 1.0 / (8.0 * root);
    for _ in 0..2 {
        root += libm::j0(root) / libm::j1(root);
    }
    let psi = v * root;
    let (sine, cosine) = sin_cos(psi);
    let theta = psi - v * v * (1.0 / psi - cosine / sine) / 8.0;
    let (sine, cosine) = sin_cos(theta);
    let slope = 1.0 + v * v * (1.0 / (sine * sine) - 1.0 / (theta * theta)) / 8.0;
    let derivative = libm::j1(root);
    (cosine, 2.0 * v * v * sine / (psi * slope * derivative * derivative))
}

/// Node `i` of `count` on [-1, 1], in descending order, with its weight.
fn newton(count: usize, i: usize) -> (f64, f64) {
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

/// The `count` nodes for the standard normal density, in ascending order with their weights; the weights add up to 1.
/// Exact for polynomials of degree 2 `count` - 1. Intended for small counts.
pub fn gauss_hermite(count: usize) -> Vec<(f64, f64)> {
    let mut roots = Vec::new();
    for degree in 1..=count {
        // All roots lie within 2 √degree of zero.
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

/// The monic Hermite polynomial of degree `n`, orthogonal under the normal density.
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
    fn expansion_agrees_with_newton_s_method() {
        for count in [513_usize, 514, 3000] {
            for i in [0, 1, 2, 3, 10, 100, count / 4, count.div_ceil(2) - 2, count.div_ceil(2) - 1] {
                let (node, weight) = newton(count, i);
                let (other, other_weight) = expansion(count, i);
                assert!((other - node).abs() < 1e-12, "node {i} of {count}: {:e}", other - node);
                assert!((other_weight / weight - 1.0).abs() < 1e-9, "weight {i} of {count}");
            }
        }
    }

    #[test]
    fn gauss_legendre_of_many_nodes_resolves_a_narrow_peak() {
        // Two fifths of the integral of 1/(1 + (x/w)²) lie within 0.7 w of its peak.
        let (width, nodes) = (1e-3, gauss_legendre(16_001, -1.0, 2.0));
        assert!(nodes.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for peak in [-1.0, -0.5, 0.5, 1.2345, 2.0] {
            let angle = |x: f64| libm::atan((x - peak) / width);
            let bell = |x: f64| 1.0 / (1.0 + (x - peak) * (x - peak) / (width * width));
            let integral: f64 = nodes.iter().map(|(x, weight)| weight * bell(*x)).sum();
            let gap = integral / (width * (angle(2.0) - angle(-1.0))) - 1.0;
            assert!(gap.abs() < 1e-6, "peak at {peak}: {gap:e}");
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
