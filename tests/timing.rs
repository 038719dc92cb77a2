//! Limits on computing time. In a separate binary, so that no other test uses the processor or its caches. Natively
//! only.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::time::Instant;

use scorescape::Experiment;
use scorescape::data::{Points, dataset};
use scorescape::score::{Cells, ContractivePlane, KernelMean, Score};
use scorescape::simd::f32x4;

fn square(half: f64, count: usize) -> Cells {
    Cells { left: -half, bottom: -half, size: 2.0 * half / count as f64, columns: count, rows: count }
}

/// Milliseconds that this thread has run. Where the system reports it, time used by other threads is excluded.
fn milliseconds_since(start: Instant) -> f64 {
    let scheduled = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let on_processor = scheduled.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    on_processor.map_or_else(|| 1e3 * start.elapsed().as_secs_f64(), |nanoseconds| 1e-6 * nanoseconds)
}

/// Least time of `work` in milliseconds. `work` is repeated up to twenty times until it takes less than `wanted`, since
/// memory traffic of other programs varies.
fn milliseconds(wanted: f64, mut work: impl FnMut()) -> f64 {
    let (start, mut least) = (Instant::now(), f64::INFINITY);
    for _ in 0..20 {
        let before = milliseconds_since(start);
        work();
        least = least.min(milliseconds_since(start) - before);
        if least < wanted {
            break;
        }
    }
    least
}

#[test]
fn optima_of_the_spiral_are_there_in_time_for_every_sigma() {
    // On one thread: 10⁴ points at 64 × 64 places, and the solution on 128 × 128 cells. Cells are wider than the
    // spiral's noise and 1/64 of the greatest σ, so log-densities of neighbours differ by up to sixty.
    let dataset = dataset("spiral").unwrap();
    let density = (dataset.build)(Experiment::of(dataset).settings(), None).unwrap();
    let (points, grid, cells) = (Points::draw(&*density, 10_000, 5), square(1.0, 64), square(1.0, 128));
    let places: Vec<f64> = grid.centres().flatten().collect();
    let mut out = vec![0.0; places.len()];
    let logs: Vec<f64> = cells.centres().map(|x| density.log_density(&x).unwrap()).collect();
    for sigma in [0.001, 0.01, 0.05, 0.2, 1.0] {
        let kernel = milliseconds(150.0, || {
            KernelMean::<f32x4>::new(2, points.values(), sigma).unwrap().scores(&places, &mut out);
        });
        let plane = milliseconds(500.0, || {
            ContractivePlane::new(cells, &logs, sigma).unwrap();
        });
        println!("σ = {sigma}: kernel mean in {kernel:.0} ms, contractive optimum in {plane:.0} ms");
        assert!(kernel < 150.0 && plane < 500.0, "σ = {sigma}: {kernel} ms and {plane} ms");
    }
}
