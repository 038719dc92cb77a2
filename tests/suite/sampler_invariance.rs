//! Every exact kernel keeps the law of closed-form targets; inexact kernels have the laws predicted for them.
#![cfg(not(target_arch = "wasm32"))]

use scorescape::data::{Density, Mixture};
use scorescape::sample::{Acceptance, EnergyRule, Hmc, Langevin, Reconstruct, ReconstructMh, Sampler};
use scorescape::score::{Exact, Path, Score};

use crate::invariance::{
    ALPHA, ERROR_MOVE_MH, HMC, INTERPOLATE_MH, Kernel, MALA, NUTS, RANDOM_WALK, RECONSTRUCT_MH, RELAXED_RECONSTRUCT_MH,
    Size, draws, examine, gaussian, gaussian_target, inverted, least_p_value, mixture_target, run,
};

/// Size for the exact kernels on every target. Doubling the transitions does not lower the p-values of
/// sampler_faults.rs, which are at most 1e-14.
pub const FULL: Size = Size { chains: 4000, transitions: 100 };
/// Size of the other tests.
const CHAINS: usize = 1200;
const TRANSITIONS: u32 = 40;

/// Ends of chains that start at `starts`.
pub fn ends(kernel: &mut dyn Sampler, score: &dyn Score, starts: &[f64]) -> Vec<f64> {
    ends_after(TRANSITIONS, kernel, score, starts)
}

/// Ends of chains after `transitions` transitions.
pub fn ends_after(transitions: u32, kernel: &mut dyn Sampler, score: &dyn Score, starts: &[f64]) -> Vec<f64> {
    let (ends, accepted) = run(transitions, kernel, score, starts);
    assert!(accepted > 0.1, "chains hardly move: {accepted:.2} accepted");
    print!("accepted {accepted:.2}, ");
    ends
}

/// Exact draws.
pub fn starts(density: &dyn Density) -> Vec<f64> {
    draws(density, CHAINS, 0)
}

/// Whether `states` differ from draws of `law`.
pub fn rejects(name: &str, law: &dyn Density, states: &[f64]) -> bool {
    let (p, tests) = least_p_value(law, states);
    println!("{name}: least p-value {p:.1e} of {tests}");
    p < ALPHA / tests as f64
}

fn assert_keeps(kernel: &Kernel) {
    for outcome in examine(kernel, FULL) {
        let [name, target] = [kernel.name, outcome.target];
        println!(
            "{name}, {target}: {:.2} accepted, least p-value {:.1e} of {}",
            outcome.accepted, outcome.p, outcome.tests
        );
        assert!(outcome.accepted > 0.1, "{name} hardly moves on {target}");
        assert!(!outcome.is_rejected(), "{name}, {target}: {:e}", outcome.p);
    }
}

#[test]
fn random_walk_keeps_the_law_of_every_target() {
    assert_keeps(&RANDOM_WALK);
}

#[test]
fn mala_keeps_the_law_of_every_target() {
    assert_keeps(&MALA);
}

#[test]
fn hmc_keeps_the_law_of_every_target() {
    assert_keeps(&HMC);
}

#[test]
fn nuts_keeps_the_law_of_every_target() {
    assert_keeps(&NUTS);
}

#[test]
fn error_move_mh_keeps_the_law_of_every_target() {
    assert_keeps(&ERROR_MOVE_MH);
}

#[test]
fn interpolate_mh_keeps_the_law_of_every_mixture() {
    assert_keeps(&INTERPOLATE_MH);
}

#[test]
fn reconstruct_mh_keeps_the_law_of_every_mixture() {
    assert_keeps(&RECONSTRUCT_MH);
}

#[test]
fn relaxed_reconstruct_mh_keeps_the_law_of_every_mixture() {
    assert_keeps(&RELAXED_RECONSTRUCT_MH);
}

#[test]
fn exact_kernels_draw_at_their_temperature() {
    const TEMPERATURE: f64 = 1.7;
    let target = gaussian_target(2);
    // p_σ to the power 1/T: the covariance times T.
    let law = gaussian(2, TEMPERATURE).smoothed(TEMPERATURE.sqrt() * target.sigma).unwrap();
    let tempered = || Acceptance::from(EnergyRule::Exact).at(TEMPERATURE);
    for Kernel { name, build, .. } in [&RANDOM_WALK, &MALA, &HMC, &NUTS, &INTERPOLATE_MH, &ERROR_MOVE_MH] {
        let states = ends(&mut *build(&target, target.sigma, tempered()), &target.score, &starts(&*law));
        assert!(!rejects(name, &*law, &states), "{name}");
    }
    let mut merging = ReconstructMh::relaxed(target.sigma, 1.0, tempered(), 2);
    let states = ends(&mut merging, &target.score, &inverted(&target.score, target.sigma, &starts(&*law)));
    assert!(!rejects("relaxed-reconstruct-mh", &*law, &states));
}

#[test]
fn kernels_by_path_integral_keep_the_law_too() {
    let target = mixture_target(2);
    let law = target.law();
    let trapezoid = Path::trapezoid(20, 2);
    let segments = || Path::gauss_legendre(3, 2).unwrap();
    for (Kernel { name, build, .. }, path) in [
        (&MALA, trapezoid.clone()),
        (&INTERPOLATE_MH, trapezoid.clone()),
        (&ERROR_MOVE_MH, trapezoid),
        (&HMC, segments()),
        (&NUTS, segments()),
    ] {
        let mut kernel = build(&target, target.sigma, EnergyRule::Path(path).into());
        let states = ends(&mut *kernel, &target.score, &starts(law));
        assert!(!rejects(name, law, &states), "{name}");
    }
}

#[test]
fn trapezoid_on_the_leapfrog_s_own_ends_is_rejected_where_gauss_legendre_is_not() {
    let target = mixture_target(1);
    let law = target.law();
    let is_rejected = |path: Path| {
        let mut kernel = Hmc::new(1.1, 5, EnergyRule::Path(path), 1);
        rejects("HMC", law, &ends_after(12, &mut kernel, &target.score, &starts(law)))
    };
    assert!(is_rejected(Path::trapezoid(1, 1)));
    assert!(!is_rejected(Path::gauss_legendre(3, 1).unwrap()));
}

/// A normal density on the line.
fn normal(variance: f64) -> Exact {
    Exact::new(Box::new(Mixture::isotropic(1, &[1.0], vec![0.5], variance).unwrap())).unwrap()
}

#[test]
fn inexact_kernels_have_the_laws_that_follow_on_a_gaussian() {
    let (variance, sigma, step, temperature) = (1.3, 0.6, 0.9, 1.4);
    let score = normal(variance);
    let slope = 1.0 - sigma * sigma / variance;
    let walk = |noise: f64| slope * slope * noise * noise / (1.0 - slope * slope);
    let langevin = temperature * variance / (1.0 - step * step / (4.0 * variance * temperature));
    let cases: [(&str, Box<dyn Sampler>, f64); 3] = [
        ("Langevin", Box::new(Langevin::new(step, temperature, 1)), langevin),
        ("reconstruct", Box::new(Reconstruct::new(sigma, 1.5, 1)), walk(1.5)),
        ("dae-chain", Box::new(Reconstruct::new(sigma, sigma, 1)), walk(sigma)),
    ];
    for (name, mut kernel, variance) in cases {
        let law = normal(variance);
        let states = ends(&mut *kernel, &score, &starts(law.density()));
        assert!(!rejects(name, law.density(), &states), "{name}");
        assert!(rejects(name, score.density(), &states), "{name} draws from the density itself");
    }
}

#[test]
fn reconstructions_of_points_without_noise_stay_between_them() {
    use scorescape::{Session, experiment};

    for kernel in ["reconstruct-mh", "interpolate-mh"] {
        let link = format!("#v=0&data=three-points&sample.target=exact&sample.kernel={kernel}&sample.chains=400");
        let (experiment, errors) = experiment::parse(&link);
        assert!(errors.is_empty(), "{errors:?}");
        let session = Session::new(experiment).unwrap();
        let truth = session.setup().exact().unwrap();
        let beyond = |states: &[f64]| states.iter().filter(|x| x.abs() > 0.5).count();
        // `beyond` counts half of the states around each of the two outer points.
        let exact = session.setup().draws(truth.density(), 3000, 9);
        assert!((800..1200).contains(&beyond(exact.values())));
        let mut chains = session.chains(0..400);
        chains.step(truth, 1);
        let before = chains.states().to_vec();
        chains.step(truth, 200);
        let moved = before.iter().zip(chains.states()).filter(|(a, b)| a != b).count();
        assert!(beyond(chains.states()) == 0 && moved > 300, "{kernel}: {moved} moved");
    }
}
