//! The score that an experiment's chains follow: the learned one unless `sample.target` names another.

use alloc::boxed::Box;
use alloc::format;

use super::{Session, Setup};
use crate::objective::OBJECTIVE;
use crate::sample::target::TARGET;
use crate::sample::{Fault, Target};
use crate::score::{Learned, Path, Score, path};
use crate::setting::{SettingError, Settings};

/// What the path of a line is where the kernel integrates along none.
const INTERVALS: usize = 20;

/// Which optimum an ideal network of an objective reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OptimumKind {
    Denoising,
    Contractive,
}

impl Setup {
    /// The score that the chains follow: `learned`, or in its place the exact score of the density blurred by the same σ, or
    /// what an ideal network would have learned of the objective. The last takes a second or two to find. An error where there
    /// is no such score.
    pub fn target(&self, learned: &Learned) -> Result<Box<dyn Score + Send + Sync>, SettingError> {
        match Target::from_settings(self.settings()) {
            Target::Learned => Ok(Box::new(learned.clone())),
            Target::Exact => self.exact_target(learned.sigma()),
            Target::Optimum => self.optimum_target(learned.sigma()),
        }
    }

    fn exact_target(&self, sigma: f64) -> Result<Box<dyn Score + Send + Sync>, SettingError> {
        let exact = self.exact_at(sigma).ok_or_else(|| refused("exact", "the density has no closed form"))?;
        Ok(Box::new(exact))
    }

    fn optimum_target(&self, sigma: f64) -> Result<Box<dyn Score + Send + Sync>, SettingError> {
        let optimum = match optimum_kind(self.settings())? {
            OptimumKind::Denoising => self.denoising_optimum(sigma),
            OptimumKind::Contractive => self.contractive_optimum(sigma),
        };
        optimum.map_err(|error| refused("optimum", &format!("{error}")))
    }

    /// The rule by which the kernel integrates scores along the straight line to its proposal; the trapezoid on 20 intervals for
    /// kernels that integrate along none.
    pub fn line_rule(&self) -> Result<Path, SettingError> {
        let (settings, dim) = (self.settings(), self.points().dim());
        if Fault::from_settings(settings) == Fault::Endpoint {
            return Ok(Path::endpoint(dim));
        }
        if !settings.has(path::INTERVALS.key) {
            return Ok(Path::trapezoid(INTERVALS, dim));
        }
        Path::from_settings(settings, dim)
    }
}

impl Session {
    /// The score that the chains follow: see [`Setup::target`].
    pub fn target(&self) -> Result<Box<dyn Score + Send + Sync>, SettingError> {
        self.setup().target(&self.learned())
    }
}

/// Refuses an optimum that the objective does not have, and the exact rule for one without energy. Not inlined, so that a page
/// whose chains follow the learned score need not load it.
#[inline(never)]
pub(super) fn check_optimum(settings: &Settings) -> Result<(), SettingError> {
    if optimum_kind(settings)? == OptimumKind::Contractive {
        let is_exact = settings.has(path::RULE.key) && settings.choice(path::RULE.key) == path::EXACT.id;
        if is_exact {
            let expected = "be another while sample.target is the contractive optimum: there is no energy";
            return Err(SettingError::new(path::RULE.key, path::EXACT.id, expected));
        }
    }
    Ok(())
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
