//! Losses and their gradients, for every objective and every form of network: against plain evaluations and finite differences.

use scorescape::lane::{Lane, f32x4};
use scorescape::model::{Activation, Decoder, Form, Network, Slot};
use scorescape::objective::{Denoising, EncoderContractive, Evaluator, Objective};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::differences::{derivative, relative_gap, worse};
use crate::networks::{Parameter, Plain, bent_forms, every_form, forms, kinds, parameters, random};
use crate::objectives::{Case, SIGMA, Term, batch_stream, loss_and_gradient, plain_loss, points, terms};

/// Not a multiple of the lanes' width, so that blocks are padded.
const UNITS: usize = 5;
/// Neither a multiple of the group of four examples, nor less than it.
const BATCH: usize = 5;
/// Of how many configurations wasm looks at one.
const THINNING: usize = if cfg!(target_arch = "wasm32") { 7 } else { 1 };

/// Every objective with every form and activation, and with bent outputs, in dimensions 1, 2 and 3 by turns.
fn table() -> Vec<(Case, Form)> {
    let forms = Activation::ALL.into_iter().flat_map(|activation| every_form(0, UNITS, activation));
    let all = forms.chain(bent_forms(0, UNITS)).flat_map(|form| Case::ALL.map(|case| (case, form)));
    let dim = |i: usize, case: Case| if case.allows([2, 1, 3][i % 3]) { [2, 1, 3][i % 3] } else { 2 };
    let sized = all.enumerate().map(|(i, (case, form))| (case, Form { dim: dim(i, case), ..form }));
    sized.step_by(THINNING).collect()
}

/// How near a unit may come to a crease, of relu or of |h|.
const MARGIN: f64 = 0.02;
/// How far a bent output's input may be from 0: beyond, tanh and sigmoid have next to no slope.
const BENDING: f64 = 4.0;
/// How far a walk may go.
const RANGE: f64 = 10.0;

/// A random network none of whose units looks at a crease anywhere in the batch, whose outputs can move, and whose walks stay where they began: those
/// that run away enlarge every rounding error on their way.
fn suited<L: Lane>(case: Case, form: Form) -> Network<L> {
    let form = if case.base() == Case::Walkback { Form { scale: 0.1, ..form } } else { form };
    let suits = |network: &Network<f64>| {
        let plain = Plain::new(network, SIGMA);
        let terms = terms(case, &plain, BATCH);
        let is_sparse = case.sparsity() > 0.0;
        let has_sign = |x: &[f64]| plain.inputs(x)[form.layers - 1].iter().all(|u| u.abs() > MARGIN);
        let is_bending = |x: &[f64]| plain.outputs(x).iter().all(|u| u.abs() < BENDING);
        let weight = |passing: &dyn Fn(&Term) -> bool| {
            terms.iter().filter(|term| passing(term)).map(|term| term.weight).sum::<f64>()
        };
        let is_alive = weight(&|term| plain.passes_on(&term.at)) >= 0.75 * weight(&|_| true);
        is_alive
            && terms.iter().all(|term| {
                plain.is_smooth(&term.at, MARGIN)
                    && (form.output == Activation::Identity || is_bending(&term.at))
                    && (!is_sparse || has_sign(&term.at))
                    && term.at.iter().all(|x| x.abs() < RANGE)
            })
    };
    let seed = (1..).find(|seed| suits(&random(form, *seed))).unwrap();
    random(form, seed)
}

fn read<L: Lane>(network: &Network<L>, parameters: &[Parameter]) -> Vec<f64> {
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
    for (case, form) in table() {
        let network: Network<f64> = suited(case, form);
        let plain = Plain::new(&network, SIGMA);
        let truth = plain_loss(case, &plain, &terms(case, &plain, BATCH), BATCH);
        let loss = loss_and_gradient(case, &network, BATCH).0;
        let gap = (loss / truth - 1.0).abs();
        assert!(gap < 1e-9, "{case:?}, {form:?}: {loss} against {truth}");
        worst = worse(worst, gap);
    }
    println!("losses against plain evaluations: {worst:.1e} at most");
}

#[test]
fn gradient_in_double_precision_equals_finite_differences() {
    let mut worst: f64 = 0.0;
    for (case, form) in table() {
        let network: Network<f64> = suited(case, form);
        let (_, gradient) = loss_and_gradient(case, &network, BATCH);
        let (mut evaluator, points, mut room) =
            (case.evaluator(network.form(), BATCH), points(form.dim), network.parameters().to_vec());
        // A walk's states count as constants: they are those of the network as it is.
        let walk = (case.base() == Case::Walkback).then(|| terms(case, &Plain::new(&network, SIGMA), BATCH));
        let mut loss = |network: &Network<f64>| match &walk {
            Some(terms) => plain_loss(case, &Plain::new(network, SIGMA), terms, BATCH),
            None => evaluator.gradient(network, &points, &mut batch_stream(), &mut room),
        };
        for (kind, parameters) in kinds(&form) {
            let slopes: Vec<f64> =
                parameters.iter().map(|p| derivative(2e-4, |h| loss(&nudge(&network, *p, h)))).collect();
            let gap = relative_gap(&read(&gradient, &parameters), &slopes, 1e-300);
            assert!(gap < 1e-6, "{case:?}, {form:?}, kind {kind}: {gap:e}");
            worst = worse(worst, gap);
        }
    }
    println!("gradients against finite differences: {worst:.1e} of the greatest slope of their kind, at most");
}

#[test]
fn gradient_in_single_precision_equals_that_in_double() {
    let mut worst: f64 = 0.0;
    for (case, form) in table() {
        let (single_loss, single) = loss_and_gradient::<f32x4>(case, &suited(case, form), BATCH);
        let (loss, double) = loss_and_gradient::<f64>(case, &suited(case, form), BATCH);
        assert!((single_loss / loss - 1.0).abs() < 1e-4, "{case:?}, {form:?}: {single_loss} against {loss}");
        for (kind, parameters) in kinds(&form) {
            let gap = relative_gap(&read(&single, &parameters), &read(&double, &parameters), 1e-300);
            assert!(gap < 1e-4, "{case:?}, {form:?}, kind {kind}: {gap:e}");
            worst = worse(worst, gap);
        }
    }
    println!("single against double precision: {worst:.1e} of the greatest slope of their kind, at most");
}

#[test]
fn what_training_leaves_alone_has_no_gradient() {
    for (case, form) in table() {
        let mut learned: Network<f32x4> = Network::zeros(form);
        learned.parameters_mut().fill(f32x4::default());
        parameters(&form).into_iter().for_each(|parameter| parameter.write(&mut learned, 1.0));
        let (_, gradient) = loss_and_gradient(case, &suited::<f32x4>(case, form), BATCH);
        let floats =
            |network: &Network<f32x4>| network.parameters().iter().flat_map(|l| l.to_array()).collect::<Vec<_>>();
        let (learned, gradient) = (floats(&learned), floats(&gradient));
        assert!(learned.contains(&0.0), "{form:?} has padding");
        for (learned, slope) in learned.into_iter().zip(gradient) {
            assert!(learned == 1.0 || slope == 0.0, "{case:?}, {form:?}: slope {slope}");
        }
    }
}

#[test]
fn transposed_decoder_keeps_its_factors_though_the_rest_learns() {
    for (case, form) in table().into_iter().filter(|(_, form)| form.decoder == Decoder::Transposed) {
        let (_, gradient) = loss_and_gradient::<f32x4>(case, &suited(case, form), BATCH);
        assert!((0..UNITS).all(|unit| gradient.get(unit, Slot::Factor) == 0.0), "{case:?}, {form:?}");
        assert!((0..UNITS).any(|unit| gradient.get(unit, Slot::Encoder(0)) != 0.0), "{case:?}, {form:?}");
    }
}

/// Loss and gradient of ‖r(x) - x‖² over the points themselves: noise of size 1e-300 leaves no trace.
fn clean_gradient<L: Lane>(network: &Network<L>, objective: Box<dyn Objective>) -> (f64, Network<L>) {
    let (form, mut gradient) = (network.form(), network.clone());
    let mut evaluator = Evaluator::new(form, objective, SIGMA, 7);
    let loss = evaluator.gradient(network, &points(form.dim), &mut batch_stream(), gradient.parameters_mut());
    (loss, gradient)
}

#[test]
fn one_hidden_layer_has_the_same_gradient_by_the_fused_and_the_layered_way() {
    fn gap<L: Lane>(form: Form) -> f64 {
        let network: Network<L> = random(form, 12);
        // Without directions the evaluator takes the fused way; with them the layered one, whose penalty here is nothing.
        let (fused_loss, fused) = clean_gradient(&network, Box::new(Denoising::new(1e-300)));
        let (loss, layered) = clean_gradient(&network, Box::new(EncoderContractive::new(0.0)));
        let of_kind =
            |(_, list): (_, Vec<Parameter>)| relative_gap(&read(&fused, &list), &read(&layered, &list), 1e-300);
        kinds(&form).into_iter().map(of_kind).fold((fused_loss / loss - 1.0).abs(), f64::max)
    }
    let (mut worst, mut worst_single): (f64, f64) = (0.0, 0.0);
    for activation in Activation::ALL {
        let of_dim = |dim| every_form(dim, 10, activation).into_iter().filter(|form| form.layers == 1);
        for form in [1, 2, 3, 5].into_iter().flat_map(of_dim).step_by(THINNING) {
            let (double, single) = (gap::<f64>(form), gap::<f32x4>(form));
            assert!(double < 1e-11 && single < 1e-4, "{form:?}: {double:e}, {single:e}");
            (worst, worst_single) = (worst.max(double), worst_single.max(single));
        }
    }
    println!("fused against layered: {worst:.1e} in double, {worst_single:.1e} in single precision");
}

#[test]
fn what_the_code_costs_counts_in_the_gradient_s_loss_alone() {
    for (case, form) in table().into_iter().filter(|(case, _)| case.sparsity() > 0.0) {
        let network: Network<f64> = random(form, 14);
        let loss = |case: Case| case.evaluator(&form, BATCH).loss(&network, &points(form.dim), &mut batch_stream());
        let gap = loss(case) / loss(case.base()) - 1.0;
        assert!(gap.abs() < 1e-12, "{case:?}, {form:?}: {gap:e}");
    }
}

#[test]
fn batches_of_every_size_have_the_mean_loss_of_their_examples() {
    for form in forms(&[1, 2, 3, 5], 10) {
        for batch in [1, 3, 4, 7] {
            let network: Network<f64> = random(form, 11);
            let plain = Plain::new(&network, SIGMA);
            let truth = plain_loss(Case::Plain, &plain, &terms(Case::Plain, &plain, batch), batch);
            let loss = loss_and_gradient(Case::Plain, &network, batch).0;
            assert!((loss / truth - 1.0).abs() < 1e-13, "{form:?}, batch {batch}: {loss} against {truth}");
        }
    }
}
