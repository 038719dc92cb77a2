//! Exact draws of exp(-E)/Z by rejection (von Neumann 1951): the proposal is the (bi)linear interpolant of exp(-E) on a
//! grid, and a draw is accepted with probability exp(-E)/(1.1 × interpolant).
//!
//! A draw of the interpolant is a node drawn by its weight, plus a triangular variate of one spacing along each axis.

use alloc::vec::Vec;

use super::Energy;
use crate::math::{self, ceil};
use crate::rng::Stream;

/// Grid intervals per length scale of the energy ([`Energy::length_scale`]).
const INTERVALS_PER_LENGTH: f64 = 8.0;
/// exp(-E) is at most this factor times its interpolant, except where draws practically never fall.
const BOUND: f64 = 1.1;

/// exp(E₀ - E) on a grid; the second axis varies fastest. On the line the first axis has one point.
pub struct Proposal {
    dim: usize,
    first: [f64; 2],
    spacing: [f64; 2],
    count: [usize; 2],
    values: Vec<f64>,
    /// Inclusive cumulative sums of the values.
    cumulative: Vec<f64>,
    least: f64,
}

impl Proposal {
    /// Tabulates `energy` on its frame.
    pub fn new(energy: &dyn Energy) -> Self {
        let (dim, frame) = (energy.dim(), energy.frame());
        let mut proposal = Self {
            dim,
            first: [0.0; 2],
            spacing: [0.0; 2],
            count: [1; 2],
            values: Vec::new(),
            cumulative: Vec::new(),
            least: f64::INFINITY,
        };
        for (axis, [from, to]) in (2 - dim..2).zip(frame) {
            let intervals = ceil((to - from) * INTERVALS_PER_LENGTH / energy.length_scale());
            proposal.first[axis] = from;
            proposal.spacing[axis] = (to - from) / intervals;
            proposal.count[axis] = intervals as usize + 1;
        }
        proposal.tabulate(energy);
        proposal
    }

    fn tabulate(&mut self, energy: &dyn Energy) {
        for i in 0..self.count[0] * self.count[1] {
            let node = self.node(i);
            let place = [0, 1].map(|k| self.first[k] + node[k] as f64 * self.spacing[k]);
            let value = energy.energy(&place[2 - self.dim..]);
            self.least = self.least.min(value);
            self.values.push(value);
        }
        let mut sum = 0.0;
        for value in &mut self.values {
            *value = math::exp(self.least - *value);
            sum += *value;
            self.cumulative.push(sum);
        }
    }

    /// The index of value `i` on each axis.
    fn node(&self, i: usize) -> [usize; 2] {
        [i / self.count[1], i % self.count[1]]
    }

    /// Draws one point into `out` (length d).
    pub fn sample(&self, energy: &dyn Energy, rng: &mut Stream, out: &mut [f64]) {
        loop {
            let interpolant = self.propose(rng, out);
            let density = math::exp(self.least - energy.energy(out));
            if rng.uniform() * BOUND * interpolant <= density {
                return;
            }
        }
    }

    /// Draws a point of the interpolant into `out` and returns its value there.
    fn propose(&self, rng: &mut Stream, out: &mut [f64]) -> f64 {
        let total = self.cumulative.last().copied().unwrap_or(0.0);
        let u = rng.uniform() * total;
        let drawn = self.cumulative.partition_point(|sum| *sum < u).min(self.values.len() - 1);
        let node = self.node(drawn);
        // In units of the spacing, in (-1, 1); zero on an axis of one point.
        let mut shift = [0.0; 2];
        for k in 2 - self.dim..2 {
            shift[k] = rng.uniform() - rng.uniform();
            out[k + self.dim - 2] = self.first[k] + (node[k] as f64 + shift[k]) * self.spacing[k];
        }
        self.interpolate(node, shift)
    }

    /// The interpolant at `shift` spacings from `node`: the weighted values at the corners of the cell.
    fn interpolate(&self, node: [usize; 2], shift: [f64; 2]) -> f64 {
        let corner = |step: [usize; 2]| {
            let (mut share, mut place) = (1.0, 0);
            for k in 0..2 {
                let beside = if shift[k] < 0.0 { node[k].wrapping_sub(step[k]) } else { node[k] + step[k] };
                share *= if step[k] == 0 { 1.0 - shift[k].abs() } else { shift[k].abs() };
                place = place * self.count[k] + beside;
                if beside >= self.count[k] {
                    return 0.0;
                }
            }
            share * self.values[place]
        };
        corner([0, 0]) + corner([0, 1]) + corner([1, 0]) + corner([1, 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::butterfly::Butterfly;
    use crate::data::ninja_star::NinjaStar;
    use crate::data::random_energy_1d::RandomLine;
    use crate::data::random_energy_2d::RandomEnergy;
    use crate::data::{one_well, three_wells, two_wells};
    use crate::rng::{Purpose, stream};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn interpolant_bounds_every_energy_at_draws() {
        let seeds = if cfg!(target_arch = "wasm32") { 2 } else { 50 };
        let lines: Vec<RandomLine> = (1..=seeds).map(RandomLine::new).collect();
        let random = RandomEnergy::new(1);
        let fixed: [&dyn Energy; 6] =
            [&two_wells::WELLS, &three_wells::WELLS, &one_well::WELLS, &random, &NinjaStar, &Butterfly];
        for (i, energy) in fixed.into_iter().chain(lines.iter().map(|line| line as &dyn Energy)).enumerate() {
            let proposal = Proposal::new(energy);
            let (mut rng, mut point) = (stream(1, Purpose::Measure, 0), [0.0; 2]);
            for _ in 0..20_000 {
                let out = &mut point[..energy.dim()];
                let ratio = proposal.propose(&mut rng, out);
                let ratio = math::exp(proposal.least - energy.energy(out)) / ratio;
                assert!(ratio < BOUND, "energy {i} at {out:?}: {ratio}");
            }
        }
    }

    #[test]
    fn interpolate_is_linear_in_the_grid_values() {
        let proposal = Proposal::new(&Butterfly);
        let at = |i: usize, j: usize| proposal.values[i * proposal.count[1] + j];
        let value = proposal.interpolate([40, 50], [0.25, -0.5]);
        let exact = 0.375 * (at(40, 50) + at(40, 49)) + 0.125 * (at(41, 50) + at(41, 49));
        assert!((value - exact).abs() < 1e-15 && value > 0.0, "{value}, {exact}");
        assert_eq!(proposal.interpolate([0, 0], [-0.5, 0.0]), 0.5 * at(0, 0));
    }
}
