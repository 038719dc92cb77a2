//! The denoising loss and its gradient, against a plain evaluation and finite differences.

use scorescape::data::{Mixture, Points};
use scorescape::lane::{Lane, f32x4};
use scorescape::model::{Decoder, Form, Network, Slot};
use scorescape::objective::{Denoising, Evaluator};
use scorescape::rng::{Purpose, Stream, stream};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::differences::{derivative, relative_gap};
use crate::networks::{forms, random, slots};

const DIMS: [usize; 4] = [1, 2, 3, 5];
/// Not a multiple of the lanes' width, so that blocks are padded.
const UNITS: usize = 10;
/// Neither multiples of the group of four examples, nor all above it.
const BATCHES: [usize; 3] = [1, 4, 7];
const SIGMA: f64 = 0.3;

/// One number of a network.
#[derive(Clone, Copy)]
enum Parameter {
    Unit(usize, Slot),
    OutputBias(usize),
}

/// The parameters by kind: W, c, V or v, b. Each kind is compared on its own scale, so that none hides behind another.
fn kinds(form: &Form) -> [Vec<Parameter>; 4] {
    let of_units = |kind: fn(&Slot) -> bool| {
        let slots: Vec<Slot> = slots(form).into_iter().filter(kind).collect();
        (0..form.units).flat_map(|unit| slots.iter().map(move |slot| Parameter::Unit(unit, *slot))).collect()
    };
    [
        of_units(|slot| matches!(slot, Slot::Encoder(_))),
        of_units(|slot| matches!(slot, Slot::Bias)),
        of_units(|slot| matches!(slot, Slot::Decoder(_) | Slot::Factor)),
        (0..form.dim).map(Parameter::OutputBias).collect(),
    ]
}

fn read<L: Lane>(network: &Network<L>, parameters: &[Parameter]) -> Vec<f64> {
    let value = |parameter: &Parameter| match *parameter {
        Parameter::Unit(unit, slot) => network.get(unit, slot),
        Parameter::OutputBias(k) => network.output_bias(k),
    };
    parameters.iter().map(value).collect()
}

fn nudge(network: &Network<f64>, parameter: Parameter, by: f64) -> Network<f64> {
    let mut network = network.clone();
    match parameter {
        Parameter::Unit(unit, slot) => network.set(unit, slot, network.get(unit, slot) + by),
        Parameter::OutputBias(k) => network.set_output_bias(k, network.output_bias(k) + by),
    }
    network
}

fn points(dim: usize) -> Points {
    let normal = Mixture::isotropic(dim, &[1.0], vec![0.0; dim], 1.0).unwrap();
    Points::draw(&normal, 20, 3)
}

fn batch_stream() -> Stream {
    stream(5, Purpose::Batch, 0)
}

/// The loss on the one batch of this file and its gradient, in a network's layout.
fn loss_and_gradient<L: Lane>(network: &Network<L>, batch: usize) -> (f64, Network<L>) {
    let form = network.form();
    let mut gradient = network.clone();
    let mut evaluator = Evaluator::new(form, Box::new(Denoising::new(SIGMA)), SIGMA, batch);
    let lanes = gradient.parameters_mut();
    let loss = evaluator.gradient(network, &points(form.dim), &mut batch_stream(), lanes);
    (loss, gradient)
}

/// r(y) term by term: s₀ (V tanh(W y + c) + b) + s₊ y.
fn reconstruct(network: &Network<f64>, y: &[f64]) -> Vec<f64> {
    let form = network.form();
    let hidden = |unit| {
        let inner: f64 = (0..form.dim).map(|k| network.get(unit, Slot::Encoder(k)) * y[k]).sum();
        (inner + network.get(unit, Slot::Bias)).tanh()
    };
    let weight = |unit, k| match form.decoder {
        Decoder::Untied => network.get(unit, Slot::Decoder(k)),
        Decoder::Scaled => network.get(unit, Slot::Encoder(k)) * network.get(unit, Slot::Factor),
        Decoder::Transposed => network.get(unit, Slot::Encoder(k)),
    };
    let output = |k| (0..form.units).map(|unit| weight(unit, k) * hidden(unit)).sum::<f64>() + network.output_bias(k);
    (0..form.dim).map(|k| form.scale * output(k) + form.skip * y[k]).collect()
}

/// The mean of ‖r(x + σε) - x‖² over the same batch: indices first, then noise, coordinate by coordinate of four examples.
fn plain_loss(network: &Network<f64>, batch: usize) -> f64 {
    let (points, mut rng) = (points(network.form().dim), batch_stream());
    let dim = points.dim();
    let indices: Vec<usize> = (0..batch).map(|_| rng.index(points.len() as u32)).collect();
    let mut noise = vec![0.0; batch.next_multiple_of(4) * dim];
    rng.fill_normal(&mut noise);
    let loss = |example: usize| -> f64 {
        let x = points.point(indices[example]);
        let noise = |k: usize| f64::from(noise[example / 4 * 4 * dim + k * 4 + example % 4]);
        let y: Vec<f64> = (0..dim).map(|k| x[k] + SIGMA * noise(k)).collect();
        reconstruct(network, &y).iter().zip(x).map(|(r, x)| (r - x) * (r - x)).sum()
    };
    (0..batch).map(loss).sum::<f64>() / batch as f64
}

#[test]
fn loss_is_the_mean_squared_error_of_the_reconstruction() {
    for form in forms(&DIMS, UNITS) {
        for batch in BATCHES {
            let network = random(form, 11);
            let (loss, truth) = (loss_and_gradient(&network, batch).0, plain_loss(&network, batch));
            assert!((loss / truth - 1.0).abs() < 1e-13, "{form:?}, batch {batch}: {loss} against {truth}");
        }
    }
}

#[test]
fn gradient_in_double_precision_equals_finite_differences() {
    let mut worst: f64 = 0.0;
    for form in forms(&DIMS, UNITS) {
        for batch in BATCHES {
            let network: Network<f64> = random(form, 12);
            let (_, gradient) = loss_and_gradient(&network, batch);
            for (kind, parameters) in kinds(&form).iter().enumerate() {
                if kind == 2 && form.decoder == Decoder::Transposed {
                    continue;
                }
                let slope = |p: &Parameter| derivative(2e-4, |h| loss_and_gradient(&nudge(&network, *p, h), batch).0);
                let slopes: Vec<f64> = parameters.iter().map(slope).collect();
                let gap = relative_gap(&read(&gradient, parameters), &slopes, 0.0);
                assert!(gap < 1e-6, "{form:?}, batch {batch}, kind {kind}: {gap:e}");
                worst = worst.max(gap);
            }
        }
    }
    println!("gradients against finite differences: {worst:.1e} of the greatest slope of their kind, at most");
}

#[test]
fn gradient_in_single_precision_equals_that_in_double() {
    let mut worst: f64 = 0.0;
    for form in forms(&DIMS, UNITS) {
        for batch in BATCHES {
            let (single_loss, single) = loss_and_gradient::<f32x4>(&random(form, 13), batch);
            let (loss, double) = loss_and_gradient::<f64>(&random(form, 13), batch);
            assert!((single_loss / loss - 1.0).abs() < 1e-5, "{form:?}: {single_loss} against {loss}");
            for (kind, parameters) in kinds(&form).iter().enumerate() {
                let gap = relative_gap(&read(&single, parameters), &read(&double, parameters), 1e-300);
                assert!(gap < 1e-4, "{form:?}, batch {batch}, kind {kind}: {gap:e}");
                worst = worst.max(gap);
            }
        }
    }
    println!("single against double precision: {worst:.1e} of the greatest slope of their kind, at most");
}

#[test]
fn transposed_decoder_keeps_its_factors() {
    for form in forms(&DIMS, UNITS).into_iter().filter(|form| form.decoder == Decoder::Transposed) {
        let (_, gradient) = loss_and_gradient::<f32x4>(&random(form, 14), 7);
        assert!((0..UNITS).all(|unit| gradient.get(unit, Slot::Factor) == 0.0), "{form:?}");
        assert!((0..UNITS).any(|unit| gradient.get(unit, Slot::Bias) != 0.0), "{form:?}");
    }
}

#[test]
fn padding_has_no_gradient() {
    for form in forms(&DIMS, UNITS) {
        let mut real: Network<f32x4> = Network::zeros(form);
        for unit in 0..UNITS {
            slots(&form).into_iter().for_each(|slot| real.set(unit, slot, 1.0));
        }
        (0..form.dim).for_each(|k| real.set_output_bias(k, 1.0));
        let (_, gradient) = loss_and_gradient(&random(form, 15), 7);
        let floats =
            |network: &Network<f32x4>| network.parameters().iter().flat_map(|l| l.to_array()).collect::<Vec<_>>();
        let (real, gradient) = (floats(&real), floats(&gradient));
        assert!(real.contains(&0.0), "{form:?} has padding");
        for (real, slope) in real.into_iter().zip(gradient) {
            assert!(real == 1.0 || slope == 0.0, "{form:?}: slope {slope}");
        }
    }
}
