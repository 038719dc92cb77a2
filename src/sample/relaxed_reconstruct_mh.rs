//! Corruption and relaxation with Metropolis-Hastings: [`super::reconstruct_mh`] with m(y) = (1 - β) y + β r(y) in
//! place of r and s² = 2Tβσ². Exact when the score is the gradient of an energy, ΔE is its difference and m is a
//! bijection. For a mixture, m is a bijection if σ²β is below the smallest variance of the components.

use alloc::boxed::Box;

use super::acceptance::{Acceptance, CORRECTED, TEMPERATURE};
use super::adaptation::WARM_UP;
use super::fault_injection::FAULT;
use super::relaxation::RELAXATION;
use super::{Builder, ReconstructMh};
use crate::score::path;
use crate::setting::{Choice, Variant};

/// The kernel's entry in the menu.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "relaxed-reconstruct-mh",
        label: "relaxed reconstruction, corrected",
        help: "Propose a point between a noisy copy and its reconstruction, and correct for how likely the way back is; exact where \
               that map is a bijection and the score the gradient of an energy.",
    },
    settings: &[RELAXATION, TEMPERATURE, path::RULE, path::INTERVALS, WARM_UP, FAULT],
    suggest: &[],
    build: Builder {
        transition: CORRECTED,
        step_size: Some(RELAXATION.key),
        build: |settings, sigma, dim| {
            let acceptance = Acceptance::from_settings(settings, dim)?;
            Ok(Box::new(ReconstructMh::relaxed(sigma, settings.real(RELAXATION.key), acceptance, dim)))
        },
    },
};
