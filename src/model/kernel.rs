//! The inner loops of a network with one hidden layer: four examples go through the weights together, lanes across hidden
//! units.
//!
//! Examples come as a group: lane `x[k * GROUP + e]` is coordinate k of example e in every element. The loops are the same
//! for every dimension; the public functions only let the compiler unroll them for the small ones. What goes through more
//! layers, or with derivatives along directions, is in [`super::pass`].

use super::{Activation, Form};
use crate::lane::Lane;

/// How many examples pass over the weights together.
pub const GROUP: usize = 4;

/// The hidden values of a block of units for each example of a group.
pub type Hidden<L> = [L; GROUP];

/// Calls `$function` with the dimension as a constant where it is two, the plane. It is inlined for untied weights alone; what
/// the others need is a function of its own, `$elsewhere`, which the page need not load before it trains such a network.
macro_rules! unrolled {
    ($form:expr, $function:ident, $elsewhere:ident($($argument:expr),*)) => {
        match ($form.dim, $form.is_tied()) {
            (2, false) => $function(2, false, $($argument),*),
            (dim, tied) => $elsewhere(dim, tied, $($argument),*),
        }
    };
}

/// Defines `$elsewhere`.
macro_rules! elsewhere {
    ($elsewhere:ident, $function:ident($($argument:ident: $type:ty),*)) => {
        #[inline(never)]
        fn $elsewhere<L: Lane>(dim: usize, tied: bool, $($argument: $type),*) {
            match (dim, tied) {
                (2, true) => $function(2, true, $($argument),*),
                _ => $function(dim, tied, $($argument),*),
            }
        }
    };
}

/// h = a(W x + c) for every block in `units`. For activations other than tanh, whose slope follows from its value, a'(W x + c)
/// goes to `slopes`, unless that is empty.
pub fn activate<L: Lane>(form: &Form, units: &[L], x: &[L], hidden: &mut [Hidden<L>], slopes: &mut [Hidden<L>]) {
    if form.activation == Activation::Tanh {
        unrolled!(form, activate_in, activate_elsewhere(units, x, hidden));
    } else {
        affine_in(form.dim, stride(form.dim, form.is_tied()), units, x, hidden);
        bend(form.activation, hidden, slopes);
    }
}

elsewhere!(activate_elsewhere, activate_in(units: &[L], x: &[L], hidden: &mut [Hidden<L>]));

#[inline(always)]
fn activate_in<L: Lane>(dim: usize, tied: bool, units: &[L], x: &[L], hidden: &mut [Hidden<L>]) {
    let x = &x[..dim * GROUP];
    for (unit, hidden) in units.chunks_exact(stride(dim, tied)).zip(hidden) {
        *hidden = input_of(dim, unit, x).map(L::tanh);
    }
}

fn affine_in<L: Lane>(dim: usize, stride: usize, units: &[L], x: &[L], hidden: &mut [Hidden<L>]) {
    for (unit, hidden) in units.chunks_exact(stride).zip(hidden) {
        *hidden = input_of(dim, unit, x);
    }
}

/// W x + c for a block of units.
#[inline(always)]
fn input_of<L: Lane>(dim: usize, unit: &[L], x: &[L]) -> Hidden<L> {
    let mut u = [unit[dim]; GROUP];
    for k in 0..dim {
        for e in 0..GROUP {
            u[e] += unit[k] * x[k * GROUP + e];
        }
    }
    u
}

/// Turns inputs u into a(u), and writes a'(u) to `slopes` unless that is empty.
fn bend<L: Lane>(activation: Activation, hidden: &mut [Hidden<L>], slopes: &mut [Hidden<L>]) {
    if slopes.is_empty() {
        hidden.as_flattened_mut().iter_mut().for_each(|u| *u = activation.value(*u));
    }
    for (u, slope) in hidden.as_flattened_mut().iter_mut().zip(slopes.as_flattened_mut()) {
        [*u, *slope, _] = activation.jet(*u);
    }
}

/// out[k * GROUP + e] = V h for each output coordinate and example, summed over the blocks in `units`.
pub fn read_out<L: Lane>(form: &Form, units: &[L], hidden: &[Hidden<L>], out: &mut [f64]) {
    unrolled!(form, read_out_in, read_out_elsewhere(units, hidden, out));
}

elsewhere!(read_out_elsewhere, read_out_in(units: &[L], hidden: &[Hidden<L>], out: &mut [f64]));

#[inline(always)]
fn read_out_in<L: Lane>(dim: usize, tied: bool, units: &[L], hidden: &[Hidden<L>], out: &mut [f64]) {
    for (k, out) in out[..dim * GROUP].chunks_exact_mut(GROUP).enumerate() {
        let mut sums = [L::default(); GROUP];
        for (unit, hidden) in units.chunks_exact(stride(dim, tied)).zip(hidden) {
            let weight = if tied { unit[k] * unit[dim + 1] } else { unit[dim + 1 + k] };
            for e in 0..GROUP {
                sums[e] += weight * hidden[e];
            }
        }
        out.iter_mut().zip(sums).for_each(|(out, sum)| *out = sum.sum());
    }
}

/// The hidden values of a group and, but for tanh, the activation's slopes there.
#[derive(Clone, Copy)]
pub struct Code<'a, L> {
    /// a(W x + c), block by block.
    pub values: &'a [Hidden<L>],
    /// a'(W x + c), block by block; empty for tanh.
    pub slopes: &'a [Hidden<L>],
}

impl<L: Lane> Code<'_, L> {
    /// a'(u) for `block`.
    #[inline(always)]
    fn slope(&self, block: usize) -> Hidden<L> {
        if self.slopes.is_empty() { self.values[block].map(|h| L::splat(1.0) - h * h) } else { self.slopes[block] }
    }
}

/// Adds to `gradient` (laid out as `units`) the derivative of Σ_e g_e · V h(x_e), with `g` laid out as `x`.
pub fn back_propagate<L: Lane>(form: &Form, units: &[L], x: &[L], g: &[L], code: Code<'_, L>, gradient: &mut [L]) {
    if code.slopes.is_empty() {
        // An empty slice that the compiler knows to be one spares the loop a choice.
        let code = Code { slopes: &[], ..code };
        unrolled!(form, back_propagate_in, back_propagate_elsewhere(units, x, g, code, gradient));
    } else {
        back_propagate_elsewhere(form.dim, form.is_tied(), units, x, g, code, gradient);
    }
}

elsewhere!(
    back_propagate_elsewhere,
    back_propagate_in(units: &[L], x: &[L], g: &[L], code: Code<'_, L>, gradient: &mut [L])
);

#[inline(always)]
fn back_propagate_in<L: Lane>(
    dim: usize,
    tied: bool,
    units: &[L],
    x: &[L],
    g: &[L],
    code: Code<'_, L>,
    gradient: &mut [L],
) {
    let (x, g) = (&x[..dim * GROUP], &g[..dim * GROUP]);
    let stride = stride(dim, tied);
    let blocks = units.chunks_exact(stride).zip(code.values).zip(gradient.chunks_exact_mut(stride));
    for (block, ((unit, hidden), gradient)) in blocks.enumerate() {
        // The pull of g through V (untied) or Wᵀ (tied) onto each example's hidden value.
        let weight = |k| if tied { unit[k] } else { unit[dim + 1 + k] };
        let mut pull = group(g, 0).map(|g| weight(0) * g);
        for k in 1..dim {
            for e in 0..GROUP {
                pull[e] += weight(k) * g[k * GROUP + e];
            }
        }
        if tied {
            gradient[dim + 1] += dot(pull, *hidden);
            pull = pull.map(|pull| pull * unit[dim + 1]);
        }
        let slope = code.slope(block);
        let mut inner = [L::default(); GROUP];
        for e in 0..GROUP {
            inner[e] = pull[e] * slope[e];
        }
        gradient[dim] += (inner[0] + inner[1]) + (inner[2] + inner[3]);
        for k in 0..dim {
            let (x, g) = (group(x, k), group(g, k));
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
pub(super) fn group<L: Lane>(lanes: &[L], k: usize) -> [L; GROUP] {
    [lanes[k * GROUP], lanes[k * GROUP + 1], lanes[k * GROUP + 2], lanes[k * GROUP + 3]]
}

#[inline(always)]
pub(super) fn dot<L: Lane>(a: [L; GROUP], b: [L; GROUP]) -> L {
    (a[0] * b[0] + a[1] * b[1]) + (a[2] * b[2] + a[3] * b[3])
}
