//! Warm-up finds step sizes of the wanted acceptance, freezes them, and leaves the law alone.
#![cfg(not(target_arch = "wasm32"))]

use scorescape::rng::{Purpose, stream};
use scorescape::sample::adaptation::DualAverage;
use scorescape::sample::{
    Adaptive, EnergyRule, Hmc, Info, Mala, NoiseE, NoiseR, Nuts, RandomWalk, ReconstructMh, Sampler, State,
};
use scorescape::score::Score;

use crate::invariance::{gaussian_target, mixture_target};
use crate::samplers::{ends_after, rejects, starts};

const WARM_UP: u32 = 300;

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

/// The mean acceptance of chains after warm-up.
fn rate_after_warm_up(mut kernel: Box<dyn Sampler>, score: &dyn Score, starts: &[f64]) -> f64 {
    let dim = score.dim();
    let (mut info, mut memory) = (Info::new(dim), vec![0.0; kernel.memory(dim)]);
    let mut rates = Vec::new();
    for (chain, start) in starts.chunks_exact(dim).enumerate() {
        let (mut position, mut rng) = (start.to_vec(), stream(5, Purpose::Proposal, chain as u64));
        let mut state = State { position: &mut position, memory: &mut memory };
        kernel.begin(score, &mut rng, &mut state);
        for transition in 0..WARM_UP + 100 {
            kernel.transition(score, &mut rng, &mut state, &mut info);
            if transition >= WARM_UP {
                rates.push(info.log_acceptance.exp().min(1.0));
            }
        }
    }
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
        ("merge-x", Box::new(ReconstructMh::merging(sigma, 0.02, exact(), 10))),
        ("noise-r", Box::new(NoiseR::new(sigma, 0.02, exact(), 10))),
        ("noise-e", Box::new(NoiseE::new(sigma, 0.02, exact(), 10))),
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
        ("merge-x", Box::new(ReconstructMh::merging(target.sigma, 0.2, EnergyRule::Exact, 1))),
    ];
    for (name, kernel) in cases {
        let mut kernel = Adaptive::wrap(kernel, 60, 1);
        let states = ends_after(160, &mut *kernel, &target.score, &starts(law));
        assert!(!rejects(name, law, &states), "{name}");
    }
}

#[test]
fn a_merging_chain_s_position_is_the_image_of_its_memory_while_beta_changes() {
    let target = mixture_target(2);
    let merging = |merge: f64| ReconstructMh::merging(target.sigma, merge, EnergyRule::Exact, 2);
    let mut kernel = Adaptive::wrap(Box::new(merging(0.1)), 30, 2);
    let (mut position, mut memory) = ([0.3, -0.2], vec![0.0; kernel.memory(2)]);
    let (mut rng, mut info) = (stream(5, Purpose::Proposal, 0), Info::new(2));
    kernel.begin(&target.score, &mut rng, &mut State { position: &mut position, memory: &mut memory });
    let mut factors = Vec::new();
    for _ in 0..40 {
        let mut state = State { position: &mut position, memory: &mut memory };
        kernel.transition(&target.score, &mut rng, &mut state, &mut info);
        // y, log|det m'(y)|, and the dual average, whose third number is log f.
        let factor = memory[5].exp();
        let mut image = [0.0; 2];
        let determinant = merging(0.1 * factor).image(&target.score, &memory[..2], &mut image);
        let gap = (image[0] - position[0]).abs() + (image[1] - position[1]).abs() + (determinant - memory[2]).abs();
        assert!(gap < 1e-12, "{gap:e}");
        factors.push(factor);
    }
    assert!(factors[..30].windows(2).any(|pair| pair[0] != pair[1]));
    assert!(factors[30..].windows(2).all(|pair| pair[0] == pair[1]), "frozen");
}
