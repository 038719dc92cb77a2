//! Early stopping: the validation loss is checked every hundred steps of the last level of σ. Patience counts checks,
//! not seconds.

use super::Progress;
use crate::setting::{Section, Setting, SettingKind, Settings};

/// Number of steps between two checks.
const EVERY: u32 = 100;

/// Number of checks without a new best loss.
pub(super) const SETTING: Setting = Setting {
    key: "train.patience",
    label: "Patience",
    unit: "hundreds of steps",
    help: "Training stops after this many hundred steps of the last noise level without a lower validation loss; 0 means never.",
    kind: SettingKind::Integer { default: 0, min: 0, max: 1000 },
    is_advanced: true,
    ..Setting::of(Section::Training)
};

/// The stopping rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    checks: u32,
}

impl Patience {
    pub(super) fn from_settings(settings: &Settings) -> Self {
        Self { checks: settings.integer(SETTING.key) }
    }

    /// Whether to check after `step` steps.
    pub(super) fn is_due(&self, step: u32) -> bool {
        self.checks > 0 && step.is_multiple_of(EVERY)
    }

    /// Records the loss of a check; true once too many checks had no new best.
    pub(super) fn is_exhausted(&self, progress: &mut Progress, loss: f64) -> bool {
        if loss < progress.best_loss {
            (progress.best_loss, progress.checks_since_best) = (loss, 0);
        } else {
            // A forged checkpoint may contain `u32::MAX`.
            progress.checks_since_best = progress.checks_since_best.saturating_add(1);
        }
        progress.checks_since_best >= self.checks
    }
}
