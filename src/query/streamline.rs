//! Streamlines of a field, dx/dt = s(x), in both directions from a start, by the Runge-Kutta method of order four in
//! the arc length ℓ: dx/dℓ = s/‖s‖, dt/dℓ = 1/‖s‖.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use crate::math;
use crate::score::Score;
use crate::setting::{SettingError, Value};

/// The least cosine between the field's directions within a step: a line turns by at most a quarter radian.
const MIN_COSINE: f64 = 0.97;
/// The greatest number of halvings of a step where the line turns faster.
const HALVINGS: u32 = 10;
/// The greatest number of steps in each direction.
const MAX_STEPS: usize = 100_000;
/// Maximum number of numbers in a line: coordinates and times.
const MAX_NUMBERS: usize = 1 << 22;

/// The reason for the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The field is zero, or it reverses or stops being finite within a thousandth of a step, as near a fixed point.
    Stationary,
    /// The line left the box.
    Outside,
    /// The line has the greatest number of steps.
    Steps,
    /// The score is not finite at the last point.
    Undefined,
}

/// A line through a start, from its upstream to its downstream end.
#[derive(Clone, Debug, PartialEq)]
pub struct Streamline {
    /// The points, one after another.
    pub points: Vec<f64>,
    /// The time t of each point; zero at the start.
    pub times: Vec<f64>,
    /// The reasons for the upstream and the downstream end.
    pub ends: [End; 2],
}

impl Default for Streamline {
    /// An empty line.
    fn default() -> Self {
        Self { points: Vec::new(), times: Vec::new(), ends: [End::Stationary; 2] }
    }
}

/// Traces lines with reusable buffers; allocates only when a line is longer than all earlier lines.
#[derive(Clone, Debug)]
pub struct Tracer {
    step: f64,
    steps: usize,
    low: Vec<f64>,
    high: Vec<f64>,
    x: Vec<f64>,
    probe: Vec<f64>,
    /// The field's direction at the four evaluation points of a step.
    directions: [Vec<f64>; 4],
}

impl Tracer {
    /// Lines in the box from `low` to `high`, with steps of length `step` or shorter and at most `steps` steps in each
    /// direction. An error unless the box has positive sides, `step` is positive and finite, and `steps` lies in [1,
    /// 100,000]; above 19 dimensions the limit is lower, so that a line has at most 4,194,304 numbers.
    pub fn new(step: f64, steps: usize, low: Vec<f64>, high: Vec<f64>) -> Result<Self, SettingError> {
        if !(step > 0.0 && step.is_finite()) {
            return Err(SettingError::new("step", Value::Real(step), "be positive and finite"));
        }
        let most = MAX_STEPS.min((MAX_NUMBERS / (low.len() + 1)).saturating_sub(1) / 2);
        if !(1..=most).contains(&steps) {
            return Err(SettingError::new("steps", steps, format!("lie in [1, {most}]")));
        }
        if low.is_empty() || low.len() != high.len() || !low.iter().zip(&high).all(|(low, high)| low < high) {
            return Err(SettingError::new("low", low.len(), "have as many coordinates as high, each less than its"));
        }
        let buffer = vec![0.0; low.len()];
        let directions = [buffer.clone(), buffer.clone(), buffer.clone(), buffer.clone()];
        Ok(Self { step, steps, low, high, x: buffer.clone(), probe: buffer, directions })
    }

    /// Writes the line of `score` through `start` to `line`.
    ///
    /// # Panics
    ///
    /// Unless the score and the start are of the box's R^d.
    pub fn trace(&mut self, score: &dyn Score, start: &[f64], line: &mut Streamline) {
        assert!(score.dim() == self.low.len() && start.len() == self.low.len());
        line.points.clear();
        line.times.clear();
        line.ends[0] = self.follow(score, start, -1.0, line);
        reverse(&mut line.points, start.len());
        line.times.reverse();
        line.points.extend_from_slice(start);
        line.times.push(0.0);
        line.ends[1] = self.follow(score, start, 1.0, line);
    }

    /// Appends the points after `start`, along the field (`sign` 1) or against it (`sign` -1).
    fn follow(&mut self, score: &dyn Score, start: &[f64], sign: f64, line: &mut Streamline) -> End {
        self.x.copy_from_slice(start);
        let (mut time, mut share) = (0.0, 1.0);
        for _ in 0..self.steps {
            if !self.is_inside() {
                return End::Outside;
            }
            self.probe.copy_from_slice(&self.x);
            let speed = self.evaluate(score, 0, sign);
            if !(speed > 0.0 && speed.is_finite()) {
                return if speed == 0.0 { End::Stationary } else { End::Undefined };
            }
            let taken = loop {
                match self.try_step(score, share * self.step, sign, speed) {
                    Some(slowness) => break slowness * share * self.step,
                    None if share <= min_share() => return End::Stationary,
                    None => share *= 0.5,
                }
            };
            core::mem::swap(&mut self.x, &mut self.probe);
            time += sign * taken;
            line.points.extend_from_slice(&self.x);
            line.times.push(time);
            share = (2.0 * share).min(1.0);
        }
        End::Steps
    }

    /// Tries a step of length `length` and writes its end to `probe`. Returns the mean of 1/‖s‖ along the step; `None`
    /// if the line turns too fast or the score is not finite.
    fn try_step(&mut self, score: &dyn Score, length: f64, sign: f64, speed: f64) -> Option<f64> {
        let mut slowness = 1.0 / speed;
        for (k, share, weight) in [(1, 0.5, 2.0), (2, 0.5, 2.0), (3, 1.0, 1.0)] {
            let direction = &self.directions[k - 1];
            for ((p, x), u) in self.probe.iter_mut().zip(&self.x).zip(direction) {
                *p = x + share * length * u;
            }
            let speed = self.evaluate(score, k, sign);
            let cosine = math::dot(&self.directions[0], &self.directions[k]);
            if cosine.is_nan() || cosine < MIN_COSINE {
                return None;
            }
            slowness += weight / speed;
        }
        let [a, b, c, d] = &self.directions;
        for (i, p) in self.probe.iter_mut().enumerate() {
            *p = self.x[i] + length / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]);
        }
        Some(slowness / 6.0)
    }

    /// Writes the unit vector of the field at `probe` times `sign` to `directions[k]`; returns the field's norm.
    fn evaluate(&mut self, score: &dyn Score, k: usize, sign: f64) -> f64 {
        let direction = &mut self.directions[k];
        score.scores(&self.probe, direction);
        let speed = math::sqrt(math::dot(direction, direction));
        direction.iter_mut().for_each(|s| *s *= sign / speed);
        speed
    }

    fn is_inside(&self) -> bool {
        self.x.iter().enumerate().all(|(k, x)| self.low[k] <= *x && *x <= self.high[k])
    }
}

fn min_share() -> f64 {
    1.0 / f64::from(1 << HALVINGS)
}

/// Reverses the order of points of `dim` coordinates.
fn reverse(points: &mut [f64], dim: usize) {
    points.reverse();
    points.chunks_exact_mut(dim).for_each(<[f64]>::reverse);
}
