//! The network's inner loops: four examples go through the weights together, lanes across hidden units.
//!
//! Examples come as a group: lane `x[k * GROUP + e]` is coordinate k of example e in every element. The loops are the same
//! for every dimension; the public functions only let the compiler unroll them for the small ones.

use super::Form;
use crate::lane::Lane;

/// How many examples pass over the weights together.
pub const GROUP: usize = 4;

/// The hidden values of a block of units for each example of a group.
pub type Hidden<L> = [L; GROUP];

/// Calls `$function` with the dimension as a constant where it is two, the plane.
macro_rules! unrolled {
    ($dim:expr, $tied:expr, $function:ident($($argument:expr),*)) => {
        match ($dim, $tied) {
            (2, false) => $function(2, false, $($argument),*),
            (2, true) => $function(2, true, $($argument),*),
            (dim, tied) => $function(dim, tied, $($argument),*),
        }
    };
}

/// h = tanh(W x + c) for every block in `units`.
pub fn activate<L: Lane>(form: &Form, units: &[L], x: &[L], hidden: &mut [Hidden<L>]) {
    unrolled!(form.dim, form.is_tied(), activate_in(units, x, hidden));
}

#[inline(always)]
fn activate_in<L: Lane>(dim: usize, tied: bool, units: &[L], x: &[L], hidden: &mut [Hidden<L>]) {
    let x = &x[..dim * GROUP];
    for (unit, hidden) in units.chunks_exact(stride(dim, tied)).zip(hidden) {
        let mut u = [unit[dim]; GROUP];
        for k in 0..dim {
            for e in 0..GROUP {
                u[e] += unit[k] * x[k * GROUP + e];
            }
        }
        *hidden = u.map(L::tanh);
    }
}

/// out[k * GROUP + e] = V h for each output coordinate and example, summed over the blocks in `units`.
pub fn read_out<L: Lane>(form: &Form, units: &[L], hidden: &[Hidden<L>], out: &mut [f64]) {
    unrolled!(form.dim, form.is_tied(), read_out_in(units, hidden, out));
}

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

/// Adds to `gradient` (laid out as `units`) the derivative of Σ_e g_e · V h(x_e), with `g` laid out as `x`.
pub fn back_propagate<L: Lane>(form: &Form, units: &[L], x: &[L], g: &[L], hidden: &[Hidden<L>], gradient: &mut [L]) {
    unrolled!(form.dim, form.is_tied(), back_propagate_in(units, x, g, hidden, gradient));
}

#[inline(always)]
fn back_propagate_in<L: Lane>(
    dim: usize,
    tied: bool,
    units: &[L],
    x: &[L],
    g: &[L],
    hidden: &[Hidden<L>],
    gradient: &mut [L],
) {
    let (x, g, one) = (&x[..dim * GROUP], &g[..dim * GROUP], L::splat(1.0));
    let stride = stride(dim, tied);
    for ((unit, hidden), gradient) in units.chunks_exact(stride).zip(hidden).zip(gradient.chunks_exact_mut(stride)) {
        // The pull of g through V (untied) or Wᵀ (tied) onto each example's hidden value.
        let mut pull = [L::default(); GROUP];
        for k in 0..dim {
            let weight = if tied { unit[k] } else { unit[dim + 1 + k] };
            for e in 0..GROUP {
                pull[e] += weight * g[k * GROUP + e];
            }
        }
        if tied {
            gradient[dim + 1] += dot(pull, *hidden);
            pull = pull.map(|pull| pull * unit[dim + 1]);
        }
        let mut inner = [L::default(); GROUP];
        for e in 0..GROUP {
            inner[e] = pull[e] * (one - hidden[e] * hidden[e]);
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
fn group<L: Lane>(lanes: &[L], k: usize) -> [L; GROUP] {
    [lanes[k * GROUP], lanes[k * GROUP + 1], lanes[k * GROUP + 2], lanes[k * GROUP + 3]]
}

#[inline(always)]
fn dot<L: Lane>(a: [L; GROUP], b: [L; GROUP]) -> L {
    (a[0] * b[0] + a[1] * b[1]) + (a[2] * b[2] + a[3] * b[3])
}
