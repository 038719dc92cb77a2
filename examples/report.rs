//! Prints the tables of measured results: `./dev report`.

use std::time::Instant;

use scorescape::{Session, experiment};

/// What is reported, by its difference from the default experiment.
const EXPERIMENTS: &[(&str, &str)] = &[
    ("spiral, untied", ""),
    ("spiral, tied and scaled", "&model.decoder=scaled&train.rate=0.001&steps=10000"),
    ("spiral, radial noise", "&data.direction=radial"),
    ("spiral, classic weights", "&model.initial=classic"),
    ("two bumps", "&data=two-bumps"),
];
const SEEDS: u32 = 5;

fn main() {
    println!("Relative Fisher error against the exact score of the smoothed density, {SEEDS} seeds\n");
    println!("{:<26} {:>7}  {:<42} {:>8}", "experiment", "steps", "error by seed", "steps/s");
    for (name, changes) in EXPERIMENTS {
        for share in [0.4, 1.0] {
            let rows: Vec<Row> = (1..=SEEDS).map(|seed| measure(changes, seed, share)).collect();
            let errors: Vec<String> = rows.iter().map(|row| format!("{:.4}", row.error)).collect();
            let speed = rows.iter().map(|row| row.steps_per_second).sum::<f64>() / f64::from(SEEDS);
            println!("{name:<26} {:>7}  {:<42} {speed:>8.0}", rows[0].steps, errors.join("  "));
        }
    }
}

struct Row {
    steps: u32,
    error: f64,
    steps_per_second: f64,
}

/// Trains for a share of the experiment's steps.
fn measure(changes: &str, seed: u32, share: f64) -> Row {
    let (experiment, problems) = experiment::parse(&format!("#v=0&seed={seed}{changes}"));
    assert!(problems.is_empty(), "{problems:?}");
    let steps = (share * f64::from(experiment.settings().integer("steps"))) as u32;
    let mut session = Session::new(experiment).expect("a valid experiment");
    let start = Instant::now();
    session.step(steps);
    let steps_per_second = f64::from(steps) / start.elapsed().as_secs_f64();
    let error = session.setup().fisher_error(&session.learned()).unwrap_or(f64::NAN);
    Row { steps, error, steps_per_second }
}
