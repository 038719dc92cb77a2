//! Trains the default experiment, a thin spiral in the plane, and samples from the learned score: `cargo run --example
//! train_spiral`.

use scorescape::setting::SettingError;
use scorescape::{Experiment, Session};

const STEPS: u32 = 2000;
const TRANSITIONS: u32 = 200;

fn main() -> Result<(), SettingError> {
    let experiment = Experiment::default().with("model.units", 128)?.with("steps", STEPS)?;
    println!("{}", experiment.link());

    let mut session = Session::new(experiment)?;
    while session.progress().step < STEPS {
        let progress = session.step(500);
        let error = session.setup().fisher_error(&session.learned()).unwrap_or(f64::NAN);
        println!("step {:4}: loss {:.5}, relative Fisher error {error:.3}", progress.step, progress.loss);
    }

    let learned = session.learned();
    let mut chains = session.chains(0..100);
    chains.step(&learned, TRANSITIONS);
    println!("acceptance rate {:.2}", chains.acceptance_rate());
    for x in chains.states().chunks_exact(2).take(5) {
        println!("sample ({:6.3}, {:6.3})", x[0], x[1]);
    }
    // These steps give the same fingerprint on every machine.
    println!("fingerprint {}", session.fingerprint(chains.states(), TRANSITIONS));
    Ok(())
}
