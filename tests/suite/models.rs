//! Networks as links ask for them: what is refused, what each choice means, where their parameters lie and how they begin.

use scorescape::data::{Mixture, Points};
use scorescape::experiment::parse;
use scorescape::lane::{Lane, f32x4};
use scorescape::model::{Activation, Decoder, Form, Network, Scaling, Slot, Unit, initial};
use scorescape::session::Setup;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::networks::{Parameter, Plain, every_form, parameters, random};

fn form(link: &str) -> Result<Form, String> {
    let (experiment, problems) = parse(link);
    assert!(problems.is_empty(), "{link}: {problems:?}");
    Form::from_settings(experiment.settings(), 2).map_err(|problem| problem.to_string())
}

#[test]
fn each_choice_of_a_link_is_that_of_the_form() {
    let default = form("").unwrap();
    let expected = Form { dim: 2, units: 256, ..Form::default() };
    assert_eq!(default, expected);
    for (link, expected) in [
        ("model.units=7&model.layers=4", Form { units: 7, layers: 4, ..default }),
        ("model.decoder=scaled", Form { decoder: Decoder::Scaled, ..default }),
        ("model.decoder=transposed&model.form=plain", Form { decoder: Decoder::Transposed, skip: 0.0, ..default }),
        ("model.form=plain&model.scale=2.5", Form { skip: 0.0, scale: 2.5, ..default }),
        ("model.scaling=learned", Form { scaling: Scaling::Learned, ..default }),
        ("model.scaling=per-output", Form { scaling: Scaling::PerOutput, ..default }),
        ("model.scaling=variance", Form { scaling: Scaling::Variance, ..default }),
        ("model.activation=sigmoid", Form { activation: Activation::Sigmoid, ..default }),
        ("model.activation=softplus", Form { activation: Activation::Softplus, ..default }),
        ("model.activation=relu", Form { activation: Activation::Relu, ..default }),
        ("model.activation=silu", Form { activation: Activation::Silu, ..default }),
        ("model.activation=identity", Form { activation: Activation::Identity, ..default }),
        ("model.output=tanh", Form { output: Activation::Tanh, ..default }),
        ("model.output=sigmoid", Form { output: Activation::Sigmoid, ..default }),
        ("model.output=softplus", Form { output: Activation::Softplus, ..default }),
        ("model.output=relu", Form { output: Activation::Relu, ..default }),
        ("model.output=silu", Form { output: Activation::Silu, ..default }),
    ] {
        assert_eq!(form(link).unwrap(), expected, "{link}");
    }
}

#[test]
fn forms_that_make_no_sense_are_refused_with_the_field_at_fault() {
    for (link, message) in [
        ("model.decoder=transposed", "model.form must be plain while model.decoder is transposed, got \"residual\""),
        (
            "model.decoder=scaled&model.layers=2",
            "model.layers must be 1 while model.decoder is tied: only a single layer is the gradient of an energy, got \"2\"",
        ),
        (
            "model.units=4096&model.layers=2",
            "model.units must leave the network at most 16777216 parameters; take fewer units or layers, got \"4096\"",
        ),
    ] {
        assert_eq!(form(link).unwrap_err(), message);
    }
    assert!(form("model.units=4000&model.layers=2").is_ok());
}

/// How many numbers a network of these lanes may not have other than they are.
fn constants<L: Lane>(form: Form) -> usize {
    let sound: Network<L> = random(form, 2);
    let is_free = |i: usize| {
        let mut lanes = sound.parameters().to_vec();
        let old = lanes[i / L::WIDTH];
        lanes[i / L::WIDTH] = L::from_fn(|e| if e == i % L::WIDTH { 7.0 } else { old.get(e) });
        Network::from_parameters(form, lanes).is_some()
    };
    (0..sound.parameters().len() * L::WIDTH).filter(|i| !is_free(*i)).count()
}

#[test]
fn every_number_of_a_network_is_learned_or_cannot_be_changed() {
    for form in every_form(3, 6, Activation::Softplus) {
        let learned = parameters(&form).len();
        assert_eq!(form.lanes(1) - constants::<f64>(form), learned, "{form:?} in double precision");
        assert_eq!(4 * form.lanes(4) - constants::<f32x4>(form), learned, "{form:?} in single precision");
    }
}

#[test]
fn every_parameter_has_a_place_of_its_own() {
    for form in every_form(3, 6, Activation::Tanh) {
        let mut network: Network<f32x4> = Network::zeros(form);
        let all = parameters(&form);
        all.iter().enumerate().for_each(|(i, parameter)| parameter.write(&mut network, i as f64));
        assert!(all.iter().enumerate().all(|(i, parameter)| parameter.read(&network) == i as f64), "{form:?}");
    }
}

/// Points that no two coordinates of which are alike.
fn points(dim: usize) -> Points {
    Points::draw(&Mixture::isotropic(dim, &[1.0], vec![2.0; dim], 0.3).unwrap(), 15, 9)
}

#[test]
fn first_weights_at_the_data_bend_each_unit_at_a_point_as_sharply_as_the_noise_asks_for() {
    for dim in [1, 2, 5] {
        let (points, sigma) = (points(dim), 0.2);
        for layers in [1, 3] {
            let form = Form { dim, layers, units: 400, ..Form::default() };
            let network: Network<f64> = initial::initial("data", form, &points, sigma, 4);
            let weights = |unit: usize| (0..dim).map(|k| network.get(unit, Slot::Encoder(k))).collect::<Vec<f64>>();
            let at = |unit: usize, x: &[f64]| {
                weights(unit).iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + network.get(unit, Slot::Bias)
            };
            for unit in 0..form.units {
                let nearest = (0..points.len()).map(|i| at(unit, points.point(i)).abs()).fold(f64::INFINITY, f64::min);
                assert!(nearest < 1e-12, "unit {unit} bends at no point: {nearest}");
            }
            // E w² = (.75/σ)² min(1, 2/d), within 4.5 standard errors.
            let squares: f64 = (0..form.units).flat_map(weights).map(|w| w * w).sum();
            let count = (form.units * dim) as f64;
            let expected = (0.75 / sigma) * (0.75 / sigma) * (2.0 / dim as f64).min(1.0);
            let gap = (squares / count / expected - 1.0).abs();
            assert!(gap < 4.5 * (2.0 / count).sqrt(), "{dim} dimensions: {gap}");
        }
    }
}

#[test]
fn untrained_residual_networks_change_nothing_and_plain_ones_give_the_mean() {
    let points = points(2);
    let mean = points.mean();
    for activation in Activation::ALL {
        for form in every_form(2, 10, activation).into_iter().filter(|form| form.decoder != Decoder::Transposed) {
            let network: Network<f64> = initial::initial("data", form, &points, 0.2, 4);
            let r = Plain::new(&network, 0.2).reconstruct(&[0.3, -0.7]);
            let expected = if form.skip == 1.0 { [0.3, -0.7] } else { [mean[0], mean[1]] };
            assert!((0..2).all(|k| (r[k] - expected[k]).abs() < 1e-14), "{form:?}: {r:?}");
        }
    }
}

#[test]
fn untrained_networks_whose_output_is_bent_come_as_near_to_that_as_they_can_and_can_move() {
    // 0 and the mean, about 2, divided by the scale 4: what tanh, sigmoid, softplus, relu and silu reach of both.
    let nearest = [[0.0, 0.5], [0.047, 0.5], [0.049, 0.5], [0.05, 0.5], [0.0, 0.5]];
    let points = points(2);
    let bends = [Activation::Tanh, Activation::Sigmoid, Activation::Softplus, Activation::Relu, Activation::Silu];
    for (output, nearest) in bends.into_iter().zip(nearest) {
        for (skip, nearest) in [1.0, 0.0].into_iter().zip(nearest) {
            let form = Form { dim: 2, units: 10, scale: 4.0, output, skip, ..Form::default() };
            let network: Network<f64> = initial::initial("data", form, &points, 0.2, 4);
            let plain = Plain::new(&network, 0.2);
            let (x, mean) = ([0.3, -0.7], points.mean());
            for (k, r) in plain.reconstruct(&x).into_iter().enumerate() {
                let expected = if skip == 1.0 { x[k] + 4.0 * nearest } else { mean[k] };
                assert!((r - expected).abs() < if skip == 1.0 { 0.01 } else { 1e-12 }, "{form:?}: {r}");
            }
            let slope = form.output.jet(plain.outputs(&x)[0])[1];
            assert!(slope > 0.04, "{form:?} has slope {slope}");
        }
    }
}

#[test]
fn signals_keep_their_size_through_untrained_layers() {
    let points = points(2);
    for activation in Activation::ALL {
        let form = Form { dim: 2, units: 300, layers: 4, activation, ..Form::default() };
        let plain = Plain::new(&initial::initial::<f64>("data", form, &points, 0.3, 4), 0.3);
        // How much the inputs of a layer's units differ between points: signals that died would not.
        let inputs: Vec<_> = (0..points.len()).map(|i| plain.inputs(points.point(i))).collect();
        let spread = |layer: usize| {
            let of_unit = |unit: usize| {
                let values = inputs.iter().map(|input| input[layer][unit]);
                let mean = values.clone().sum::<f64>() / inputs.len() as f64;
                values.map(|u| (u - mean) * (u - mean)).sum::<f64>() / inputs.len() as f64
            };
            ((0..form.units).map(of_unit).sum::<f64>() / form.units as f64).sqrt()
        };
        let spreads = [0, 1, 2, 3].map(spread);
        println!("{activation:?}: units of the four layers differ between points by {spreads:.2?}");
        assert!(spreads.iter().all(|spread| (0.15..6.0).contains(spread)), "{activation:?}: {spreads:?}");
    }
}

#[test]
fn classic_first_weights_are_uniform_and_know_nothing_of_the_data() {
    for form in every_form(2, 50, Activation::Tanh) {
        let network: Network<f64> = initial::initial("classic", form, &points(2), 0.2, 4);
        let other: Network<f64> = initial::initial("classic", form, &Points::draw(&wide(), 5, 1), 3.0, 4);
        assert_eq!(network, other, "{form:?}");
        let (mut weights, mut biases) = (Vec::new(), Vec::new());
        for parameter in parameters(&form) {
            let value = parameter.read(&network);
            match parameter {
                Parameter::Unit(_, Slot::Factor) => assert_eq!(value, 0.0),
                Parameter::Scale(_) => assert_eq!(value, form.scale),
                Parameter::Unit(Unit { .. }, Slot::Encoder(_) | Slot::Decoder(_)) => weights.push(value),
                _ => biases.push(10.0 * value),
            }
        }
        for values in [weights, biases] {
            // Uniform on (-1, 1): mean 0 and mean square 1/3, whose variances are 1/3 and 4/45, within 4.5 standard errors.
            let count = values.len() as f64;
            let mean = values.iter().sum::<f64>() / count;
            let square = values.iter().map(|v| v * v).sum::<f64>() / count;
            assert!(values.iter().all(|v| v.abs() < 1.0) && mean.abs() < 4.5 * (1.0 / 3.0 / count).sqrt(), "{form:?}");
            assert!((square - 1.0 / 3.0).abs() < 4.5 * (4.0 / 45.0 / count).sqrt(), "{form:?}: {square}");
        }
    }
}

fn wide() -> Mixture {
    Mixture::isotropic(2, &[1.0], vec![-40.0, 7.0], 9.0).unwrap()
}

#[test]
fn learned_scales_begin_where_the_link_says() {
    for (scaling, count) in [("learned", 1), ("per-output", 2)] {
        let (experiment, _) = parse(&format!("model.units=5&model.scaling={scaling}&model.scale=3.5&data.count=9"));
        let network = Setup::new(experiment).unwrap().initial_network();
        assert!((0..count).all(|k| network.scale(k, 0.1) == 3.5), "{scaling}");
    }
    let (experiment, _) = parse("model.units=5&model.scaling=variance&model.scale=2&data.count=9");
    let network = Setup::new(experiment).unwrap().initial_network();
    assert!((network.scale(1, 0.1) - 0.02).abs() < 1e-15);
}
