//! Losses and their gradients, for every objective and every form of network: against plain evaluations and finite
//! differences.

use std::sync::OnceLock;

use scorescape::model::{Activation, Architecture, Decoder, Network, Slot};
use scorescape::objective::{Denoising, EncoderContractive, Evaluator, Objective};
use scorescape::simd::{Simd, f32x4};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::objectives::{Case, SIGMA, Term, batch_stream, loss_and_gradient, plain_loss, points, terms};
use crate::support::finite_differences::{derivative, relative_gap, worse};
use crate::support::reference_network::{Parameter, Plain, bent_forms, every_form, forms, kinds, parameters, random};

/// Not a multiple of the vector width, so blocks are padded.
const UNITS: usize = 5;
/// A number above four, the examples of a tile, and no multiple of four.
const BATCH: usize = 5;
/// Wasm tests one in `THINNING` configurations.
const THINNING: usize = if cfg!(target_arch = "wasm32") { 13 } else { 1 };

/// An objective, an architecture, and the seed of its first suited random network.
struct Row {
    case: Case,
    architecture: Architecture,
    seed: u32,
}

impl Row {
    fn new(case: Case, architecture: Architecture) -> Self {
        let seed = (1..).find(|seed| suits(case, &random(scaled(case, architecture), *seed))).unwrap();
        Self { case, architecture, seed }
    }

    fn network<L: Simd>(&self) -> Network<L> {
        random(scaled(self.case, self.architecture), self.seed)
    }
}

/// All cases, whose seeds are searched once for all tests of this file.
fn table() -> &'static [Row] {
    static TABLE: OnceLock<Vec<Row>> = OnceLock::new();
    TABLE.get_or_init(|| cases().into_iter().map(|(case, architecture)| Row::new(case, architecture)).collect())
}

/// Every objective with every form and activation, and with bent outputs; the dimensions 1, 2 and 3 alternate.
fn cases() -> Vec<(Case, Architecture)> {
    let forms = Activation::ALL.into_iter().flat_map(|activation| every_form(0, UNITS, activation));
    let all = forms.chain(bent_forms(0, UNITS)).flat_map(|architecture| Case::ALL.map(|case| (case, architecture)));
    let dim = |i: usize, case: Case| if case.allows([2, 1, 3][i % 3]) { [2, 1, 3][i % 3] } else { 2 };
    let sized =
        all.enumerate().map(|(i, (case, architecture))| (case, Architecture { dim: dim(i, case), ..architecture }));
    sized.step_by(THINNING).collect()
}

/// Least distance of a unit's input from a crease of relu or of |h|.
const MARGIN: f64 = 0.02;
/// Greatest distance of a bent output's input from 0: beyond it, tanh and sigmoid are almost flat.
const BENDING: f64 = 4.0;
/// Greatest extent of a walk.
const RANGE: f64 = 10.0;

/// Walks that diverge amplify every rounding error: small weights keep them near their start.
fn scaled(case: Case, architecture: Architecture) -> Architecture {
    if case.base() == Case::Walkback { Architecture { scale: 0.1, ..architecture } } else { architecture }
}

/// True if no unit is at a crease anywhere in the batch, no output is saturated, and walks stay near their start.
fn suits(case: Case, network: &Network<f64>) -> bool {
    let architecture = network.architecture();
    let plain = Plain::new(network, SIGMA);
    let terms = terms(case, &plain, BATCH);
    let is_sparse = case.sparsity() > 0.0;
    let has_sign = |x: &[f64]| plain.inputs(x)[architecture.layers - 1].iter().all(|u| u.abs() > MARGIN);
    let is_bending = |x: &[f64]| plain.outputs(x).iter().all(|u| u.abs() < BENDING);
    let weight = |passing: &dyn Fn(&Term) -> bool| {
        terms.iter().filter(|term| passing(term)).map(|term| term.weight).sum::<f64>()
    };
    let is_alive = weight(&|term| plain.passes_on(&term.at)) >= 0.75 * weight(&|_| true);
    is_alive
        && terms.iter().all(|term| {
            plain.is_smooth(&term.at, MARGIN)
                && (architecture.output == Activation::Identity || is_bending(&term.at))
                && (!is_sparse || has_sign(&term.at))
                && term.at.iter().all(|x| x.abs() < RANGE)
        })
}

fn read<L: Simd>(network: &Network<L>, parameters: &[Parameter]) -> Vec<f64> {
    parameters.iter().map(|parameter| parameter.read(network)).collect()
}

fn nudge(network: &Network<f64>, parameter: Parameter, by: f64) -> Network<f64> {
    let mut nudged = network.clone();
    parameter.write(&mut nudged, parameter.read(network) + by);
    nudged
}

#[test]
fn loss_is_that_of_a_plain_evaluation() {
    let mut worst: f64 = 0.0;
    for row @ Row { case, architecture, .. } in table() {
        let (case, network) = (*case, row.network::<f64>());
        let plain = Plain::new(&network, SIGMA);
        let truth = plain_loss(case, &plain, &terms(case, &plain, BATCH), BATCH);
        let loss = loss_and_gradient(case, &network, BATCH).0;
        let gap = (loss / truth - 1.0).abs();
        assert!(gap < 1e-9, "{case:?}, {architecture:?}: {loss} against {truth}");
        worst = worse(worst, gap);
    }
    println!("losses against plain evaluations: {worst:.1e} at most");
}

#[test]
fn gradient_in_double_precision_equals_finite_differences() {
    let mut worst: f64 = 0.0;
    for row @ Row { case, architecture, .. } in table() {
        let (case, network) = (*case, row.network::<f64>());
        let (_, gradient) = loss_and_gradient(case, &network, BATCH);
        let (mut evaluator, points, mut workspace) =
            (case.evaluator(network.architecture(), BATCH), points(architecture.dim), network.parameters().to_vec());
        // A walk's states count as constants: they are computed with the unchanged network.
        let walk = (case.base() == Case::Walkback).then(|| terms(case, &Plain::new(&network, SIGMA), BATCH));
        let mut loss = |network: &Network<f64>| match &walk {
            Some(terms) => plain_loss(case, &Plain::new(network, SIGMA), terms, BATCH),
            None => evaluator.gradient(network, &points, &mut batch_stream(), &mut workspace),
        };
        for (kind, parameters) in kinds(architecture) {
            let slopes: Vec<f64> =
                parameters.iter().map(|p| derivative(2e-4, |h| loss(&nudge(&network, *p, h)))).collect();
            let gap = relative_gap(&read(&gradient, &parameters), &slopes, 1e-300);
            assert!(gap < 1e-6, "{case:?}, {architecture:?}, kind {kind}: {gap:e}");
            worst = worse(worst, gap);
        }
    }
    println!("gradients against finite differences: {worst:.1e} of the greatest slope of their kind, at most");
}

#[test]
fn gradient_in_single_precision_equals_that_in_double() {
    let mut worst: f64 = 0.0;
    for row @ Row { case, architecture, .. } in table() {
        let (single_loss, single) = loss_and_gradient::<f32x4>(*case, &row.network(), BATCH);
        let (loss, double) = loss_and_gradient::<f64>(*case, &row.network(), BATCH);
        assert!((single_loss / loss - 1.0).abs() < 1e-4, "{case:?}, {architecture:?}: {single_loss} against {loss}");
        for (kind, parameters) in kinds(architecture) {
            let gap = relative_gap(&read(&single, &parameters), &read(&double, &parameters), 1e-300);
            assert!(gap < 1e-4, "{case:?}, {architecture:?}, kind {kind}: {gap:e}");
            worst = worse(worst, gap);
        }
    }
    println!("single against double precision: {worst:.1e} of the greatest slope of their kind, at most");
}

#[test]
fn what_training_leaves_alone_has_no_gradient() {
    for row @ Row { case, architecture, .. } in table() {
        let mut learned: Network<f32x4> = Network::zeros(*architecture);
        learned.parameters_mut().fill(f32x4::default());
        parameters(architecture).into_iter().for_each(|parameter| parameter.write(&mut learned, 1.0));
        let (_, gradient) = loss_and_gradient(*case, &row.network::<f32x4>(), BATCH);
        let floats =
            |network: &Network<f32x4>| network.parameters().iter().flat_map(|l| l.to_array()).collect::<Vec<_>>();
        let (learned, gradient) = (floats(&learned), floats(&gradient));
        assert!(learned.contains(&0.0), "{architecture:?} has padding");
        for (learned, slope) in learned.into_iter().zip(gradient) {
            assert!(learned == 1.0 || slope == 0.0, "{case:?}, {architecture:?}: slope {slope}");
        }
    }
}

#[test]
fn transposed_decoder_keeps_its_factors_though_the_rest_learns() {
    for row @ Row { case, architecture, .. } in
        table().iter().filter(|row| row.architecture.decoder == Decoder::Transposed)
    {
        let (_, gradient) = loss_and_gradient::<f32x4>(*case, &row.network(), BATCH);
        assert!((0..UNITS).all(|unit| gradient.get(unit, Slot::Factor) == 0.0), "{case:?}, {architecture:?}");
        assert!((0..UNITS).any(|unit| gradient.get(unit, Slot::Encoder(0)) != 0.0), "{case:?}, {architecture:?}");
    }
}

/// Loss and gradient of ‖r(x) - x‖² over the points themselves: noise of size 1e-300 has no effect.
fn clean_gradient<L: Simd>(network: &Network<L>, objective: Box<dyn Objective>) -> (f64, Network<L>) {
    let (architecture, mut gradient) = (network.architecture(), network.clone());
    let mut evaluator = Evaluator::new(architecture, objective, SIGMA, 7);
    let loss = evaluator.gradient(network, &points(architecture.dim), &mut batch_stream(), gradient.parameters_mut());
    (loss, gradient)
}

#[test]
fn one_hidden_layer_has_the_same_gradient_by_the_fused_and_the_layered_way() {
    fn gap<L: Simd>(architecture: Architecture) -> f64 {
        let network: Network<L> = random(architecture, 12);
        // Without directions the evaluator uses the fused path; with them the layered one, here with zero penalty.
        let (fused_loss, fused) = clean_gradient(&network, Box::new(Denoising::new(1e-300)));
        let (loss, layered) = clean_gradient(&network, Box::new(EncoderContractive::new(0.0)));
        let of_kind =
            |(_, list): (_, Vec<Parameter>)| relative_gap(&read(&fused, &list), &read(&layered, &list), 1e-300);
        kinds(&architecture).into_iter().map(of_kind).fold((fused_loss / loss - 1.0).abs(), f64::max)
    }
    let (mut worst, mut worst_single): (f64, f64) = (0.0, 0.0);
    for activation in Activation::ALL {
        let of_dim = |dim| every_form(dim, 10, activation).into_iter().filter(|architecture| architecture.layers == 1);
        for architecture in [1, 2, 3, 5].into_iter().flat_map(of_dim).step_by(THINNING) {
            let (double, single) = (gap::<f64>(architecture), gap::<f32x4>(architecture));
            assert!(double < 1e-11 && single < 1e-4, "{architecture:?}: {double:e}, {single:e}");
            (worst, worst_single) = (worst.max(double), worst_single.max(single));
        }
    }
    println!("fused against layered: {worst:.1e} in double, {worst_single:.1e} in single precision");
}

#[test]
fn what_the_code_costs_counts_in_the_gradient_s_loss_alone() {
    for Row { case, architecture, .. } in table().iter().filter(|row| row.case.sparsity() > 0.0) {
        let network: Network<f64> = random(*architecture, 14);
        let loss = |case: Case| {
            case.evaluator(architecture, BATCH).loss(&network, &points(architecture.dim), &mut batch_stream())
        };
        let gap = loss(*case) / loss(case.base()) - 1.0;
        assert!(gap.abs() < 1e-12, "{case:?}, {architecture:?}: {gap:e}");
    }
}

#[test]
fn batches_of_every_size_have_the_mean_loss_of_their_examples() {
    for architecture in forms(&[1, 2, 3, 5], 10) {
        for batch in [1, 3, 4, 7] {
            let network: Network<f64> = random(architecture, 11);
            let plain = Plain::new(&network, SIGMA);
            let truth = plain_loss(Case::Plain, &plain, &terms(Case::Plain, &plain, batch), batch);
            let loss = loss_and_gradient(Case::Plain, &network, batch).0;
            assert!((loss / truth - 1.0).abs() < 1e-13, "{architecture:?}, batch {batch}: {loss} against {truth}");
        }
    }
}
