//! Networks by link: refused settings, the meaning of each choice, the layout of parameters and their initialization.

use scorescape::data::{Mixture, Points};
use scorescape::experiment::parse;
use scorescape::model::{Activation, Architecture, Decoder, Network, Scaling, Slot, Unit, initialization};
use scorescape::session::Setup;
use scorescape::simd::{Simd, f32x4};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::reference_network::{Parameter, Plain, every_form, parameters, random};

fn architecture(link: &str) -> Result<Architecture, String> {
    let (experiment, errors) = parse(link);
    assert!(errors.is_empty(), "{link}: {errors:?}");
    Architecture::from_settings(experiment.settings(), 2).map_err(|error| error.to_string())
}

#[test]
fn each_choice_of_a_link_is_that_of_the_form() {
    let default = architecture("").unwrap();
    let expected = Architecture { dim: 2, units: 256, ..Architecture::default() };
    assert_eq!(default, expected);
    for (link, expected) in [
        ("model.units=7&model.layers=4", Architecture { units: 7, layers: 4, ..default }),
        ("model.decoder=scaled", Architecture { decoder: Decoder::Scaled, ..default }),
        (
            "model.decoder=transposed&model.form=plain",
            Architecture { decoder: Decoder::Transposed, skip: 0.0, ..default },
        ),
        ("model.form=plain&model.output-scale=2.5", Architecture { skip: 0.0, scale: 2.5, ..default }),
        ("model.output-scaling=learned", Architecture { scaling: Scaling::Learned, ..default }),
        ("model.output-scaling=per-output", Architecture { scaling: Scaling::PerOutput, ..default }),
        ("model.output-scaling=variance", Architecture { scaling: Scaling::Variance, ..default }),
        ("model.activation=sigmoid", Architecture { activation: Activation::Sigmoid, ..default }),
        ("model.activation=softplus", Architecture { activation: Activation::Softplus, ..default }),
        ("model.activation=relu", Architecture { activation: Activation::Relu, ..default }),
        ("model.activation=silu", Architecture { activation: Activation::Silu, ..default }),
        ("model.activation=identity", Architecture { activation: Activation::Identity, ..default }),
        ("model.output-activation=tanh", Architecture { output: Activation::Tanh, ..default }),
        ("model.output-activation=sigmoid", Architecture { output: Activation::Sigmoid, ..default }),
        ("model.output-activation=softplus", Architecture { output: Activation::Softplus, ..default }),
        ("model.output-activation=relu", Architecture { output: Activation::Relu, ..default }),
        ("model.output-activation=silu", Architecture { output: Activation::Silu, ..default }),
    ] {
        assert_eq!(architecture(link).unwrap(), expected, "{link}");
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
        assert_eq!(architecture(link).unwrap_err(), message);
    }
    assert!(architecture("model.units=4000&model.layers=2").is_ok());
}

/// Number of vector elements with a fixed value in a network of this vector type.
fn constants<L: Simd>(architecture: Architecture) -> usize {
    let sound: Network<L> = random(architecture, 2);
    let is_free = |i: usize| {
        let mut vectors = sound.parameters().to_vec();
        let old = vectors[i / L::WIDTH];
        vectors[i / L::WIDTH] = L::from_fn(|e| if e == i % L::WIDTH { 7.0 } else { old.get(e) });
        Network::from_parameters(architecture, vectors).is_some()
    };
    (0..sound.parameters().len() * L::WIDTH).filter(|i| !is_free(*i)).count()
}

#[test]
fn every_number_of_a_network_is_learned_or_cannot_be_changed() {
    for architecture in every_form(3, 6, Activation::Softplus) {
        let learned = parameters(&architecture).len();
        assert_eq!(
            architecture.vectors(1) - constants::<f64>(architecture),
            learned,
            "{architecture:?} in double precision"
        );
        assert_eq!(
            4 * architecture.vectors(4) - constants::<f32x4>(architecture),
            learned,
            "{architecture:?} in single precision"
        );
    }
}

#[test]
fn every_parameter_has_a_place_of_its_own() {
    for architecture in every_form(3, 6, Activation::Tanh) {
        let mut network: Network<f32x4> = Network::zeros(architecture);
        let all = parameters(&architecture);
        all.iter().enumerate().for_each(|(i, parameter)| parameter.write(&mut network, i as f64));
        assert!(all.iter().enumerate().all(|(i, parameter)| parameter.read(&network) == i as f64), "{architecture:?}");
    }
}

/// Points in general position: no two coordinates are equal.
fn points(dim: usize) -> Points {
    Points::draw(&Mixture::isotropic(dim, &[1.0], vec![2.0; dim], 0.3).unwrap(), 15, 9)
}

#[test]
fn first_weights_at_the_data_bend_each_unit_at_a_point_as_sharply_as_the_noise_asks_for() {
    for dim in [1, 2, 5] {
        let (points, sigma) = (points(dim), 0.2);
        for layers in [1, 3] {
            let architecture = Architecture { dim, layers, units: 400, ..Architecture::default() };
            let network: Network<f64> = initialization::initial("data", architecture, &points, sigma, 4);
            let weights = |unit: usize| (0..dim).map(|k| network.get(unit, Slot::Encoder(k))).collect::<Vec<f64>>();
            let at = |unit: usize, x: &[f64]| {
                weights(unit).iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + network.get(unit, Slot::Bias)
            };
            for unit in 0..architecture.units {
                let nearest = (0..points.len()).map(|i| at(unit, points.point(i)).abs()).fold(f64::INFINITY, f64::min);
                assert!(nearest < 1e-12, "unit {unit} bends at no point: {nearest}");
            }
            // E w² = (.75/σ)² min(1, 2/d), within 4.5 standard errors.
            let squares: f64 = (0..architecture.units).flat_map(weights).map(|w| w * w).sum();
            let count = (architecture.units * dim) as f64;
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
        for architecture in
            every_form(2, 10, activation).into_iter().filter(|architecture| architecture.decoder != Decoder::Transposed)
        {
            let network: Network<f64> = initialization::initial("data", architecture, &points, 0.2, 4);
            let r = Plain::new(&network, 0.2).reconstruct(&[0.3, -0.7]);
            let expected = if architecture.skip == 1.0 { [0.3, -0.7] } else { [mean[0], mean[1]] };
            assert!((0..2).all(|k| (r[k] - expected[k]).abs() < 1e-14), "{architecture:?}: {r:?}");
        }
    }
}

#[test]
fn untrained_networks_whose_output_is_bent_come_as_near_to_that_as_they_can_and_can_move() {
    // Targets are 0 and the mean, about 2, both divided by the scale 4. Here are the nearest values that tanh, sigmoid,
    // softplus, relu and silu reach.
    let nearest = [[0.0, 0.5], [0.047, 0.5], [0.049, 0.5], [0.05, 0.5], [0.0, 0.5]];
    let points = points(2);
    let bends = [Activation::Tanh, Activation::Sigmoid, Activation::Softplus, Activation::Relu, Activation::Silu];
    for (output, nearest) in bends.into_iter().zip(nearest) {
        for (skip, nearest) in [1.0, 0.0].into_iter().zip(nearest) {
            let architecture = Architecture { dim: 2, units: 10, scale: 4.0, output, skip, ..Architecture::default() };
            let network: Network<f64> = initialization::initial("data", architecture, &points, 0.2, 4);
            let plain = Plain::new(&network, 0.2);
            let (x, mean) = ([0.3, -0.7], points.mean());
            for (k, r) in plain.reconstruct(&x).into_iter().enumerate() {
                let expected = if skip == 1.0 { x[k] + 4.0 * nearest } else { mean[k] };
                assert!((r - expected).abs() < if skip == 1.0 { 0.01 } else { 1e-12 }, "{architecture:?}: {r}");
            }
            let slope = architecture.output.jet(plain.outputs(&x)[0])[1];
            assert!(slope > 0.04, "{architecture:?} has slope {slope}");
        }
    }
}

#[test]
fn signals_keep_their_size_through_untrained_layers() {
    let points = points(2);
    for activation in Activation::ALL {
        let architecture = Architecture { dim: 2, units: 300, layers: 4, activation, ..Architecture::default() };
        let plain = Plain::new(&initialization::initial::<f64>("data", architecture, &points, 0.3, 4), 0.3);
        // Spread of the inputs of a layer's units over the points. It vanishes if signals die.
        let inputs: Vec<_> = (0..points.len()).map(|i| plain.inputs(points.point(i))).collect();
        let spread = |layer: usize| {
            let of_unit = |unit: usize| {
                let values = inputs.iter().map(|input| input[layer][unit]);
                let mean = values.clone().sum::<f64>() / inputs.len() as f64;
                values.map(|u| (u - mean) * (u - mean)).sum::<f64>() / inputs.len() as f64
            };
            ((0..architecture.units).map(of_unit).sum::<f64>() / architecture.units as f64).sqrt()
        };
        let spreads = [0, 1, 2, 3].map(spread);
        println!("{activation:?}: units of the four layers differ between points by {spreads:.2?}");
        assert!(spreads.iter().all(|spread| (0.15..6.0).contains(spread)), "{activation:?}: {spreads:?}");
    }
}

#[test]
fn classic_first_weights_are_uniform_and_know_nothing_of_the_data() {
    for architecture in every_form(2, 50, Activation::Tanh) {
        let network: Network<f64> = initialization::initial("classic", architecture, &points(2), 0.2, 4);
        let other: Network<f64> =
            initialization::initial("classic", architecture, &Points::draw(&wide(), 5, 1), 3.0, 4);
        assert_eq!(network, other, "{architecture:?}");
        let (mut weights, mut biases) = (Vec::new(), Vec::new());
        for parameter in parameters(&architecture) {
            let value = parameter.read(&network);
            match parameter {
                Parameter::Unit(_, Slot::Factor) => assert_eq!(value, 0.0),
                Parameter::Scale(_) => assert_eq!(value, architecture.scale),
                Parameter::Unit(Unit { .. }, Slot::Encoder(_) | Slot::Decoder(_)) => weights.push(value),
                _ => biases.push(10.0 * value),
            }
        }
        for values in [weights, biases] {
            // Uniform on (-1, 1): mean 0 and mean square 1/3, whose variances are 1/3 and 4/45, within 4.5 standard
            // errors.
            let count = values.len() as f64;
            let mean = values.iter().sum::<f64>() / count;
            let square = values.iter().map(|v| v * v).sum::<f64>() / count;
            assert!(
                values.iter().all(|v| v.abs() < 1.0) && mean.abs() < 4.5 * (1.0 / 3.0 / count).sqrt(),
                "{architecture:?}"
            );
            assert!((square - 1.0 / 3.0).abs() < 4.5 * (4.0 / 45.0 / count).sqrt(), "{architecture:?}: {square}");
        }
    }
}

fn wide() -> Mixture {
    Mixture::isotropic(2, &[1.0], vec![-40.0, 7.0], 9.0).unwrap()
}

#[test]
fn learned_scales_begin_where_the_link_says() {
    for (scaling, count) in [("learned", 1), ("per-output", 2)] {
        let (experiment, _) =
            parse(&format!("model.units=5&model.output-scaling={scaling}&model.output-scale=3.5&data.count=9"));
        let network = Setup::new(experiment).unwrap().initial_network();
        assert!((0..count).all(|k| network.scale(k, 0.1) == 3.5), "{scaling}");
    }
    let (experiment, _) = parse("model.units=5&model.output-scaling=variance&model.output-scale=2&data.count=9");
    let network = Setup::new(experiment).unwrap().initial_network();
    assert!((network.scale(1, 0.1) - 0.02).abs() < 1e-15);
}
