//! Corrupt, go a share β towards the reconstruction and weigh: [`super::reconstruct_mh`] with m(y) = (1 - β) y + β r(y) in place
//! of r and s² = 2Tβσ². Exact when the score is the gradient of an energy, ΔE is its difference and m is a bijection: so where
//! σ²β lies below the smallest variance of a mixture's components.

use alloc::boxed::Box;

use super::acceptance::{Acceptance, TEMPERATURE};
use super::adaptation::WARM_UP;
use super::fault::FAULT;
use super::merge::MERGE;
use super::{Builder, ReconstructMh};
use crate::field::{Choice, Variant};
use crate::score::path;

/// Its entry.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "merge-x",
        label: "merge and weigh",
        help: "Propose a place between a noisy point and its reconstruction, and correct for how likely the way back is; \
               exact where no two points lead to the same place, and the score is the gradient of an energy.",
    },
    fields: &[MERGE, TEMPERATURE, path::RULE, path::INTERVALS, WARM_UP, FAULT],
    suggest: &[],
    build: |settings, sigma, dim| {
        let acceptance = Acceptance::from_settings(settings, dim)?;
        Ok(Box::new(ReconstructMh::merging(sigma, settings.real(MERGE.key), acceptance, dim)))
    },
};
