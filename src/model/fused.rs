//! The inner loops of a network with one hidden layer. A tile of four examples shares each load of the weights; the
//! elements of a SIMD vector are hidden units.
//!
//! The input of a tile is `x[k * EXAMPLES_PER_TILE + e]`: coordinate k of example e in every element. The loops are the
//! same for every dimension; the public functions only let the compiler unroll the plane. Several layers, and
//! derivatives along directions, are in [`super::pass`].

use super::{Activation, Architecture};
use crate::simd::Simd;

/// The number of examples in a tile.
pub const EXAMPLES_PER_TILE: usize = 4;

/// The hidden values of a block of units, for each example of a tile.
pub type Hidden<L> = [L; EXAMPLES_PER_TILE];

/// Calls `$function` with dimension 2 as a constant in the plane. Only the version for untied weights is inlined. All
/// others are in the separate function `$outlined`, so that the page loads it only to train such a network.
macro_rules! unrolled {
    ($architecture:expr, $function:ident, $outlined:ident($($argument:expr),*)) => {
        match ($architecture.dim, $architecture.is_tied()) {
            (2, false) => $function(2, false, $($argument),*),
            (dim, tied) => $outlined(dim, tied, $($argument),*),
        }
    };
}

/// Defines the function `$outlined`.
macro_rules! outlined {
    ($outlined:ident, $function:ident($($argument:ident: $type:ty),*)) => {
        #[inline(never)]
        fn $outlined<L: Simd>(dim: usize, tied: bool, $($argument: $type),*) {
            match (dim, tied) {
                (2, true) => $function(2, true, $($argument),*),
                _ => $function(dim, tied, $($argument),*),
            }
        }
    };
}

/// h = a(W x + c) for every block in `units`. Writes a'(W x + c) to `slopes`, unless `slopes` is empty or the
/// activation is tanh: its slope follows from its value.
pub fn activate<L: Simd>(
    architecture: &Architecture,
    units: &[L],
    x: &[L],
    hidden: &mut [Hidden<L>],
    slopes: &mut [Hidden<L>],
) {
    if architecture.activation == Activation::Tanh {
        unrolled!(architecture, activate_in, activate_outlined(units, x, hidden));
    } else {
        affine_in(architecture.dim, stride(architecture.dim, architecture.is_tied()), units, x, hidden);
        apply_activation(architecture.activation, hidden, slopes);
    }
}

outlined!(activate_outlined, activate_in(units: &[L], x: &[L], hidden: &mut [Hidden<L>]));

#[inline(always)]
fn activate_in<L: Simd>(dim: usize, tied: bool, units: &[L], x: &[L], hidden: &mut [Hidden<L>]) {
    let x = &x[..dim * EXAMPLES_PER_TILE];
    for (unit, hidden) in units.chunks_exact(stride(dim, tied)).zip(hidden) {
        *hidden = input_of(dim, unit, x).map(L::tanh);
    }
}

fn affine_in<L: Simd>(dim: usize, stride: usize, units: &[L], x: &[L], hidden: &mut [Hidden<L>]) {
    for (unit, hidden) in units.chunks_exact(stride).zip(hidden) {
        *hidden = input_of(dim, unit, x);
    }
}

/// W x + c for a block of units.
#[inline(always)]
fn input_of<L: Simd>(dim: usize, unit: &[L], x: &[L]) -> Hidden<L> {
    let mut u = [unit[dim]; EXAMPLES_PER_TILE];
    for k in 0..dim {
        for e in 0..EXAMPLES_PER_TILE {
            u[e] += unit[k] * x[k * EXAMPLES_PER_TILE + e];
        }
    }
    u
}

/// Replaces inputs u by a(u); writes a'(u) to `slopes` unless it is empty.
fn apply_activation<L: Simd>(activation: Activation, hidden: &mut [Hidden<L>], slopes: &mut [Hidden<L>]) {
    if slopes.is_empty() {
        hidden.as_flattened_mut().iter_mut().for_each(|u| *u = activation.value(*u));
    }
    for (u, slope) in hidden.as_flattened_mut().iter_mut().zip(slopes.as_flattened_mut()) {
        [*u, *slope, _] = activation.jet(*u);
    }
}

/// out[k * EXAMPLES_PER_TILE + e] = V h for each output coordinate and example, summed over the blocks in `units`.
pub fn readout<L: Simd>(architecture: &Architecture, units: &[L], hidden: &[Hidden<L>], out: &mut [f64]) {
    unrolled!(architecture, readout_in, readout_outlined(units, hidden, out));
}

outlined!(readout_outlined, readout_in(units: &[L], hidden: &[Hidden<L>], out: &mut [f64]));

#[inline(always)]
fn readout_in<L: Simd>(dim: usize, tied: bool, units: &[L], hidden: &[Hidden<L>], out: &mut [f64]) {
    for (k, out) in out[..dim * EXAMPLES_PER_TILE].chunks_exact_mut(EXAMPLES_PER_TILE).enumerate() {
        let mut sums = [L::default(); EXAMPLES_PER_TILE];
        for (unit, hidden) in units.chunks_exact(stride(dim, tied)).zip(hidden) {
            let weight = if tied { unit[k] * unit[dim + 1] } else { unit[dim + 1 + k] };
            for e in 0..EXAMPLES_PER_TILE {
                sums[e] += weight * hidden[e];
            }
        }
        out.iter_mut().zip(sums).for_each(|(out, sum)| *out = sum.sum());
    }
}

/// The hidden values of a tile and, except for tanh, the slopes of the activation.
#[derive(Clone, Copy)]
pub struct Code<'a, L> {
    /// a(W x + c), block by block.
    pub values: &'a [Hidden<L>],
    /// a'(W x + c), block by block; empty for tanh.
    pub slopes: &'a [Hidden<L>],
}

impl<L: Simd> Code<'_, L> {
    /// a'(u) for `block`.
    #[inline(always)]
    fn slope(&self, block: usize) -> Hidden<L> {
        if self.slopes.is_empty() { self.values[block].map(|h| L::splat(1.0) - h * h) } else { self.slopes[block] }
    }
}

/// Adds to `gradient` (laid out as `units`) the derivative of Σ_e g_e · V h(x_e); `g` is laid out as `x`.
pub fn back_propagate<L: Simd>(
    architecture: &Architecture,
    units: &[L],
    x: &[L],
    g: &[L],
    code: Code<'_, L>,
    gradient: &mut [L],
) {
    if code.slopes.is_empty() {
        // An empty slice that the compiler can see removes a branch from the loop.
        let code = Code { slopes: &[], ..code };
        unrolled!(architecture, back_propagate_in, back_propagate_outlined(units, x, g, code, gradient));
    } else {
        back_propagate_outlined(architecture.dim, architecture.is_tied(), units, x, g, code, gradient);
    }
}

outlined!(
    back_propagate_outlined,
    back_propagate_in(units: &[L], x: &[L], g: &[L], code: Code<'_, L>, gradient: &mut [L])
);

#[inline(always)]
fn back_propagate_in<L: Simd>(
    dim: usize,
    tied: bool,
    units: &[L],
    x: &[L],
    g: &[L],
    code: Code<'_, L>,
    gradient: &mut [L],
) {
    let (x, g) = (&x[..dim * EXAMPLES_PER_TILE], &g[..dim * EXAMPLES_PER_TILE]);
    let stride = stride(dim, tied);
    let blocks = units.chunks_exact(stride).zip(code.values).zip(gradient.chunks_exact_mut(stride));
    for (block, ((unit, hidden), gradient)) in blocks.enumerate() {
        // The gradient of each example's hidden value: g through V (untied) or Wᵀ (tied).
        let weight = |k| if tied { unit[k] } else { unit[dim + 1 + k] };
        let mut hidden_gradient = tile(g, 0).map(|g| weight(0) * g);
        for k in 1..dim {
            for e in 0..EXAMPLES_PER_TILE {
                hidden_gradient[e] += weight(k) * g[k * EXAMPLES_PER_TILE + e];
            }
        }
        if tied {
            gradient[dim + 1] += dot(hidden_gradient, *hidden);
            hidden_gradient = hidden_gradient.map(|hidden_gradient| hidden_gradient * unit[dim + 1]);
        }
        let slope = code.slope(block);
        let mut inner = [L::default(); EXAMPLES_PER_TILE];
        for e in 0..EXAMPLES_PER_TILE {
            inner[e] = hidden_gradient[e] * slope[e];
        }
        gradient[dim] += (inner[0] + inner[1]) + (inner[2] + inner[3]);
        for k in 0..dim {
            let (x, g) = (tile(x, k), tile(g, k));
            gradient[k] += dot(inner, x);
            if tied {
                gradient[k] += unit[dim + 1] * dot(*hidden, g);
            } else {
                gradient[dim + 1 + k] += dot(*hidden, g);
            }
        }
    }
}

#[inline(always)]
fn stride(dim: usize, tied: bool) -> usize {
    if tied { dim + 2 } else { 2 * dim + 1 }
}

#[inline(always)]
pub(super) fn tile<L: Simd>(vectors: &[L], k: usize) -> [L; EXAMPLES_PER_TILE] {
    [
        vectors[k * EXAMPLES_PER_TILE],
        vectors[k * EXAMPLES_PER_TILE + 1],
        vectors[k * EXAMPLES_PER_TILE + 2],
        vectors[k * EXAMPLES_PER_TILE + 3],
    ]
}

#[inline(always)]
pub(super) fn dot<L: Simd>(a: [L; EXAMPLES_PER_TILE], b: [L; EXAMPLES_PER_TILE]) -> L {
    (a[0] * b[0] + a[1] * b[1]) + (a[2] * b[2] + a[3] * b[3])
}
