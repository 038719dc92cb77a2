//! The score that the chains follow: the learned score, or a reference.

use crate::setting::{Choice, Section, Setting, SettingKind, Settings};

static LEARNED: Choice =
    Choice { id: "learned", label: "learned score", help: "The score that the network has learned so far." };
static EXACT: Choice = Choice {
    id: "exact",
    label: "exact score",
    help: "The score of the blurred data: errors of the samples then come from the sampler alone.",
};
static OPTIMUM: Choice = Choice {
    id: "optimum",
    label: "ideal network",
    help: "The score that a network of unlimited size would learn from these points by this objective.",
};

/// The score that the chains follow.
pub static TARGET: Setting = Setting {
    key: "sample.target",
    label: "Target",
    unit: "",
    help: "The score that the chains follow.",
    kind: SettingKind::Choice { default: "learned", options: &[&LEARNED, &EXACT, &OPTIMUM] },
    ..Setting::of(Section::Sampling)
};

/// The score that the chains follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The network's score.
    Learned,
    /// The score of the smoothed density p_σ.
    Exact,
    /// The score of an ideal network.
    Optimum,
}

impl Target {
    /// The target chosen in `settings`.
    pub fn from_settings(settings: &Settings) -> Self {
        match settings.choice(TARGET.key) {
            id if id == EXACT.id => Self::Exact,
            id if id == OPTIMUM.id => Self::Optimum,
            _ => Self::Learned,
        }
    }
}
