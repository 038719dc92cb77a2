//! Trains the same network by several objectives and compares the learned scores with the exact score: `cargo run
//! --example compare_objectives`.

use scorescape::objective::OBJECTIVES;
use scorescape::setting::SettingError;
use scorescape::{Experiment, Session};

const STEPS: u32 = 1000;

fn main() -> Result<(), SettingError> {
    println!("{:22} {:>12} {:>12}", "objective", "Fisher error", "acceptance");
    for objective in OBJECTIVES {
        let experiment = Experiment::default()
            .with("data", "banana")?
            .with("train.objective", objective.choice.id)?
            .with("model.units", 64)?
            .with("train.batch", 128)?
            .with("steps", STEPS)?;
        let mut session = Session::new(experiment)?;
        session.step(STEPS);

        let learned = session.learned();
        let error = session.setup().fisher_error(&learned).unwrap_or(f64::NAN);
        let mut chains = session.chains(0..64);
        chains.step(&learned, 50);
        println!("{:22} {error:12.3} {:12.2}", objective.choice.label, chains.acceptance_rate());
    }
    Ok(())
}
