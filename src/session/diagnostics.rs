//! What there is to believe a run by: how its chains mix, and how far the field that they follow is from an energy's gradient
//! and from the truth.

use alloc::vec;
use alloc::vec::Vec;

use super::Setup;
use crate::math::{self, TAU};
use crate::measure::conservativity::{mean_asymmetry, relative_circulation};
use crate::measure::convergence::Convergence;
use crate::measure::diagnostics::Measurements;
use crate::measure::kernel_two_sample::evenly_spaced;
use crate::sample;
use crate::score::{Path, Score};
use crate::setting::SettingError;

/// At so many states the Jacobian's asymmetry is averaged.
const ASYMMETRY_STATES: usize = 256;
/// Corners of the loop that the field is followed around, and nodes of the quadrature between two.
const LOOP: (u32, usize) = (64, 5);

/// What is known of a run's chains.
#[derive(Clone, Copy, Debug)]
pub struct ChainOutput<'a> {
    /// Draws of some of them, as [`Record::by_chain`](crate::measure::Record::by_chain) gives them: equally many of each.
    pub draws: &'a [f64],
    /// Of how many chains they are.
    pub chains: usize,
    /// All chains' present states, one after another.
    pub states: &'a [f64],
    /// The share of proposals accepted.
    pub acceptance: f64,
}

impl Setup {
    /// What `score` and the chains that follow it give to judge the run by, with its relative Fisher error if that is known and not
    /// one against the rows of a table. The first half of the draws is taken for warm-up. An error unless draws and states are whole ones.
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
        let ideal = sample::target_acceptance_rate(self.settings(), self.sigma(), dim)?;
        let mut states = vec![];
        evenly_spaced(observed.states, dim, ASYMMETRY_STATES).for_each(|x| states.extend_from_slice(x));
        Ok(Measurements {
            convergence: Some(Convergence::of_rounds(&rounds, observed.chains, dim)?),
            acceptance: ideal.map(|ideal| (observed.acceptance, ideal)),
            asymmetry: (dim > 1).then(|| mean_asymmetry(score, &states, self.sigma())),
            circulation: self.circulation(score)?,
            fisher_error: fisher_error.filter(|_| !self.is_table()),
            bias: sample::bias(self.settings(), self.sigma(), dim)?,
        })
    }

    /// The relative circulation around the circle in the section's plane whose centre is the mean of the training points, and
    /// whose radius their root mean square distance from it; `None` on a line, and where all points are one.
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

/// The later half of each chain's draws, in rounds of one draw of each; an error unless all chains have equally many.
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
