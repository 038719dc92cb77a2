//! Random-walk chains: they keep the law of exact targets, wrong rules do not, and any split gives the same states.

use scorescape::data::Mixture;
use scorescape::experiment;
use scorescape::rng::{Purpose, stream};
use scorescape::sample::{Chains, EnergyRule, KERNELS, RandomWalk, Start, accept};
use scorescape::score::{Exact, Score};
use scorescape::session::Session;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn nan_is_never_accepted_and_a_lower_energy_always() {
    let mut rng = stream(1, Purpose::Proposal, 0);
    let mut accepts = |log_acceptance| accept(&mut rng, log_acceptance).0;
    for _ in 0..1000 {
        assert!(!accepts(f64::NAN));
        assert!(!accepts(f64::NEG_INFINITY));
        assert!(accepts(0.0) && accepts(f64::INFINITY));
    }
    let share = (0..20_000).filter(|_| accepts(-1.0)).count() as f64 / 20_000.0;
    assert!((share - (-1f64).exp()).abs() < 4.5 * (0.37 * 0.63 / 2e4f64).sqrt(), "{share}");
}

/// A score that is NaN.
struct Nowhere;

impl Score for Nowhere {
    fn dim(&self) -> usize {
        2
    }

    fn scores(&self, _: &[f64], out: &mut [f64]) {
        out.fill(f64::NAN);
    }

    fn jacobian(&self, _: &[f64], out: &mut [f64]) {
        out.fill(f64::NAN);
    }
}

/// A small experiment with each kernel, with or without a warm-up.
fn kernels(warm_up: u32) -> impl Iterator<Item = (&'static str, Session)> {
    KERNELS.iter().map(move |kernel| {
        let id = kernel.choice.id;
        let link = format!("data.count=60&model.units=12&train.batch=16&sample.kernel={id}&sample.warm-up={warm_up}");
        (id, Session::new(experiment::parse(&link).0).unwrap())
    })
}

#[test]
fn chains_on_a_score_that_is_not_a_number_stay_where_they_are() {
    for (id, session) in kernels(5) {
        let mut chains = session.chains(0..16);
        let start = chains.states().to_vec();
        assert!(chains.acceptance_rate().is_nan());
        chains.step(&Nowhere, 10);
        assert_eq!((chains.states(), chains.acceptance_rate()), (&*start, 0.0), "{id}");
    }
}

#[test]
fn a_transition_tells_what_it_did() {
    let exact = Exact::new(Box::new(gaussian(2))).unwrap();
    let start = Start::Gaussian { dim: 2, spread: 1.0 };
    // Chains 10 to 19 belong to two groups, because a group has 16 chains.
    let mut chains = Chains::new(Box::new(exact_walk(1.0)), start, 1, 10..20);
    assert_eq!(chains.proposals(), chains.states());
    let (mut accepted, mut rejected) = (0, 0);
    for _ in 0..40 {
        let before = chains.states().to_vec();
        chains.step(&exact, 1);
        let infos = chains.infos();
        assert_eq!((chains.proposals(), chains.accepted()), (&*infos.proposals, &*infos.accepted));
        for chain in 0..10 {
            let place = 2 * chain..2 * chain + 2;
            let (before, proposal) = (&before[place.clone()], &infos.proposals[place.clone()]);
            let difference = exact.exact_energy_difference(before, proposal).unwrap();
            assert_eq!((infos.energy_differences[chain], infos.log_acceptances[chain]), (difference, -difference));
            assert_eq!(&chains.states()[place], if infos.accepted[chain] { proposal } else { before });
            accepted += u32::from(infos.accepted[chain]);
            rejected += u32::from(!infos.accepted[chain]);
        }
    }
    assert!(accepted > 20 && rejected > 20, "{accepted} accepted, {rejected} rejected");
    assert_eq!(chains.acceptance_rate(), f64::from(accepted) / 400.0);
}

/// Chains run in parts and slices move, and end in the states of one whole run.
fn assert_any_split_is_the_same(name: &str, mut session: Session) {
    session.step(50);
    let target = session.learned();
    let mut whole = session.chains(0..30);
    whole.step(&target, 20);
    let mut states = Vec::new();
    for range in [0..7, 7..8, 8..21, 21..30] {
        let mut part = session.chains(range);
        [3, 1, 0, 16].into_iter().for_each(|transitions| part.step(&target, transitions));
        assert_eq!(part.transitions(), 20);
        states.extend_from_slice(part.states());
    }
    assert_eq!(states, whole.states(), "{name}");
    let rate = whole.acceptance_rate();
    assert!(rate > 0.05 && rate <= 1.0, "{name}: {rate}");
}

#[test]
fn split_and_sliced_chains_have_the_same_states() {
    for start in ["data", "gaussian"] {
        let link = format!("data.count=100&model.units=12&train.batch=16&sample.path-intervals=4&sample.start={start}");
        assert_any_split_is_the_same(start, Session::new(experiment::parse(&link).0).unwrap());
    }
    kernels(0).for_each(|(id, session)| assert_any_split_is_the_same(id, session));
}

/// The plain form's reconstruction is rounded to f32 throughout, which limits the accuracy of pre-images.
#[test]
fn interpolate_mh_finds_its_way_back_on_networks_of_either_form() {
    for form in ["residual", "plain"] {
        let link = format!(
            "data=ring&data.count=200&model.units=32&train.batch=64&train.sigma=0.1&model.form={form}&sample.kernel=interpolate-mh"
        );
        let mut session = Session::new(experiment::parse(&link).0).unwrap();
        session.step(800);
        let mut chains = session.chains(0..32);
        chains.step(&session.learned(), 30);
        let rate = chains.acceptance_rate();
        println!("interpolate-mh, {form}: {rate:.3}");
        assert!(rate > 0.1, "{form}: {rate}");
    }
}

#[test]
fn warm_ups_end_before_what_is_judged_and_what_is_counted() {
    let session = |link: &str| Session::new(experiment::parse(link).0);
    let refusal = session("sample.warm-up=51&transitions=101").err().expect("too long");
    assert_eq!((&*refusal.setting, &*refusal.value), ("sample.warm-up", "51"));
    assert!(refusal.to_string().contains("at most half of transitions, 50"), "{refusal}");
    let small = "data.count=60&model.units=12&train.batch=16&sample.step-size=50&sample.warm-up=200";
    let mut adapted = session(small).unwrap();
    adapted.step(200);
    let (target, mut chains) = (adapted.learned(), adapted.chains(0..32));
    chains.step(&target, 100);
    let early = chains.acceptance_rate();
    chains.step(&target, 300);
    let late = chains.acceptance_rate();
    let mut whole = adapted.chains(0..32);
    whole.step(&target, 200);
    whole.step(&target, 200);
    assert!(late == whole.acceptance_rate() && whole.states() == chains.states());
    assert!(early < 0.9 * late || early > 1.1 * late, "{early} while it adapts, {late} then");
}

#[test]
fn link_s_fault_and_temperature_are_those_of_the_chains() {
    let walk = |kernel: &str, more: &str| {
        let link = format!(
            "data=ring&data.count=60&model.units=8&model.decoder=scaled&sample.kernel={kernel}&sample.path-rule=exact&{more}"
        );
        let (experiment, errors) = experiment::parse(&link);
        assert!(errors.is_empty(), "{link}: {errors:?}");
        let session = Session::new(experiment).unwrap();
        let mut chains = session.chains(0..40);
        chains.step(session.setup().exact().unwrap(), 20);
        chains.states().to_vec()
    };
    for (kernel, changes) in [
        ("random-walk", "sample.temperature=2 flipped-score endpoint-energy wrong-sigma"),
        ("mala", "sample.temperature=2 flipped-score endpoint-energy missing-correction wrong-sigma"),
        ("interpolate-mh", "sample.temperature=2 endpoint-energy missing-correction missing-jacobian wrong-sigma"),
        ("hmc", "sample.temperature=2 missing-correction wrong-sigma"),
    ] {
        let right = walk(kernel, "sample.fault=off");
        for change in changes.split(' ') {
            let setting = if change.contains('=') { change.to_string() } else { format!("sample.fault={change}") };
            assert_ne!(walk(kernel, &setting), right, "{kernel}, {change}");
        }
    }
}

#[test]
fn exact_energies_are_refused_for_networks_that_have_none() {
    let refusal = |link: &str| Session::new(experiment::parse(link).0).err().map(|error| error.to_string());
    let message = "sample.path-rule must be another while model.decoder is untied, model.output-scaling is per-output or model.output-activation is \
                   not identity: there is no energy, got \"exact\"";
    for kernel in ["random-walk", "hmc"] {
        let small = format!("data.count=20&model.units=4&sample.kernel={kernel}&sample.path-rule=exact");
        assert_eq!(refusal(&format!("{small}&model.decoder=untied")).as_deref(), Some(message));
        assert_eq!(
            refusal(&format!("{small}&model.decoder=scaled&model.output-scaling=per-output")).as_deref(),
            Some(message)
        );
        assert_eq!(
            refusal(&format!("{small}&model.decoder=scaled&model.output-activation=tanh")).as_deref(),
            Some(message)
        );
        assert_eq!(refusal(&format!("{small}&model.decoder=scaled&model.output-scaling=fixed")), None);
    }
}

/// A Gaussian with unequal variances and correlations.
fn gaussian(d: usize) -> Mixture {
    let entry = |i: usize, j: usize| if i == j { 1.0 + 0.2 * i as f64 } else { 0.6 / (1.0 + i.abs_diff(j) as f64) };
    Mixture::full(d, &[1.0], vec![0.5; d], (0..d * d).map(|n| entry(n / d, n % d)).collect()).unwrap()
}

fn exact_walk(step_size: f64) -> RandomWalk {
    RandomWalk::new(step_size, EnergyRule::Exact)
}

#[cfg(not(target_arch = "wasm32"))]
mod law {
    //! Chains that start from exact draws stay exact draws after any number of transitions, and independent of each
    //! other.

    use super::*;
    use crate::invariance::least_p_value;
    use scorescape::data::Points;
    use scorescape::math::TAU;
    use scorescape::score::Path;

    const ALPHA: f64 = 1e-4;
    const CHAINS: u32 = 4000;
    const TRANSITIONS: u32 = 200;

    struct Target {
        name: &'static str,
        density: Mixture,
        step_size: f64,
    }

    const TWO_GAUSSIANS: usize = 4;

    fn targets() -> [Target; 6] {
        let ring = (0..8).flat_map(|i| {
            let (a, b) = (TAU * f64::from(i) / 8.0).sin_cos();
            [2.0 * a, 2.0 * b]
        });
        let two =
            Mixture::full(2, &[1.0, 2.0], vec![-1.5, 0.0, 1.0, 0.5], vec![0.3, 0.1, 0.1, 0.4, 0.5, -0.3, -0.3, 0.6]);
        let ring = Mixture::isotropic(2, &[1.0; 8], ring.collect(), 0.09);
        let round = Mixture::isotropic(10, &[1.0], vec![-0.3; 10], 0.5);
        [
            Target { name: "Gaussian, d = 1", density: gaussian(1), step_size: 2.0 },
            Target { name: "Gaussian, d = 2", density: gaussian(2), step_size: 1.5 },
            Target { name: "Gaussian, d = 10", density: gaussian(10), step_size: 0.5 },
            Target { name: "round Gaussian, d = 10", density: round.unwrap(), step_size: 0.5 },
            Target { name: "two Gaussians", density: two.unwrap(), step_size: 1.0 },
            Target { name: "ring", density: ring.unwrap(), step_size: 0.6 },
        ]
    }

    /// Ends of chains, each started at an exact draw.
    fn run(target: &Target, score: &dyn Score, sampler: &RandomWalk) -> Vec<f64> {
        let mut rng = stream(6, Purpose::Measure, 0);
        let mut ends = Vec::new();
        for chain in 0..CHAINS {
            let start = Points::draw_from(&target.density, 1, &mut rng);
            let mut chains = Chains::new(Box::new(sampler.clone()), Start::Data(&start), 6, chain..chain + 1);
            chains.step(score, TRANSITIONS);
            ends.extend_from_slice(chains.states());
        }
        ends
    }

    /// Whether the test on all coordinates together rejects at `ALPHA`.
    fn rejects(name: &str, target: &Target, states: &[f64]) -> bool {
        let (p, tests) = least_p_value(&target.density, states);
        println!("{}, {name}: least p-value {p:.1e} of {tests}", target.name);
        p < ALPHA / tests as f64
    }

    #[test]
    fn random_walk_keeps_the_law_of_every_exact_target() {
        for target in targets() {
            let exact = Exact::new(Box::new(target.density.clone())).unwrap();
            let states = run(&target, &exact, &exact_walk(target.step_size));
            assert!(!rejects("exact energy", &target, &states), "{}", target.name);
        }
    }

    #[test]
    fn random_walk_by_path_integral_keeps_the_law_too() {
        let target = &targets()[TWO_GAUSSIANS];
        let exact = Exact::new(Box::new(target.density.clone())).unwrap();
        let path = EnergyRule::Path(Path::trapezoid(20, 2));
        let states = run(target, &exact, &RandomWalk::new(target.step_size, path));
        assert!(!rejects("path integral", target, &states), "{}", target.name);
    }

    /// A score whose energy differences are multiplied by a factor: -1 flips the sign of ΔE, 0 accepts every proposal.
    struct Wrong(Exact, f64);

    impl Score for Wrong {
        fn dim(&self) -> usize {
            self.0.dim()
        }

        fn scores(&self, points: &[f64], out: &mut [f64]) {
            self.0.scores(points, out);
        }

        fn jacobian(&self, x: &[f64], out: &mut [f64]) {
            self.0.jacobian(x, out);
        }

        fn exact_energy_difference(&self, from: &[f64], to: &[f64]) -> Option<f64> {
            self.0.exact_energy_difference(from, to).map(|difference| self.1 * difference)
        }
    }

    #[test]
    fn flipped_acceptance_is_rejected_on_every_target() {
        targets().iter().for_each(|target| assert_rejected(target, "flipped sign", -1.0));
    }

    #[test]
    fn subtler_faults_are_rejected_on_two_gaussians() {
        let target = &targets()[TWO_GAUSSIANS];
        assert_rejected(target, "all accepted", 0.0);
        // Energies multiplied by 0.8: temperature 1.25 instead of 1.
        assert_rejected(target, "wrong temperature", 0.8);
    }

    fn assert_rejected(target: &Target, name: &str, factor: f64) {
        let wrong = Wrong(Exact::new(Box::new(target.density.clone())).unwrap(), factor);
        let states = run(target, &wrong, &exact_walk(target.step_size));
        assert!(rejects(name, target, &states), "{}: {name} passes", target.name);
    }
}
