//! The test that all kernels pass detects each deliberate fault, on a target chosen for it.
#![cfg(not(target_arch = "wasm32"))]

use scorescape::sample::Fault;

use crate::invariance::{
    ERROR_MOVE_MH, HMC, INTERPOLATE_MH, Kernel, MALA, RANDOM_WALK, RECONSTRUCT_MH, RELAXED_RECONSTRUCT_MH, Target,
    examine_on, gaussian_target, mixture_target,
};
use crate::sampler_invariance::FULL;

fn is_seen(fault: Fault, target: &Target, kernel: &Kernel) -> bool {
    let outcome = examine_on(target, kernel, fault, FULL);
    println!("{}, {fault:?}, {}: least p-value {:.1e}", kernel.name, target.name, outcome.p);
    assert!(outcome.accepted > 0.1, "{} hardly moves on {}", kernel.name, target.name);
    outcome.is_rejected()
}

fn assert_seen(fault: Fault, target: &Target, kernels: &[&Kernel]) {
    for kernel in kernels {
        assert!(is_seen(fault, target, kernel), "{} with {fault:?} on {} passes", kernel.name, target.name);
    }
}

#[test]
fn flipped_score_is_seen_on_a_gaussian() {
    assert_seen(Fault::FlippedScore, &gaussian_target(2), &[&RANDOM_WALK]);
}

#[test]
fn wrong_sigma_is_seen_on_a_gaussian() {
    assert_seen(Fault::WrongSigma, &gaussian_target(2), &[&RANDOM_WALK, &RECONSTRUCT_MH]);
}

#[test]
fn endpoint_energy_is_seen_on_two_gaussians() {
    assert_seen(Fault::Endpoint, &mixture_target(2), &[&RANDOM_WALK]);
}

#[test]
fn missing_correction_is_seen_on_a_gaussian() {
    assert_seen(
        Fault::MissingCorrection,
        &gaussian_target(2),
        &[&MALA, &HMC, &ERROR_MOVE_MH, &INTERPOLATE_MH, &RELAXED_RECONSTRUCT_MH],
    );
}

#[test]
fn missing_jacobian_is_seen_on_two_gaussians_and_harmless_on_one() {
    let kernels = [&RECONSTRUCT_MH, &RELAXED_RECONSTRUCT_MH, &INTERPOLATE_MH];
    assert_seen(Fault::MissingJacobian, &mixture_target(2), &kernels);
    let one = gaussian_target(2);
    assert!(!kernels.iter().any(|kernel| is_seen(Fault::MissingJacobian, &one, kernel)));
}
