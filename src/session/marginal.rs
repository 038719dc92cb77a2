//! Marginals: a histogram of a run's samples and the exact marginal density along each axis of the view.
//!
//! On a line and in the plane the exact marginal of p_σ^(1/T) comes from midpoint sums of the density in cells of width
//! h. A sum over the whole other axis errs by at most e^(-2π²(σ/h)²), because the density is smoothed by σ. A sum
//! within a bin is cut off and errs by at most about (h/σ)²/50 of all mass, because slopes are at most 0.242/σ² at both
//! ends. In more dimensions, for tables, and if cells would be too wide for σ, the exact marginal is a histogram of
//! exact draws.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use alloc::{format, string::ToString};

use super::Setup;
use crate::data::Density;
use crate::math;
use crate::rng::{Purpose, stream};
use crate::sample::acceptance::TEMPERATURE;
use crate::score::Exact;

/// Maximum number of bins; half of them for fewer samples than the second number.
const BINS: (usize, usize) = (48, 1000);
/// Number of exact draws that give the axes' extent and, in many dimensions, the exact marginal.
const DRAWS: usize = 16_384;
/// The stream of these draws.
const STREAM: u64 = 3;
/// Number of grid cells along an axis: minimum, maximum in the plane, maximum on the line; multiples of the number of
/// bins.
const CELLS: [usize; 3] = [3 * BINS.0, 5 * BINS.0, 512 * BINS.0];
/// Maximum width of a cell in units of σ√T, T up to 1: wider cells would err by more than a fortieth.
const WIDEST: f64 = 1.5;
/// Margin of the bins beyond the draws, as a share of their extent.
const MARGIN: f64 = 0.1;

/// The marginal along one axis.
#[derive(Clone, Debug)]
pub struct Marginal {
    /// The axis' name.
    pub label: String,
    /// Left edge of the first bin.
    pub low: f64,
    /// Width of each bin.
    pub width: f64,
    /// The samples' density in each bin. The mass of all bins and `outside` add up to 1.
    pub samples: Vec<f64>,
    /// The share of samples in no bin.
    pub outside: f64,
    /// The exact density in each bin; empty if unknown.
    pub exact: Vec<f64>,
    /// Whether `exact` is a histogram of draws and so has their noise.
    pub is_drawn: bool,
}

/// Bins along one axis.
#[derive(Clone, Copy)]
struct Axis {
    low: f64,
    width: f64,
    bins: usize,
}

impl Axis {
    /// An axis that covers the coordinates `places`, widened for temperatures above 1.
    fn around(places: impl Iterator<Item = f64>, temperature: f64, bins: usize) -> Self {
        let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        let half = 0.5 * (high - low) * (1.0 + 2.0 * MARGIN) * math::sqrt(temperature.max(1.0));
        Self { low: 0.5 * (low + high) - half, width: 2.0 * half / bins as f64, bins }
    }

    /// The density of `places` in each bin, and the share of them in no bin.
    fn histogram(&self, places: impl Iterator<Item = f64>) -> (Vec<f64>, f64) {
        let (mut counts, mut inside, mut all) = (vec![0.0; self.bins], 0.0, 0.0);
        for x in places {
            let bin = (x - self.low) / self.width;
            all += 1.0;
            if bin >= 0.0 && bin < self.bins as f64 {
                counts[bin as usize] += 1.0;
                inside += 1.0;
            }
        }
        counts.iter_mut().for_each(|count| *count /= all * self.width);
        (counts, 1.0 - inside / all)
    }

    /// Width of all bins together.
    fn length(&self) -> f64 {
        self.width * self.bins as f64
    }

    /// The middle of cell `i` of `cells`.
    fn middle(&self, i: usize, cells: usize) -> f64 {
        self.low + (i as f64 + 0.5) * self.length() / cells as f64
    }
}

impl Setup {
    /// The marginals of `states` (points of R^d one after another) and of `exact` at the chains' temperature, along the
    /// axes of the view. Empty without states.
    pub fn marginals(&self, exact: Option<&Exact>, states: &[f64]) -> Vec<Marginal> {
        let (dim, view_plane) = (self.points().dim(), self.view_plane());
        if states.len() < dim {
            return vec![];
        }
        let settings = self.settings();
        let temperature = if settings.has(TEMPERATURE.key) { settings.real(TEMPERATURE.key) } else { 1.0 };
        let (draws, places) = (view_plane.project(&self.blurred_draws()), view_plane.project(states));
        let count = dim.min(2);
        let bins = if states.len() / dim < BINS.1 { BINS.0 / 2 } else { BINS.0 };
        let along = |places: &[f64], k: usize| places.iter().copied().skip(k).step_by(2).collect::<Vec<f64>>();
        let axes: Vec<Axis> =
            (0..count).map(|k| Axis::around(along(&draws, k).into_iter(), temperature, bins)).collect();
        // A table's density is a sum over its rows; a grid of such sums would take minutes.
        let known = if dim > 2 || self.is_table() {
            None
        } else {
            exact.and_then(|exact| sums(exact.density(), &axes, self.final_sigma(), temperature))
        };
        let marginal = |k: usize| {
            let (samples, outside) = axes[k].histogram(along(&places, k).into_iter());
            let drawn = || if temperature == 1.0 { axes[k].histogram(along(&draws, k).into_iter()).0 } else { vec![] };
            let (exact, is_drawn) = known.as_ref().map_or_else(|| (drawn(), true), |known| (known[k].clone(), false));
            let Axis { low, width, .. } = axes[k];
            Marginal { label: self.axis(k), low, width, samples, outside, exact, is_drawn }
        };
        (0..count).map(marginal).collect()
    }

    /// Draws of p_σ: draws of the data's density plus noise.
    fn blurred_draws(&self) -> Vec<f64> {
        let draws = self.draws(self.density(), DRAWS, STREAM);
        let mut rng = stream(self.experiment().seed(), Purpose::Measure, STREAM + 1);
        draws.values().iter().map(|x| x + self.final_sigma() * rng.normal()).collect()
    }

    /// The name of axis `k` of the view.
    fn axis(&self, k: usize) -> String {
        let settings = self.settings();
        match self.points().dim() {
            1 => "x".to_string(),
            2 => format!("x{}", k + 1),
            _ => {
                let number = settings.integer(["view.across", "view.up"][k]);
                let is_component = settings.choice("view.plane") == "principal";
                if is_component { format!("Component {number}") } else { format!("x{number}") }
            }
        }
    }
}

/// The marginals of `density` to the power of 1/T along one or two axes, by sums over the cells of a grid; `None` if
/// the density has no closed form, or finer detail than the grid.
fn sums(density: &dyn Density, axes: &[Axis], sigma: f64, temperature: f64) -> Option<Vec<Vec<f64>>> {
    let (least, most) = (CELLS[0], if axes.len() == 2 { CELLS[1] } else { CELLS[2] });
    let detail = sigma * math::sqrt(temperature.min(1.0));
    let fine = axes.iter().map(|axis| axis.length() / detail).fold(0.0, f64::max);
    if fine > WIDEST * most as f64 {
        return None;
    }
    let cells = (fine as usize).div_ceil(BINS.0).saturating_mul(BINS.0).clamp(least, most);
    let (bins, rows) = (axes[0].bins, if axes.len() == 2 { cells } else { 1 });
    let mut sums = vec![vec![0.0; bins]; axes.len()];
    let mut x = [0.0; 2];
    for (i, j) in (0..rows).flat_map(|j| (0..cells).map(move |i| (i, j))) {
        x[0] = axes[0].middle(i, cells);
        x[1] = axes.get(1).map_or(0.0, |axis| axis.middle(j, cells));
        let mass = math::exp(density.log_density(&x[..axes.len()])? / temperature);
        sums[0][i * bins / cells] += mass;
        if let Some(up) = sums.get_mut(1) {
            up[j * bins / cells] += mass;
        }
    }
    let area: f64 = axes.iter().map(|axis| axis.length() / cells as f64).product();
    for (sums, axis) in sums.iter_mut().zip(axes) {
        // At T = 1 the density is normalised already.
        let total = if temperature == 1.0 { 1.0 } else { sums.iter().sum::<f64>() * area };
        sums.iter_mut().for_each(|sum| *sum *= area / (total * axis.width));
    }
    Some(sums)
}
