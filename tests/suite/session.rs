//! Sessions: the same bits on every target, in any number of parts, and after a checkpoint; damage and divergence
//! reported.

use scorescape::experiment;
use scorescape::score::Score;
use scorescape::session::{self, Damage};
use scorescape::simd::f32x4;
use scorescape::train::Status;
use scorescape::{ALGORITHM, Session};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::forged_checkpoint::sealed;

pub const STEPS: u32 = 300;
pub const TRANSITIONS: u32 = 50;

pub const LINKS: [&str; 8] = [
    "#v=0",
    "#v=0&data.noise=0.03&data.direction=radial&data.count=500&model.units=50&model.decoder=scaled&train.batch=33&seed=4294967295",
    "#v=0&data.count=777&model.units=30&model.decoder=transposed&model.form=plain&model.output-scale=0.5&train.sigma=0.1&train.batch=61&sample.chains=33&seed=2",
    "#v=0&data.noise=0&data.count=1&model.units=1&train.batch=1&train.averaging=0&sample.chains=1&sample.path-intervals=1",
    "#v=0&data.count=300&model.units=61&model.form=plain&model.output-scale=2.5&model.initialization=classic&train.batch=50&train.averaging=0.9999&sample.chains=41&sample.start=gaussian",
    "#v=0&data=two-bumps&data.count=1000&model.units=64&model.output-scale=40&train.batch=64&sample.chains=40",
    "#v=0&data=two-bumps&data.count=999&model.units=17&model.decoder=scaled&model.form=plain&train.batch=30&train.rate=0.05&sample.chains=10&sample.path-intervals=7&sample.start=gaussian&seed=0",
    "#v=0&data.count=50&model.units=20&model.decoder=scaled&model.initialization=classic&train.batch=20&train.rate=1&sample.chains=10",
];

fn session(link: &str) -> Session {
    let (experiment, errors) = experiment::parse(link);
    assert!(errors.is_empty(), "{link}: {errors:?}");
    Session::new(experiment).unwrap()
}

#[test]
fn session_refuses_more_numbers_than_a_table_may_hold_before_it_draws_them() {
    for (sizes, setting) in [
        ("data.count=41944", "data.count"),
        ("data.count=1000000", "data.count"),
        ("data.count=9&train.batch=41944", "train.batch"),
    ] {
        let link = format!("data=gmm-manifold&data.dim=100&model.units=4&{sizes}");
        let (experiment, errors) = experiment::parse(&link);
        assert!(errors.is_empty(), "{link}: {errors:?}");
        let refused = Session::new(experiment).err().map(|error| error.setting);
        assert_eq!(refused.as_deref(), Some(setting), "{link}");
    }
    assert_eq!(session("data=gmm-manifold&data.dim=100&model.units=4&data.count=41943").setup().points().len(), 41_943);
}

/// Runs all chains of the session on its current average, in `parts` parts, and returns the fingerprint.
pub fn fingerprint(session: &Session, parts: u32) -> String {
    let (target, chains) = (session.target().unwrap(), session.setup().settings().integer("sample.chains"));
    let mut states = Vec::new();
    for part in 0..parts {
        let mut chains = session.chains(part * chains / parts..(part + 1) * chains / parts);
        chains.step(&*target, TRANSITIONS);
        states.extend_from_slice(chains.states());
    }
    session.fingerprint(&states, TRANSITIONS)
}

#[test]
fn fingerprint_does_not_depend_on_parts_slices_or_a_restored_checkpoint() {
    for link in LINKS {
        let mut whole = session(link);
        whole.step(STEPS);
        let expected = fingerprint(&whole, 1);
        assert_eq!(fingerprint(&whole, 4), expected, "{link} in four parts");

        let mut first = session(link);
        [1, 0, 99, 50].into_iter().for_each(|steps| assert!(!first.step(steps).diverged));
        let mut second = Session::restore(&first.checkpoint()).unwrap();
        assert_eq!(second.progress(), first.progress(), "{link} restored");
        second.step(STEPS - 150);
        assert_eq!(fingerprint(&second, 1), expected, "{link} continued");
        assert_eq!(second.checkpoint(), whole.checkpoint(), "{link}: optimiser memory and loss too");
    }
}

#[test]
fn fingerprint_tells_every_part_of_a_run_apart() {
    let link = "data.count=50&model.units=5&train.batch=8";
    let mut session = session(link);
    session.step(20);
    let reference = session.fingerprint(&[0.1, 0.2], 3);
    assert!(reference.starts_with(&format!("{ALGORITHM}.20.3.")), "{reference}");
    for (states, transitions) in [(&[0.2, 0.1][..], 3), (&[0.1], 3), (&[0.1, 0.2, 0.0], 3), (&[0.1, 0.2], 4)] {
        assert_ne!(session.fingerprint(states, transitions), reference);
    }
    assert_ne!(self::session(&format!("{link}&seed=2")).fingerprint(&[0.1, 0.2], 3)[5..], reference[5..]);
}

#[test]
fn view_gives_the_scores_of_the_session_and_a_foreign_one_is_refused() {
    for link in LINKS {
        let mut session = session(link);
        // After the first ten steps, in which the average is the network itself.
        session.step(20);
        let mut snapshot = session.snapshot();
        assert_eq!(snapshot.step, 20);
        let points = [0.1, -0.4, 0.3, 0.2, 0.0, 0.5];
        let scores = |learned: &dyn Score| {
            let mut out = [0.0; 6];
            learned.scores(&points, &mut out);
            out
        };
        let by_view = scores(&session.setup().learned(&snapshot).unwrap());
        assert_eq!(by_view, scores(&session.learned()), "{link}");
        assert!(by_view.iter().all(|s| s.is_finite()));
        for length in [0, snapshot.parameters.len() - 1, snapshot.parameters.len() + 4] {
            snapshot.parameters.resize(length, 0.0);
            let error = session.setup().learned(&snapshot).map(drop).unwrap_err();
            assert_eq!((&*error.setting, error.value), ("snapshot", snapshot.parameters.len().to_string()));
        }
    }
}

fn small_checkpoint() -> Vec<u8> {
    let mut session = session("data=two-bumps&data.count=3&model.units=2&train.batch=4");
    session.step(3);
    session.checkpoint()
}

fn damage(bytes: &[u8]) -> Option<Damage> {
    Session::restore(bytes).map(drop).err()
}

#[test]
fn damaged_checkpoints_are_refused() {
    let whole = small_checkpoint();
    assert_eq!(damage(&whole), None);
    for length in 0..whole.len() {
        let expected = if length < 4 { Damage::NotACheckpoint } else { Damage::Corrupt };
        assert_eq!(damage(&whole[..length]), Some(expected), "cut to {length} bytes");
    }
    assert_eq!(damage(&[&whole[..], &[0]].concat()), Some(Damage::Corrupt), "one byte more");
    for (i, bit) in (0..whole.len()).flat_map(|i| (0..8).map(move |bit| (i, bit))) {
        let mut bytes = whole.clone();
        bytes[i] ^= 1 << bit;
        let expected = match i {
            0..4 => Damage::NotACheckpoint,
            4..8 => Damage::OtherAlgorithm(ALGORITHM ^ 1 << (8 * (i - 4) + bit)),
            _ => Damage::Corrupt,
        };
        assert_eq!(damage(&bytes), Some(expected), "bit {bit} of byte {i}");
    }
}

/// Where the numbers of `small_checkpoint` begin: magic, algorithm, length, link.
fn link_end(checkpoint: &[u8]) -> usize {
    12 + u32::from_le_bytes(checkpoint[8..12].try_into().unwrap()) as usize
}

#[test]
fn forged_checkpoints_are_refused_or_run_but_never_panic() {
    let whole = small_checkpoint();
    let body = &whole[..whole.len() - 8];
    assert_eq!(sealed(body.to_vec()), whole);
    let forge = |at: usize, with: &[u8]| [&body[..at], with, &body[at + with.len()..]].concat();
    for length in [0, 1, 1 << 16, u32::MAX] {
        assert!(damage(&sealed(forge(8, &u32::to_le_bytes(length)))).is_some(), "link of {length} bytes");
    }
    for length in 8..body.len() {
        assert!(damage(&sealed(body[..length].to_vec())).is_some(), "cut to {length} bytes");
    }
    for (i, bit) in (8..link_end(body) + 13).flat_map(|i| (0..8).map(move |bit| (i, bit))) {
        if let Ok(mut session) = Session::restore(&sealed(forge(i, &[body[i] ^ 1 << bit]))) {
            session.step(2);
        }
    }
    let refused = damage(&sealed(forge(12, b"#v=9")));
    assert!(matches!(&refused, Some(Damage::Experiment(text)) if text.starts_with("v must be 0")), "{refused:?}");
}

#[test]
fn a_step_whose_loss_is_not_finite_is_not_taken_and_ends_training() {
    let whole = small_checkpoint();
    // Two units fill one block of vectors: two of W, one of c, two of V.
    let number = |i: usize| link_end(&whole) + 33 + 4 * i;
    for (at, poison) in [(number(0), f32::NAN), (number(3 * 4), f32::INFINITY)] {
        let body = [&whole[..at], &poison.to_le_bytes(), &whole[at + 4..whole.len() - 8]].concat();
        let mut session = Session::restore(&sealed(body)).unwrap();
        assert!(!session.progress().diverged);
        let progress = session.step(5);
        assert!(progress.diverged && progress.step == 3 && !progress.loss.is_finite(), "{progress:?}");
        // Its fingerprint depends on the step alone: not on NaN's bits, nor on the states.
        let fingerprint = session.fingerprint(&[f64::NAN, 1.0], 2);
        assert_eq!(fingerprint, session.fingerprint(&[], 2));
        let restored = Session::restore(&session.checkpoint()).unwrap();
        assert!(restored.progress().diverged);
        assert_eq!(restored.fingerprint(&[], 2), fingerprint);
    }
}

#[test]
fn fingerprints_of_divergence_tell_steps_apart() {
    let session = session("data.count=3&model.units=2&train.batch=4");
    let diverged = |steps| {
        let setup = session.setup();
        let mut trainer = setup.trainer();
        let held_out = setup.validation_points();
        (0..steps).for_each(|_| trainer.step(session.setup().points(), &held_out));
        trainer.state_mut()[0][0] = f32x4::splat(f32::NAN);
        trainer.step(session.setup().points(), &held_out);
        assert_eq!((trainer.progress().status, trainer.progress().step), (Status::Diverged, steps));
        session::fingerprint(&trainer, &[], 0)
    };
    assert_ne!(diverged(1)[6..], diverged(2)[6..], "the hash, not the step written before it");
}
