//! Stopping when the validation loss has ceased to fall: looked at every hundred steps of the last level of σ, counted in
//! looks, never in seconds.

use super::Progress;
use crate::setting::{Section, Setting, SettingKind, Settings};

/// Steps between two looks.
const EVERY: u32 = 100;

/// How many looks.
pub(super) const SETTING: Setting = Setting {
    key: "train.patience",
    label: "Patience",
    unit: "hundreds of steps",
    help: "Training stops after this many hundred steps of the last noise level without a lower validation loss; 0 means never.",
    kind: SettingKind::Integer { default: 0, min: 0, max: 1000 },
    is_advanced: true,
    ..Setting::of(Section::Training)
};

/// The rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    looks: u32,
}

impl Patience {
    pub(super) fn from_settings(settings: &Settings) -> Self {
        Self { looks: settings.integer(SETTING.key) }
    }

    /// Whether to look after `step` steps.
    pub(super) fn is_due(&self, step: u32) -> bool {
        self.looks > 0 && step.is_multiple_of(EVERY)
    }

    /// Takes note of a look; true once there have been too many without a new best.
    pub(super) fn is_exhausted(&self, progress: &mut Progress, loss: f64) -> bool {
        if loss < progress.best_loss {
            (progress.best_loss, progress.looks_since) = (loss, 0);
        } else {
            // A forged checkpoint may have counted to the end.
            progress.looks_since = progress.looks_since.saturating_add(1);
        }
        progress.looks_since >= self.looks
    }
}
