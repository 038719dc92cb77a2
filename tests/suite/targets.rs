//! Targets other than the learned score, where chains start on them, and previews of single transitions.

use std::ops::Range;

use scorescape::data::Mixture;
use scorescape::experiment::parse;
use scorescape::query::LineIntegral;
use scorescape::sample::{Info, KERNELS};
use scorescape::score::{Exact, Path, Score};
use scorescape::session::Setup;
use scorescape::setting::SettingError;
use scorescape::{Experiment, Session};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn experiment(link: &str) -> Experiment {
    let (experiment, errors) = parse(&format!("#v=0&data.count=500&model.units=16&train.batch=16&{link}"));
    assert!(errors.is_empty(), "{link}: {errors:?}");
    experiment
}

fn session(link: &str) -> Session {
    Session::new(experiment(link)).unwrap()
}

fn refusal(link: &str) -> SettingError {
    Setup::new(experiment(link)).err().unwrap_or_else(|| panic!("{link} is taken"))
}

fn scores(score: &dyn Score, points: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; points.len()];
    score.scores(points, &mut out);
    out
}

#[test]
fn target_is_the_score_that_is_named() {
    let points = [0.1, -0.2, 0.3, 0.4];
    let named = |target: &str| {
        let mut session = session(&format!("data=gaussian&sample.target={target}"));
        session.step(20);
        session
    };
    let learned = named("learned");
    assert_eq!(scores(&*learned.target().unwrap(), &points), scores(&learned.learned(), &points));
    let exact = named("exact");
    assert_eq!(scores(&*exact.target().unwrap(), &points), scores(exact.setup().exact().unwrap(), &points));
    let ideal = named("optimum");
    let kernel_mean = ideal.setup().denoising_optimum(ideal.setup().final_sigma()).unwrap();
    assert_eq!(scores(&*ideal.target().unwrap(), &points), scores(&*kernel_mean, &points));
    let contractive = session("data=gaussian&train.objective=contractive&sample.target=optimum");
    let solved = contractive.setup().contractive_optimum(contractive.setup().final_sigma()).unwrap();
    assert_eq!(scores(&*contractive.target().unwrap(), &points), scores(&*solved, &points));
}

#[test]
fn target_has_the_noise_of_the_level_at_hand() {
    let mut session = session("data=gaussian&sample.target=exact&train.sigma-levels=3&train.sigma-first=10&steps=300");
    let [early, late] = [10, 290].map(|steps| {
        session.step(steps);
        scores(&*session.target().unwrap(), &[1.0, 0.0])[0]
    });
    // The greater the noise, the flatter the density.
    assert!(early > late + 1.0, "{early} {late}");
}

/// All chains start at an energy 2.5 above its minimum. For exact draws of a Gaussian the mean is d/2 = 1; walkback
/// gives about ¼.
#[test]
#[cfg(not(target_arch = "wasm32"))]
fn every_kernel_brings_chains_from_afar_to_where_every_target_is_dense() {
    let gaussian = "data=gaussian&data.length=1&data.width=0.8&train.sigma=0.6";
    let start = "sample.chains=64&sample.start=point&sample.start-x1=2.6&sample.start-x2=0";
    let law = session(gaussian).setup().exact_at(0.6).unwrap();
    for rest in ["exact", "optimum", "optimum&train.objective=contractive"] {
        // The same for all kernels, and slow to compute.
        let target = session(&format!("{gaussian}&sample.target={rest}")).target().unwrap();
        for kernel in KERNELS {
            let link = format!("{gaussian}&{start}&sample.kernel={}&sample.target={rest}", kernel.choice.id);
            let mut chains = session(&link).chains(0..64);
            chains.step(&*target, 100);
            let states = chains.states();
            let rises = states.chunks_exact(2).map(|x| law.exact_energy_difference(&[0.0, 0.0], x).unwrap());
            let mean = rises.sum::<f64>() / 64.0;
            println!("{link}: {mean:.2}");
            assert!((0.2..1.5).contains(&mean), "{link}: {mean}");
        }
    }
}

#[test]
fn exact_rule_goes_with_targets_that_have_an_energy_and_no_others() {
    for (link, is_taken) in [
        ("model.decoder=untied&sample.path-rule=exact", false),
        ("model.decoder=untied&sample.path-rule=exact&sample.target=exact", true),
        ("model.decoder=untied&sample.path-rule=exact&sample.target=optimum", true),
        ("train.objective=contractive&sample.path-rule=exact&sample.target=optimum", false),
        ("train.objective=contractive&sample.path-rule=exact&sample.target=exact", true),
    ] {
        let result = Setup::new(experiment(&format!("data=gaussian&{link}")));
        assert_eq!(result.is_ok(), is_taken, "{link}");
        if let Err(error) = result {
            assert_eq!(error.setting, "sample.path-rule");
        }
    }
    let session =
        session("data=gaussian&model.decoder=untied&sample.path-rule=exact&sample.target=optimum&sample.chains=4");
    let mut chains = session.chains(0..4);
    chains.step(&*session.target().unwrap(), 50);
    assert!(chains.acceptance_rate() > 0.5, "{}", chains.acceptance_rate());
}

#[test]
fn target_is_refused_where_the_objective_has_no_known_optimum() {
    for link in ["train.objective=implicit", "train.objective=walkback", "train.corruption=rare-large"] {
        let error = refusal(&format!("{link}&sample.target=optimum"));
        assert_eq!((&*error.setting, &*error.value), ("sample.target", "optimum"), "{link}");
    }
    // A density with zeros is found only when the grid is solved.
    let session = session("data=checkerboard&train.objective=contractive&sample.target=optimum");
    assert_eq!(session.target().err().unwrap().setting, "sample.target");
}

#[test]
fn chains_start_at_the_point_that_is_named() {
    let session = session("sample.chains=3&sample.start=point&sample.start-x1=0.3&sample.start-x2=-0.125");
    assert_eq!(session.chains(0..3).states(), [0.3, -0.125, 0.3, -0.125, 0.3, -0.125]);
    let line = self::session("data=two-wells&sample.chains=2&sample.start=point&sample.start-x1=0.3&sample.start-x2=9");
    assert_eq!(line.chains(0..2).states(), [0.3, 0.3]);
    for plane in ["principal", "coordinates&view.up=4"] {
        let link = "data=gmm-manifold&data.dim=5&sample.chains=1&sample.start=point&sample.start-x1=0.3&sample.start-x2=-0.125";
        let session = self::session(&format!("{link}&view.plane={plane}"));
        let seen = session.setup().view_plane().project(session.chains(0..1).states());
        assert!((seen[0] - 0.3).abs() < 1e-12 && (seen[1] + 0.125).abs() < 1e-12, "{plane}: {seen:?}");
    }
}

#[test]
fn kernels_with_a_memory_begin_at_the_image_of_the_point() {
    let session = session(
        "data=gaussian&sample.chains=1&sample.start=point&sample.start-x1=2&sample.kernel=reconstruct-mh&sample.target=exact",
    );
    let target = session.target().unwrap();
    let (from, _) = session.chains(0..1).peek_transition(&*target, 0);
    let sigma = session.setup().final_sigma();
    let expected = 2.0 + sigma * sigma * scores(&*target, &[2.0, 0.0])[0];
    assert!((from[0] - expected).abs() < 1e-12, "{from:?} {expected}");
}

/// Kernel outputs of a transition. NaN's bits differ between machines, so NaN counts as 0.
fn told(info: &Info) -> (Vec<u64>, [u64; 3], bool) {
    let bits = |x: f64| if x.is_nan() { 0 } else { x.to_bits() };
    let numbers = [info.energy_difference, info.log_acceptance, info.log_uniform].map(bits);
    (info.proposal.iter().map(|x| bits(*x)).collect(), numbers, info.accepted)
}

/// Compares the preview of each transition of chain number `i` of `range` with the transition itself, during and after
/// warm-up. Returns the number of accepted transitions and of transitions with an accept test.
fn peek_transition(link: &str, range: Range<u32>, i: usize) -> (u32, u32) {
    // Some kernels have no warm-up.
    let session = Session::new(parse(&format!("#v=0&data.count=500&model.units=16&{link}")).0).unwrap();
    let target = session.target().unwrap();
    let (mut chains, mut undisturbed) = (session.chains(range.clone()), session.chains(range));
    let (mut accepted, mut weighed) = (0, 0);
    for _ in 0..TRANSITIONS {
        let (from, info) = chains.peek_transition(&*target, i);
        let before = chains.states()[2 * i..2 * i + 2].to_vec();
        chains.step(&*target, 1);
        undisturbed.step(&*target, 1);
        assert_eq!(chains.states(), undisturbed.states(), "{link}");
        assert_eq!(told(&chains.infos().of_chain(i)), told(&info), "{link}");
        // In a warm-up, a change of the step size moves the images of unchanged states.
        let is_settled = !link.contains("relaxed-reconstruct-mh") || chains.transitions() > WARM_UP;
        let state = if info.accepted { &*info.proposal } else { &*from };
        assert!(!is_settled || &chains.states()[2 * i..2 * i + 2] == state, "{link}");
        assert!(chains.transitions() == 1 || from == before, "{link}");
        // NaN if there was no accept test.
        if !info.log_uniform.is_nan() {
            assert_eq!(info.accepted, info.log_uniform <= info.log_acceptance, "{link}");
            weighed += 1;
        }
        accepted += u32::from(info.accepted);
    }
    (accepted, weighed)
}

const WARM_UP: u32 = 12;
const TRANSITIONS: u32 = 40;

/// Chains of the first group and of later groups; chain `i` is not always the first of `range`.
#[test]
fn what_is_foreseen_of_a_chain_is_what_it_does_next() {
    for kernel in KERNELS {
        let id = kernel.choice.id;
        let is_weighed = !["langevin", "nuts", "reconstruct", "dae-chain"].contains(&id);
        for (warm_up, range, i) in [(0, 0..3, 1), (0, 5..40, 30), (WARM_UP, 16..40, 20)] {
            let settings = format!("sample.kernel={id}&sample.warm-up={warm_up}&sample.target=exact");
            let (accepted, weighed) =
                peek_transition(&format!("data=gaussian&sample.chains=40&train.sigma=0.3&{settings}"), range, i);
            let is_adjusted = (weighed == TRANSITIONS) == is_weighed;
            assert!(accepted > 0 && is_adjusted, "{id}: {accepted} accepted, {weighed} weighed");
        }
    }
}

#[test]
fn chains_that_go_on_for_another_target_keep_nothing_of_the_one_before() {
    let [narrow, modes] = densities();
    for kernel in ["reconstruct-mh", "relaxed-reconstruct-mh"] {
        // With this noise hardly any proposal is accepted, so each chain's y stays its start.
        let noise = if kernel == "relaxed-reconstruct-mh" { "train.sigma=3" } else { "sample.noise=1000" };
        let session = session(&format!("data=gaussian&sample.chains=20&sample.kernel={kernel}&{noise}"));
        let mut chains = session.chains(0..20);
        let mut still = [true; 20];
        for _ in 0..3 {
            chains.step(&narrow, 1);
            still.iter_mut().zip(chains.accepted()).for_each(|(still, accepted)| *still &= !accepted);
        }
        chains.retarget(&modes);
        let still: Vec<usize> = (0..20).filter(|chain| still[*chain]).collect();
        assert!(still.iter().any(|chain| *chain < 16) && still.iter().any(|chain| *chain >= 16), "{kernel}: {still:?}");
        for chain in still {
            let (from, _) = session.chains(0..20).peek_transition(&modes, chain);
            assert_eq!(chains.states()[2 * chain..2 * chain + 2], from, "{kernel}, {chain}");
        }
    }
}

#[test]
fn chains_that_go_on_for_the_same_target_do_as_if_nothing_had_been_said() {
    let [_, modes] = densities();
    for kernel in KERNELS {
        let id = kernel.choice.id;
        let adapts = kernel.settings.iter().any(|setting| setting.key == "sample.warm-up");
        let warm_up = if adapts { "&sample.warm-up=15" } else { "" };
        let session = session(&format!("data=gaussian&sample.chains=20&sample.kernel={id}{warm_up}"));
        let [mut told, mut untold] = [session.chains(0..20), session.chains(0..20)];
        for transitions in [0, 1, 9, 20] {
            told.step(&modes, transitions);
            told.retarget(&modes);
            untold.step(&modes, transitions);
            assert_eq!(told.states(), untold.states(), "{id} after {transitions}");
        }
    }
}

/// A Gaussian with different widths, and a mixture with two modes.
fn densities() -> [Exact; 2] {
    let narrow = Mixture::full(2, &[1.0], vec![0.2, -0.1], vec![0.5, 0.2, 0.2, 0.3]).unwrap();
    let modes = Mixture::isotropic(2, &[0.4, 0.6], vec![-0.5, 0.0, 0.5, 0.2], 0.1).unwrap();
    [narrow, modes].map(|mixture| Exact::new(Box::new(mixture)).unwrap())
}

#[test]
fn c8_the_sum_along_a_line_ends_at_the_rule_s_own_value_and_follows_the_energy() {
    let (from, to) = ([-0.6, 0.3], [0.7, -0.2]);
    for score in densities() {
        let mut paths = [
            Path::trapezoid(20, 2),
            Path::simpson(20, 2).unwrap(),
            Path::gauss_legendre(20, 2).unwrap(),
            Path::trapezoid(40, 2),
        ];
        let errors = paths.each_mut().map(|path| {
            let line = LineIntegral::of(&score, &from, &to, path);
            let whole = score.path_energy_difference(&from, &to, path);
            assert!(
                (line.sums.last().unwrap() - whole).abs() < 1e-12 && (line.edges.last().unwrap() - 1.0).abs() < 1e-12
            );
            let mut left = 0.0;
            for (node, edge) in line.nodes.iter().zip(&line.edges) {
                assert!(left <= node + 1e-12 && *node <= edge + 1e-12, "{left} {node} {edge}");
                left = *edge;
            }
            let exact = line.exact(&score, &from, &to).unwrap();
            line.sums.iter().zip(&exact).map(|(sum, exact)| (sum - exact).abs()).fold(0.0, f64::max)
        });
        // Energies along it differ by about 1; between nodes, the sum's error is of the order of the squared distance
        // of nodes.
        assert!(errors.iter().all(|error| *error < 0.02), "{errors:?}");
        assert!((3.5..4.5).contains(&(errors[0] / errors[3])), "{errors:?}");
    }
}

#[test]
fn c8_the_trapezoid_s_sum_is_exact_for_a_gaussian_at_the_end_of_the_line() {
    let [gaussian, modes] = densities();
    let (from, to, path) = ([-0.6, 0.3], [0.7, -0.2], Path::trapezoid(3, 2));
    let error = |score: &Exact| {
        let line = LineIntegral::of(score, &from, &to, &path);
        (line.sums[3] - line.exact(score, &from, &to).unwrap()[3]).abs()
    };
    assert!(error(&gaussian) < 1e-12 && error(&modes) > 1e-3, "{} {}", error(&gaussian), error(&modes));
}

#[test]
fn marginals_of_a_gaussian_are_its_own() {
    // Along each axis p_σ is N(0, v + σ²); at temperature T the variance is T(v + σ²).
    for (temperature, outside) in [(1.0, 0.001), (2.0, 0.001)] {
        let session = session(&format!("data=gaussian&data.length=1&data.width=0.5&sample.temperature={temperature}"));
        let setup = session.setup();
        let draws = setup.draws(setup.exact().unwrap().density(), 20_000, 9);
        let marginals = setup.marginals(setup.exact(), draws.values());
        assert_eq!(marginals.iter().map(|m| &*m.label).collect::<Vec<_>>(), ["x1", "x2"]);
        for (k, marginal) in marginals.iter().enumerate() {
            assert!(!marginal.is_drawn && marginal.outside <= outside);
            let variance = temperature * variance_of(setup, k);
            let normal = |x: f64| (-0.5 * x * x / variance).exp() / (2.0 * std::f64::consts::PI * variance).sqrt();
            let mass = |values: &[f64]| values.iter().sum::<f64>() * marginal.width;
            assert!((mass(&marginal.exact) - 1.0).abs() < 2e-3, "{}", mass(&marginal.exact));
            assert!((mass(&marginal.samples) + marginal.outside - 1.0).abs() < 1e-9);
            for (bin, found) in marginal.exact.iter().enumerate() {
                // Simpson's rule over the bin.
                let left = marginal.low + bin as f64 * marginal.width;
                let [a, b, c] = [0.0, 0.5, 1.0].map(|t| normal(left + t * marginal.width));
                assert!((found - (a + 4.0 * b + c) / 6.0).abs() < 2e-3 * normal(0.0), "{k} {bin}");
            }
        }
        if temperature == 1.0 {
            // For 20,000 draws the standard error of a bin's share p is √(p/n); the limit is six times that, for 96
            // bins at once.
            for m in &marginals {
                for (found, exact) in m.samples.iter().zip(&m.exact) {
                    let (p, n) = (exact * m.width, 20_000.0);
                    assert!(((found - exact) * m.width).abs() < 6.0 * (p / n).sqrt() + 1.0 / n, "{found} {exact}");
                }
            }
        }
    }
}

/// The variance of p_σ along coordinate k, by the slope of its score: s = -x/v where coordinates are independent.
fn variance_of(setup: &Setup, k: usize) -> f64 {
    let mut hessian = [0.0; 4];
    setup.exact().unwrap().density().hessian(&[0.0; 2], &mut hessian).unwrap();
    let determinant = hessian[0] * hessian[3] - hessian[1] * hessian[2];
    -hessian[3 - 3 * k] / determinant
}

#[test]
fn marginals_on_the_line_and_in_many_dimensions_have_the_mass_of_the_samples() {
    for (link, labels, is_drawn) in [
        ("data=two-wells", &["x"][..], false),
        ("data=two-wells&train.sigma=0.001", &["x"], false),
        // Finer than a grid of the plane can be.
        ("data=spiral&train.sigma=0.003", &["x1", "x2"], true),
        ("data=gmm-manifold&data.dim=5", &["Component 1", "Component 2"], true),
        ("data=gmm-manifold&data.dim=5&view.plane=coordinates&view.up=4", &["x1", "x4"], true),
    ] {
        let session = session(link);
        let setup = session.setup();
        let draws = setup.draws(setup.exact().unwrap().density(), 5000, 9);
        let marginals = setup.marginals(setup.exact(), draws.values());
        assert_eq!(marginals.iter().map(|m| &*m.label).collect::<Vec<_>>(), labels);
        for m in marginals {
            let mass = m.exact.iter().sum::<f64>() * m.width;
            assert!(m.is_drawn == is_drawn && (mass - 1.0).abs() < 5e-3, "{link}: {mass}");
            // The expected total variation distance of 5000 exact draws in 48 bins is about 0.04.
            let gap = m.samples.iter().zip(&m.exact).map(|(a, b)| (a - b).abs()).sum::<f64>() * m.width / 2.0;
            assert!(gap < 0.08, "{link}: {gap}");
        }
    }
    let hot = session("data=gmm-manifold&data.dim=5&sample.temperature=2");
    let marginals = hot.setup().marginals(hot.setup().exact(), &[0.0; 50]);
    assert!(marginals.iter().all(|m| m.exact.is_empty()), "nobody draws from p to the power of a half");
    assert!(hot.setup().marginals(None, &[]).is_empty());
}
