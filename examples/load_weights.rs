//! Writes the weights of a run to a safetensors file and reads them again: `cargo run --example load_weights [FILE]`.
//!
//! With FILE, reads the weights of a network of the same architecture, such as one trained in PyTorch.

use std::error::Error;
use std::{env, fs};

use scorescape::io::safetensors;
use scorescape::score::Score;
use scorescape::session::Setup;
use scorescape::{Experiment, Session};

fn main() -> Result<(), Box<dyn Error>> {
    let experiment = Experiment::default().with("model.units", 64)?.with("steps", 500)?;
    let path = match env::args_os().nth(1) {
        Some(path) => path.into(),
        None => {
            let mut session = Session::new(experiment.clone())?;
            session.step(500);
            let path = env::temp_dir().join("scorescape-weights.safetensors");
            fs::write(&path, session.weights()?)?;
            path
        }
    };

    let archive = safetensors::read(&fs::read(&path)?)?;
    archive.tensors.iter().for_each(|tensor| println!("{} {:?}", tensor.name, tensor.shape));
    // Using weights needs no training, only the setup of their experiment.
    let setup = Setup::new(experiment)?;
    let learned = setup.learned(&setup.snapshot_of(&archive)?)?;
    let mut score = [0.0; 2];
    learned.scores(&[0.3, -0.1], &mut score);
    println!("score at (0.3, -0.1): ({:.2}, {:.2})", score[0], score[1]);
    println!("relative Fisher error {:.3}", setup.fisher_error(&learned).unwrap_or(f64::NAN));
    Ok(())
}
