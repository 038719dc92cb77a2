//! Trains on a custom dataset, three Gaussians on a triangle: `cargo run --example custom_dataset`.
//!
//! A dataset of the crate is the same static in a file of `src/data`, which also makes it available in links.

use scorescape::data::{Dataset, Mixture};
use scorescape::setting::{Choice, SettingError, Value};
use scorescape::{Experiment, Session};

static TRIANGLE: Dataset = Dataset {
    choice: Choice { id: "triangle", label: "Triangle", help: "Three Gaussians on a triangle." },
    settings: &[],
    suggest: &[("train.sigma", Value::Real(0.2)), ("data.count", Value::Integer(3000))],
    build: |_, _| {
        let means = vec![0.0, 1.0, -0.9, -0.5, 0.9, -0.5];
        Ok(Box::new(Mixture::isotropic(2, &[1.0, 1.0, 2.0], means, 0.01)?))
    },
};

fn main() -> Result<(), SettingError> {
    let experiment = Experiment::of(&TRIANGLE).with("model.units", 64)?;
    let mut session = Session::new(experiment)?;
    session.step(1500);

    let learned = session.learned();
    let error = session.setup().fisher_error(&learned).unwrap_or(f64::NAN);
    println!("relative Fisher error {error:.3}");

    let mut chains = session.chains(0..200);
    chains.step(&learned, 300);
    let right = chains.states().chunks_exact(2).filter(|x| x[0] > 0.45).count();
    println!("{right} of 200 chains end on the right, where half of the mass is");
    Ok(())
}
