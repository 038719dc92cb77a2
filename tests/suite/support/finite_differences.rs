//! Derivatives by central differences, extrapolated once (Richardson), so that the error falls with the step's fourth
//! power.

/// The derivative of `f` at 0.
pub fn derivative(step: f64, mut f: impl FnMut(f64) -> f64) -> f64 {
    let mut slope = |h: f64| (f(h) - f(-h)) / (2.0 * h);
    (4.0 * slope(step) - slope(2.0 * step)) / 3.0
}

/// ∂f_i/∂x_j at `x` (row-major) for a function of R^d to R^m that writes to its second argument.
pub fn jacobian(step: f64, x: &[f64], m: usize, f: impl Fn(&[f64], &mut [f64])) -> Vec<f64> {
    let d = x.len();
    let mut entries = vec![0.0; m * d];
    for (i, j) in (0..m).flat_map(|i| (0..d).map(move |j| (i, j))) {
        entries[i * d + j] = derivative(step, |h| {
            let mut point = x.to_vec();
            point[j] += h;
            let mut out = vec![0.0; m];
            f(&point, &mut out);
            out[i]
        });
    }
    entries
}

/// The greatest absolute difference of two vectors, divided by the greatest entry of the second vector or by `floor`,
/// whichever is greater.
pub fn relative_gap(a: &[f64], b: &[f64], floor: f64) -> f64 {
    assert_eq!(a.len(), b.len());
    // `f64::max` drops NaN, which must not count as agreement.
    let greatest = |values: &mut dyn Iterator<Item = f64>| {
        values.fold(0.0, |top: f64, v| if v.is_nan() { f64::INFINITY } else { top.max(v.abs()) })
    };
    greatest(&mut a.iter().zip(b).map(|(a, b)| a - b)) / greatest(&mut b.iter().copied()).max(floor)
}

/// The greater of two errors; NaN, which `f64::max` drops, is the worst of all.
pub fn worse(a: f64, b: f64) -> f64 {
    if a.is_nan() || a > b { a } else { b }
}
