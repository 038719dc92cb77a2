//! Results of training: errors by seed, losses compared with the optimum, tables, optima without a model.

use std::fs;
use std::path::Path;
use std::time::Instant;

use scorescape::data::{DATASETS, table_source};
use scorescape::experiment::Experiment;
use scorescape::measure::denoising_loss;
use scorescape::query::Grid;
use scorescape::rng::{Purpose, stream};
use scorescape::score::{Cells, ContractivePlane, KernelMean, Score};
use scorescape::session::Setup;
use scorescape::{Session, experiment, io};

use crate::support::wiener;

/// Reported experiments: name, and changes to the default experiment.
const EXPERIMENTS: &[(&str, &str)] = &[
    ("spiral, untied", ""),
    ("spiral, tied and scaled", "&model.decoder=scaled&train.rate=0.001&steps=10000"),
    ("spiral, radial noise", "&data.direction=radial"),
    ("spiral, classic weights", "&model.initialization=classic"),
    ("two bumps", "&data=two-bumps"),
];
const SEEDS: u32 = 5;

/// Errors and speed of the default experiment and its variations with five seeds.
pub fn seeds() {
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

/// Excess over the least loss for 256 units on every dataset of the plane after 5000 steps. Where it is above 5 %, also
/// tests more steps and fresh points, to show which of them was lacking.
pub fn datasets() {
    println!("\nHeld-out loss with 256 units, and loss of the exact score on the same corruptions, seed 1");
    println!("(of 2048 points: an excess below zero is their chance)\n");
    println!(
        "{:<32} {:>5}  {:>9} {:>9} {:>7} {:>13} {:>8}",
        "data", "σ", "loss", "optimum", "excess", "Fisher error", "seconds"
    );
    // Tables have their own report.
    for id in DATASETS.iter().filter(|dataset| table_source(dataset).is_none()).map(|dataset| dataset.choice.id) {
        // A NaN loss is not within 5 % either.
        let is_near = |changes| excess(id, changes) <= 0.05;
        if !is_near("") {
            let cures = [("steps", "&steps=20000"), ("points", "&data.count=100000")];
            let wants: Vec<&str> = cures.into_iter().filter(|(_, more)| is_near(more)).map(|(want, _)| want).collect();
            println!(
                "  {id} is not within 5 % for want of {}",
                if wants.is_empty() { "more than that".into() } else { wants.join(", or of ") }
            );
        }
    }
}

/// Prints a line about a dataset, if it is one of the plane; returns the relative excess of its loss over the optimum.
fn excess(id: &str, changes: &str) -> f64 {
    let (experiment, errors) = experiment::parse(&format!("#v=0&data={id}&model.units=256{changes}"));
    assert!(errors.is_empty(), "{errors:?}");
    let (steps, sigma) = (experiment.settings().integer("steps"), experiment.settings().real("train.sigma"));
    let mut session = Session::new(experiment).expect("a valid experiment");
    if session.setup().points().dim() != 2 {
        return 0.0;
    }
    let start = Instant::now();
    session.step(steps);
    let seconds = start.elapsed().as_secs_f64();
    let error = session.setup().fisher_error(&session.learned()).unwrap_or(f64::NAN);
    let (loss, least) = (session.validation_loss(), session.optimal_loss().unwrap_or(f64::NAN));
    let excess = loss / least - 1.0;
    let name = format!("{id} {changes}");
    println!(
        "{name:<32} {sigma:>5}  {loss:>9.3e} {least:>9.3e} {:>5.1} % {error:>13.4} {seconds:>8.2}",
        100.0 * excess
    );
    excess
}

/// 256 units on tables after 5000 steps: the share of the noise left on rows that were not used for any decision.
pub fn tables() {
    println!("\nTables, 256 units after 5000 steps: loss on the validation rows and on the test rows;");
    println!("on the test rows also the loss of the best linear map, and d σ², the loss of r(x) = x.");
    println!("(Drawn data need no test rows: their exact density replaces them.)\n");
    println!(
        "{:<10} {:>3} {:>5}  {:>10} {:>9} {:>9} {:>9} {:>8}",
        "data", "d", "σ", "validation", "test", "linear", "d σ²", "steps/s"
    );
    for (id, file) in [("iris", "iris.csv"), ("wine", "wine.csv"), ("digits", "digits.npy")] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/data").join(file);
        let table = io::read_table(&fs::read(path).expect("a file of the page")).expect("a table");
        let (experiment, _) = experiment::parse(&format!("#v=0&data={id}&model.units=256"));
        let mut session = Session::with_table(experiment, Some(&table)).expect("a valid experiment");
        let start = Instant::now();
        session.step(5000);
        let speed = 5000.0 / start.elapsed().as_secs_f64();
        let validation = session.validation_loss();
        let setup = session.setup();
        let (sigma, parts) = (setup.final_sigma(), setup.density().parts().expect("a table's"));
        let (batch, mut rng) = (parts.test.len(), stream(setup.experiment().seed(), Purpose::Measure, 1));
        let test = denoising_loss::loss(&session.learned(), sigma, &parts.test, batch, &mut rng);
        let (d, linear) = (parts.test.dim(), wiener::loss(&parts.training, &parts.test, sigma));
        let noise = d as f64 * sigma * sigma;
        println!(
            "{id:<10} {d:>3} {sigma:>5}  {validation:>10.3e} {test:>9.3e} {linear:>9.3e} {noise:>9.3e} {speed:>8.0}"
        );
    }
}

/// Time to compute the optimum without a model, on one thread.
pub fn optima() {
    println!("\nOptima without a model on the spiral, milliseconds\n");
    println!(
        "{:>6}  {:>32} {:>24} {:>29}",
        "σ", "kernel mean, 10⁴ points at 64×64", "log p on 128×128 cells", "contractive optimum on those"
    );
    let setup = Setup::new(Experiment::default()).expect("the default experiment");
    let grid = Grid::plane(-1.0, 1.0, -1.0, 1.0, 64, 64).expect("a grid").points();
    let cells = Cells { left: -1.0, bottom: -1.0, size: 2.0 / 128.0, columns: 128, rows: 128 };
    let mut scores = vec![0.0; grid.len()];
    for sigma in [0.01, 0.05, 0.2, 1.0] {
        let start = Instant::now();
        let mean: KernelMean = KernelMean::new(2, setup.points().values(), sigma).expect("points");
        mean.scores(&grid, &mut scores);
        let kernel = start.elapsed();
        let start = Instant::now();
        let log_densities: Vec<f64> =
            cells.centres().map(|x| setup.density().log_density(&x).expect("a density")).collect();
        let evaluation = start.elapsed();
        let start = Instant::now();
        let solution = ContractivePlane::new(cells, &log_densities, sigma);
        let [kernel, evaluation, solving] = [kernel, evaluation, start.elapsed()].map(|time| time.as_millis());
        solution.expect("a density that is nowhere zero");
        println!("{sigma:>6}  {kernel:>32} {evaluation:>24} {solving:>29}");
    }
}

struct Row {
    steps: u32,
    error: f64,
    steps_per_second: f64,
}

/// Trains for a `share` of the experiment's steps.
fn measure(changes: &str, seed: u32, share: f64) -> Row {
    let (experiment, errors) = experiment::parse(&format!("#v=0&seed={seed}{changes}"));
    assert!(errors.is_empty(), "{errors:?}");
    let steps = (share * f64::from(experiment.settings().integer("steps"))) as u32;
    let mut session = Session::new(experiment).expect("a valid experiment");
    let start = Instant::now();
    session.step(steps);
    let steps_per_second = f64::from(steps) / start.elapsed().as_secs_f64();
    let error = session.setup().fisher_error(&session.learned()).unwrap_or(f64::NAN);
    Row { steps, error, steps_per_second }
}
