//! Convergence diagnostics of chains against ArviZ, on chains that both programs generate with the same operations.

use scorescape::measure::autocorrelation::autocorrelation;
use scorescape::measure::integrated_time::integrated_time;
use scorescape::measure::r_hat::r_hat;
use scorescape::measure::{Trace, effective_sample_size};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A line of tests/fixtures/chains.txt, which tests/fixtures/chains.py explains.
struct Set {
    name: &'static str,
    kind: &'static str,
    seed: u32,
    chains: usize,
    draws: usize,
    memory: f64,
    shift: f64,
    stretch: f64,
    /// Sum of values, R̂, bulk and tail effective size, integrated time, autocorrelation at lags 1 and 5.
    expected: Vec<f64>,
}

fn sets() -> Vec<Set> {
    let lines = include_str!("../fixtures/chains.txt").lines().skip(1);
    let read = |line: &'static str| {
        let columns: Vec<&str> = line.split(" | ").collect();
        let number = |i: usize| columns[i].parse::<f64>().unwrap();
        Set {
            name: columns[0],
            kind: columns[1],
            seed: columns[2].parse().unwrap(),
            chains: columns[3].parse().unwrap(),
            draws: columns[4].parse().unwrap(),
            memory: number(5),
            shift: number(6),
            stretch: number(7),
            expected: (8..15).map(number).collect(),
        }
    };
    lines.map(read).collect()
}

/// Marsaglia's xorshift of 32 bits.
struct Xorshift(u32);

impl Xorshift {
    fn new(seed: u32) -> Self {
        Self(2_463_534_242 ^ seed.wrapping_mul(2_654_435_769))
    }

    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (f64::from(self.0) + 0.5) / 4_294_967_296.0
    }
}

impl Set {
    fn trace(&self) -> Trace {
        let mut source = Xorshift::new(self.seed);
        let values = (0..self.chains).flat_map(|i| self.chain(i, &mut source)).collect();
        Trace::new(values, self.chains).unwrap()
    }

    fn chain(&self, number: usize, source: &mut Xorshift) -> Vec<f64> {
        let number = number as f64;
        let (mut values, mut x) = (Vec::new(), 0.0);
        for _ in 0..self.draws {
            if self.kind == "rejecting" && source.uniform() < 0.6 && !values.is_empty() {
                values.push(values[values.len() - 1]);
                continue;
            }
            x = self.memory * x + noise(self.kind, source);
            let value = self.shift * number + (1.0 + self.stretch * number) * x;
            values.push(match self.kind {
                "whole" => value.floor(),
                "sign" => f64::from(u8::from(value > 0.0)),
                _ => value,
            });
        }
        values
    }
}

fn noise(kind: &str, source: &mut Xorshift) -> f64 {
    let mut u = || source.uniform();
    if kind == "cauchy" { (2.0 * u() - 1.0) / (2.0 * u() - 1.0) } else { u() + u() + u() + u() - 2.0 }
}

fn measures(trace: &Trace) -> [f64; 4] {
    [r_hat(trace), effective_sample_size::bulk(trace), effective_sample_size::tail(trace), integrated_time(trace)]
}

#[test]
fn convergence_measures_have_the_values_of_arviz() {
    let sets = sets();
    assert!(sets.len() > 20);
    for set in sets {
        let trace = set.trace();
        let first = autocorrelation(&trace.values()[..set.draws]);
        let lag = |k: usize| first.get(k).copied().unwrap_or(f64::NAN);
        let [r_hat, bulk, tail, time] = measures(&trace);
        let found = [trace.values().iter().sum(), r_hat, bulk, tail, time, lag(1), lag(5)];
        let names = ["sum", "R̂", "bulk size", "tail size", "integrated time", "lag 1", "lag 5"];
        for ((found, expected), name) in found.iter().zip(&set.expected).zip(names) {
            let agrees = (found / expected - 1.0).abs() < 1e-9 || found.is_nan() && expected.is_nan();
            assert!(agrees, "{}: {name} is {found}, not {expected}", set.name);
        }
    }
}

#[test]
fn convergence_is_unknown_of_constant_and_unbounded_chains() {
    let constant = Trace::new(vec![0.1; 40], 2).unwrap();
    assert!(measures(&constant).iter().all(|value| value.is_nan()), "constant");
    let stuck = Trace::new((0..40).map(|i| f64::from(i / 10)).collect(), 4).unwrap();
    assert!(measures(&stuck).iter().all(|value| value.is_nan()), "each constant");
    let short = Trace::new(vec![0.1, 0.2, 0.3, 0.1, 0.5, 0.4], 2).unwrap();
    assert!(measures(&short).iter().all(|value| value.is_nan()), "three draws");
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut values: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 40)).collect();
        assert!(measures(&Trace::new(values.clone(), 2).unwrap()).iter().all(|value| value.is_finite()));
        values[17] = bad;
        assert!(measures(&Trace::new(values, 2).unwrap()).iter().all(|value| value.is_nan()), "{bad}");
    }
}

#[test]
fn tails_of_a_chain_that_hardly_ever_leaves_its_greatest_value_are_unknown() {
    let values = (0..100).map(|i| f64::from(u8::from(i != 50))).collect();
    let trace = Trace::new(values, 1).unwrap();
    // Both quantiles are 1, so both indicators are constant; ArviZ returns 100 for that.
    assert!(effective_sample_size::tail(&trace).is_nan());
    assert!(effective_sample_size::bulk(&trace).is_finite());
}

#[test]
#[cfg(not(target_arch = "wasm32"))]
fn integrated_time_of_a_long_autoregression_is_its_closed_form() {
    let set = Set { memory: 0.9, draws: 100_000, chains: 1, expected: Vec::new(), ..sets().remove(0) };
    let trace = set.trace();
    let start = std::time::Instant::now();
    let [.., bulk, tail, time] = measures(&trace);
    println!("bulk {bulk}, tail {tail}, time {time} of 100 000 draws in {:?}", start.elapsed());
    // τ = (1 + φ)/(1 - φ); its estimate's standard error is about τ √(2 (2 W + 1)/n) with a window W ≈ 50, here 4.5 %.
    assert!((time / 19.0 - 1.0).abs() < 0.18, "{time}");
    assert!((bulk * time / 1e5 - 1.0).abs() < 0.1, "{bulk}");
}
