//! Autocovariances c_k = Σ_t (x_t - x̄)(x_{t+k} - x̄)/n of chains and autocorrelations c_k/c_0, at all lags at once by
//! the Fourier transform (Wiener and Khinchin).

use alloc::vec;
use alloc::vec::Vec;

use super::trace::{Trace, mean};
use crate::math::fft::{Complex, FourierTransform};

/// c_k/c_0 for the lags 0 to n - 1 of one chain of n numbers; all NaN if the chain is constant or not finite.
pub fn autocorrelation(chain: &[f64]) -> Vec<f64> {
    if chain.is_empty() {
        return Vec::new();
    }
    let covariances = mean_autocovariance(chain, chain.len());
    covariances.iter().map(|c| c / covariances[0]).collect()
}

/// The mean of [`autocorrelation`] over the first chains of `trace`, at most `most`, at the lags below half their length.
/// All NaN if one of these chains is constant or not finite.
pub fn mean_autocorrelation(trace: &Trace, most: usize) -> Vec<f64> {
    let count = trace.chains().min(most);
    let mut sum = vec![0.0; trace.draws().div_ceil(2)];
    for chain in trace.values().chunks_exact(trace.draws()).take(count) {
        sum.iter_mut().zip(autocorrelation(chain)).for_each(|(sum, value)| *sum += value / count as f64);
    }
    sum
}

/// The mean over chains of c_k for the lags below `draws`; `values` holds chains of `draws` finite numbers, one after
/// another.
pub(super) fn mean_autocovariance(values: &[f64], draws: usize) -> Vec<f64> {
    let length = (2 * draws).next_power_of_two();
    let fourier = FourierTransform::new(length);
    let mut pair = vec![[0.0; 2]; length];
    let mut power = vec![[0.0; 2]; length];
    for chains in values.chunks(2 * draws) {
        pair.fill([0.0; 2]);
        // The real part of the autocovariance of a + ib is the sum of the autocovariances of a and b.
        for (part, chain) in chains.chunks_exact(draws).enumerate() {
            let mean = mean(chain);
            pair.iter_mut().zip(chain).for_each(|(value, x)| value[part] = x - mean);
        }
        fourier.apply(&mut pair);
        power.iter_mut().zip(&pair).for_each(|(sum, z)| sum[0] += squared_size(z));
    }
    // The power spectrum is real, so its transform is the conjugate of its inverse transform, up to the factor.
    fourier.apply(&mut power);
    let scale = 1.0 / (length as f64 * values.len() as f64);
    power[..draws].iter().map(|c| scale * c[0]).collect()
}

fn squared_size(z: &Complex) -> f64 {
    z[0] * z[0] + z[1] * z[1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn mean_autocovariance_is_that_of_direct_sums() {
        let mut rng = stream(1, Purpose::Measure, 0);
        for (chains, draws) in [(1, 2), (1, 37), (2, 16), (5, 21)] {
            let values: Vec<f64> = (0..chains * draws).map(|_| 3.0 + rng.normal()).collect();
            let found = mean_autocovariance(&values, draws);
            for (lag, found) in found.iter().enumerate() {
                let direct = |chain: &[f64]| {
                    let mean = mean(chain);
                    chain.iter().zip(&chain[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / draws as f64
                };
                let exact = values.chunks_exact(draws).map(direct).sum::<f64>() / chains as f64;
                assert!((found - exact).abs() < 1e-13, "{chains} chains of {draws}, lag {lag}: {found}, not {exact}");
            }
        }
    }

    #[test]
    fn mean_autocorrelation_of_two_periodic_chains_has_its_closed_form() {
        // Of period 2 and 4: c_k/c_0 is (-1)^k (1 - k/n), and cos(πk/2) (1 - k/n).
        let [fast, slow] = [[1.0, -1.0, 1.0, -1.0], [1.0, 0.0, -1.0, 0.0]].map(|period| period.repeat(4));
        let unused = vec![0.0; 16];
        let found = mean_autocorrelation(&Trace::new([fast, slow, unused].concat(), 3).unwrap(), 2);
        assert_eq!(found.len(), 8);
        for (lag, found) in found.into_iter().enumerate() {
            let exact = [1.0, -0.5, 0.0, -0.5][lag % 4] * (1.0 - lag as f64 / 16.0);
            assert!((found - exact).abs() < 1e-14, "lag {lag}: {found}, not {exact}");
        }
    }

    #[test]
    fn autocorrelation_of_a_constant_or_unbounded_chain_is_unknown() {
        for chain in [[2.0; 5], [0.0, 1.0, f64::INFINITY, 0.0, 1.0], [0.0, 1.0, f64::NAN, 0.0, 1.0]] {
            assert!(autocorrelation(&chain).iter().all(|c| c.is_nan()), "{chain:?}");
        }
        assert!(autocorrelation(&[]).is_empty());
    }
}
