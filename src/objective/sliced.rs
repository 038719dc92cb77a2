//! Sliced score matching: [`ScoreMatching`] along a random direction (Song et al. 2019).

use alloc::boxed::Box;

use super::{Builder, ScoreMatching};
use crate::setting::{Choice, Variant};

/// The entry in the list of objectives.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "sliced",
        label: "sliced score matching",
        help: "Implicit score matching along one random direction per point; the cost is the same in any dimension.",
    },
    settings: &[],
    suggest: &[],
    build: |_, sigma, _| Ok(Box::new(ScoreMatching::sliced(sigma))),
};
