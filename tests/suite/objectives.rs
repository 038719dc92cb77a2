//! Every objective, and its loss written plainly: loops over units, std's functions, derivatives by differences.

use scorescape::data::{Mixture, Points};
use scorescape::experiment::parse;
use scorescape::model::{Activation, Architecture, Network, Slot};
use scorescape::objective::{self, Evaluator};
use scorescape::rng::{Purpose, Stream, stream};
use scorescape::simd::Simd;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::reference_network::{Plain, dot, random};

pub const SIGMA: f64 = 0.3;
const PENALTY: f64 = 0.7;
const LARGE_SHARE: f64 = 0.4;
const STOP: f64 = 0.3;
const KICK: f64 = 0.2;
const SPARSITY: f64 = 0.4;

/// An objective with the choices of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Plain,
    RareLarge,
    Weighted,
    Contractive,
    EncoderContractive,
    Implicit,
    Sliced,
    Walkback,
    /// Three of the objectives, with an L1 penalty on the code.
    SparseWeighted,
    SparseContractive,
    SparseWalkback,
}

impl Case {
    pub const ALL: [Self; 11] = [
        Self::Plain,
        Self::RareLarge,
        Self::Weighted,
        Self::Contractive,
        Self::EncoderContractive,
        Self::Implicit,
        Self::Sliced,
        Self::Walkback,
        Self::SparseWeighted,
        Self::SparseContractive,
        Self::SparseWalkback,
    ];

    /// The objective without a penalty on the code.
    pub fn base(self) -> Self {
        match self {
            Self::SparseWeighted => Self::Weighted,
            Self::SparseContractive => Self::Contractive,
            Self::SparseWalkback => Self::Walkback,
            base => base,
        }
    }

    /// The penalty on the code.
    pub fn sparsity(self) -> f64 {
        if self == self.base() { 0.0 } else { SPARSITY }
    }

    fn link(self) -> String {
        match self {
            Self::Plain => String::new(),
            Self::RareLarge => format!("train.corruption=rare-large&train.large-noise={LARGE_SHARE}"),
            Self::Weighted => "train.corruption=weighted".into(),
            Self::Contractive => "train.objective=contractive".into(),
            Self::EncoderContractive => format!("train.objective=encoder-contractive&train.penalty={PENALTY}"),
            Self::Implicit => "train.objective=implicit".into(),
            Self::Sliced => "train.objective=sliced".into(),
            Self::SparseWeighted | Self::SparseContractive | Self::SparseWalkback => self.base().link(),
            Self::Walkback => {
                format!("train.objective=walkback&train.walkback-probability={STOP}&train.walkback-kick={KICK}")
            }
        }
    }

    pub fn evaluator<L: Simd>(self, architecture: &Architecture, batch: usize) -> Evaluator<L> {
        let (experiment, errors) = parse(&self.link());
        assert!(errors.is_empty(), "{errors:?}");
        let objective = objective::from_settings(experiment.settings(), SIGMA, architecture.dim).unwrap();
        let evaluator = Evaluator::new(architecture, objective, SIGMA, batch);
        if self == self.base() { evaluator } else { evaluator.with_sparsity(architecture, SPARSITY) }
    }

    /// Whether the objective supports data of dimension `dim`.
    pub fn allows(self, dim: usize) -> bool {
        self.base() != Self::Weighted || dim <= 2
    }
}

pub fn points(dim: usize) -> Points {
    let normal = Mixture::isotropic(dim, &[1.0], vec![0.0; dim], 1.0).unwrap();
    Points::draw(&normal, 20, 3)
}

/// Random stream of the one batch in these tests.
pub fn batch_stream() -> Stream {
    stream(5, Purpose::Batch, 0)
}

/// The loss on the one batch and its gradient, in a network's layout.
pub fn loss_and_gradient<L: Simd>(case: Case, network: &Network<L>, batch: usize) -> (f64, Network<L>) {
    let mut gradient = network.clone();
    let mut evaluator = case.evaluator(network.architecture(), batch);
    let loss = evaluator.gradient(
        network,
        &points(network.architecture().dim),
        &mut batch_stream(),
        gradient.parameters_mut(),
    );
    (loss, gradient)
}

/// An example: r is evaluated `at` a point and compared with `clean`.
#[derive(Clone, Debug)]
pub struct Term {
    clean: Vec<f64>,
    pub at: Vec<f64>,
    pub weight: f64,
    /// The sliced objective's direction.
    signs: Vec<f64>,
}

/// The terms of the same batch, drawn in the evaluator's order: indices, then noise coordinate by coordinate of four
/// examples, then the draws of each tile. Walks follow `plain`.
pub fn terms(case: Case, plain: &Plain, batch: usize) -> Vec<Term> {
    let (case, points, mut rng) = (case.base(), points(plain.dim()), batch_stream());
    let dim = plain.dim();
    let indices: Vec<usize> = (0..batch).map(|_| rng.index(points.len() as u32)).collect();
    let mut noise = vec![0.0; batch.next_multiple_of(4) * dim];
    rng.fill_normal(&mut noise);
    let noise = |example: usize, k: usize| f64::from(noise[example / 4 * 4 * dim + k * 4 + example % 4]);
    let mut terms = Vec::new();
    for first in (0..batch).step_by(4) {
        let draw = |size: [f64; 4], e: usize| {
            let clean = points.point(*indices.get(first + e).unwrap_or(&0)).to_vec();
            let at = (0..dim).map(|k| clean[k] + size[e] * noise(first + e, k)).collect();
            Term { clean, at, weight: f64::from(u8::from(first + e < batch)), signs: Vec::new() }
        };
        let sizes = |rng: &mut Stream| match case {
            Case::Weighted => [4.0 * SIGMA; 4],
            Case::RareLarge => [(); 4].map(|()| if rng.uniform() < LARGE_SHARE { 10.0 * SIGMA } else { SIGMA }),
            Case::Walkback => [(); 4].map(|()| if rng.uniform() < KICK { 10.0 * SIGMA } else { SIGMA }),
            Case::Plain => [SIGMA; 4],
            _ => [0.0; 4],
        };
        let size = sizes(&mut rng);
        let mut tile: Vec<Term> = (0..4).map(|e| draw(size, e)).collect();
        if case == Case::Sliced {
            let signs: Vec<f64> = (0..4 * dim).map(|_| if rng.index(2) == 0 { -1.0 } else { 1.0 }).collect();
            let of = |e: usize| (0..dim).map(|k| signs[4 * k + e]).collect();
            tile.iter_mut().enumerate().for_each(|(e, term)| term.signs = of(e));
        }
        let mut steps = 1;
        loop {
            terms.extend(tile.iter().filter(|term| term.weight > 0.0).cloned());
            if case != Case::Walkback {
                break;
            }
            steps += 1;
            for term in &mut tile {
                let ends = rng.uniform() < STOP;
                term.weight *= f64::from(u8::from(!ends && steps <= 10));
            }
            let size = sizes(&mut rng);
            let kicks: Vec<f64> = (0..4 * dim).map(|_| rng.normal()).collect();
            for (e, term) in tile.iter_mut().enumerate() {
                let from = plain.reconstruct(&term.at);
                term.at = (0..dim).map(|k| from[k] + size[e] * kicks[4 * k + e]).collect();
            }
            if tile.iter().all(|term| term.weight == 0.0) {
                break;
            }
        }
    }
    if case == Case::Weighted {
        weigh(&mut terms);
    }
    terms
}

/// w = N(δ; 0, σ²I)/N(δ; 0, 16σ²I).
fn weigh(terms: &mut [Term]) {
    let distance = |term: &Term| term.at.iter().zip(&term.clean).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    let density = |square: f64, size: f64, dim: i32| (-0.5 * square / (size * size)).exp() / size.powi(dim);
    let of = |term: &Term, size: f64| density(distance(term), size, term.at.len() as i32);
    terms.iter_mut().for_each(|term| term.weight = of(term, SIGMA) / of(term, 4.0 * SIGMA));
}

/// The derivative of `f` at x along `v`, by extrapolated central differences.
pub fn along(f: impl Fn(&[f64]) -> Vec<f64>, x: &[f64], v: &[f64]) -> Vec<f64> {
    let moved = |h: f64| f(&x.iter().zip(v).map(|(x, v)| x + h * v).collect::<Vec<_>>());
    let slope = |h: f64| moved(h).iter().zip(moved(-h)).map(|(a, b)| (a - b) / (2.0 * h)).collect::<Vec<f64>>();
    slope(5e-4).iter().zip(slope(1e-3)).map(|(near, far)| (4.0 * near - far) / 3.0).collect()
}

fn axis(dim: usize, j: usize) -> Vec<f64> {
    (0..dim).map(|k| f64::from(u8::from(k == j))).collect()
}

/// ‖∂f/∂x‖²_F.
pub fn slope_power(f: impl Fn(&[f64]) -> Vec<f64>, x: &[f64]) -> f64 {
    (0..x.len()).map(|j| along(&f, x, &axis(x.len(), j))).map(|column| dot(&column, &column)).sum()
}

/// The mean over `batch` examples of the loss at `terms`.
pub fn plain_loss(case: Case, plain: &Plain, terms: &[Term], batch: usize) -> f64 {
    let (dim, variance) = (plain.dim(), SIGMA * SIGMA);
    let reconstruct = |x: &[f64]| plain.reconstruct(x);
    let loss = |term: &Term| {
        let r = plain.reconstruct(&term.at);
        let square: f64 = r.iter().zip(&term.clean).map(|(r, x)| (r - x) * (r - x)).sum();
        let half_power: f64 = r.iter().zip(&term.at).map(|(r, x)| 0.5 * ((r - x) / variance).powi(2)).sum();
        let penalty = case.sparsity() * plain.code(&term.at).iter().map(|h| h.abs()).sum::<f64>();
        let loss = match case.base() {
            Case::Plain | Case::RareLarge | Case::Weighted | Case::Walkback => square,
            Case::Contractive => square + variance * slope_power(reconstruct, &term.at),
            Case::EncoderContractive => square + PENALTY * slope_power(|x| plain.code(x), &term.at),
            Case::Implicit => {
                let divergence = |j: usize| (along(reconstruct, &term.at, &axis(dim, j))[j] - 1.0) / variance;
                half_power + (0..dim).map(divergence).sum::<f64>()
            }
            Case::Sliced => {
                let slopes = along(reconstruct, &term.at, &term.signs);
                half_power + term.signs.iter().zip(slopes).map(|(v, slope)| v * (slope - v)).sum::<f64>() / variance
            }
            sparse => panic!("{sparse:?} is no objective by itself"),
        };
        loss + penalty
    };
    terms.iter().map(|term| term.weight * loss(term)).sum::<f64>() / batch as f64
}

#[test]
fn walks_that_have_ended_no_longer_count_wherever_they_would_have_gone() {
    // r is 0 below a limit, which no walk crosses before its end, and overflows two steps after it.
    let architecture =
        Architecture { activation: Activation::Relu, skip: 0.0, scale: 1e200, ..Architecture::default() };
    let network = |limit: f64| {
        let mut network: Network<f64> = Network::zeros(architecture);
        network.set(0, Slot::Encoder(0), 1.0);
        network.set(0, Slot::Bias, -limit);
        network.set(0, Slot::Decoder(0), 1.0);
        network
    };
    for batch in (40..400).step_by(40) {
        let walked = terms(Case::Walkback, &Plain::new(&network(1e3), SIGMA), batch);
        let places = walked.iter().flat_map(|term| term.at.iter().chain(&term.clean));
        let limit = places.fold(0.0, |top: f64, x| top.max(*x));
        let (loss, gradient) = loss_and_gradient(Case::Walkback, &network(limit), batch);
        let expected = walked.iter().map(|term| term.clean[0] * term.clean[0]).sum::<f64>() / batch as f64;
        assert!((loss / expected - 1.0).abs() < 1e-12, "{loss}, not {expected}, for {batch} walks");
        assert!(gradient.parameters().iter().all(|slope| slope.is_finite()), "{batch} walks");
    }
}

#[test]
fn evaluator_takes_fewer_points_than_it_had_before() {
    let architecture = Architecture { dim: 2, units: 5, ..Architecture::default() };
    let network: Network<f64> = random(architecture, 3);
    let few = Points::draw(&Mixture::isotropic(2, &[1.0], vec![0.0; 2], 1.0).unwrap(), 3, 8);
    for case in Case::ALL {
        let mut used = case.evaluator(&architecture, 19);
        let mut gradient = network.parameters().to_vec();
        used.gradient(&network, &points(2), &mut batch_stream(), &mut gradient);
        used.full_gradient(&network, &points(2), 1, &mut batch_stream(), &mut gradient);
        let fresh = case.evaluator(&architecture, 19).loss(&network, &few, &mut batch_stream());
        assert_eq!(used.loss(&network, &few, &mut batch_stream()).to_bits(), fresh.to_bits(), "{case:?}");
    }
}

#[test]
fn walks_have_geometric_lengths_of_ten_at_most() {
    // r = 0 everywhere: each state has the loss of its walk's start.
    let architecture = Architecture { skip: 0.0, ..Architecture::default() };
    let network: Network<f64> = Network::zeros(architecture);
    let batch = 4000;
    let walked = terms(Case::Walkback, &Plain::new(&network, SIGMA), batch);
    // E[length] = (1 - (1 - q)^10)/q; its variance is below 1/q².
    let (mean, expected) = (walked.len() as f64 / batch as f64, (1.0 - (1.0 - STOP).powi(10)) / STOP);
    assert!((mean - expected).abs() < 4.5 / STOP / (batch as f64).sqrt(), "{mean} states a walk, not {expected}");
    let loss = loss_and_gradient(Case::Walkback, &network, batch).0;
    let squares = walked.iter().map(|term| term.clean[0] * term.clean[0]).sum::<f64>() / batch as f64;
    assert!((loss / squares - 1.0).abs() < 1e-12, "as many states as the loss counts: {loss}, {squares}");
}
