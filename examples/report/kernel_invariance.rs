//! Whether each exact kernel keeps the law of closed-form targets, in a size that takes minutes.

use std::time::Instant;

use crate::invariance::{
    ALPHA, ERROR_MOVE_MH, HMC, INTERPOLATE_MH, Kernel, MALA, NUTS, RANDOM_WALK, RECONSTRUCT_MH, RELAXED_RECONSTRUCT_MH,
    Size, examine,
};

const SIZE: Size = Size { chains: 10_000, transitions: 1000 };
const KERNELS: [&Kernel; 8] =
    [&RANDOM_WALK, &MALA, &HMC, &NUTS, &ERROR_MOVE_MH, &INTERPOLATE_MH, &RECONSTRUCT_MH, &RELAXED_RECONSTRUCT_MH];

pub fn table() {
    let Size { chains, transitions } = SIZE;
    println!(
        "Exact kernels: {chains} chains from exact draws, after {transitions} transitions beside {} draws",
        5 * chains
    );
    println!("Kolmogorov-Smirnov over coordinates and norm; at {ALPHA:.0e} over their number a law is rejected\n");
    println!("{:<16} {:<22} {:>8} {:>8} {:>9}  {:<8}", "kernel", "target", "accepted", "least p", "of", "verdict");
    for kernel in KERNELS {
        let start = Instant::now();
        for outcome in examine(kernel, SIZE) {
            let verdict = if outcome.is_rejected() { "REJECTED" } else { "kept" };
            println!(
                "{:<16} {:<22} {:>8.2} {:>8.1e} {:>9}  {verdict:<8}",
                kernel.name, outcome.target, outcome.accepted, outcome.p, outcome.tests
            );
        }
        println!("{:<16} {:>8.0} s", kernel.name, start.elapsed().as_secs_f64());
    }
}
