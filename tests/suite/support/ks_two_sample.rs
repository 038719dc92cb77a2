//! The Kolmogorov-Smirnov test of two samples, by Kolmogorov's limit law with Stephens' correction (1970).

/// The p-value of two samples (which get sorted) under a common distribution.
pub fn two_sample_p_value(a: &mut [f64], b: &mut [f64]) -> f64 {
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    let (n, m) = (a.len() as f64, b.len() as f64);
    survival(greatest_gap(a, b), n * m / (n + m))
}

/// Greatest gap between the empirical distribution functions of two ascending samples.
fn greatest_gap(a: &[f64], b: &[f64]) -> f64 {
    let (mut i, mut j, mut greatest) = (0, 0, 0.0f64);
    while i < a.len() && j < b.len() {
        let place = if a[i].total_cmp(&b[j]).is_le() { a[i] } else { b[j] };
        let below = |x: &&f64| x.total_cmp(&place).is_le();
        i += a[i..].iter().take_while(below).count();
        j += b[j..].iter().take_while(below).count();
        greatest = greatest.max((i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs());
    }
    greatest
}

/// P(D_n > `statistic`), by Kolmogorov's limit with Stephens' correction for finite n.
pub fn survival(statistic: f64, n: f64) -> f64 {
    let root = n.sqrt();
    kolmogorov_survival((root + 0.12 + 0.11 / root) * statistic)
}

/// 2 Σ (-1)^{k-1} exp(-2 k² λ²).
pub fn kolmogorov_survival(lambda: f64) -> f64 {
    if lambda < 0.2 {
        return 1.0;
    }
    let term = |k: i32| f64::from(1 - 2 * (k % 2 == 0) as i32) * (-2.0 * f64::from(k * k) * lambda * lambda).exp();
    (2.0 * (1..=100).map(term).sum::<f64>()).clamp(0.0, 1.0)
}
