//! Claims of Alain and Bengio (2014) about samples by a learned score: C11 of the reference.
//!
//! Statistical or long, and independent of the target: natively only.
#![cfg(not(target_arch = "wasm32"))]

use scorescape::model::{Activation, Architecture, Network, Slot};
use scorescape::sample::{Chains, EnergyRule, RandomWalk, Start};
use scorescape::score::{Learned, Path};

use crate::support::ks;

const ALPHA: f64 = 1e-4;
/// The noise of the network's training.
const SIGMA: f64 = 0.5;
const MEAN: [f64; 2] = [0.7, -0.4];
/// Σ has these variances along axes turned by ANGLE.
const VARIANCES: [f64; 2] = [0.8, 0.15];
const ANGLE: f64 = 0.5;

/// The axes of Σ.
fn axes() -> [[f64; 2]; 2] {
    let (sine, cosine) = ANGLE.sin_cos();
    [[cosine, sine], [-sine, cosine]]
}

/// r*(x) = μ + Σ(Σ + σ²I)⁻¹(x - μ) as a linear network with one unit for each axis u: r = x - Σ u (σ²/(λ + σ²)) u·(x -
/// μ).
fn optimum() -> Network<f64> {
    let architecture = Architecture { dim: 2, units: 2, activation: Activation::Identity, ..Architecture::default() };
    let mut network = Network::zeros(architecture);
    for (unit, (axis, variance)) in axes().iter().zip(VARIANCES).enumerate() {
        for (k, along) in axis.iter().enumerate() {
            network.set(unit, Slot::Encoder(k), *along);
            network.set(unit, Slot::Decoder(k), -along * SIGMA * SIGMA / (variance + SIGMA * SIGMA));
        }
        network.set(unit, Slot::Bias, -(axis[0] * MEAN[0] + axis[1] * MEAN[1]));
    }
    network
}

/// Ends of 4000 chains of 300 transitions each, begun at N(0, I), on the score (r* - x)/`assumed`².
fn samples(assumed: f64) -> Vec<f64> {
    // The path integral is exact for a linear score.
    let walk = RandomWalk::new(1.0, EnergyRule::Path(Path::trapezoid(1, 2)));
    let mut chains = Chains::new(Box::new(walk), Start::Gaussian { dim: 2, spread: 1.0 }, 12, 0..4000);
    chains.step(&Learned::new(optimum(), assumed), 300);
    chains.states().to_vec()
}

/// The least p-value, times their number, of the samples' coordinates along Σ's axes and of their squared length, each
/// under N(μ, `temperature` (Σ + σ²I)): Kolmogorov and Smirnov's test.
fn p_value(samples: &[f64], temperature: f64) -> f64 {
    let standard = |x: &[f64], axis: usize| {
        let [u, v] = axes()[axis];
        let along = u * (x[0] - MEAN[0]) + v * (x[1] - MEAN[1]);
        along / (temperature * (VARIANCES[axis] + SIGMA * SIGMA)).sqrt()
    };
    let of = |f: &dyn Fn(&[f64]) -> f64| samples.chunks_exact(2).map(f).collect::<Vec<f64>>();
    let coordinate = |axis| ks::p_value(&mut of(&|x| standard(x, axis)), ks::normal_cdf);
    let mut squares = of(&|x| standard(x, 0).powi(2) + standard(x, 1).powi(2));
    let length = ks::p_value(&mut squares, |square| 1.0 - (-0.5 * square).exp());
    3.0 * coordinate(0).min(coordinate(1)).min(length)
}

#[test]
fn c11_samples_by_an_assumed_sigma_come_at_the_temperature_of_the_ratio_of_the_squares() {
    for assumed in [0.8, 1.0, 1.5].map(|ratio| ratio * SIGMA) {
        let (samples, temperature) = (samples(assumed), (assumed / SIGMA).powi(2));
        let (right, unscaled) = (p_value(&samples, temperature), p_value(&samples, 1.0));
        println!("C11: assumed σ {assumed}: p = {right:.1e} at T = {temperature}, {unscaled:.1e} at T = 1");
        assert!(right > ALPHA, "assumed σ {assumed}: p = {right:e} at T = {temperature}");
        assert!(assumed == SIGMA || unscaled < ALPHA, "assumed σ {assumed}: p = {unscaled:e} at T = 1");
        // The inverse ratio, an easy mistake.
        let inverse = p_value(&samples, 1.0 / temperature);
        assert!(assumed == SIGMA || inverse < ALPHA, "assumed σ {assumed}: p = {inverse:e} at 1/T");
    }
}
