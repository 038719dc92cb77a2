//! The score that an experiment's chains follow: the learned score, unless `sample.target` names another score.

use alloc::boxed::Box;
use alloc::format;

use super::{Session, Setup};
use crate::model::Architecture;
use crate::objective::OBJECTIVE;
use crate::sample::target::TARGET;
use crate::sample::{Fault, Target, energy_rule};
use crate::score::{Learned, Path, Score, path};
use crate::setting::{SettingError, Settings};

/// Intervals of the line rule if the kernel integrates along no line.
const INTERVALS: usize = 20;

/// The score that an experiment's chains follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetPlan {
    Learned,
    Exact,
    Optimum(OptimumKind),
}

impl TargetPlan {
    /// The target chosen in `settings`; an error if there is no such optimum, or if the exact path rule is chosen for a
    /// target without energy.
    pub(super) fn from_settings(settings: &Settings, architecture: &Architecture) -> Result<Self, SettingError> {
        match Target::from_settings(settings) {
            Target::Learned => energy_rule::check(settings, architecture).map(|()| Self::Learned),
            Target::Exact => Ok(Self::Exact),
            Target::Optimum => checked_optimum(settings).map(Self::Optimum),
        }
    }
}

/// The optimum of an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OptimumKind {
    Denoising,
    Contractive,
}

impl Setup {
    /// The score that the chains follow: `learned`, the exact score of the density blurred by the same σ, or the
    /// optimal score of the objective, which takes a second or two. An error if there is no such score.
    pub fn target(&self, learned: &Learned) -> Result<Box<dyn Score + Send + Sync>, SettingError> {
        match self.config.target {
            TargetPlan::Learned => Ok(Box::new(learned.clone())),
            TargetPlan::Exact => self.exact_target(learned.sigma()),
            TargetPlan::Optimum(kind) => self.optimum_target(kind, learned.sigma()),
        }
    }

    fn exact_target(&self, sigma: f64) -> Result<Box<dyn Score + Send + Sync>, SettingError> {
        let exact = self.exact_at(sigma).ok_or_else(|| refused("exact", "the density has no closed form"))?;
        Ok(Box::new(exact))
    }

    fn optimum_target(&self, kind: OptimumKind, sigma: f64) -> Result<Box<dyn Score + Send + Sync>, SettingError> {
        let optimum = match kind {
            OptimumKind::Denoising => self.denoising_optimum(sigma),
            OptimumKind::Contractive => self.contractive_optimum(sigma),
        };
        optimum.map_err(|error| refused("optimum", &format!("{error}")))
    }
}

impl Session {
    /// The score that the chains follow: see [`Setup::target`].
    pub fn target(&self) -> Result<Box<dyn Score + Send + Sync>, SettingError> {
        self.setup().target(&self.learned())
    }
}

/// The rule of [`Setup::line_rule`] for lines in R^`dim`; an error if the number of intervals does not suit it.
pub(super) fn line_rule(settings: &Settings, dim: usize) -> Result<Path, SettingError> {
    if Fault::from_settings(settings) == Fault::Endpoint {
        return Ok(Path::endpoint(dim));
    }
    if !settings.has(path::INTERVALS.key) {
        return Ok(Path::trapezoid(INTERVALS, dim));
    }
    Path::from_settings(settings, dim)
}

/// Refuses an optimum that the objective does not have, and the exact rule for an optimum without energy. Not inlined,
/// so that a page whose chains follow the learned score need not load it.
#[inline(never)]
fn checked_optimum(settings: &Settings) -> Result<OptimumKind, SettingError> {
    let kind = optimum_kind(settings)?;
    if kind == OptimumKind::Contractive {
        let is_exact = settings.has(path::RULE.key) && settings.choice(path::RULE.key) == path::EXACT.id;
        if is_exact {
            let expected = "be another while sample.target is the contractive optimum: there is no energy";
            return Err(SettingError::new(path::RULE.key, path::EXACT.id, expected));
        }
    }
    Ok(kind)
}

fn optimum_kind(settings: &Settings) -> Result<OptimumKind, SettingError> {
    let corruption = "train.corruption";
    match settings.choice(OBJECTIVE.key) {
        "denoising" if settings.choice(corruption) != "rare-large" => Ok(OptimumKind::Denoising),
        "denoising" => Err(refused("optimum", "noise of two sizes has no such optimum")),
        "contractive" => Ok(OptimumKind::Contractive),
        _ => Err(refused("optimum", "the optimum of this train.objective is not known")),
    }
}

fn refused(target: &str, reason: &str) -> SettingError {
    SettingError::new(TARGET.key, target, format!("be another: {reason}"))
}
