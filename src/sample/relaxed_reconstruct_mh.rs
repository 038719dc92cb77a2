//! Corrupt, go a share β towards the reconstruction and weigh: [`super::reconstruct_mh`] with m(y) = (1 - β) y + β r(y) in place
//! of r and s² = 2Tβσ². Exact when the score is the gradient of an energy, ΔE is its difference and m is a bijection: so where
//! σ²β lies below the smallest variance of a mixture's components.

use alloc::boxed::Box;

use super::acceptance::{Acceptance, CORRECTED, TEMPERATURE};
use super::adaptation::WARM_UP;
use super::fault_injection::FAULT;
use super::relaxation::RELAXATION;
use super::{Builder, ReconstructMh};
use crate::score::path;
use crate::setting::{Choice, Variant};

/// Its entry.
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
