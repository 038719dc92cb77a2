//! The optima of an experiment's own data, against closed forms and finer grids.

use scorescape::experiment::parse;
use scorescape::score::{ContractiveLine, Score};
use scorescape::session::Setup;
use scorescape::session::optimum::Optimum;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn setup(link: &str) -> Setup {
    setup_of(2000, link)
}

fn setup_of(count: u32, link: &str) -> Setup {
    let (experiment, errors) = parse(&format!("#v=0&data.count={count}&{link}"));
    assert!(errors.is_empty(), "{errors:?}");
    Setup::new(experiment).unwrap()
}

/// The root of E‖found - expected‖²/E‖expected‖² over draws of the smoothed density.
fn gap(setup: &Setup, found: &Optimum, expected: &dyn Fn(&[f64], &mut [f64])) -> f64 {
    let draws = setup.draws(setup.exact().unwrap().density(), 1000, 0);
    let [mut a, mut b] = [vec![0.0; draws.values().len()], vec![0.0; draws.values().len()]];
    found.scores(draws.values(), &mut a);
    expected(draws.values(), &mut b);
    let difference: f64 = a.iter().zip(&b).map(|(a, b)| (a - b) * (a - b)).sum();
    (difference / b.iter().map(|b| b * b).sum::<f64>()).sqrt()
}

#[test]
fn contractive_optimum_of_a_gaussian_is_the_score_of_the_smoothed_one() {
    // Cells are a tenth and a third of the narrow deviation, and the error falls with the square of that ratio.
    for (link, limit) in [("", 0.01), ("&data.length=2&data.width=0.5&train.sigma=0.8", 0.025)] {
        let setup = setup(&format!("data=gaussian{link}"));
        let optimum = setup.contractive_optimum(setup.final_sigma()).unwrap();
        let gap = gap(&setup, &optimum, &|points, out| setup.exact().unwrap().scores(points, out));
        assert!(gap < limit, "{link}: {gap}");
    }
}

#[test]
fn contractive_optimum_does_not_depend_on_how_many_training_points_there_are() {
    let setup = setup_of(1, "data=gaussian");
    let optimum = setup.contractive_optimum(setup.final_sigma()).unwrap();
    let gap = gap(&setup, &optimum, &|points, out| setup.exact().unwrap().scores(points, out));
    assert!(gap < 0.01, "{gap}");
}

#[test]
fn contractive_optimum_on_the_line_is_that_of_a_wider_and_finer_grid() {
    for link in ["data=two-wells", "data=three-wells&train.sigma=0.3"] {
        let setup = setup(link);
        let optimum = setup.contractive_optimum(setup.final_sigma()).unwrap();
        let fine = ContractiveLine::of(setup.density(), -6.0, 6.0, 100_000, setup.final_sigma()).unwrap();
        let gap = gap(&setup, &optimum, &|points, out| fine.scores(points, out));
        assert!(gap < 1e-3, "{link}: {gap}");
    }
}

#[test]
fn denoising_optimum_tends_to_the_score_of_the_smoothed_density_and_depends_on_sigma() {
    let setup = setup_of(20_000, "data=gaussian");
    let truth = |points: &[f64], out: &mut [f64]| setup.exact().unwrap().scores(points, out);
    // About 250 of 20,000 points lie within σ = 0.1 of a typical point.
    let gaps = [0.1, 0.2].map(|sigma| gap(&setup, &setup.denoising_optimum(sigma).unwrap(), &truth));
    assert!(gaps[0] < 0.15 && gaps[1] > 0.2, "{gaps:?}");
}

#[test]
fn contractive_optimum_is_refused_where_there_is_none() {
    for (link, setting) in [
        ("data=three-points", "density"),
        ("data=checkerboard", "log_densities"),
        ("data=gmm-manifold&data.dim=4", "density"),
    ] {
        let setup = setup(link);
        assert_eq!(setup.contractive_optimum(setup.final_sigma()).err().unwrap().setting, setting, "{link}");
    }
}

#[test]
fn contractive_optimum_leaves_out_no_training_point() {
    // At the farthest of 2000 points, the optimum on the grid must still agree with the Gaussian's exact score.
    let setup = setup("data=gaussian");
    let farthest = setup.points().values().chunks(2).max_by(|a, b| a[0].abs().total_cmp(&b[0].abs())).unwrap();
    let [mut found, mut expected] = [[0.0; 2]; 2];
    setup.contractive_optimum(setup.final_sigma()).unwrap().scores(farthest, &mut found);
    setup.exact().unwrap().density().score(farthest, &mut expected).unwrap();
    let gap = (found[0] - expected[0]).hypot(found[1] - expected[1]) / expected[0].hypot(expected[1]);
    assert!(gap < 0.04, "{found:?} {expected:?}");
}
