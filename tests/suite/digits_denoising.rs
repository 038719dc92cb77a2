//! Denoising handwritten digits (64 dimensions) by a network, compared with the optimal linear map.

use std::time::Instant;

use scorescape::data::{Mixture, Points};
use scorescape::experiment::parse;
use scorescape::measure::denoising_loss;
use scorescape::rng::{Purpose, stream};
use scorescape::{Session, io};

use crate::support::wiener;

const STEPS: u32 = 2500;

#[test]
fn wiener_s_loss_on_a_gaussian_is_the_least_there_is() {
    // σ² tr C(C + σ²I)⁻¹ on C = diag(2, ½) and σ = 1: 2/3 + 1/3.
    let gaussian = Mixture::full(2, &[1.0], vec![1.0, -2.0], vec![2.0, 0.0, 0.0, 0.5]).unwrap();
    let [training, held_out] = [1, 2].map(|seed| Points::draw(&gaussian, 20_000, seed));
    let loss = wiener::loss(&training, &held_out, 1.0);
    println!("Wiener's loss on a Gaussian: {loss}");
    // Its standard error is √(2 ((2/9)² + (4·½/9)²)/20000) = .0031; α = 1e-5.
    assert!((loss - 1.0).abs() < 4.42 * 0.0032, "{loss}");
}

#[test]
fn digits_are_denoised_far_better_than_by_any_linear_map() {
    let digits = io::read_table(include_bytes!("../../www/data/digits.npy")).unwrap();
    let (experiment, problems) = parse("data=digits&model.units=256");
    assert!(problems.is_empty(), "{problems:?}");
    let mut session = Session::with_table(experiment, Some(&digits)).unwrap();
    let start = Instant::now();
    assert!(!session.step(STEPS).diverged);
    let speed = f64::from(STEPS) / start.elapsed().as_secs_f64();
    let parts = session.setup().density().parts().unwrap();
    let (sigma, learned) = (session.setup().final_sigma(), session.learned());
    let untouched = 64.0 * sigma * sigma;
    for (name, points) in [("validation", &parts.validation), ("test", &parts.test)] {
        let loss = denoising_loss::loss(&learned, sigma, points, 128, &mut stream(5, Purpose::Measure, 0));
        let linear = wiener::loss(&parts.training, points, sigma);
        println!(
            "digits, {STEPS} steps, {speed:.0} a second: {name} loss {loss:.1}, linear {linear:.1}, dσ² {untouched}"
        );
        assert!(loss < 0.45 * untouched && loss < 0.95 * linear, "{name}: {loss}, linear {linear}");
    }
}
