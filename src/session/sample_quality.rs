//! Distances of chains' states from exact draws of their density, beside the distances between two sets of exact draws:
//! no finite sample is at distance zero.

use alloc::vec;
use alloc::vec::Vec;

use super::Setup;
use crate::measure::energy_distance::energy_distance;
use crate::measure::exact_baseline::exact_baseline;
use crate::measure::log_density::mean_log_density;
use crate::measure::pairwise::{evenly_spaced, median_distance};
use crate::measure::sliced_wasserstein::{DIRECTIONS, Slices};
use crate::measure::{mmd, stein};
use crate::sample::acceptance::TEMPERATURE;
use crate::score::{Exact, Score};
use crate::setting::Choice;

/// Maximum number of states to compare with an equal number of exact draws.
const COMPARED: usize = 1000;
/// The stream of the exact draws.
const DRAWS: u64 = 2;

static LOG_DENSITY: Choice =
    Choice { id: "log-density", label: "Mean log p", help: "Mean log-density of the samples under the exact density." };
static DISTANCE: Choice = Choice {
    id: "wasserstein",
    label: "Sliced W₁",
    help: "Mean distance that carries the samples to exact draws, averaged over 128 directions, in data units.",
};
static QUADRATIC: Choice = Choice {
    id: "wasserstein-2",
    label: "Sliced W₂",
    help: "The same with root mean square distances, which give far points more weight.",
};
static ENERGY: Choice = Choice {
    id: "energy",
    label: "Energy distance",
    help: "Twice the mean distance between samples and exact draws, minus the mean distances within each set.",
};
static MMD: Choice = Choice {
    id: "mmd",
    label: "MMD²",
    help: "Squared maximum mean discrepancy, for a Gaussian kernel of the median distance.",
};
static STEIN: Choice = Choice {
    id: "stein",
    label: "Stein discrepancy²",
    help: "Squared kernel Stein discrepancy under the exact score; needs no exact draws.",
};

/// A measure of a sample, and of an exact sample of equal size.
#[derive(Clone, Copy, Debug)]
pub struct SampleQuality {
    /// The measure.
    pub measure: &'static Choice,
    /// Its value for the states.
    pub value: f64,
    /// Its value for exact draws.
    pub exact: f64,
}

impl Setup {
    /// Compares at most 1000 of `states`, points of R^d one after another, with draws of `exact`. Empty for fewer than
    /// two states, and at temperatures other than 1, because chains then draw from another density.
    pub fn sample_quality(&self, exact: &Exact, states: &[f64]) -> Vec<SampleQuality> {
        let (dim, density, seed) = (exact.dim(), exact.density(), self.experiment().seed());
        let mut sample = vec![];
        evenly_spaced(states, dim, COMPARED).for_each(|x| sample.extend_from_slice(x));
        let count = sample.len() / dim;
        let is_other = |key| self.settings().has(key) && self.settings().real(key) != 1.0;
        if count < 2 || is_other(TEMPERATURE.key) {
            return Vec::new();
        }
        let draws = self.draws(density, count, DRAWS);
        let beside = |measure, of: &mut dyn FnMut(&[f64], &[f64]) -> f64| SampleQuality {
            measure,
            value: of(&sample, draws.values()),
            exact: exact_baseline(density, count, seed, of),
        };
        [
            beside(&LOG_DENSITY, &mut |a, _| mean_log_density(density, a)),
            beside(&DISTANCE, &mut |a, b| sliced(a, b, dim)),
            beside(&QUADRATIC, &mut |a, b| quadratic(a, b, dim)),
            beside(&ENERGY, &mut |a, b| energy_distance(a, b, dim)),
            beside(&MMD, &mut |a, b| mmd::squared(a, b, dim, median_distance(a, b, dim))),
            beside(&STEIN, &mut |a, _| stein::squared_discrepancy(exact, a)),
        ]
        .into()
    }
}

fn slices(points: &[f64], dim: usize) -> Slices {
    Slices::in_space(points, dim, DIRECTIONS)
}

fn sliced(a: &[f64], b: &[f64], dim: usize) -> f64 {
    slices(a, dim).distance(&slices(b, dim))
}

fn quadratic(a: &[f64], b: &[f64], dim: usize) -> f64 {
    slices(a, dim).quadratic_distance(&slices(b, dim))
}
