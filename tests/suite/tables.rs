//! Data from tables: the tables of the page, standardisation, split, and draws.

use crate::support::finite_differences::worse;
use scorescape::data::table::{Empirical, points};
use scorescape::data::{DATASETS, Density, Points, table_source};
use scorescape::io;
use scorescape::rng::{Purpose, stream};
use scorescape::table::{Split, Standardisation, Table, digest};
use scorescape::{Experiment, Session, experiment};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn iris() -> Table {
    io::read_table(include_bytes!("../../www/data/iris.csv")).unwrap()
}

fn wine() -> Table {
    io::read_table(include_bytes!("../../www/data/wine.csv")).unwrap()
}

fn digits() -> Table {
    io::read_table(include_bytes!("../../www/data/digits.npy")).unwrap()
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    let gap = found.iter().zip(expected).map(|(a, b)| (a - b).abs() / b.abs().max(1.0)).fold(0.0, worse);
    assert!(gap <= tolerance, "{found:?} is not {expected:?}");
}

#[test]
fn page_s_tables_have_the_moments_that_numpy_finds() {
    let (iris, wine, digits) = (iris(), wine(), digits());
    assert_eq!([&iris, &wine, &digits].map(|t| (t.rows(), t.columns())), [(150, 4), (178, 13), (1797, 64)]);
    assert_eq!((iris.names()[3].as_str(), wine.names()[12].as_str()), ("petal width (cm)", "proline"));
    let of = |table: &Table| Standardisation::of(table.columns(), table.values());
    assert_close(of(&iris).means(), &[5.843333333333335, 3.057333333333334, 3.758, 1.199333333333334], 1e-14);
    let deviations = [0.8253012917851409, 0.43441096773549437, 1.7594040657753032, 0.7596926279021594];
    assert_close(of(&iris).deviations(), &deviations, 1e-14);
    let ends = |values: &[f64]| [values[0], values[12]];
    assert_close(&ends(of(&wine).means()), &[13.000617977528083, 746.8932584269663], 1e-14);
    assert_close(&ends(of(&wine).deviations()), &[0.809542914528517, 314.0216568419877], 1e-14);
    assert_eq!(digits.values().iter().sum::<f64>(), 561_718.0);
    assert_eq!(digits.row(1000)[..16], [0, 0, 1, 14, 2, 0, 0, 0, 0, 0, 0, 16, 5, 0, 0, 0].map(f64::from));
    let constant: Vec<usize> = (0..64).filter(|k| of(&digits).means()[*k] == 0.0).collect();
    assert_eq!(constant, [0, 32, 39]);
    assert!(constant.iter().all(|k| of(&digits).deviations()[*k] == 1.0));
}

#[test]
fn standardisation_brings_columns_to_mean_zero_and_deviation_one_and_back() {
    for table in [iris(), wine(), digits()] {
        let (d, standardisation) = (table.columns(), Standardisation::of(table.columns(), table.values()));
        let mut points = table.values().to_vec();
        standardisation.apply(&mut points);
        let again = Standardisation::of(d, &points);
        assert_close(again.means(), &vec![0.0; d], 1e-13);
        assert_close(again.deviations(), &vec![1.0; d], 1e-13);
        standardisation.undo(&mut points);
        assert_close(&points, table.values(), 1e-14);
    }
}

#[test]
fn standardisation_leaves_equal_numbers_their_deviation_of_one() {
    for value in [0.1, -1e100, 1e-300, 0.0] {
        let standardisation = Standardisation::of(1, &[value; 7]);
        assert_eq!((standardisation.means(), standardisation.deviations()), (&[value][..], &[1.0][..]));
    }
    let wide = Standardisation::of(1, &[1e100, -1e100]);
    assert_eq!((wide.means()[0], wide.deviations()[0]), (0.0, 1e100));
    assert_eq!(Standardisation::of(2, &[]), Standardisation::none(2));
}

#[test]
fn split_gives_each_row_to_one_part() {
    for rows in (1..200).chain([1797]) {
        let split = Split::new(rows, 5);
        let parts = [split.training(), split.validation(), split.test()];
        let tenth = (rows / 10).max(1);
        let expected = if rows < 3 { [1, rows - 1, 0] } else { [rows - 2 * tenth, tenth, tenth] };
        assert_eq!(parts.map(<[u32]>::len), expected, "{rows} rows");
        let mut all = parts.concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..rows as u32), "{rows} rows");
    }
    assert_eq!(Split::new(50, 1), Split::new(50, 1));
    assert_ne!(Split::new(50, 1), Split::new(50, 2));
}

/// Asserts that each count is within 4.5 standard deviations of its binomial mean: α = 7e-6 for each.
fn assert_counts_are_binomial(counts: &[u32], trials: u32, probability: f64) {
    let mean = f64::from(trials) * probability;
    let bound = 4.5 * (mean * (1.0 - probability)).sqrt();
    assert!(counts.iter().all(|count| (f64::from(*count) - mean).abs() < bound), "{counts:?}, not {mean} ± {bound}");
}

#[test]
fn split_gives_each_row_the_same_chance_in_each_part() {
    let (mut validation, mut test) = ([0; 30], [0; 30]);
    for seed in 0..10_000 {
        let split = Split::new(30, seed);
        split.validation().iter().for_each(|row| validation[*row as usize] += 1);
        split.test().iter().for_each(|row| test[*row as usize] += 1);
    }
    assert_counts_are_binomial(&validation, 10_000, 0.1);
    assert_counts_are_binomial(&test, 10_000, 0.1);
}

#[test]
fn points_are_the_table_s_rows_standardised_by_the_training_rows_alone() {
    let (iris, seed) = (iris(), 3);
    let (raw, standard) = (points(&iris, false, seed), points(&iris, true, seed));
    let split = Split::new(150, seed);
    for (part, rows) in
        [(&raw.training, split.training()), (&raw.validation, split.validation()), (&raw.test, split.test())]
    {
        assert_eq!(part.len(), rows.len());
        assert!((0..rows.len()).all(|i| part.point(i) == iris.row(rows[i] as usize)));
    }
    assert_eq!(raw.standardisation, Standardisation::none(4));
    assert_eq!(standard.standardisation, Standardisation::of(4, raw.training.values()));
    assert_close(&standard.training.mean(), &[0.0; 4], 1e-14);
    assert!(standard.validation.mean().iter().any(|mean| mean.abs() > 1e-3), "the others are not looked at");
    for (raw, standard_part) in
        [(&raw.training, &standard.training), (&raw.validation, &standard.validation), (&raw.test, &standard.test)]
    {
        let mut values = standard_part.values().to_vec();
        standard.standardisation.undo(&mut values);
        assert_close(&values, raw.values(), 1e-15);
    }
}

#[test]
fn empirical_distribution_draws_each_row_alike_and_has_no_density() {
    let table = Table::new(2, (0..20).map(f64::from).collect(), vec![]).unwrap();
    let training = points(&table, false, 1).training;
    let count = training.len();
    let density = Empirical::new(training.clone());
    let (mut counts, mut x, mut rng) = (vec![0; count], [0.0; 2], stream(1, Purpose::Measure, 0));
    for _ in 0..10_000 {
        density.sample(&mut rng, &mut x);
        counts[(0..count).find(|i| training.point(*i) == x).expect("a row")] += 1;
    }
    assert_counts_are_binomial(&counts, 10_000, 1.0 / count as f64);
    let mut out = [0.0; 4];
    assert_eq!((density.dim(), density.log_density(&x)), (2, None));
    assert_eq!((density.score(&x, &mut out[..2]), density.hessian(&x, &mut out)), (None, None));
}

#[test]
fn smoothed_rows_have_the_log_density_and_score_that_scipy_finds() {
    let smoothed = Empirical::new(Points::from(&iris())).smoothed(0.5).unwrap();
    let (x, mut score) = ([6.0, 3.0, 4.0, 1.0], [0.0; 4]);
    assert_close(&[smoothed.log_density(&x).unwrap()], &[-3.19309488949033], 1e-13);
    smoothed.score(&x, &mut score).unwrap();
    assert_close(&score, &[-0.4520648376259745, -0.8108583577190223, 0.8523079283257399, 1.1972815048716299], 1e-13);
}

#[test]
fn smoothed_density_of_a_large_table_is_that_of_a_sample_of_its_rows() {
    let mut rng = stream(1, Purpose::Measure, 1);
    let rows: Vec<f64> = (0..100_000).map(|i| 7.0 * rng.normal() + f64::from(i) / 1e4).collect();
    let table = Table::new(1, rows, vec![]).unwrap();
    let training = points(&table, false, 1).training;
    let smoothed = Empirical::new(training.clone()).smoothed(2.0).unwrap();
    let density = |rows: &[f64], x: f64| {
        let kernel = |row: &f64| (-0.125 * (x - row) * (x - row)).exp() / (8.0 * std::f64::consts::PI).sqrt();
        rows.iter().map(kernel).sum::<f64>() / rows.len() as f64
    };
    for x in [-9.0, 0.0, 4.0, 15.0] {
        let found = smoothed.log_density(&[x]).unwrap().exp();
        let (sample, all) = (density(&training.values()[..16_384], x), density(training.values(), x));
        assert!((found / sample - 1.0).abs() < 1e-12, "{found}, not {sample}, at {x}");
        // A kernel's variance is below the greatest kernel times the mean, so this is beyond 4.5 standard errors.
        assert!((found - all).abs() < 4.5 * (0.2 * all / 16_384.0).sqrt(), "{found}, {all} of all rows, at {x}");
    }
}

#[test]
fn samples_come_back_in_the_units_of_one_s_own_columns() {
    // Height in millimetres, a share, and degrees: means and deviations three orders of magnitude apart.
    let (means, deviations) = ([1750.0, 0.25, -40.0], [90.0, 0.003, 7.0]);
    let mut rng = stream(1, Purpose::Measure, 2);
    let values = (0..6000).map(|i| means[i % 3] + deviations[i % 3] * rng.normal()).collect();
    let table = Table::new(3, values, vec![]).unwrap();
    let session = |standardise: &str| {
        let link = format!("#data=user-data&data.count=1000000&data.standardise={standardise}&train.sigma=0.5&seed=2");
        Session::with_table(experiment_on(&link), Some(&table)).unwrap()
    };
    let (session, plain) = (session("yes"), session("no"));
    let training = points(&table, false, 2).training;
    let units = Standardisation::of(3, training.values());
    // The origin is the training rows' mean, and each axis has their deviation for its unit.
    let mut corners = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    session.setup().to_table_units(&mut corners);
    assert_close(&corners[..3], units.means(), 1e-14);
    (0..3).for_each(|k| assert!(((corners[3 + k] - corners[k]) / units.deviations()[k] - 1.0).abs() < 1e-12));
    let mut untouched = corners;
    plain.setup().to_table_units(&mut untouched);
    assert_eq!(untouched, corners, "what is not standardised stays as it is");
    // Draws of p_σ: means of the columns, and their variances times 1 + σ²; α = 7e-6 for each.
    let count = 20_000;
    let mut draws = session.setup().draws(session.setup().exact().unwrap().density(), count, 0).values().to_vec();
    session.setup().to_table_units(&mut draws);
    let found = Standardisation::of(3, &draws);
    for k in 0..3 {
        let (mean, deviation) = (units.means()[k], units.deviations()[k] * 1.25f64.sqrt());
        let error = deviation / (count as f64).sqrt();
        assert!((found.means()[k] - mean).abs() < 4.5 * error, "column {k}: {}, not {mean}", found.means()[k]);
        // For a normal variable, the standard error of the deviation is the standard error of the mean over √2.
        let gap = found.deviations()[k] - deviation;
        assert!(gap.abs() < 4.5 * error / 2f64.sqrt(), "column {k}: {}, not {deviation}", found.deviations()[k]);
    }
}

fn experiment_on(link: &str) -> Experiment {
    let (experiment, errors) = experiment::parse(link);
    assert!(errors.is_empty(), "{errors:?}");
    experiment
}

#[test]
fn session_on_a_table_trains_on_its_rows_and_is_restored_with_it() {
    let (experiment, iris) = (experiment_on("#data=iris&model.units=16&train.batch=33&seed=4"), iris());
    let mut session = Session::with_table(experiment, Some(&iris)).unwrap();
    let parts = points(&iris, true, 4);
    assert_eq!(session.setup().points(), &parts.training);
    assert_eq!(session.setup().validation_points(), parts.validation);
    let before = session.validation_loss();
    session.step(100);
    assert!(
        session.validation_loss() < before && session.optimal_loss().is_none(),
        "the rows are not all that could be"
    );
    let checkpoint = session.checkpoint();
    let mut restored = Session::restore_with_table(&checkpoint, Some(&iris)).unwrap();
    assert_eq!((session.step(50), session.snapshot()), (restored.step(50), restored.snapshot()));
    assert!(Session::restore(&checkpoint).is_err(), "the checkpoint does not hold the table");
    let mut row = parts.training.point(0).to_vec();
    session.setup().to_table_units(&mut row);
    assert_close(&row, iris.row(Split::new(150, 4).training()[0] as usize), 1e-14);
}

#[test]
fn session_on_a_table_says_what_is_missing_or_does_not_fit() {
    let refusal = |link: &str, table: Option<&Table>| {
        Session::with_table(experiment_on(link), table).err().map(|error| error.to_string())
    };
    let refused = Some("data must come with its table of points, got \"digits\"".to_string());
    assert_eq!(refusal("#data=digits", None), refused);
    assert_eq!(refusal("#data=digits", Some(&iris())), Some("data must have 64 columns, got \"4\"".to_string()));
    assert_eq!(refusal("#data=user-data&model.units=4", Some(&wine())), None);
    assert_eq!(refusal("#data=user-data&model.units=4&view.up=14", Some(&wine())), {
        Some("view.up must be at most 13, the number of coordinates, got \"14\"".to_string())
    });
}

#[test]
fn a_dataset_has_a_table_source_if_and_only_if_it_cannot_be_built_without_a_table() {
    for dataset in DATASETS {
        let experiment = experiment_on(&format!("#data={}", dataset.choice.id));
        let refused = (dataset.build)(experiment.settings(), None).err().map(|problem| problem.expected);
        let expected = table_source(dataset).map(|_| "come with its table of points".to_string());
        assert_eq!(refused, expected, "{}", dataset.choice.id);
    }
}

#[test]
fn a_table_of_another_file_than_the_link_s_is_refused_by_sessions_and_checkpoints() {
    let (right, wrong) = ("x,y\n1,2\n3,4\n5,7\n0,1\n", "x,y\n1,2\n3,4\n5,7\n0,2\n");
    let read = |file: &str| io::read_table(file.as_bytes()).unwrap();
    let told = digest(right.as_bytes());
    let link = format!("#data=user-data&data.digest={told}&model.units=4&train.batch=4&seed=2");
    let mut session = Session::with_table(experiment_on(&link), Some(&read(right))).unwrap();
    session.step(5);
    let message = format!("data.digest must be {}, as that is this file's, got \"{told}\"", digest(wrong.as_bytes()));
    let refused = Session::with_table(experiment_on(&link), Some(&read(wrong))).err().map(|error| error.to_string());
    assert_eq!(refused.as_deref(), Some(&*message));
    let restored = |table: &Table| Session::restore_with_table(&session.checkpoint(), Some(table));
    let refused = restored(&read(wrong)).err().map(|damage| damage.to_string());
    assert_eq!(refused, Some(format!("the checkpoint is of another table: {message}")));
    let mut again = restored(&read(right)).unwrap();
    // Numbers that were not read from a file are accepted unchecked, and a link without a digest accepts any file.
    let given = Table::new(2, read(right).values().to_vec(), vec![]).unwrap();
    let mut on_trust = restored(&given).unwrap();
    session.step(5);
    for session_again in [&mut again, &mut on_trust] {
        session_again.step(5);
        assert_eq!(session_again.snapshot(), session.snapshot());
    }
    assert!(Session::with_table(experiment_on("#data=user-data&model.units=4"), Some(&read(wrong))).is_ok());
}

#[test]
fn every_reader_tells_its_file_s_digest_and_equal_tables_need_not_be_of_one_file() {
    let (plain, quoted) = ("1,2\n3,4\n", "\"1\",2\n3,4\n");
    let [one, other] = [plain, quoted].map(|file| io::text::read(file.as_bytes()).unwrap());
    assert_eq!(one, other);
    assert_eq!([one.digest(), other.digest()].map(Option::unwrap), [plain, quoted].map(|file| digest(file.as_bytes())));
    let file = io::npy::write(&one);
    assert_eq!(io::npy::read(&file).unwrap().digest(), Some(&*digest(&file)));
    assert_eq!(Table::new(1, vec![1.0], vec![]).unwrap().digest(), None);
}

#[test]
fn digest_tells_files_apart_as_fnv_does() {
    // The published value for "foobar" with 64 bits.
    assert_eq!(digest(b"foobar"), "4171F73967E8");
    assert_eq!(digest(b""), "9CE484222325");
}

#[test]
fn chains_have_no_more_numbers_than_a_table_may_have() {
    let row = vec!["0.5"; 1024].join(",");
    let table = io::read_table(format!("{row}\n{}\n", row.replace('5', "7")).as_bytes()).unwrap();
    let plan = |chains: u32| {
        let link = format!("#data=user-data&model.units=4&train.batch=4&sample.chains={chains}");
        Session::with_table(experiment_on(&link), Some(&table)).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(plan(4096), Ok(()));
    assert_eq!(plan(4097), Err("sample.chains must be at most 4096 in so many dimensions, got \"4097\"".to_string()));
}
