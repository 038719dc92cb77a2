//! Changes of a run over its steps: levels of σ, curves of the rate, averages, weight decay, and ways to stop early.

use scorescape::experiment::parse;
use scorescape::model::{Network, Slot};
use scorescape::objective::{self, Evaluator};
use scorescape::rng::{Purpose, stream};
use scorescape::session::Setup;
use scorescape::simd::f32x4;
use scorescape::train::{Schedule, Status, Trainer};
use scorescape::{Progress, Session};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::finite_differences::relative_gap;
use crate::support::reference_network::{Parameter, Plain, parameters, random};

pub const SMALL: &str = "data.count=40&model.units=6&train.batch=8";

pub fn setup(link: &str) -> Setup {
    let (experiment, errors) = parse(link);
    assert!(errors.is_empty(), "{link}: {errors:?}");
    Setup::new(experiment).unwrap()
}

fn session(link: &str) -> Session {
    let (experiment, errors) = parse(link);
    assert!(errors.is_empty(), "{link}: {errors:?}");
    Session::new(experiment).unwrap()
}

pub fn schedule(link: &str) -> Schedule {
    setup(&format!("{SMALL}&{link}")).schedule().clone()
}

/// A run with access to every step.
struct Run {
    setup: Setup,
    trainer: Trainer,
}

impl Run {
    fn new(link: &str) -> Self {
        let setup = setup(link);
        let trainer = setup.trainer();
        Self { setup, trainer }
    }

    fn step(&mut self) {
        self.trainer.step(self.setup.points(), &self.setup.validation_points());
    }

    /// Loss and gradient of the current network on the batch of step number `step`, for `sigma`.
    fn gradient(&self, step: u32, sigma: f64) -> (f64, Network<f32x4>) {
        let (settings, network) = (self.setup.settings(), self.trainer.network());
        let architecture = network.architecture();
        let objective = objective::from_settings(settings, sigma, architecture.dim).unwrap();
        let mut evaluator = Evaluator::new(architecture, objective, sigma, settings.integer("train.batch") as usize);
        let (mut gradient, seed) = (network.clone(), self.setup.experiment().seed());
        let mut rng = stream(seed, Purpose::Batch, u64::from(step));
        let loss = evaluator.gradient(network, self.setup.points(), &mut rng, gradient.parameters_mut());
        (loss, gradient)
    }
}

fn floats(lanes: &[f32x4]) -> Vec<f64> {
    lanes.iter().flat_map(|lane| lane.to_array()).map(f64::from).collect()
}

#[test]
fn fisher_error_is_measured_against_the_density_blurred_as_much_as_the_network_has_seen() {
    let mut session = session("data.count=500&model.units=16&train.sigma-levels=2&steps=1000");
    session.step(400);
    let (setup, learned) = (session.setup(), session.learned());
    assert!(learned.sigma() > 10.0 * setup.final_sigma());
    let truth = setup.exact_at(learned.sigma()).unwrap();
    let mut reference = setup.reference_of(&truth);
    reference.advance(&truth, usize::MAX);
    assert_eq!(setup.fisher_error(&learned), Some(reference.relative_error(&learned)));
}

#[test]
fn every_step_s_loss_is_that_of_its_level_and_its_moments_go_on() {
    let mut run = Run::new(&format!("{SMALL}&train.sigma-levels=3&steps=12&train.rate=0.001"));
    for step in 0..15 {
        let sigma = run.setup.schedule().sigma(step);
        let expected = [1.0, 20f64.sqrt() / 20.0, 0.05][(step as usize / 4).min(2)];
        assert!((sigma / expected - 1.0).abs() < 1e-14, "step {step}: {sigma}");
        let (loss, gradient) = run.gradient(step, sigma);
        let [before, _, memory] = run.trainer.state().map(floats);
        run.step();
        assert_eq!(run.trainer.progress().loss.to_bits(), loss.to_bits(), "step {step}");
        let [after, _, new] = run.trainer.state().map(floats);
        // Adam moves no parameter further than (1 - β₁)/√(1 - β₂) = 3.2 rates.
        assert!(before.iter().zip(&after).all(|(a, b)| (a - b).abs() < 3.3e-3), "step {step}");
        // Its first moment is 0.9 of the previous moment plus 0.1 of the gradient, at the start of a level too.
        let gradient = floats(gradient.parameters());
        let moment: Vec<f64> = memory.iter().zip(&gradient).map(|(m, g)| 0.9 * m + 0.1 * g).collect();
        assert!(relative_gap(&new[..gradient.len()], &moment, 0.0) < 1e-6, "step {step}");
    }
}

#[test]
fn full_batches_see_the_same_corruptions_until_the_level_ends() {
    let mut run = Run::new(&format!("{SMALL}&train.sigma-levels=3&steps=12&train.optimizer=lbfgs&train.replicas=2"));
    for step in 0..12 {
        let (settings, network) = (run.setup.settings(), run.trainer.network());
        let sigma = run.setup.schedule().sigma(step);
        let objective = objective::from_settings(settings, sigma, 2).unwrap();
        let mut evaluator = Evaluator::new(network.architecture(), objective, sigma, 8);
        let mut rng = stream(run.setup.experiment().seed(), Purpose::Batch, u64::from(step / 4));
        let mut gradient = network.parameters().to_vec();
        let loss = evaluator.full_gradient(network, run.setup.points(), 2, &mut rng, &mut gradient);
        run.step();
        assert_eq!(run.trainer.progress().loss.to_bits(), loss.to_bits(), "step {step}");
    }
}

#[test]
fn average_follows_the_parameters_for_ten_steps_of_each_level_and_then_lags() {
    for (keep, levels) in [(0.99, 1), (0.9, 3), (0.0, 2)] {
        let link = format!("{SMALL}&train.sigma-levels={levels}&steps=60&train.averaging={keep}&train.rate=0.01");
        let mut run = Run::new(&link);
        let mut average = floats(run.trainer.average().parameters());
        for step in 0..70 {
            let level = run.setup.schedule().level(step);
            let in_level = (0..step).filter(|earlier| run.setup.schedule().level(*earlier) == level).count();
            run.step();
            let alpha = if in_level < 10 { 1.0 } else { 1.0 - keep };
            let now = floats(run.trainer.network().parameters());
            average.iter_mut().zip(now).for_each(|(average, now)| *average += alpha * (now - *average));
            let gap = relative_gap(&floats(run.trainer.average().parameters()), &average, 1.0);
            assert!(gap < 2e-6, "{link}, step {step}: {gap:e}");
        }
    }
}

#[test]
fn rate_follows_its_curve() {
    let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
    let constant = schedule("steps=200");
    assert!((0..500).all(|step| constant.rate_factor(step) == 1.0));
    let steps = schedule("steps=200&train.schedule=steps");
    assert_eq!(
        [0, 99, 100, 149, 150, 199, 900].map(|step| steps.rate_factor(step)),
        [1.0, 1.0, 0.1, 0.1, 0.01, 0.01, 0.01]
    );
    let cosine = schedule("steps=200&train.schedule=cosine");
    for (step, factor) in [(0, 1.0), (50, 0.5 + 0.5 * 0.5f64.sqrt()), (100, 0.5), (150, 0.5 - 0.5 * 0.5f64.sqrt())] {
        assert!(close(cosine.rate_factor(step), factor), "step {step}: {}", cosine.rate_factor(step));
    }
    assert!(
        cosine.rate_factor(199) > 0.0 && close(cosine.rate_factor(200), 0.0) && close(cosine.rate_factor(900), 0.0)
    );
}

#[test]
fn steps_are_as_long_as_the_curve_says() {
    for rate_schedule in ["constant", "cosine", "steps"] {
        let mut run =
            Run::new(&format!("{SMALL}&steps=8&train.optimizer=sgd&train.rate=0.5&train.schedule={rate_schedule}"));
        for step in 0..8 {
            let (_, gradient) = run.gradient(step, 0.05);
            let before = floats(run.trainer.network().parameters());
            let factor = 0.5 * run.setup.schedule().rate_factor(step);
            let expected: Vec<f64> =
                before.iter().zip(floats(gradient.parameters())).map(|(p, g)| p - factor * g).collect();
            run.step();
            let gap = relative_gap(&floats(run.trainer.network().parameters()), &expected, 0.0);
            assert!(gap < 1e-6, "{rate_schedule}, step {step}: {gap:e}");
        }
    }
}

/// Overfits ten points.
const OVERFITTING: &str = "data.count=10&model.units=20&train.batch=10&train.sigma=0.1&train.rate=0.01";

/// Number of steps until `patience` successive checks of the last level's validation loss have found no new best.
fn exhausted(link: &str, patience: u32, steps: u32) -> Option<u32> {
    let mut session = session(link);
    let levels = session.setup().schedule().clone();
    let (mut best, mut since) = (f64::INFINITY, 0);
    for step in (100..=steps).step_by(100) {
        session.step(100);
        if levels.level(step - 1) + 1 < levels.levels() {
            continue;
        }
        let loss = session.validation_loss();
        since = if loss < best { 0 } else { since + 1 };
        best = best.min(loss);
        if since >= patience {
            return Some(step);
        }
    }
    None
}

#[test]
fn training_stops_when_the_validation_loss_has_not_fallen_for_as_long_as_patience_says() {
    for (extra, steps) in [("", 3000), ("&train.sigma-levels=3", 3000)] {
        for patience in [1, 2, 5] {
            let link = format!("{OVERFITTING}{extra}&steps={steps}");
            let expected = exhausted(&link, patience, steps);
            println!("{link}, patience {patience}: stops after {expected:?}");
            let mut whole = session(&format!("{link}&train.patience={patience}"));
            let progress = whole.step(steps);
            assert_eq!((progress.stopped.then_some(progress.step), progress.diverged), (expected, false), "{link}");
            let Some(stop) = expected else { continue };
            assert_eq!(
                whole.learned().sigma(),
                whole.setup().final_sigma(),
                "a run ends with the noise that it is for"
            );
            assert_eq!(whole.step(10).step, stop, "no further");
            // The same in slices, with a checkpoint midway between two checks, which are a hundred steps apart.
            let mut slices = session(&format!("{link}&train.patience={patience}"));
            slices.step(stop - 150);
            let mut slices = Session::restore(&slices.checkpoint()).unwrap();
            [101, 1, 10_000].into_iter().for_each(|steps| assert!(slices.step(steps).step <= stop));
            assert_eq!(slices.checkpoint(), whole.checkpoint());
            assert_eq!(Session::restore(&whole.checkpoint()).unwrap().step(10), whole.progress());
        }
    }
}

#[test]
fn no_patience_is_endless_patience() {
    let mut session = session(&format!("{OVERFITTING}&steps=3000"));
    assert_eq!(session.step(3000), Progress { stopped: false, diverged: false, step: 3000, ..session.progress() });
}

const OBJECTIVES: [&str; 8] = [
    "train.objective=denoising",
    "train.corruption=rare-large&train.large-noise=0.3",
    "train.corruption=weighted",
    "train.objective=contractive",
    "train.objective=encoder-contractive&train.penalty=0.01",
    "train.objective=implicit",
    "train.objective=sliced",
    "train.objective=walkback&train.walkback-kick=0.1",
];

const OPTIMIZERS: [&str; 5] = [
    "train.optimizer=adam",
    "train.optimizer=sgd&train.rate=0.001",
    "train.optimizer=momentum&train.rate=0.0001",
    "train.optimizer=rmsprop",
    "train.optimizer=lbfgs&train.lbfgs-memory=3&train.replicas=2",
];

#[test]
fn checkpoint_in_the_middle_of_a_schedule_goes_on_with_the_same_bits() {
    for (i, objective) in OBJECTIVES.iter().enumerate() {
        for (j, optimizer) in OPTIMIZERS.iter().enumerate() {
            let model =
                ["model.layers=2", "model.decoder=scaled&model.activation=silu", "model.output-scaling=learned"]
                    [(i + j) % 3];
            let link = format!(
                "data=two-bumps&{SMALL}&{model}&{objective}&{optimizer}&steps=36&train.sigma-levels=3&train.sigma-first=2&train.schedule=cosine\
                 &train.weight-decay=0.0001&train.averaging=0.9&train.patience=3"
            );
            let mut whole = session(&link);
            let progress = whole.step(40);
            assert!(!progress.diverged && progress.loss.is_finite(), "{link}: {progress:?}");
            // Before, at and after the steps that begin a level.
            for stop in [1, 11, 12, 13, 30] {
                let mut first = session(&link);
                first.step(stop);
                let mut second = Session::restore(&first.checkpoint()).unwrap();
                assert_eq!(second.validation_loss().to_bits(), first.validation_loss().to_bits(), "{link}");
                assert_eq!(second.learned().sigma(), first.learned().sigma());
                second.step(40 - stop);
                assert_eq!(second.checkpoint(), whole.checkpoint(), "{link} restored after {stop} steps");
            }
        }
    }
}

#[test]
fn weight_decay_adds_the_weights_squares_to_the_loss_and_leaves_biases_alone() {
    let models = [
        "",
        "&model.layers=3&model.activation=sigmoid",
        "&model.decoder=scaled&model.output-scaling=learned",
        "&model.decoder=transposed&model.form=plain&model.activation=softplus",
        "&model.output-scaling=per-output&model.form=plain",
    ];
    let (lambda, rate) = (0.25, 0.1);
    for model in models {
        let trained = |decay: f64| {
            let setup =
                setup(&format!("{SMALL}{model}&train.optimizer=sgd&train.rate={rate}&train.weight-decay={decay}"));
            let network = random(*setup.initial_network().architecture(), 3);
            let mut trainer = Trainer::new(setup.training(), network.clone(), 1);
            trainer.step(setup.points(), setup.points());
            (network, trainer)
        };
        let ((start, plain), (_, decayed)) = (trained(0.0), trained(lambda));
        let is_weight = |parameter: &Parameter| matches!(parameter, Parameter::Unit(_, slot) if *slot != Slot::Bias);
        let mut squares = 0.0;
        for parameter in parameters(start.architecture()) {
            let value = parameter.read(&start);
            let slope = if is_weight(&parameter) { 2.0 * lambda * value } else { 0.0 };
            let change = parameter.read(decayed.network()) - parameter.read(plain.network());
            let allowance = 1e-6 * (1.0 + parameter.read(plain.network()).abs() + value.abs());
            assert!((change + rate * slope).abs() < allowance, "{model}, {parameter:?}: {change}, slope {slope}");
            squares += if is_weight(&parameter) { value * value } else { 0.0 };
        }
        let added = decayed.progress().loss - plain.progress().loss;
        assert!((added / (lambda * squares) - 1.0).abs() < 1e-6, "{model}: {added}, not {}", lambda * squares);
        assert!(decayed.is_well_formed(), "{model}");
    }
}

#[test]
fn a_link_whose_training_runs_away_is_told_so() {
    for link in [
        "train.optimizer=sgd&train.rate=1&model.output-scale=100",
        "train.optimizer=momentum&train.rate=1&train.momentum=0.999&data=two-bumps",
        "train.optimizer=sgd&train.rate=1&train.objective=implicit&train.sigma=0.01",
    ] {
        let mut session = session(&format!("{SMALL}&{link}"));
        let progress = session.step(5000);
        println!("{link}: {progress:?}");
        assert!(progress.diverged && !progress.stopped && progress.step < 5000, "{link}: {progress:?}");
        assert_eq!(session.step(10), progress, "no further");
        let restored = Session::restore(&session.checkpoint()).unwrap();
        assert!(restored.progress().diverged);
    }
}

#[test]
fn loss_has_run_away_at_a_million_times_the_first_or_the_objective_s_unit() {
    for (link, unit) in [
        ("train.optimizer=sgd&train.rate=1&model.output-scale=100", 2.0 * 0.05 * 0.05),
        // Untrained, the score is zero and so is the first loss.
        ("train.optimizer=sgd&train.rate=1&train.objective=implicit&train.sigma=0.1", 2.0 / (0.1 * 0.1)),
    ] {
        let mut run = Run::new(&format!("{SMALL}&{link}"));
        let mut losses = Vec::new();
        while run.trainer.progress().status == Status::Training {
            run.step();
            losses.push(run.trainer.progress().loss.abs());
            assert!(losses.len() < 1000);
        }
        let (last, limit) = (losses.pop().unwrap(), 1e6 * run.trainer.progress().first_loss.abs().max(unit));
        println!("{link}: {last:e} after {} steps, limit {limit:e}", losses.len());
        assert!(last.is_finite() && last > limit && losses.iter().all(|loss| *loss <= limit), "{link}: {losses:?}");
        assert_eq!(run.trainer.progress().status, Status::Diverged);
    }
}

#[test]
fn code_sparsity_counts_in_the_loss_of_training_alone_and_makes_codes_smaller() {
    for model in ["", "&model.activation=relu&model.decoder=scaled", "&model.activation=sigmoid&model.layers=2"] {
        let run = |sparsity: &str| {
            Run::new(&format!("{SMALL}{model}&model.initialization=classic&train.rate=0.01&train.l1={sparsity}"))
        };
        let [mut plain, mut sparse, mut sparser] = ["0", "0.01", "0.02"].map(run);
        let held_out = |run: &mut Run| run.trainer.validation_loss(&run.setup.validation_points());
        let gap = held_out(&mut sparse) / held_out(&mut plain) - 1.0;
        assert!(gap.abs() < 1e-5, "{model}: {gap:e}");
        let [loss, with_one, with_two] = [&mut plain, &mut sparse, &mut sparser].map(|run| {
            run.step();
            run.trainer.progress().loss
        });
        let gap = (with_two - loss) / (with_one - loss) - 2.0;
        assert!(with_one > loss && gap.abs() < 1e-4, "{model}: {loss}, {with_one}, {with_two}");
        let size = |run: &mut Run| {
            (0..400).for_each(|_| run.step());
            let code = Plain::new(run.trainer.network(), run.setup.final_sigma());
            let points = run.setup.points();
            let of = |i: usize| code.code(points.point(i)).iter().map(|h| h.abs()).sum::<f64>();
            (0..points.len()).map(of).sum::<f64>() / points.len() as f64
        };
        let [free, small, smaller] = [size(&mut plain), size(&mut sparse), size(&mut sparser)];
        println!("{model}: codes of {free:.2}, {small:.2} and {smaller:.2}");
        assert!(smaller <= small && small < 0.7 * free, "{model}: {free}, {small}, {smaller}");
        assert!(sparse.trainer.is_well_formed(), "{model}");
    }
}
