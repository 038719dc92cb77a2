//! Warm-up finds step sizes with the target acceptance, then freezes them, and chains keep the law.
#![cfg(not(target_arch = "wasm32"))]

use scorescape::experiment::parse;
use scorescape::rng::{Purpose, Stream, stream};
use scorescape::sample::adaptation::DualAverage;
use scorescape::sample::{
    self, Adaptive, EnergyRule, ErrorMoveMh, Hmc, Infos, InfosMut, InterpolateMh, KERNELS, KernelProperties, Mala,
    Nuts, RandomWalk, ReconstructMh, Sampler, States,
};
use scorescape::score::Score;

use crate::invariance::{gaussian_target, mixture_target, run_groups};
use crate::sampler_invariance::{ends_after, rejects, starts};

const WARM_UP: u32 = 300;

/// Fails if a wrapper returns the default of a property instead of its kernel's value.
#[test]
fn wrapping_kernels_forward_the_properties_of_what_they_wrap() {
    for kernel in KERNELS {
        let id = kernel.choice.id;
        let plain = parse(&format!("sample.kernel={id}")).0;
        let own = sample::from_settings(plain.settings(), 0.1, 2).unwrap().properties(2);
        let faulty = parse(&format!("sample.kernel={id}&sample.fault=flipped-score")).0;
        assert_eq!(sample::from_settings(faulty.settings(), 0.1, 2).unwrap().properties(2), own, "{id}");
        let (warm, errors) = parse(&format!("sample.kernel={id}&sample.fault=flipped-score&sample.warm-up=7"));
        if errors.is_empty() {
            let adaptive = sample::from_settings(warm.settings(), 0.1, 2).unwrap().properties(2);
            let expected = KernelProperties { group_state_len: adaptive.group_state_len, warm_up: 7, ..own };
            assert_eq!(adaptive, expected, "{id}");
            assert!(adaptive.group_state_len > own.group_state_len, "{id}");
        }
    }
}

#[test]
fn dual_average_follows_the_published_recursion() {
    // Computed from the formulas in Python.
    let mut average = DualAverage::default();
    [0.1, 0.9, 0.5, 1.0, 0.0].into_iter().for_each(|rate| average.add(rate, 0.574, f64::INFINITY));
    let expected = [5.0, 0.024_666_666_666_666_656, 1.199_458_224_094_15, 1.857_911_157_770_970_2];
    let DualAverage { count, gap, log_factor, log_average } = average;
    for (value, expected) in [count, gap, log_factor, log_average].into_iter().zip(expected) {
        assert!((value - expected).abs() < 1e-13, "{value}, not {expected}");
    }
}

/// Mean acceptance of chains after warm-up.
fn rate_after_warm_up(mut kernel: Box<dyn Sampler>, score: &dyn Score, starts: &[f64]) -> f64 {
    let mut rates = Vec::new();
    run_groups(WARM_UP + 100, &mut *kernel, score, starts, 5, |transition, infos| {
        if transition >= WARM_UP {
            rates.extend(infos.log_acceptances.iter().map(|log| log.exp().min(1.0)));
        }
    });
    rates.iter().sum::<f64>() / rates.len() as f64
}

#[test]
fn warm_up_reaches_the_wanted_acceptance_from_steps_too_small_and_too_large() {
    for (target, of_walk) in [(mixture_target(2), 0.35), (gaussian_target(10), 0.234)] {
        let (dim, exact) = (target.dim(), || EnergyRule::Exact);
        let starts = &starts(target.law())[..20 * dim];
        for size in [0.02, 20.0] {
            let cases: [(&str, Box<dyn Sampler>, f64); 4] = [
                ("random walk", Box::new(RandomWalk::new(size, exact())), of_walk),
                ("MALA", Box::new(Mala::new(size, exact(), dim)), 0.574),
                ("HMC", Box::new(Hmc::new(size, 5, exact(), dim)), 0.8),
                ("NUTS", Box::new(Nuts::new(size, 4, exact(), dim)), 0.8),
            ];
            for (name, kernel, ideal) in cases {
                let rate = rate_after_warm_up(Adaptive::wrap(kernel, WARM_UP, dim), &target.score, starts);
                println!("{}, {name} from {size}: {rate:.3} for {ideal}", target.name);
                assert!((rate - ideal).abs() < 0.09, "{}, {name} from {size}: {rate}", target.name);
            }
        }
    }
}

#[test]
fn merges_reach_the_wanted_acceptance_from_a_small_beta() {
    let target = mixture_target(10);
    let starts = &starts(target.law())[..200];
    let (sigma, exact) = (target.sigma, || EnergyRule::Exact);
    let cases: [(&str, Box<dyn Sampler>); 3] = [
        ("relaxed-reconstruct-mh", Box::new(ReconstructMh::relaxed(sigma, 0.02, exact(), 10))),
        ("interpolate-mh", Box::new(InterpolateMh::new(sigma, 0.02, exact(), 10))),
        ("error-move-mh", Box::new(ErrorMoveMh::new(sigma, 0.02, exact(), 10))),
    ];
    for (name, kernel) in cases {
        let rate = rate_after_warm_up(Adaptive::wrap(kernel, WARM_UP, 10), &target.score, starts);
        println!("{name}: {rate:.3} for 0.574");
        assert!((rate - 0.574).abs() < 0.09, "{name}: {rate}");
    }
}

#[test]
fn frozen_chains_forget_their_warm_up_and_keep_the_law() {
    let target = mixture_target(1);
    let law = target.law();
    let cases: [(&str, Box<dyn Sampler>); 3] = [
        ("MALA", Box::new(Mala::new(0.1, EnergyRule::Exact, 1))),
        ("HMC", Box::new(Hmc::new(0.05, 4, EnergyRule::Exact, 1))),
        ("relaxed-reconstruct-mh", Box::new(ReconstructMh::relaxed(target.sigma, 0.2, EnergyRule::Exact, 1))),
    ];
    for (name, kernel) in cases {
        let mut kernel = Adaptive::wrap(kernel, 60, 1);
        let states = ends_after(160, &mut *kernel, &target.score, &starts(law));
        assert!(!rejects(name, law, &states), "{name}");
    }
}

#[test]
fn merging_chains_positions_are_the_images_of_their_memories_while_beta_changes() {
    let target = mixture_target(2);
    let merging = |merge: f64| ReconstructMh::relaxed(target.sigma, merge, EnergyRule::Exact, 2);
    let mut kernel = Adaptive::wrap(Box::new(merging(0.1)), 30, 2);
    let (mut positions, mut chain_states, mut group_state) = ([0.3, -0.2, 0.1, 0.7], [0.0; 6], [0.0; 4]);
    let properties = kernel.properties(2);
    assert_eq!((2 * properties.state_len, properties.group_state_len), (chain_states.len(), group_state.len()));
    let (mut rngs, mut infos) = ([0, 1].map(|chain| stream(5, Purpose::Proposal, chain)), Infos::new(2, 2));
    let mut states =
        States { positions: &mut positions, chain_states: &mut chain_states, group_state: &mut group_state };
    kernel.init(&target.score, &mut states);
    let mut factors = Vec::new();
    for _ in 0..40 {
        kernel.transition(&target.score, &mut rngs, &mut states, &mut infos.all());
        // Entry 2 of the dual average is log f. A chain's state is y and log|det m'(y)|.
        let factor = states.group_state[2].exp();
        for (memory, position) in states.chain_states.chunks_exact(3).zip(states.positions.chunks_exact(2)) {
            let (mut image, mut logarithm) = ([0.0; 2], [0.0]);
            merging(0.1 * factor).images(&target.score, &memory[..2], &mut image, &mut logarithm);
            let gap = (image[0] - position[0]).abs() + (image[1] - position[1]).abs();
            let gap = gap + (logarithm[0] - memory[2]).abs();
            assert!(gap < 1e-12, "{gap:e}");
        }
        factors.push(factor);
    }
    assert!(factors[..30].windows(2).any(|pair| pair[0] != pair[1]));
    assert!(factors[30..].windows(2).all(|pair| pair[0] == pair[1]), "frozen");
}

/// With γ, t₀ and κ of the paper. Only the group's mean acceptance counts; NaN counts as a rejection.
#[test]
fn a_group_adapts_by_its_mean_acceptance_and_alone_of_others() {
    /// Reports given acceptances. Its positions are its step size.
    #[derive(Clone)]
    struct Told(Vec<f64>, f64);
    impl Sampler for Told {
        fn properties(&self, _: usize) -> KernelProperties {
            KernelProperties { target_acceptance: Some(0.5), ..KernelProperties::default() }
        }
        fn scale_step(&mut self, factor: f64) {
            self.1 = factor;
        }
        fn transition(&mut self, _: &dyn Score, _: &mut [Stream], states: &mut States<'_>, infos: &mut InfosMut<'_>) {
            states.positions.fill(self.1);
            infos.log_acceptances.copy_from_slice(&self.0);
        }
    }
    let (mut positions, mut group_state) = ([0.0; 3], [0.0; 4]);
    let mut kernel = Adaptive::wrap(Box::new(Told(vec![0.3f64.ln(), f64::NAN, 2.0], 0.0)), 2, 1);
    let (mut rngs, mut infos) = ([0, 1, 2].map(|chain| stream(5, Purpose::Proposal, chain)), Infos::new(3, 1));
    let mut states = States { positions: &mut positions, chain_states: &mut [], group_state: &mut group_state };
    let score = gaussian_target(1).score;
    kernel.init(&score, &mut states);
    let mut expected = DualAverage::default();
    for transition in 0..4 {
        let log_factor = if transition < 2 { expected.log_factor } else { expected.log_average };
        kernel.transition(&score, &mut rngs, &mut states, &mut infos.all());
        assert!(states.positions.iter().all(|size| (size / log_factor.exp() - 1.0).abs() < 1e-12));
        if transition < 2 {
            expected.add((0.3 + 0.0 + 1.0) / 3.0, 0.5, f64::INFINITY);
        }
    }
}
