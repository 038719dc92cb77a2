//! Claims of Alain and Bengio (2014) about the two objectives: C3 and C6 of the reference.
//!
//! The losses are double precision, and training on all the data takes seconds: natively only.
#![cfg(not(target_arch = "wasm32"))]

use std::f64::consts::PI;

use scorescape::data::{Mixture, Points};
use scorescape::experiment::parse;
use scorescape::math::quadrature::gauss_hermite;
use scorescape::model::{Architecture, Network, Slot};
use scorescape::objective::{self, Contractive, Denoising, Evaluator, Objective, Walkback};
use scorescape::rng::{Purpose, stream};
use scorescape::{Session, math};

/// ∫ f(x) exp(-½x²)/√(2π) dx by the trapezoid rule, whose error falls faster than any power.
fn normal_mean(f: impl Fn(f64) -> f64) -> f64 {
    let step = 0.05;
    let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
    (-200..=200).map(|i| f64::from(i) * step).map(|x| step * density(x) * f(x)).sum()
}

/// (L_DAE - L_RCAE)/σ² of r = x + `share` sin x on N(0, 1), by quadrature over x and the noise.
fn difference_on_normal(share: f64, sigma: f64) -> f64 {
    let r = |x: f64| x + share * x.sin();
    let denoising = normal_mean(|x| normal_mean(|noise| (r(x + sigma * noise) - x).powi(2)));
    let contractive = normal_mean(|x| (r(x) - x).powi(2) + (sigma * (1.0 + share * x.cos())).powi(2));
    (denoising - contractive) / (sigma * sigma)
}

#[test]
fn c3_losses_differ_by_less_than_any_share_of_the_variance_where_r_errs_by_the_variance() {
    let differences = [0.2, 0.1, 0.05, 0.025].map(|sigma| difference_on_normal(sigma * sigma, sigma));
    println!("C3: (L_DAE - L_RCAE)/σ² of x + σ² sin x at σ = .2, .1, .05, .025: {differences:?}");
    assert!((differences[0] / -1.7e-3 - 1.0).abs() < 0.05, "{differences:?}");
    assert!((differences[2] / -6.5e-6 - 1.0).abs() < 0.05, "{differences:?}");
    // It falls with the fourth power: both (r - x) r'' and the next order of the noise are σ⁴.
    for pair in differences.windows(2) {
        assert!((pair[0] / pair[1] - 16.0).abs() < 1.5, "{differences:?}");
    }
}

#[test]
fn c3_losses_of_a_fixed_r_differ_by_a_share_of_the_variance_that_stays() {
    // E[(r - x) r''] = -.09 E[sin²x] with E[sin²x] = (1 - e⁻²)/2.
    let limit = -0.045 * (1.0 - (-2f64).exp());
    let differences = [0.2, 0.1, 0.05, 0.025].map(|sigma| difference_on_normal(0.3, sigma));
    println!("C3: the same of x + .3 sin x: {differences:?}, limit {limit}");
    assert!((differences[2] - -0.039).abs() < 5e-4, "{differences:?}");
    let gaps = differences.map(|difference| (difference - limit).abs());
    for pair in gaps.windows(2) {
        assert!((pair[0] / pair[1] - 4.0).abs() < 0.5, "{differences:?}");
    }
}

/// Batches of walks from all points.
const WALKBACKS: u64 = 100;

/// Corruptions of each point, in the crate's denoising loss.
const REPLICAS: usize = 400;

/// r(x) = x + `share` tanh(2x - .5) as a network.
fn bent(share: f64) -> Network<f64> {
    let mut network = Network::zeros(Architecture::default());
    network.set(0, Slot::Encoder(0), 2.0);
    network.set(0, Slot::Bias, -0.5);
    network.set(0, Slot::Decoder(0), share);
    network
}

/// The crate's loss of `network` on `points`, each corrupted `REPLICAS` times.
fn loss_of(objective: Box<dyn Objective>, network: &Network<f64>, points: &Points, sigma: f64) -> f64 {
    let mut gradient = network.parameters().to_vec();
    let mut evaluator = Evaluator::new(network.architecture(), objective, sigma, 4096);
    evaluator.full_gradient(network, points, REPLICAS, &mut stream(3, Purpose::Batch, 0), &mut gradient)
}

/// The difference of the crate's two losses on the same points, over σ²; its expected value by Gauss and Hermite's rule
/// over the noise; and the standard error due to the crate's random noise.
fn differences_by_the_crate(share: f64, points: &Points, sigma: f64) -> [f64; 3] {
    let (network, variance) = (bent(share), sigma * sigma);
    let r = |x: f64| x + share * (2.0 * x - 0.5).tanh();
    let slope = |x: f64| 1.0 + 2.0 * share / (2.0 * x - 0.5).cosh().powi(2);
    let mean = |f: &dyn Fn(f64) -> f64| points.values().iter().map(|x| f(*x)).sum::<f64>() / points.len() as f64;
    let nodes = gauss_hermite(40);
    let over_noise = |x: f64, power: i32| {
        let term = |(noise, weight): &(f64, f64)| weight * (r(x + sigma * noise) - x).powi(2 * power);
        nodes.iter().map(term).sum::<f64>()
    };
    let contractive = loss_of(Box::new(Contractive::new(sigma)), &network, points, sigma);
    let truth = mean(&|x| (r(x) - x).powi(2) + variance * slope(x).powi(2));
    assert!((contractive / truth - 1.0).abs() < 1e-12, "contractive loss {contractive}, by its formula {truth}");
    let denoising = mean(&|x| over_noise(x, 1));
    let spread = mean(&|x| over_noise(x, 2) - over_noise(x, 1).powi(2));
    let error = (spread / (points.len() * REPLICAS) as f64).sqrt();
    let found = loss_of(Box::new(Denoising::new(sigma)), &network, points, sigma);
    [(found - contractive) / variance, (denoising - truth) / variance, error / variance]
}

#[test]
fn c3_holds_of_the_losses_that_training_computes() {
    let normal = Mixture::isotropic(1, &[1.0], vec![0.0], 1.0).unwrap();
    let points = Points::draw(&normal, 2000, 1);
    for (name, share) in [("σ²", None), ("fixed", Some(1.0))] {
        let sigmas = [0.4, 0.2, 0.1];
        let of = |sigma: f64| differences_by_the_crate(share.unwrap_or(sigma * sigma), &points, sigma);
        let differences = sigmas.map(of);
        println!("C3: {name}, (L_DAE - L_RCAE)/σ² by the crate, by quadrature, standard error: {differences:?}");
        for [found, truth, error] in differences {
            // α = 1e-5, two-sided.
            assert!((found - truth).abs() < 4.42 * error, "{found}, not {truth} ± {error}");
        }
        let [first, _, last] = differences.map(|[_, truth, _]| truth);
        if share.is_some() {
            assert!(last < -0.1 && differences[2][0] < -0.1, "the difference stays: {differences:?}");
        } else {
            assert!(last.abs() < 0.02 * first.abs(), "the difference goes: {differences:?}");
        }
    }
}

/// The loss of walks with kicks from `start` by quadrature: the states' density after each step, on a grid.
fn walkback_by_quadrature(r: impl Fn(f64) -> f64, start: f64, sigma: f64, stop: f64, kick: f64) -> f64 {
    let (step, half) = (0.2 * sigma, 750);
    let places: Vec<f64> = (-half..=half).map(|i| f64::from(i) * step).collect();
    let normal = |gap: f64, width: f64| (-0.5 * (gap / width).powi(2)).exp() / (width * (2.0 * PI).sqrt());
    let moved = |gap: f64| step * ((1.0 - kick) * normal(gap, sigma) + kick * normal(gap, 10.0 * sigma));
    let mut masses: Vec<f64> = places.iter().map(|y| moved(y - start)).collect();
    let reached: Vec<f64> = places.iter().map(|y| r(*y)).collect();
    let (mut loss, mut share) = (0.0, 1.0);
    for _ in 0..10 {
        assert!((masses.iter().sum::<f64>() - 1.0).abs() < 1e-6, "walks leave the grid");
        loss += share * masses.iter().zip(&reached).map(|(mass, r)| mass * (r - start).powi(2)).sum::<f64>();
        share *= 1.0 - stop;
        let arriving = |y: &f64| masses.iter().zip(&reached).map(|(mass, r)| mass * moved(y - r)).sum();
        masses = places.iter().map(arriving).collect();
    }
    loss
}

#[test]
fn walkback_s_mean_loss_is_that_of_its_walks_density() {
    let (sigma, start, share) = (0.1, 0.4, -0.3);
    let r = |x: f64| x + share * (2.0 * x - 0.5).tanh();
    // All points are equal up to rounding.
    let points = Points::draw(&Mixture::isotropic(1, &[1.0], vec![start], 1e-30).unwrap(), 5000, 1);
    let network = bent(share);
    for (stop, kick) in [(0.5, 0.0), (0.3, 0.2), (1.0, 0.4)] {
        let truth = walkback_by_quadrature(r, start, sigma, stop, kick);
        let mut gradient = network.parameters().to_vec();
        let mut evaluator =
            Evaluator::new(network.architecture(), Box::new(Walkback::new(sigma, stop, kick)), sigma, 5000);
        let losses: Vec<f64> = (0..WALKBACKS)
            .map(|i| evaluator.full_gradient(&network, &points, 1, &mut stream(3, Purpose::Batch, i), &mut gradient))
            .collect();
        let mean = losses.iter().sum::<f64>() / losses.len() as f64;
        let spread = losses.iter().map(|loss| (loss - mean).powi(2)).sum::<f64>() / (losses.len() - 1) as f64;
        let error = (spread / losses.len() as f64).sqrt();
        println!("walkback, stop {stop}, kick {kick}: {mean} ± {error}, by quadrature {truth}");
        // α = 1e-5, two-sided.
        assert!((mean - truth).abs() < 4.6 * error && error < 0.01 * truth, "{mean} ± {error}, not {truth}");
    }
}

#[test]
fn weighted_corruption_has_the_loss_of_plain_corruption_whatever_the_batch() {
    let mut means = Vec::new();
    let (sigma, share) = (0.3, -0.3);
    let r = |x: f64| x + share * (2.0 * x - 0.5).tanh();
    let points = Points::draw(&Mixture::isotropic(1, &[1.0], vec![0.4], 1e-30).unwrap(), 1 << 16, 1);
    let network = bent(share);
    let truth = normal_mean(|noise| (r(0.4 + sigma * noise) - 0.4).powi(2));
    let (experiment, errors) = parse("train.corruption=weighted");
    assert!(errors.is_empty(), "{errors:?}");
    for (batch, first) in [(1, 0), (8, 40), (64, 80)] {
        let weighted = objective::from_settings(experiment.settings(), sigma, 1).unwrap();
        let mut evaluator = Evaluator::new(network.architecture(), weighted, sigma, batch);
        let mean = |i| evaluator.loss(&network, &points, &mut stream(3, Purpose::Batch, i));
        // Each batch has its own noise.
        let losses: Vec<f64> = (first..first + 40).map(mean).collect();
        let mean = losses.iter().sum::<f64>() / losses.len() as f64;
        let spread = losses.iter().map(|loss| (loss - mean).powi(2)).sum::<f64>() / (losses.len() - 1) as f64;
        let error = (spread / losses.len() as f64).sqrt();
        println!("weighted, batch {batch}: {mean} ± {error}, by quadrature {truth}");
        // α = 1e-5, two-sided, of Student's t with 39 degrees of freedom.
        assert!(
            (mean - truth).abs() < 5.0 * error && error < 0.003 * truth,
            "batch {batch}: {mean} ± {error}, {truth}"
        );
        means.push((mean, error));
    }
    for (i, (one, its_error)) in means.iter().enumerate() {
        for (other, error) in &means[..i] {
            let gap = (one - other).abs();
            assert!(gap > 0.0, "two batches saw the same noise: {means:?}");
            // α = 1e-5 each, as above.
            assert!(gap < 5.0 * its_error.hypot(*error), "{means:?}");
        }
    }
}

/// The mean μ of `points` and the matrix A = Σ(Σ + σ²I)⁻¹ of their covariance Σ, in the plane.
fn optimum(points: &Points, sigma: f64) -> ([f64; 2], [f64; 4]) {
    let mean = points.mean();
    let moment = |i: usize, j: usize| {
        let product = |x: &[f64]| (x[i] - mean[i]) * (x[j] - mean[j]);
        points.values().chunks_exact(2).map(product).sum::<f64>() / points.len() as f64
    };
    // Σ(Σ + σ²I)⁻¹ = I - σ²(Σ + σ²I)⁻¹.
    let (a, b, c, variance) = (moment(0, 0) + sigma * sigma, moment(0, 1), moment(1, 1) + sigma * sigma, sigma * sigma);
    let share = variance / (a * c - b * b);
    ([mean[0], mean[1]], [1.0 - share * c, share * b, share * b, 1.0 - share * a])
}

/// How far the run's averaged r(x) = μ' + A'(x - μ) lies from the optimum on its own training points: ‖A' - A‖_F over
/// ‖I - A‖_F, which is harder than over ‖A‖_F as A is close to I, and |μ' - μ| over σ.
fn distance_from_optimum(link: &str) -> [f64; 2] {
    let (experiment, errors) = parse(link);
    assert!(errors.is_empty(), "{link}: {errors:?}");
    let steps = experiment.settings().integer("steps");
    let mut session = Session::new(experiment).unwrap();
    assert!(!session.step(steps).diverged);
    let (sigma, learned) = (session.setup().final_sigma(), session.learned());
    let (mean, truth) = optimum(session.setup().points(), sigma);
    let reconstruct = |x: [f64; 2]| {
        let mut r = [0.0; 2];
        learned.reconstruct(&x, &mut r);
        r
    };
    let center = reconstruct(mean);
    let norm = |entries: &[f64]| math::sqrt(entries.iter().map(|e| e * e).sum());
    let columns = [[1.0, 0.0], [0.0, 1.0]].map(|e| reconstruct([mean[0] + e[0], mean[1] + e[1]]));
    let entry = |i: usize| columns[i % 2][i / 2] - center[i / 2];
    let gap: Vec<f64> = (0..4).map(|i| entry(i) - truth[i]).collect();
    let shrinkage: Vec<f64> = (0..4).map(|i| f64::from(u8::from(i % 3 == 0)) - truth[i]).collect();
    [norm(&gap) / norm(&shrinkage), norm(&[center[0] - mean[0], center[1] - mean[1]]) / sigma]
}

/// The tolerance covers single precision and, with noise, the error of a sample of n corruptions: √(Σ/(n σ²)) of I - A.
#[test]
fn c6_trained_linear_networks_reach_the_optimum_of_a_gaussian() {
    let data = "data=gaussian&data.count=2000&train.sigma=0.2&model.activation=identity&model.units=4";
    // With V = Wᵀ and weights that start at 0.75/σ, r is about fifty times too steep at first, so Adam takes longer.
    let tied = "form=plain&model.decoder=transposed&model.initialization=classic";
    let exactly = "contractive&train.optimizer=lbfgs&train.replicas=1&steps=30";
    let by_batches = "denoising&train.schedule=cosine&train.averaging=0.999&steps=6000";
    for (model, training) in [
        ("form=residual", exactly),
        ("form=residual", by_batches),
        ("form=residual", "denoising&train.optimizer=lbfgs&train.replicas=30&steps=12"),
        ("form=residual", "contractive&train.schedule=cosine&train.averaging=0.999&steps=6000"),
        ("form=plain", exactly),
        ("form=plain", by_batches),
        ("decoder=scaled", exactly),
        ("decoder=scaled", by_batches),
        (tied, exactly),
        (tied, by_batches),
    ] {
        let link = format!("{data}&model.{model}&train.objective={training}");
        let [slope, offset] = distance_from_optimum(&link);
        println!("C6: {model}, {training}: A off by {slope:.1e}, μ by {offset:.1e}");
        assert!(slope < 0.01 && offset < 0.01, "{link}: A off by {slope}, μ by {offset}");
    }
}
