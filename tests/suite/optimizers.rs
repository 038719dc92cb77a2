//! Optimisers: rules of descent against their published recursions, L-BFGS on functions with a known minimum.

use std::cell::Cell;

use scorescape::experiment::parse;
use scorescape::model::{Architecture, Network};
use scorescape::optimizer::{self, Descending, Descent, Lbfgs, Momentum, Optimizer, RmsProp, Sgd};
use scorescape::simd::{Simd, f32x4};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::objectives::{Case, batch_stream, points};
use crate::support::reference_network::random;

/// Parameters after two steps from 0 along the gradients 1 and -3, the second at half the rate.
fn two_steps(mut rule: impl Descent<f64>) -> [f64; 2] {
    let mut parameter = [0.0];
    [(0, 1.0, 1.0), (1, 0.5, -3.0)].map(|(step, rate_factor, gradient)| {
        rule.descend(step, rate_factor, &mut parameter, &[gradient]);
        parameter[0]
    })
}

#[test]
fn gradient_descent_goes_by_the_rate_times_the_gradient() {
    assert_eq!(two_steps(Sgd::new(0.25)), [-0.25, -0.25 + 0.125 * 3.0]);
}

#[test]
fn momentum_follows_the_published_recursion() {
    let velocity = 0.5 * 1.0 - 3.0;
    assert_eq!(two_steps(Momentum::new(0.25, 0.5, 1)), [-0.25, -0.25 - 0.125 * velocity]);
}

#[test]
fn rmsprop_follows_the_published_recursion() {
    let [first, second] = two_steps(RmsProp::new(0.25, 1));
    let (v1, v2) = (0.1_f64, 0.9 * 0.1 + 0.1 * 9.0_f64);
    assert!((first + 0.25 / (v1.sqrt() + 1e-8)).abs() < 1e-15, "{first}");
    assert!((second - first - 0.125 * 3.0 / (v2.sqrt() + 1e-8)).abs() < 1e-15, "{second}");
}

#[test]
fn link_s_rate_and_momentum_are_those_of_the_rule() {
    // The first step of each rule from 0 along 1 is known.
    let first_step = |link: &str| {
        let (experiment, errors) = parse(link);
        assert!(errors.is_empty(), "{errors:?}");
        let mut network = Network::<f32x4>::zeros(Architecture::default());
        let (length, mut gradient) = (network.parameters().len(), network.parameters().to_vec());
        let mut rule = (optimizer::chosen(experiment.settings()).build)(experiment.settings(), length);
        let mut oracle = |_: &Network<f32x4>, gradient: &mut [f32x4]| {
            gradient.fill(f32x4::splat(1.0));
            1.0
        };
        let mut at = |step| {
            rule.step(step, 1.0, &mut network, &mut gradient, &mut oracle);
            network.parameters()[0].get(0)
        };
        [at(0), at(1)]
    };
    for (link, expected) in [
        ("train.optimizer=sgd", [-0.01, -0.02]),
        ("train.optimizer=sgd&train.rate=0.5", [-0.5, -1.0]),
        ("train.optimizer=momentum&train.rate=0.1", [-0.1, -0.29]),
        ("train.optimizer=momentum&train.rate=0.1&train.momentum=0.5", [-0.1, -0.25]),
        (
            "train.optimizer=rmsprop&train.rate=0.1",
            [-0.1 / 0.1_f64.sqrt(), -0.1 / 0.1_f64.sqrt() - 0.1 / 0.19_f64.sqrt()],
        ),
        ("train.rate=0.125", [-0.125, -0.25]),
    ] {
        let steps = first_step(link);
        assert!((0..2).all(|i| (steps[i] - expected[i]).abs() < 1e-6), "{link}: {steps:?}, not {expected:?}");
    }
}

/// A function of a few numbers: returns its value and writes its gradient to the second argument.
type Function<'a> = dyn Fn(&[f64], &mut [f64]) -> f64 + 'a;

/// Start and end of a step: point, value and gradient.
#[derive(Clone, Debug)]
struct Step {
    from: (Vec<f64>, f64, Vec<f64>),
    to: (Vec<f64>, f64, Vec<f64>),
}

/// L-BFGS on a function of the first parameters of a network; the network only stores them.
struct Search<'a> {
    function: &'a Function<'a>,
    size: usize,
    rule: Lbfgs<f64>,
    network: Network<f64>,
    evaluations: u32,
}

impl<'a> Search<'a> {
    fn new(function: &'a Function<'a>, start: &[f64], memory: usize) -> Self {
        let mut network = Network::zeros(Architecture { units: 8, ..Architecture::default() });
        network.parameters_mut()[..start.len()].copy_from_slice(start);
        let rule = Lbfgs::new(memory, network.parameters().len());
        Self { function, size: start.len(), rule, network, evaluations: 0 }
    }

    fn state(&self) -> (Vec<f64>, f64, Vec<f64>) {
        let (at, mut slopes) = (self.network.parameters()[..self.size].to_vec(), vec![0.0; self.size]);
        let value = (self.function)(&at, &mut slopes);
        (at, value, slopes)
    }

    fn step(&mut self) -> Step {
        let from = self.state();
        let (function, size, evaluations) = (self.function, self.size, &mut self.evaluations);
        let mut gradient = vec![0.0; self.network.parameters().len()];
        let mut oracle = |network: &Network<f64>, gradient: &mut [f64]| {
            *evaluations += 1;
            gradient.fill(0.0);
            function(&network.parameters()[..size], &mut gradient[..size])
        };
        let loss = self.rule.step(0, 1.0, &mut self.network, &mut gradient, &mut oracle);
        assert_eq!(loss.to_bits(), from.1.to_bits(), "the loss before the step");
        Step { from, to: self.state() }
    }
}

/// ½ Σ a_i y_i² in rotated coordinates y, with the minimum at x = (1, 2, …): condition number 10³.
fn quadratic(x: &[f64], slopes: &mut [f64]) -> f64 {
    let n = x.len();
    let offset: Vec<f64> = x.iter().enumerate().map(|(i, x)| x - 1.0 - i as f64).collect();
    // Householder's reflection in the plane across (1, …, 1).
    let mean = 2.0 * offset.iter().sum::<f64>() / n as f64;
    let bent: Vec<f64> = offset.iter().map(|o| o - mean).collect();
    let curvature = |i: usize| 10f64.powf(3.0 * i as f64 / (n - 1) as f64);
    let pull: Vec<f64> = bent.iter().enumerate().map(|(i, y)| curvature(i) * y).collect();
    let mean = 2.0 * pull.iter().sum::<f64>() / n as f64;
    slopes.iter_mut().zip(&pull).for_each(|(slope, pull)| *slope = pull - mean);
    bent.iter().zip(&pull).map(|(y, p)| 0.5 * y * p).sum()
}

/// Rosenbrock's valley, twice: minimum 0 at (1, 1, 1, 1).
fn rosenbrock(x: &[f64], slopes: &mut [f64]) -> f64 {
    let valley = |[x, y]: [f64; 2], slopes: &mut [f64]| {
        let (across, along) = (y - x * x, 1.0 - x);
        slopes.copy_from_slice(&[-400.0 * x * across - 2.0 * along, 200.0 * across]);
        100.0 * across * across + along * along
    };
    valley([x[0], x[1]], &mut slopes[..2]) + valley([x[2], x[3]], &mut slopes[2..])
}

/// Σ x - ln x, without a finite value for x ≤ 0: the minimum is at (1, …, 1).
fn barrier(x: &[f64], slopes: &mut [f64]) -> f64 {
    slopes.iter_mut().zip(x).for_each(|(slope, x)| *slope = 1.0 - 1.0 / x);
    x.iter().map(|x| x - x.ln()).sum()
}

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// Every function with a start and its minimum.
fn functions() -> [(&'static Function<'static>, Vec<f64>, Vec<f64>); 3] {
    [
        (&quadratic, vec![0.0; 6], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        (&rosenbrock, vec![-1.2, 1.0, 2.0, -1.0], vec![1.0; 4]),
        (&barrier, vec![0.01, 30.0, 2.0], vec![1.0; 3]),
    ]
}

#[test]
fn lbfgs_converges_superlinearly() {
    for (i, (function, start, minimum)) in functions().into_iter().enumerate() {
        let mut search = Search::new(function, &start, 25);
        let distance = |at: &[f64]| norm(&at.iter().zip(&minimum).map(|(x, m)| x - m).collect::<Vec<_>>());
        let mut errors = vec![distance(&start)];
        while errors[errors.len() - 1] > 1e-10 {
            assert!(errors.len() < 80, "function {i}: {errors:?}");
            errors.push(distance(&search.step().to.0));
        }
        // With curvatures that differ by a factor of a thousand, gradient descent takes 500 ln 10⁸ = 9200 steps.
        let last = errors.iter().filter(|error| **error < 1e-2).count();
        println!(
            "function {i}: {} steps, {} evaluations, {last} steps below 1e-2",
            errors.len() - 1,
            search.evaluations
        );
        assert!(last <= 12, "function {i}: {errors:?}");
    }
}

#[test]
fn lbfgs_takes_steps_that_satisfy_the_strong_wolfe_conditions() {
    for (i, (function, start, _)) in functions().into_iter().enumerate() {
        for memory in [1, 3, 25] {
            let mut search = Search::new(function, &start, memory);
            for count in 0..25 {
                let Step { from: (x, value, slopes), to } = search.step();
                if norm(&slopes) < 1e-6 {
                    break;
                }
                let along: Vec<f64> = to.0.iter().zip(&x).map(|(to, from)| to - from).collect();
                let slope = |slopes: &[f64]| slopes.iter().zip(&along).map(|(g, s)| g * s).sum::<f64>();
                let (before, after) = (slope(&slopes), slope(&to.2));
                assert!(before < 0.0 && to.1 <= value + 1e-4 * before * (1.0 - 1e-9), "function {i}, step {count}");
                assert!(after.abs() <= 0.9 * before.abs() * (1.0 + 1e-9), "function {i}, step {count}");
            }
        }
    }
}

#[test]
fn lbfgs_goes_on_with_the_same_bits_when_its_memory_is_restored() {
    for memory in [1, 4] {
        for steps in [0, 1, 3, 9] {
            let mut first = Search::new(&rosenbrock, &[-1.2, 1.0, 2.0, -1.0], memory);
            (0..steps).for_each(|_| drop(first.step()));
            let mut second = Search::new(&rosenbrock, &[0.0; 4], memory);
            second.network = first.network.clone();
            let remembered = first.rule.state().to_vec();
            second.rule.state_mut().copy_from_slice(&remembered);
            for _ in 0..10 {
                assert_eq!(first.step().to, second.step().to, "after {steps} steps, memory {memory}");
            }
            assert_eq!(first.rule.state(), second.rule.state());
        }
    }
}

#[test]
fn lbfgs_survives_a_memory_that_makes_no_sense() {
    for forged in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e300] {
        let mut search = Search::new(&quadratic, &[0.0; 6], 3);
        let end = search.rule.state().len() - 2;
        search.rule.state_mut()[..end].fill(forged);
        search.rule.state_mut()[end..].fill(3.0);
        let last = (0..60).map(|_| search.step()).last().unwrap();
        assert!(last.to.1 < 1.0, "memory of {forged}: {last:?}");
    }
}

#[test]
fn lbfgs_forgets_a_pair_that_it_overwrote_with_a_useless_one() {
    // The curvature rises from 1 to 1e12 within a step: no usable curvature follows from this change of the slope.
    let bowl = |curvature: f64| {
        move |x: &[f64], slopes: &mut [f64]| {
            slopes[0] = curvature * x[0];
            0.5 * curvature * x[0] * x[0]
        }
    };
    let (gentle, steep) = (bowl(1.0), bowl(1e12));
    for memory in [1, 2] {
        let mut search = Search::new(&gentle, &[100.0], memory);
        for _ in 0..memory {
            search.step();
            search.network.parameters_mut()[0] = 50.0;
        }
        search.function = &steep;
        let Step { from, to } = search.step();
        assert!(to.1 < from.1, "{to:?}");
        let vectors = search.rule.state();
        let (pairs, counts) = vectors.split_at(vectors.len() - 2);
        assert_eq!(counts[0] as usize, memory - 1, "the oldest pair is gone, the newest useless");
        let pairs: Vec<&[f64]> = pairs.chunks_exact(search.network.parameters().len()).collect();
        for age in 0..counts[0] as usize {
            let place = (counts[1] as usize + memory - 1 - age) % memory;
            let (s, y) = (pairs[2 * place][0], pairs[2 * place + 1][0]);
            assert!(((y / s) - 1.0).abs() < 1e-9, "of the gentle bowl: {s}, {y}");
        }
    }
}

#[test]
fn lbfgs_backs_out_of_where_loss_or_gradient_is_not_finite() {
    for (value, slope) in [
        (f64::NAN, 0.0),
        (f64::INFINITY, 0.0),
        (f64::NEG_INFINITY, 0.0),
        (-1e9, f64::NAN),
        (-1e9, f64::INFINITY),
        (-1e9, f64::NEG_INFINITY),
    ] {
        // Nearly straight far from the minimum at 0, so the second step jumps far beyond the edge.
        let visits = Cell::new(0);
        let function = |x: &[f64], slopes: &mut [f64]| {
            if x[0] > 0.5 {
                visits.set(visits.get() + 1);
                slopes[0] = slope;
                return value;
            }
            let height = (1.0 + 100.0 * x[0] * x[0]).sqrt();
            slopes[0] = 100.0 * x[0] / height;
            height
        };
        let mut search = Search::new(&function, &[-3.0], 5);
        let last = (0..30).map(|_| search.step()).last().unwrap();
        assert!(visits.get() > 0, "it went there");
        assert!(last.to.0[0].abs() < 1e-6, "{value}, {slope}: {last:?}");
    }
}

#[test]
fn lbfgs_reports_a_gradient_that_is_not_finite_as_divergence() {
    for slope in [f64::NAN, f64::INFINITY, 1e30] {
        let mut network = Network::<f32x4>::zeros(Architecture::default());
        let mut gradient = network.parameters().to_vec();
        let mut oracle = |_: &Network<f32x4>, gradient: &mut [f32x4]| {
            gradient.fill(f32x4::splat(slope as f32));
            1.0
        };
        let loss = Lbfgs::new(3, gradient.len()).step(0, 1.0, &mut network, &mut gradient, &mut oracle);
        assert!(loss.is_nan() && network.parameters().iter().all(|p| p.to_array() == [0.0; 4]), "{slope}: {loss}");
    }
}

#[test]
fn lbfgs_never_increases_the_loss_of_a_network() {
    for case in [Case::Plain, Case::Weighted, Case::Contractive, Case::EncoderContractive] {
        let mut network: Network<f32x4> = random(Architecture { dim: 2, units: 9, ..Architecture::default() }, 4);
        let (points, mut evaluator) = (points(2), case.evaluator(network.architecture(), 16));
        let mut rule = Lbfgs::new(10, network.parameters().len());
        let mut gradient = network.parameters().to_vec();
        let mut oracle = |network: &Network<f32x4>, gradient: &mut [f32x4]| {
            evaluator.full_gradient(network, &points, 3, &mut batch_stream(), gradient)
        };
        let mut step = |_| rule.step(0, 1.0, &mut network, &mut gradient, &mut oracle);
        let losses: Vec<f64> = (0..150).map(&mut step).collect();
        let rise = losses.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::NEG_INFINITY, f64::max);
        println!("{case:?}: from {:.4} to {:.6}, greatest rise {rise:e}", losses[0], losses[149]);
        assert!(rise <= 0.0 && losses[149] < 0.5 * losses[0], "{case:?}: {losses:?}");
    }
}

#[test]
fn descent_takes_no_step_where_the_loss_is_not_finite() {
    let mut network = Network::<f64>::zeros(Architecture::default());
    let mut gradient = network.parameters().to_vec();
    let mut rule = Descending(Sgd::new(1.0));
    let mut oracle = |_: &Network<f64>, gradient: &mut [f64]| {
        gradient.fill(1.0);
        f64::INFINITY
    };
    let loss = rule.step(0, 1.0, &mut network, &mut gradient, &mut oracle);
    assert!(loss == f64::INFINITY && network.parameters().iter().all(|p| *p == 0.0));
}
