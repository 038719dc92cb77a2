//! Streamlines of a field, dx/dt = s(x), both ways from a start by the Runge-Kutta method of order four in the arc length ℓ:
//! dx/dℓ = s/‖s‖, dt/dℓ = 1/‖s‖.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use crate::field::{Problem, Value};
use crate::math;
use crate::score::Score;

/// The least cosine between the field's directions within a step: the line turns by at most a quarter radian.
const STRAIGHT: f64 = 0.97;
/// How often a step may be halved where the line turns faster.
const HALVINGS: u32 = 10;
/// No line has more steps each way.
const MAX_STEPS: usize = 100_000;
/// No line has more numbers, coordinates and times together.
const MAX_NUMBERS: usize = 1 << 22;

/// Why a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The field is zero, or within a thousandth of a step turns round, as it does at a fixed point, or ceases to be finite.
    Still,
    /// It left the box.
    Outside,
    /// It has as many steps as it may.
    Steps,
    /// The score is not finite at the last point.
    Undefined,
}

/// A line through a start, from where it comes to where it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Streamline {
    /// Its points, one after another.
    pub points: Vec<f64>,
    /// The time t of each point; zero at the start.
    pub times: Vec<f64>,
    /// Why it ends where it comes from, and where it goes.
    pub ends: [End; 2],
}

impl Default for Streamline {
    /// No line yet.
    fn default() -> Self {
        Self { points: Vec::new(), times: Vec::new(), ends: [End::Still; 2] }
    }
}

/// Follows lines, with the buffers to do so; allocates only as a line outgrows those before it.
#[derive(Clone, Debug)]
pub struct Tracer {
    step: f64,
    steps: usize,
    low: Vec<f64>,
    high: Vec<f64>,
    x: Vec<f64>,
    probe: Vec<f64>,
    /// The field's direction at the four points that a step looks at.
    directions: [Vec<f64>; 4],
}

impl Tracer {
    /// Lines within the box from `low` to `high`, in steps of length `step` at most and at most `steps` of them each way; an
    /// error unless the box has an inside, `step` is positive and finite, and `steps` from 1 to 100,000, in more than 19 dimensions
    /// to as many as leave a line at most 4,194,304 numbers.
    pub fn new(step: f64, steps: usize, low: Vec<f64>, high: Vec<f64>) -> Result<Self, Problem> {
        if !(step > 0.0 && step.is_finite()) {
            return Err(Problem::new("step", Value::Real(step), "be positive and finite"));
        }
        let most = MAX_STEPS.min((MAX_NUMBERS / (low.len() + 1)).saturating_sub(1) / 2);
        if !(1..=most).contains(&steps) {
            return Err(Problem::new("steps", steps, format!("lie in [1, {most}]")));
        }
        if low.is_empty() || low.len() != high.len() || !low.iter().zip(&high).all(|(low, high)| low < high) {
            return Err(Problem::new("low", low.len(), "have as many coordinates as high, each less than its"));
        }
        let room = vec![0.0; low.len()];
        let directions = [room.clone(), room.clone(), room.clone(), room.clone()];
        Ok(Self { step, steps, low, high, x: room.clone(), probe: room, directions })
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

    /// Appends the points after `start` with (`sign` 1) or against the field (-1).
    fn follow(&mut self, score: &dyn Score, start: &[f64], sign: f64, line: &mut Streamline) -> End {
        self.x.copy_from_slice(start);
        let (mut time, mut share) = (0.0, 1.0);
        for _ in 0..self.steps {
            if !self.is_inside() {
                return End::Outside;
            }
            self.probe.copy_from_slice(&self.x);
            let speed = self.look(score, 0, sign);
            if !(speed > 0.0 && speed.is_finite()) {
                return if speed == 0.0 { End::Still } else { End::Undefined };
            }
            let taken = loop {
                match self.attempt(score, share * self.step, sign, speed) {
                    Some(slowness) => break slowness * share * self.step,
                    None if share <= least_share() => return End::Still,
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

    /// Tries a step of length `length` and puts its end into `probe`; the mean of 1/‖s‖ along it, or `None` where the line
    /// turns too fast or the score is not finite.
    fn attempt(&mut self, score: &dyn Score, length: f64, sign: f64, speed: f64) -> Option<f64> {
        let mut slowness = 1.0 / speed;
        for (k, share, weight) in [(1, 0.5, 2.0), (2, 0.5, 2.0), (3, 1.0, 1.0)] {
            let direction = &self.directions[k - 1];
            for ((p, x), u) in self.probe.iter_mut().zip(&self.x).zip(direction) {
                *p = x + share * length * u;
            }
            let speed = self.look(score, k, sign);
            let cosine = math::dot(&self.directions[0], &self.directions[k]);
            if cosine.is_nan() || cosine < STRAIGHT {
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

    /// Writes the field's direction at `probe`, or the opposite, to `directions[k]`; the field's size.
    fn look(&mut self, score: &dyn Score, k: usize, sign: f64) -> f64 {
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

fn least_share() -> f64 {
    1.0 / f64::from(1 << HALVINGS)
}

/// Reverses the order of points of `dim` coordinates.
fn reverse(points: &mut [f64], dim: usize) {
    points.reverse();
    points.chunks_exact_mut(dim).for_each(<[f64]>::reverse);
}
