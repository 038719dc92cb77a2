//! Streamlines against closed forms.

use scorescape::query::{End, Streamline, Tracer};
use scorescape::score::Score;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{Linear, Plane, energy, three_gaussians};

fn trace(score: &dyn Score, start: &[f64], step: f64, steps: usize, half: f64) -> Streamline {
    let d = start.len();
    let mut line = Streamline::default();
    Tracer::new(step, steps, vec![-half; d], vec![half; d]).unwrap().trace(score, start, &mut line);
    assert_eq!(line.points.len(), line.times.len() * d);
    line
}

/// exp(tA) x by Taylor's series for tA/2^20, applied 2^20 times by squaring the matrix.
fn exponential(matrix: &[f64], t: f64, x: &[f64]) -> Vec<f64> {
    let d = x.len();
    let product = |a: &[f64], b: &[f64]| -> Vec<f64> {
        (0..d * d).map(|e| (0..d).map(|k| a[e / d * d + k] * b[k * d + e % d]).sum()).collect()
    };
    let identity = |e: usize| f64::from(u8::from(e / d == e % d));
    let small: Vec<f64> = matrix.iter().map(|a| a * t / 1024.0).collect();
    let mut power: Vec<f64> = (0..d * d).map(identity).collect();
    let mut sum = power.clone();
    for n in 1..12 {
        power = product(&power, &small).iter().map(|p| p / f64::from(n)).collect();
        sum.iter_mut().zip(&power).for_each(|(s, p)| *s += p);
    }
    (0..10).for_each(|_| sum = product(&sum, &sum));
    (0..d).map(|i| (0..d).map(|j| sum[i * d + j] * x[j]).sum()).collect()
}

fn worst_gap(matrix: &[f64], start: &[f64], line: &Streamline) -> f64 {
    let d = start.len();
    line.points.chunks_exact(d).zip(&line.times).fold(0.0, |top: f64, (x, t)| {
        let truth = exponential(matrix, *t, start);
        let gap = x.iter().zip(&truth).fold(0.0, |top: f64, (a, b)| top.max((a - b).abs()));
        assert!(!gap.is_nan());
        top.max(gap)
    })
}

#[test]
fn streamlines_of_a_linear_field_are_the_matrix_exponential() {
    let fields: [(&[f64], &[f64]); 4] = [
        (&[-0.3, -1.0, 1.2, -0.1], &[1.0, 0.2]),
        (&[0.5, 0.3, 0.2, -0.7], &[-1.0, 1.1]),
        (&[-2.0, 0.0, 0.0, -1.0], &[1.0, 1.0]),
        (&[-0.2, -1.0, 0.1, 1.0, -0.2, 0.0, 0.0, 0.3, 0.4], &[0.5, 0.0, 0.2]),
    ];
    for (matrix, start) in fields {
        let errors = [0.08, 0.04, 0.02].map(|step| {
            // Lines have the same length for every step size, except where steps are halved.
            let line = trace(&Linear::new(matrix), start, step, (0.8 / step).round() as usize, 4.0);
            assert!(line.times.is_sorted() && line.times.contains(&0.0));
            worst_gap(matrix, start, &line)
        });
        println!("streamlines of {matrix:?} err by {errors:?} in steps of 0.08, 0.04, 0.02");
        assert!(errors[2] < 1e-6, "{errors:?}");
        assert!(errors[0] / errors[2] > 150.0, "order four: {errors:?}");
    }
}

#[test]
fn streamline_ends_at_fixed_points_and_at_the_box() {
    let near = |line: &Streamline| {
        let last = &line.points[line.points.len() - 2..];
        last[0].hypot(last[1])
    };
    // Into a node, into a focus, along a saddle's stable direction.
    for (matrix, start) in [
        ([-1.0, 0.0, 0.0, -3.0], [1.0, 0.7]),
        ([-1.0, -2.0, 2.0, -1.0], [1.0, 0.7]),
        ([1.0, 0.0, 0.0, -1.0], [0.0, 0.7]),
    ] {
        let line = trace(&Linear::new(&matrix), &start, 0.05, 10_000, 2.0);
        assert_eq!(line.ends, [End::Outside, End::Stationary], "{matrix:?}");
        assert!(near(&line) < 1e-3, "{matrix:?}: ends {} away", near(&line));
        let first = &line.points[..2];
        let beyond = first[0].abs().max(first[1].abs()) - 2.0;
        assert!((0.0..=0.05).contains(&beyond), "{matrix:?}: leaves the box by one step at most: {beyond}");
    }
    let away = trace(&Linear::new(&[1.0, 0.0, 0.0, 3.0]), &[1.0, 0.7], 0.05, 10_000, 2.0);
    assert_eq!(away.ends, [End::Stationary, End::Outside]);
}

#[test]
fn streamline_goes_round_a_centre_until_its_steps_are_used_up() {
    let line = trace(&Linear::rotation(2.0), &[0.6, -0.8], 0.02, 500, 2.0);
    assert_eq!((line.ends, line.times.len()), ([End::Steps; 2], 1001));
    let worst = line.points.chunks_exact(2).fold(0.0, |top: f64, x| top.max((x[0].hypot(x[1]) - 1.0).abs()));
    assert!(worst < 1e-7, "the radius drifts by {worst:e}");
    // Length 10 at speed 2.
    assert!((line.times[1000] - 5.0).abs() < 1e-6 && (line.times[0] + 5.0).abs() < 1e-6);
    // The radius is a fiftieth of the step: the step is halved until the circle has 25 points.
    let tight = trace(&Linear::rotation(1.0), &[0.02, 0.0], 1.0, 200, 2.0);
    let worst = tight.points.chunks_exact(2).fold(0.0, |top: f64, x| top.max((x[0].hypot(x[1]) / 0.02 - 1.0).abs()));
    assert!(worst < 1e-3, "{worst}");
}

#[test]
fn energy_falls_along_the_streamlines_of_a_gradient_down_to_a_mode() {
    let exact = three_gaussians();
    for start in [[-2.0, 1.5], [0.3, 0.1], [2.0, -1.0]] {
        let line = trace(&exact, &start, 0.1, 1000, 5.0);
        let energies: Vec<f64> = line.points.chunks_exact(2).map(|x| energy(&exact, x)).collect();
        assert!(energies.is_sorted_by(|a, b| a > b), "{start:?}: {energies:?}");
        assert_eq!(line.ends[1], End::Stationary);
        let mut slope = [0.0; 2];
        exact.scores(&line.points[line.points.len() - 2..], &mut slope);
        assert!(slope[0].hypot(slope[1]) < 2e-3, "{start:?}: {slope:?}");
    }
}

#[test]
fn streamline_is_a_point_where_there_is_no_field_or_no_box() {
    let point = |score: &dyn Score, start: [f64; 2]| trace(score, &start, 0.1, 10, 1.0);
    for (line, end) in [
        (point(&Linear::rotation(1.0), [0.0, 0.0]), End::Stationary),
        (point(&Linear::rotation(1.0), [2.0, 0.0]), End::Outside),
        (point(&Plane(|_, _| [f64::NAN, 0.0]), [0.0, 0.0]), End::Undefined),
        (point(&Plane(|_, _| [f64::INFINITY, 0.0]), [0.0, 0.0]), End::Undefined),
    ] {
        assert_eq!((line.ends, line.times.as_slice()), ([end; 2], [0.0].as_slice()));
    }
}

#[test]
fn tracer_names_what_it_refuses() {
    let refused = |step, steps, low: Vec<f64>, high: Vec<f64>| Tracer::new(step, steps, low, high).unwrap_err().setting;
    assert_eq!(refused(0.0, 10, vec![0.0], vec![1.0]), "step");
    assert_eq!(refused(f64::NAN, 10, vec![0.0], vec![1.0]), "step");
    assert_eq!(refused(0.1, 0, vec![0.0], vec![1.0]), "steps");
    assert_eq!(refused(0.1, 100_001, vec![0.0], vec![1.0]), "steps");
    assert_eq!(refused(0.1, 10, vec![0.0; 2], vec![1.0]), "low");
    assert_eq!(refused(0.1, 10, vec![0.0, 1.0], vec![1.0; 2]), "low");
    assert_eq!(refused(0.1, 10, vec![f64::NAN], vec![1.0]), "low");
    assert_eq!(refused(0.1, 10, vec![], vec![]), "low");
    // No line may have more than 2²² numbers.
    assert_eq!(refused(0.1, 2046, vec![-1.0; 1024], vec![1.0; 1024]), "steps");
    assert!(Tracer::new(0.1, 2045, vec![-1.0; 1024], vec![1.0; 1024]).is_ok());
}
