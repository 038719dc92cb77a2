//! Each deliberate fault is seen by the very test that the kernels pass, on a target named for it.
#![cfg(not(target_arch = "wasm32"))]

use scorescape::sample::{
    Acceptance, EnergyRule, Fault, Hmc, Mala, NoiseE, NoiseR, RandomWalk, ReconstructMh, Sampler,
};
use scorescape::score::Path;

use crate::invariance::{Remembering, Target, draws, gaussian_target, inverted, mixture_target};
use crate::samplers::{FULL, ends_after, rejects};

/// Builds a kernel for a target, the σ that it believes in, and a rule.
type Build = fn(&Target, f64, Acceptance) -> Box<dyn Sampler>;

/// Energies by Simpson's rule: on Gaussians exact.
fn by_path(target: &Target) -> Acceptance {
    EnergyRule::Path(Path::simpson(2, target.dim()).unwrap()).into()
}

fn is_rejected(target: &Target, fault: Fault, acceptance: Acceptance, starts: &[f64], build: Build) -> bool {
    let rule = acceptance.with_fault(fault, target.dim());
    let mut kernel = fault.mislead(build(target, fault.sigma(target.sigma), rule));
    let states = ends_after(FULL.transitions, &mut *kernel, &Remembering::new(&target.score), starts);
    rejects(&format!("{}, {fault:?}", target.name), target.law(), &states)
}

/// The fault is rejected and its absence is not.
fn assert_seen(target: &Target, fault: Fault, acceptance: &Acceptance, starts: &[f64], build: Build) {
    assert!(is_rejected(target, fault, acceptance.clone(), starts, build), "{fault:?} on {} passes", target.name);
    assert!(!is_rejected(target, Fault::None, acceptance.clone(), starts, build), "{}", target.name);
}

const WALK: Build = |target, _, rule| Box::new(RandomWalk::new(target.step, rule));
const MALA: Build = |target, _, rule| Box::new(Mala::new(target.step, rule, target.dim()));
const HMC: Build = |target, _, rule| Box::new(Hmc::new(target.step, 3, rule, target.dim()));
const NOISE_E: Build = |target, sigma, rule| Box::new(NoiseE::new(sigma, 0.8, rule, target.dim()));
const NOISE_R: Build = |target, sigma, rule| Box::new(NoiseR::new(sigma, 0.6, rule, target.dim()));
const RECONSTRUCT: Build = |target, sigma, rule| Box::new(ReconstructMh::merging(sigma, 1.0, rule, target.dim()));

fn starts(target: &Target) -> Vec<f64> {
    draws(target.law(), FULL.chains, 0)
}

#[test]
fn flipped_score_is_seen_on_a_gaussian() {
    let target = gaussian_target(2);
    assert_seen(&target, Fault::FlippedScore, &by_path(&target), &starts(&target), WALK);
}

#[test]
fn wrong_sigma_is_seen_on_a_gaussian() {
    let target = gaussian_target(2);
    assert_seen(&target, Fault::WrongSigma, &by_path(&target), &starts(&target), WALK);
    let inverted = inverted(&target.score, target.sigma, &starts(&target));
    assert_seen(&target, Fault::WrongSigma, &by_path(&target), &inverted, RECONSTRUCT);
}

#[test]
fn endpoint_energy_is_seen_on_two_gaussians() {
    let target = mixture_target(2);
    assert_seen(&target, Fault::Endpoint, &EnergyRule::Exact.into(), &starts(&target), WALK);
}

#[test]
fn missing_correction_is_seen_on_a_gaussian() {
    let target = gaussian_target(2);
    for build in [MALA, HMC, NOISE_E, NOISE_R] {
        assert_seen(&target, Fault::MissingCorrection, &EnergyRule::Exact.into(), &starts(&target), build);
    }
}

#[test]
fn missing_jacobian_is_seen_on_two_gaussians_and_harmless_on_one() {
    let exact = Acceptance::from(EnergyRule::Exact);
    let (one, two) = (gaussian_target(2), mixture_target(2));
    let inverted = |target: &Target| inverted(&target.score, target.sigma, &starts(target));
    assert_seen(&two, Fault::MissingJacobian, &exact, &inverted(&two), RECONSTRUCT);
    assert_seen(&two, Fault::MissingJacobian, &exact, &starts(&two), NOISE_R);
    assert!(!is_rejected(&one, Fault::MissingJacobian, exact.clone(), &inverted(&one), RECONSTRUCT));
    assert!(!is_rejected(&one, Fault::MissingJacobian, exact, &starts(&one), NOISE_R));
}
