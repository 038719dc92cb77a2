//! Fixed points of r(x) = x + σ² s(x), where the score is zero. From many starts, iteration of r finds attracting
//! points and Newton's method finds all kinds. The eigenvalues of J = ∂r/∂x classify each point (Alain and Bengio 2014
//! on spurious maxima).

use alloc::vec;
use alloc::vec::Vec;

use crate::math;
use crate::math::eigen::SpectralRadius;
use crate::math::linalg;
use crate::score::Score;
use crate::setting::{SettingError, Value};

/// The number of starts iterated together.
const BATCH: usize = 32;
/// The number of applications of r before Newton's method.
const ITERATIONS: usize = 100;
/// The greatest number of Newton steps from a start.
const NEWTON_STEPS: usize = 50;
/// The greatest number of halvings of a Newton step until it reduces the score.
const HALVINGS: usize = 10;
// Lengths in units of σ:
/// Iteration stops when no point of a batch moves farther than this.
const CONVERGED_STEP: f64 = 1e-3;
/// The greatest length of a Newton step.
const MAX_STEP: f64 = 4.0;
/// A point is found when no Newton step reduces the score and the last step is at most this long, the limit of single
/// precision.
const ACCURACY: f64 = 2e-3;
/// Points closer than this are the same point.
const DISTINCT: f64 = 0.01;
/// Maximum distance of followed points from the starts' box, unless the longest edge of the box is greater.
const SEARCH_MARGIN: f64 = 10.0;
/// A fixed point farther than this from every training point is spurious.
const SPURIOUS_DISTANCE: f64 = 5.0;
/// The greatest number of coordinates of all starts.
const MAX_NUMBERS: usize = 1 << 22;
/// The greatest number of points found.
const MAX_FOUND: usize = 4096;

/// The behaviour of iterating r near a fixed point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// Iteration converges to the point: every eigenvalue of J has a modulus below 1.
    Attracting,
    /// Iteration converges along some directions only.
    Saddle,
    /// Iteration moves away in every direction: every eigenvalue has a modulus above 1.
    Repelling,
}

/// A fixed point of r.
#[derive(Clone, Debug, PartialEq)]
pub struct FixedPoint {
    /// The point.
    pub x: Vec<f64>,
    /// The spectral radius of J at the point.
    pub radius: f64,
    /// The behaviour of iterating r near the point.
    pub stability: Stability,
}

/// The distance from `x` to the nearest of `points` (one after another).
pub fn distance_to_nearest(x: &[f64], points: &[f64]) -> f64 {
    let distances = points.chunks_exact(x.len()).map(|point| math::squared_distance(point, x));
    math::sqrt(distances.fold(f64::INFINITY, f64::min))
}

impl FixedPoint {
    /// Whether it attracts and lies farther than 5σ from every training point; `distance` is the distance to the
    /// nearest training point in units of σ.
    pub fn is_spurious(&self, distance: f64) -> bool {
        self.stability == Stability::Attracting && distance > SPURIOUS_DISTANCE
    }
}

/// The attracting fixed points of `found` farther than 5σ from all `points` (one after another).
pub fn spurious<'a>(found: &'a [FixedPoint], points: &'a [f64], sigma: f64) -> impl Iterator<Item = &'a FixedPoint> {
    found.iter().filter(move |point| point.is_spurious(distance_to_nearest(&point.x, points) / sigma))
}

/// A search for fixed points that runs in slices of its starts.
///
/// It finds the points that attract a start, and the points of any kind that Newton's method reaches from a start. It
/// can miss saddles where the field changes within less than the starts' spacing. Points of a continuum, where J - I is
/// singular, are not found.
///
/// ```
/// use scorescape::data::{Density, Mixture};
/// use scorescape::query::{FixedPointSearch, Grid, Stability};
/// use scorescape::score::Exact;
///
/// // Two clusters of points, blurred by σ.
/// let sigma = 0.3;
/// let clusters = Mixture::isotropic(1, &[1.0, 1.0], vec![-1.0, 1.0], 0.04)?;
/// let exact = clusters.smoothed(sigma).and_then(Exact::new).expect("a closed form");
///
/// let mut search = FixedPointSearch::new(Grid::line(-2.0, 2.0, 32)?.points(), 1, sigma)?;
/// while !search.advance(&exact, 8) {}
/// let mut found = search.found().to_vec();
/// found.sort_by(|a, b| a.x[0].total_cmp(&b.x[0]));
/// let kinds: Vec<Stability> = found.iter().map(|point| point.stability).collect();
/// assert_eq!(kinds, [Stability::Attracting, Stability::Repelling, Stability::Attracting]);
/// # Ok::<(), scorescape::setting::SettingError>(())
/// ```
#[derive(Clone, Debug)]
pub struct FixedPointSearch {
    dim: usize,
    sigma: f64,
    starts: Vec<f64>,
    next: usize,
    found: Vec<FixedPoint>,
    /// The least and the greatest coordinates of points that are followed.
    bounds: [Vec<f64>; 2],
    points: Vec<f64>,
    scores: Vec<f64>,
    newton: Newton,
    radius: SpectralRadius,
}

impl FixedPointSearch {
    /// A search from `starts` (one after another, each of `dim` finite coordinates) for a score trained with corruption
    /// `sigma`. An error unless there is a start and `sigma` is positive and finite.
    pub fn new(starts: Vec<f64>, dim: usize, sigma: f64) -> Result<Self, SettingError> {
        if !(sigma > 0.0 && sigma.is_finite()) {
            return Err(SettingError::new("sigma", Value::Real(sigma), "be positive and finite"));
        }
        let is_whole = dim > 0 && starts.len().is_multiple_of(dim) && (dim..=MAX_NUMBERS).contains(&starts.len());
        if !is_whole || !starts.iter().all(|x| x.is_finite()) {
            let expected = "be one or more points of finite coordinates, at most 4194304 of them";
            return Err(SettingError::new("starts", starts.len(), expected));
        }
        let bounds = bounds(&starts, dim, SEARCH_MARGIN * sigma);
        let buffer = vec![0.0; BATCH * dim];
        let (newton, radius) = (Newton::new(dim), SpectralRadius::new(dim));
        let found = Vec::new();
        Ok(Self { dim, sigma, starts, next: 0, found, bounds, points: buffer.clone(), scores: buffer, newton, radius })
    }

    /// Follows the next `starts` starting points with `score`. True once all of them are done. Allocates only for new
    /// points.
    ///
    /// # Panics
    ///
    /// Unless the score is on the starts' R^d.
    pub fn advance(&mut self, score: &dyn Score, starts: usize) -> bool {
        assert_eq!(score.dim(), self.dim);
        let count = self.starts.len() / self.dim;
        let end = self.next.saturating_add(starts).min(count);
        while self.next < end {
            let batch = BATCH.min(end - self.next);
            self.search_batch(score, batch);
            self.next += batch;
        }
        self.next == count
    }

    /// The fixed points found so far, at most 4096, in the order of discovery.
    pub fn found(&self) -> &[FixedPoint] {
        &self.found
    }

    /// The number of starts done.
    pub fn followed(&self) -> usize {
        self.next
    }

    /// Searches from the next `count` starts, at most a batch.
    fn search_batch(&mut self, score: &dyn Score, count: usize) {
        let dim = self.dim;
        let starts = self.next * dim..(self.next + count) * dim;
        self.points[..count * dim].copy_from_slice(&self.starts[starts.clone()]);
        self.iterate(score, count);
        for i in 0..count {
            let end = i * dim..(i + 1) * dim;
            self.newton.x.copy_from_slice(&self.points[end]);
            self.refine(score);
            let start = starts.start + i * dim;
            self.newton.x.copy_from_slice(&self.starts[start..start + dim]);
            self.refine(score);
        }
    }

    /// Applies r to the first `count` points until they converge. A point that leaves the bounds is not moved on.
    fn iterate(&mut self, score: &dyn Score, count: usize) {
        let (dim, variance) = (self.dim, self.sigma * self.sigma);
        let (points, scores) = (&mut self.points[..count * dim], &mut self.scores[..count * dim]);
        for _ in 0..ITERATIONS {
            score.scores(points, scores);
            let mut is_converged = true;
            for (x, s) in points.chunks_exact_mut(dim).zip(scores.chunks_exact(dim)) {
                // A NaN score compares false and counts as converged.
                if variance * math::sqrt(math::dot(s, s)) > CONVERGED_STEP * self.sigma && is_within(&self.bounds, x) {
                    x.iter_mut().zip(s).for_each(|(x, s)| *x += variance * s);
                    is_converged = false;
                }
            }
            if is_converged {
                break;
            }
        }
    }

    /// Runs Newton's method from its current point and stores the fixed point, if it is new.
    fn refine(&mut self, score: &dyn Score) {
        if !self.newton.run(score, self.sigma, &self.bounds) {
            return;
        }
        let limit = (DISTINCT * self.sigma) * (DISTINCT * self.sigma);
        let is_known = |point: &FixedPoint| math::squared_distance(&point.x, &self.newton.x) < limit;
        if self.found.len() < MAX_FOUND && !self.found.iter().any(is_known) {
            let (radius, stability) = self.classify(score);
            self.found.push(FixedPoint { x: self.newton.x.clone(), radius, stability });
        }
    }

    /// The spectral radius of J at Newton's point, and the kind of point; repelling if the spectral radius of J⁻¹ is
    /// below 1.
    fn classify(&mut self, score: &dyn Score) -> (f64, Stability) {
        let (dim, variance) = (self.dim, self.sigma * self.sigma);
        let (jacobian, inverse) = (&mut self.newton.jacobian, &mut self.newton.scratch);
        score.jacobian(&self.newton.x, jacobian);
        jacobian.iter_mut().for_each(|entry| *entry *= variance);
        jacobian.iter_mut().step_by(dim + 1).for_each(|entry| *entry += 1.0);
        let radius = self.radius.of(jacobian);
        inverse.fill(0.0);
        inverse.iter_mut().step_by(dim + 1).for_each(|entry| *entry = 1.0);
        let stability = if radius < 1.0 {
            Stability::Attracting
        } else if linalg::solve(jacobian, inverse, dim) && self.radius.of(inverse) < 1.0 {
            Stability::Repelling
        } else {
            Stability::Saddle
        };
        (radius, stability)
    }
}

/// Newton's method for s(x) = 0, with a limited step that is halved until it reduces ‖s‖.
#[derive(Clone, Debug)]
struct Newton {
    x: Vec<f64>,
    trial: Vec<f64>,
    score: Vec<f64>,
    step: Vec<f64>,
    jacobian: Vec<f64>,
    /// Scratch space for another matrix.
    scratch: Vec<f64>,
}

impl Newton {
    fn new(dim: usize) -> Self {
        let (vector, matrix) = (vec![0.0; dim], vec![0.0; dim * dim]);
        let (x, trial, score, step) = (vector.clone(), vector.clone(), vector.clone(), vector);
        Self { x, trial, score, step, jacobian: matrix.clone(), scratch: matrix }
    }

    /// Iterates from `x`. True if the result is a zero of the score within `bounds`, up to `ACCURACY`.
    fn run(&mut self, score: &dyn Score, sigma: f64, bounds: &[Vec<f64>; 2]) -> bool {
        score.scores(&self.x, &mut self.score);
        for _ in 0..NEWTON_STEPS {
            score.jacobian(&self.x, &mut self.jacobian);
            self.step.iter_mut().zip(&self.score).for_each(|(step, s)| *step = -s);
            if !linalg::solve(&mut self.jacobian, &mut self.step, self.x.len()) || !is_within(bounds, &self.x) {
                return false;
            }
            let length = math::sqrt(math::dot(&self.step, &self.step));
            if !self.descend(score, (MAX_STEP * sigma / length).min(1.0)) {
                return length <= ACCURACY * sigma;
            }
        }
        false
    }

    /// Takes the first of `share`, `share`/2, … of the step that reduces ‖s‖; false if none does.
    fn descend(&mut self, score: &dyn Score, share: f64) -> bool {
        let size = math::dot(&self.score, &self.score);
        let mut share = share;
        for _ in 0..HALVINGS {
            self.trial.copy_from_slice(&self.x);
            self.trial.iter_mut().zip(&self.step).for_each(|(x, step)| *x += share * step);
            score.scores(&self.trial, &mut self.score);
            if math::dot(&self.score, &self.score) < size {
                core::mem::swap(&mut self.x, &mut self.trial);
                return true;
            }
            share *= 0.5;
        }
        false
    }
}

/// The box around `starts`, extended on each side by its longest edge, but at least by `least`.
fn bounds(starts: &[f64], dim: usize, least: f64) -> [Vec<f64>; 2] {
    let (mut low, mut high) = (starts[..dim].to_vec(), starts[..dim].to_vec());
    for x in starts.chunks_exact(dim) {
        low.iter_mut().zip(x).for_each(|(low, x)| *low = low.min(*x));
        high.iter_mut().zip(x).for_each(|(high, x)| *high = high.max(*x));
    }
    let margin = low.iter().zip(&high).fold(least, |margin, (low, high)| margin.max(high - low));
    low.iter_mut().for_each(|low| *low -= margin);
    high.iter_mut().for_each(|high| *high += margin);
    [low, high]
}

/// Whether each coordinate lies within its bounds; false for NaN.
fn is_within(bounds: &[Vec<f64>; 2], x: &[f64]) -> bool {
    let [low, high] = bounds;
    x.iter().enumerate().all(|(k, x)| low[k] <= *x && *x <= high[k])
}
