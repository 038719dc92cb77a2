//! Implicit score matching: [`ScoreMatching`] with the exact trace (Hyvärinen 2005).

use alloc::boxed::Box;

use super::{Builder, ScoreMatching};
use crate::setting::{Choice, Variant};

/// The entry in the list of objectives.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "implicit",
        label: "implicit score matching",
        help: "Match the score by its divergence: ½‖s‖² + div s. It learns the score of the data, not blurred.",
    },
    settings: &[],
    suggest: &[],
    build: |_, sigma, _| Ok(Box::new(ScoreMatching::implicit(sigma))),
};
