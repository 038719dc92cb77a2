//! The operator that a denoising auto-encoder is trained for: x → r(x + σε), always accepted (Bengio, Yao, Alain and
//! Vincent 2013). Its draws are biased: for small σ they have a temperature of about ½.

use alloc::boxed::Box;

use super::acceptance::ALWAYS;
use super::fault_injection::FAULT;
use super::{Builder, Reconstruct};
use crate::setting::{Choice, Variant};

/// The kernel's entry in the menu.
pub static VARIANT: Variant<Builder> = Variant {
    choice: Choice {
        id: "dae-chain",
        label: "walkback (inexact)",
        help: "Add the noise of training and reconstruct; the draws have a temperature of about one half.",
    },
    settings: &[FAULT],
    suggest: &[],
    build: Builder {
        transition: ALWAYS,
        step_size: None,
        build: |_, sigma, dim| Ok(Box::new(Reconstruct::new(sigma, sigma, dim))),
    },
};
