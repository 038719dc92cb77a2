//! A chain's states do not depend on the other chains of its group, to the last bit, except for the step size of a
//! warm-up.

use scorescape::rng::{Purpose, stream};
use scorescape::sample::{self, CHAINS_PER_GROUP, Infos, KERNELS, States};
use scorescape::score::{Learned, Score};
use scorescape::{Session, experiment};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TRANSITIONS: usize = 6;

fn session(link: &str) -> Session {
    let (experiment, errors) = experiment::parse(link);
    assert!(errors.is_empty(), "{link}: {errors:?}");
    Session::new(experiment).unwrap()
}

/// Positions and kernel outputs of `CHAINS_PER_GROUP` chains of `session` on `target`, moved in groups of `together`,
/// chain by chain.
fn everything(session: &Session, target: &dyn Score, together: usize) -> Vec<u64> {
    let (setup, dim) = (session.setup(), target.dim());
    let mut kernel = sample::from_settings(setup.settings(), setup.final_sigma(), dim).unwrap();
    let mut bits = Vec::new();
    for first in (0..CHAINS_PER_GROUP).step_by(together) {
        let chains = first..CHAINS_PER_GROUP.min(first + together);
        let mut positions = setup.points().values()[chains.start * dim..chains.end * dim].to_vec();
        let mut rngs: Vec<_> = chains.clone().map(|chain| stream(4, Purpose::Proposal, chain as u64)).collect();
        let (mut chain_states, mut infos) =
            (vec![0.0; chains.len() * kernel.properties(dim).state_len], Infos::new(chains.len(), dim));
        let mut states = States { positions: &mut positions, chain_states: &mut chain_states, group_state: &mut [] };
        kernel.init(target, &mut states);
        let mut by_chain = vec![Vec::new(); chains.len()];
        for _ in 0..TRANSITIONS {
            kernel.transition(target, &mut rngs, &mut states, &mut infos.all());
            for (chain, bits) in by_chain.iter_mut().enumerate() {
                let told = [infos.energy_differences[chain], infos.log_acceptances[chain], infos.log_uniforms[chain]];
                let place = chain * dim..(chain + 1) * dim;
                let numbers = states.positions[place.clone()].iter().chain(&infos.proposals[place]).chain(&told);
                // NaN's bits differ between machines.
                bits.extend(numbers.map(|x| if x.is_nan() { 0 } else { x.to_bits() }));
                bits.push(u64::from(infos.accepted[chain]));
            }
        }
        bits.extend(by_chain.concat());
    }
    bits
}

fn assert_alike(name: &str, session: &Session, target: &dyn Score) {
    let together = everything(session, target, CHAINS_PER_GROUP);
    for size in [1, 3] {
        assert_eq!(everything(session, target, size), together, "{name}, {size} together");
    }
}

#[test]
fn chains_do_the_same_alone_and_in_a_group_on_learned_and_exact_scores() {
    for kernel in KERNELS {
        for data in [
            "data=ring",
            "data=ring&model.layers=2&model.activation=silu",
            "data=ring&model.decoder=scaled&model.output-scaling=per-output",
            "data=three-points",
            "data=gmm-manifold&data.dim=5&model.decoder=scaled",
        ] {
            let id = kernel.choice.id;
            let link = format!("{data}&data.count=60&model.units=12&train.batch=16&sample.kernel={id}");
            let mut session = session(&link);
            session.step(30);
            let learned: Learned = session.learned();
            assert_alike(&format!("{link}, learned"), &session, &learned);
            assert_alike(&format!("{link}, exact"), &session, session.setup().exact().unwrap());
        }
    }
}

/// Trajectories that end at once, turn back at different times, or gain enough energy that some or all are abandoned.
#[test]
fn trajectories_of_a_group_end_as_they_do_alone() {
    for settings in [
        "sample.max-depth=1",
        "sample.max-depth=3&sample.step-size-in-sigma=2",
        "sample.step-size-in-sigma=30",
        "sample.step-size-in-sigma=100",
    ] {
        let link = format!("data=ring&data.count=60&model.units=12&train.batch=16&sample.kernel=nuts&{settings}");
        let mut session = session(&link);
        session.step(30);
        assert_alike(&link, &session, &session.learned());
        assert_alike(&link, &session, session.setup().exact().unwrap());
    }
}

#[test]
fn chains_that_adapt_have_the_same_states_however_whole_groups_are_shared_out() {
    let (group, last) = (CHAINS_PER_GROUP as u32, 3 * CHAINS_PER_GROUP as u32 + 5);
    for kernel in KERNELS {
        let id = kernel.choice.id;
        let small = "data.count=60&model.units=12&train.batch=16&sample.path-intervals=4";
        // Some kernels have no warm-up.
        let link = format!("{small}&sample.kernel={id}&sample.warm-up=12&sample.chains={last}");
        let mut session = Session::new(experiment::parse(&link).0).unwrap();
        session.step(50);
        let target = session.learned();
        let mut whole = session.chains(0..last);
        whole.step(&target, 20);
        let mut states = Vec::new();
        for range in [0..group, group..3 * group, 3 * group..last] {
            let mut part = session.chains(range);
            [3, 1, 0, 16].into_iter().for_each(|transitions| part.step(&target, transitions));
            states.extend_from_slice(part.states());
        }
        assert_eq!(states, whole.states(), "{id}");
    }
}

#[test]
fn parts_of_groups_are_refused_while_there_is_a_warm_up_and_then_alone() {
    let (group, last) = (CHAINS_PER_GROUP as u32, 2 * CHAINS_PER_GROUP as u32 + 3);
    let is_refused = |warm_up: u32, range| {
        let session = session(&format!("data.count=20&model.units=4&sample.chains={last}&sample.warm-up={warm_up}"));
        !session.setup().can_run(&range)
    };
    for range in [0..last, 0..group, group..2 * group, 2 * group..last] {
        assert!(!is_refused(5, range));
    }
    for range in [0..7, 1..group, group..last - 1, group + 1..last] {
        assert!(is_refused(5, range.clone()) && !is_refused(0, range));
    }
    // A warm-up does not affect a kernel that accepts every proposal.
    for (accept, adapts) in [("weighed", true), ("always", false)] {
        let kernel = format!("sample.kernel=error-move-mh&sample.accept-rule={accept}");
        let link = format!("data.count=20&model.units=4&{kernel}&sample.chains={last}&sample.warm-up=5");
        assert_eq!(session(&link).setup().can_run(&(0..7)), !adapts, "{accept}");
    }
}
