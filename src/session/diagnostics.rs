//! The measurements of a run's diagnostics: how its chains mix, and how far the score that they follow is from the
//! gradient of an energy and from the exact score.

use alloc::vec;
use alloc::vec::Vec;

use super::Setup;
use crate::math::{self, TAU};
use crate::measure::Trace;
use crate::measure::autocorrelation::mean_autocorrelation;
use crate::measure::conservativity::{mean_asymmetry, relative_circulation};
use crate::measure::convergence::Convergence;
use crate::measure::pairwise::evenly_spaced;
use crate::measure::verdict::Measurements;
use crate::score::{Path, Score};
use crate::setting::SettingError;

/// Maximum number of states over which the Jacobian's asymmetry is averaged.
const ASYMMETRY_STATES: usize = 256;
/// Maximum number of chains over which the autocorrelation is averaged.
const AVERAGED_CHAINS: usize = 32;
/// Number of corners of the loop for the circulation, and of quadrature nodes between two corners.
const LOOP: (u32, usize) = (64, 5);

/// Draws and states of a run's chains.
#[derive(Clone, Copy, Debug)]
pub struct ChainOutput<'a> {
    /// Draws of recorded chains, as [`DrawRecord::by_chain`](crate::measure::DrawRecord::by_chain) returns them:
    /// equally many of each.
    pub draws: &'a [f64],
    /// Number of recorded chains.
    pub chains: usize,
    /// All chains' present states, one after another.
    pub states: &'a [f64],
    /// The acceptance rate.
    pub acceptance: f64,
}

impl Setup {
    /// Measures `score` and the chains that follow it. The first half of the draws counts as warm-up. `fisher_error` is
    /// left out for tables, because their exact score is the score of a sample. An error unless draws and states are
    /// whole points.
    pub fn measurements(
        &self,
        score: &dyn Score,
        observed: ChainOutput<'_>,
        fisher_error: Option<f64>,
    ) -> Result<Measurements, SettingError> {
        let dim = self.points().dim();
        let rounds = later_rounds(observed.draws, observed.chains, dim)?;
        if !observed.states.len().is_multiple_of(dim) {
            return Err(SettingError::new("states", observed.states.len(), "be whole states"));
        }
        let kernel = &self.config.kernel;
        let mut states = vec![];
        evenly_spaced(observed.states, dim, ASYMMETRY_STATES).for_each(|x| states.extend_from_slice(x));
        Ok(Measurements {
            convergence: Some(Convergence::of_rounds(&rounds, observed.chains, dim)?),
            acceptance: kernel.target_acceptance.map(|target| (observed.acceptance, target)),
            asymmetry: (dim > 1).then(|| mean_asymmetry(score, &states, self.final_sigma())),
            circulation: self.circulation(score)?,
            fisher_error: fisher_error.filter(|_| !self.is_table()),
            bias: kernel.bias,
        })
    }

    /// The autocorrelation of the first coordinate at the lags 0, 1, …, in draws, averaged over the first recorded
    /// chains. The first half of the draws counts as warm-up. All NaN if one of these chains does not move. An error
    /// unless draws are whole points.
    pub fn mean_autocorrelation(&self, observed: ChainOutput<'_>) -> Result<Vec<f64>, SettingError> {
        let (chains, dim) = (observed.chains, self.points().dim());
        let rounds = later_rounds(observed.draws, chains, dim)?;
        Ok(mean_autocorrelation(&Trace::of_rounds(&rounds, chains, dim, 0)?, AVERAGED_CHAINS))
    }

    /// The relative circulation around a circle in the view plane. Its centre is the mean of the training points, its
    /// radius their root mean square distance from the mean. `None` on a line, and if all points are equal.
    fn circulation(&self, score: &dyn Score) -> Result<Option<f64>, SettingError> {
        let dim = self.points().dim();
        if dim == 1 {
            return Ok(None);
        }
        let (view_plane, points) = (self.view_plane(), self.points());
        let centre = view_plane.project(&points.mean());
        let distances = view_plane.project(points.values());
        let total: f64 = distances.chunks_exact(2).map(|x| math::squared_distance(x, &centre)).sum();
        let radius = math::sqrt(total / points.len() as f64);
        if radius == 0.0 {
            return Ok(None);
        }
        let mut corners = vec![];
        for i in 0..LOOP.0 {
            let (sine, cosine) = math::sin_cos(TAU * f64::from(i) / f64::from(LOOP.0));
            corners.extend([centre[0] + radius * cosine, centre[1] + radius * sine]);
        }
        let mut path = Path::gauss_legendre(LOOP.1, dim)?;
        relative_circulation(score, &view_plane.lift(&corners), &mut path).map(Some)
    }
}

/// The later half of each chain's draws, in rounds of one draw of each chain; an error unless all chains have equally
/// many.
fn later_rounds(draws: &[f64], chains: usize, dim: usize) -> Result<Vec<f64>, SettingError> {
    if chains == 0 || draws.is_empty() || !draws.len().is_multiple_of(chains.saturating_mul(dim)) {
        return Err(SettingError::new("draws", draws.len(), "be equally many of each chain"));
    }
    let length = draws.len() / chains;
    let mut rounds = vec![];
    for draw in length / dim / 2..length / dim {
        draws.chunks_exact(length).for_each(|chain| rounds.extend_from_slice(&chain[draw * dim..(draw + 1) * dim]));
    }
    Ok(rounds)
}
