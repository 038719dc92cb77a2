//! The score of a trained denoising auto-encoder: s(x) = (r(x) - x)/σ² (Alain and Bengio 2014).

use alloc::vec;
use alloc::vec::Vec;

use super::pass_buffers::{CoordinatePass, PassBuffers};
use super::{Path, Score, UsesWorkspace, Workspace};
use crate::math;
use crate::model::fused::{self, EXAMPLES_PER_TILE};
use crate::model::output_activation;
use crate::model::pass::Pass;
use crate::model::{Activation, Architecture, Network, Scaling, Slot};
use crate::simd::{Simd, f32x4};

/// The number of blocks of units with hidden values in memory at a time.
const BLOCKS: usize = 32;
/// The greatest dimension for which the scratch space of a tile is on the stack.
const MAX_STACK_DIM: usize = 64;

/// The score of a trained network.
#[derive(Clone, Debug)]
pub struct Learned<L = f32x4> {
    network: Network<L>,
    sigma: f64,
    inverse_variance: f64,
}

impl<L: Simd> Learned<L> {
    /// The score of `network` trained with corruption `sigma`.
    ///
    /// # Panics
    ///
    /// Unless `sigma` is positive and finite.
    pub fn new(network: Network<L>, sigma: f64) -> Self {
        assert!(sigma > 0.0 && sigma.is_finite());
        Self { network, sigma, inverse_variance: 1.0 / (sigma * sigma) }
    }

    /// The network.
    pub fn network(&self) -> &Network<L> {
        &self.network
    }

    /// The standard deviation σ of the corruption.
    pub fn sigma(&self) -> f64 {
        self.sigma
    }

    /// Writes r(x) to `out` for each point of `points`; both hold points one after another.
    pub fn reconstruct(&self, points: &[f64], out: &mut [f64]) {
        self.reconstruct_in(&mut PassBuffers::default(), points, out);
    }

    /// As [`Self::reconstruct`], with buffers from `workspace`. Networks of one layer use none in up to `MAX_STACK_DIM`
    /// dimensions.
    // Not inlined, like the functions it calls: this keeps the page's module small.
    #[inline(never)]
    fn reconstruct_in(&self, workspace: &mut PassBuffers<L>, points: &[f64], out: &mut [f64]) {
        let dim = self.network.architecture().dim;
        match dim {
            0..=2 => self.reconstruct_by(
                workspace,
                &mut [L::default(); 2 * EXAMPLES_PER_TILE],
                &mut [0.0; 4 * EXAMPLES_PER_TILE],
                points,
                out,
            ),
            3..=MAX_STACK_DIM => {
                let (mut input, mut sums) =
                    ([L::default(); MAX_STACK_DIM * EXAMPLES_PER_TILE], [0.0; 2 * MAX_STACK_DIM * EXAMPLES_PER_TILE]);
                self.reconstruct_by(workspace, &mut input, &mut sums, points, out);
            }
            _ => {
                let (mut input, mut sums) = workspace.take_buffers(dim);
                self.reconstruct_by(workspace, &mut input, &mut sums, points, out);
                workspace.buffers = (input, sums);
            }
        }
    }

    /// As [`Self::reconstruct`], with scratch space for the coordinates of a tile: at least one number each in `input`,
    /// two in `sums`.
    #[inline(never)]
    fn reconstruct_by(
        &self,
        workspace: &mut PassBuffers<L>,
        input: &mut [L],
        sums: &mut [f64],
        points: &[f64],
        out: &mut [f64],
    ) {
        let dim = self.network.architecture().dim;
        let (input, sums) = (&mut input[..dim * EXAMPLES_PER_TILE], &mut sums[..2 * dim * EXAMPLES_PER_TILE]);
        let mut pass =
            (self.network.architecture().layers > 1).then(|| workspace.plain_pass(self.network.architecture()));
        for (points, out) in points.chunks(dim * EXAMPLES_PER_TILE).zip(out.chunks_mut(dim * EXAMPLES_PER_TILE)) {
            for (i, vector) in input.iter_mut().enumerate() {
                let (k, e) = (i / EXAMPLES_PER_TILE, i % EXAMPLES_PER_TILE);
                *vector = L::splat(points.get(e * dim + k).copied().unwrap_or(0.0));
            }
            match &mut pass {
                None => self.readout(input, sums),
                Some(pass) => {
                    pass.inputs_mut().copy_from_slice(input);
                    pass.forward(&self.network, &mut sums[..dim * EXAMPLES_PER_TILE]);
                }
            }
            for (i, out) in out.iter_mut().enumerate() {
                let (e, k) = (i / dim, i % dim);
                *out = self.output_forward(sums[k * EXAMPLES_PER_TILE + e], k, points[i]);
            }
        }
    }

    /// s_k a₂(`output` + b_k) + s₊ x_k.
    fn output_forward(&self, output: f64, k: usize, x: f64) -> f64 {
        let (architecture, u) = (self.network.architecture(), output + self.network.output_bias(k));
        let activated = if architecture.output == Activation::Identity {
            u
        } else {
            output_activation::value(architecture.output, u)
        };
        self.network.scale(k, self.sigma) * activated + architecture.skip * x
    }

    /// V h of a tile, summed over blocks of units, into the first half of `sums`; the second half is scratch space.
    fn readout(&self, input: &[L], sums: &mut [f64]) {
        let architecture = self.network.architecture();
        let mut hidden = [[L::default(); EXAMPLES_PER_TILE]; BLOCKS];
        let (sums, part) = sums.split_at_mut(architecture.dim * EXAMPLES_PER_TILE);
        sums.fill(0.0);
        for units in self.network.layer(0).chunks(BLOCKS * architecture.stride(0)) {
            let hidden = &mut hidden[..units.len() / architecture.stride(0)];
            fused::activate(architecture, units, input, hidden, &mut []);
            fused::readout(architecture, units, hidden, part);
            sums.iter_mut().zip(&*part).for_each(|(sum, part)| *sum += part);
        }
    }

    /// The Jacobian of the code at x, ∂f_u/∂x_j, with f the last hidden layer (H×d, row-major).
    pub fn code_jacobian(&self, x: &[f64]) -> Vec<f64> {
        let Architecture { dim, units, .. } = *self.network.architecture();
        let mut workspace = PassBuffers::default();
        let CoordinatePass { pass, sums, .. } = workspace.coordinate_pass(self.network.architecture());
        self.forward_along_coordinates(x, pass, sums);
        let mut jacobian = vec![0.0; units * dim];
        for j in 0..dim {
            pass.code(1 + j).enumerate().for_each(|(unit, slope)| jacobian[unit * dim + j] = slope);
        }
        jacobian
    }

    /// A forward pass of up to four points along all coordinates; writes V h and V ḣ to `sums`.
    fn forward_along_coordinates(&self, points: &[f64], pass: &mut Pass<L>, sums: &mut [f64]) {
        let dim = self.network.architecture().dim;
        let inputs = pass.inputs_mut();
        for (i, x) in points.iter().enumerate() {
            let (e, k) = (i / dim, i % dim);
            inputs[k * EXAMPLES_PER_TILE + e] = L::splat(*x);
            inputs[((1 + k) * dim + k) * EXAMPLES_PER_TILE + e] = L::splat(1.0);
        }
        pass.forward(&self.network, sums);
    }

    /// The energy -log p up to a constant, E(x) = (½(1 - s₊)‖x‖² - s₀ b·x - s₀ Σ_j v_j A(w_j·x + c_j))/σ² with A' = a.
    /// Its gradient is minus the score. `None` unless the weights are tied, s₀ is one number and a₂ the identity.
    pub fn energy(&self, x: &[f64]) -> Option<f64> {
        let (network, Architecture { dim, units, skip, activation, .. }) =
            (&self.network, *self.network.architecture());
        if !network.architecture().has_energy() {
            return None;
        }
        let input = |u: usize| (0..dim).map(|k| network.get(u, Slot::Encoder(k)) * x[k]).sum::<f64>();
        let unit =
            |u: usize| network.get(u, Slot::Factor) * activation.antiderivative(input(u) + network.get(u, Slot::Bias));
        let output = (0..units).map(unit).sum::<f64>() + (0..dim).map(|k| network.output_bias(k) * x[k]).sum::<f64>();
        let energy = 0.5 * (1.0 - skip) * math::dot(x, x) - network.scale(0, self.sigma) * output;
        Some(energy * self.inverse_variance)
    }
}

impl<L: Simd> Learned<L> {
    fn dim(&self) -> usize {
        self.network.architecture().dim
    }

    fn scores_by(&self, workspace: &mut PassBuffers<L>, points: &[f64], out: &mut [f64]) {
        self.reconstruct_in(workspace, points, out);
        out.iter_mut().zip(points).for_each(|(r, x)| *r = (*r - x) * self.inverse_variance);
    }

    /// ∂s_i/∂x_j = (s_i a₂'(u_i) V_i·∂h/∂x_j + (s₊ - 1) δ_ij)/σ², computed four points at a time.
    fn jacobians_by(&self, workspace: &mut PassBuffers<L>, points: &[f64], out: &mut [f64]) {
        let d = self.dim();
        let CoordinatePass { pass, sums, output } = workspace.coordinate_pass(self.network.architecture());
        for (points, out) in points.chunks(d * EXAMPLES_PER_TILE).zip(out.chunks_mut(d * d * EXAMPLES_PER_TILE)) {
            self.forward_along_coordinates(points, pass, sums);
            if let Some(output) = output {
                (0..d * EXAMPLES_PER_TILE).for_each(|i| sums[i] += self.network.output_bias(i / EXAMPLES_PER_TILE));
                output.forward(sums);
            }
            for (n, out) in out.iter_mut().enumerate() {
                let (e, i, j) = (n / (d * d), n / d % d, n % d);
                let slope = self.network.scale(i, self.sigma) * sums[((1 + j) * d + i) * EXAMPLES_PER_TILE + e];
                let skip = if i == j { self.network.architecture().skip - 1.0 } else { 0.0 };
                *out = (slope + skip) * self.inverse_variance;
            }
        }
    }

    fn energy_difference(&self, from: &[f64], to: &[f64]) -> Option<f64> {
        Some(self.energy(to)? - self.energy(from)?)
    }
}

impl Score for Learned<f64> {
    fn dim(&self) -> usize {
        self.dim()
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        self.scores_by(&mut PassBuffers::default(), points, out);
    }

    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        self.jacobians_by(&mut PassBuffers::default(), x, out);
    }

    fn jacobians(&self, points: &[f64], out: &mut [f64]) -> Option<()> {
        self.jacobians_by(&mut PassBuffers::default(), points, out);
        Some(())
    }

    fn exact_energy_difference(&self, from: &[f64], to: &[f64]) -> Option<f64> {
        self.energy_difference(from, to)
    }
}

impl UsesWorkspace for Learned<f32x4> {
    fn scores_in(&self, workspace: &mut Workspace, points: &[f64], out: &mut [f64]) {
        self.scores_by(workspace, points, out);
    }

    fn jacobians_in(&self, workspace: &mut Workspace, points: &[f64], out: &mut [f64]) {
        self.jacobians_by(workspace, points, out);
    }
}

impl Score for Learned<f32x4> {
    fn dim(&self) -> usize {
        self.dim()
    }

    fn rounding(&self) -> f64 {
        f64::from(f32::EPSILON)
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        self.scores_by(&mut PassBuffers::default(), points, out);
    }

    fn jacobian(&self, x: &[f64], out: &mut [f64]) {
        self.jacobians_by(&mut PassBuffers::default(), x, out);
    }

    fn jacobians(&self, points: &[f64], out: &mut [f64]) -> Option<()> {
        self.jacobians_by(&mut PassBuffers::default(), points, out);
        Some(())
    }

    fn uses_workspace(&self) -> Option<&dyn UsesWorkspace> {
        Some(self)
    }

    fn exact_energy_difference(&self, from: &[f64], to: &[f64]) -> Option<f64> {
        self.energy_difference(from, to)
    }

    /// For a single layer and an identity output, the input of each unit is linear in t along the line. The integral
    /// contains the network only as V h·δ = Σ_u (V_u·δ) h_u(t), δ = to - from: one activation per unit and node. The
    /// rest of r(x) - x is linear in t, and its mean by the rule stands for all nodes.
    fn path_energy_difference(&self, from: &[f64], to: &[f64], path: &mut Path) -> f64 {
        let architecture = self.network.architecture();
        if architecture.layers > 1
            || architecture.scaling == Scaling::PerOutput
            || architecture.output != Activation::Identity
        {
            let mut workspace = path.workspace.take().unwrap_or_default();
            let difference = path.integrate(from, to, |points, out| self.scores_by(&mut workspace, points, out));
            path.workspace = Some(workspace);
            return difference;
        }
        let output = match architecture.activation {
            Activation::Tanh => self.output_along(from, to, path, Simd::tanh),
            activation => self.output_along(from, to, path, |u| activation.value(u)),
        };
        let linear: f64 = (0..architecture.dim)
            .map(|k| (path.mean(from[k], to[k]), k))
            .map(|(x, k)| (self.output_forward(0.0, k, x) - x) * (to[k] - from[k]))
            .sum();
        -(self.network.scale(0, self.sigma) * output + linear) * self.inverse_variance
    }
}

impl Learned {
    /// ∫ V h·δ dt by the path's rule.
    #[inline(always)]
    fn output_along(&self, from: &[f64], to: &[f64], path: &Path, activation: impl Fn(f32x4) -> f32x4) -> f64 {
        let architecture = self.network.architecture();
        let mut total = f32x4::default();
        for unit in self.network.layer(0).chunks_exact(architecture.stride(0)) {
            let line = UnitLine::new(architecture, unit, from, to);
            let mut integral = f32x4::default();
            for &(t, weight) in path.vectors() {
                integral += weight * activation(line.start + t * line.slope);
            }
            total += line.output * integral;
        }
        total.sum()
    }
}

/// A block of units along a line: inputs `start` + t `slope`, and the output's component along the line, V_u·δ.
struct UnitLine {
    start: f32x4,
    slope: f32x4,
    output: f32x4,
}

impl UnitLine {
    #[inline(always)]
    fn new(architecture: &Architecture, unit: &[f32x4], from: &[f64], to: &[f64]) -> Self {
        let dim = architecture.dim;
        let (mut start, mut slope, mut output) = (unit[dim], f32x4::default(), f32x4::default());
        for k in 0..dim {
            let delta = <f32x4 as Simd>::splat(to[k] - from[k]);
            start += unit[k] * <f32x4 as Simd>::splat(from[k]);
            slope += unit[k] * delta;
            if !architecture.is_tied() {
                output += unit[dim + 1 + k] * delta;
            }
        }
        if architecture.is_tied() {
            output = slope * unit[dim + 1];
        }
        Self { start, slope, output }
    }
}
