//! Memory use, by an allocator that counts for each thread: readers refuse a bad input before they allocate more than
//! its size justifies, and training and chains allocate nothing once they run.
//!
//! A separate binary, because a program has one allocator. Results do not depend on the target: natively only.
#![cfg(not(target_arch = "wasm32"))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Display;

use scorescape::io::{self, safetensors};
use scorescape::score::Score;
use scorescape::session::Damage;
use scorescape::{ALGORITHM, Session, experiment};

#[path = "suite/support/forged_checkpoint.rs"]
mod forged_checkpoint;
#[path = "allocation/setting_extremes.rs"]
mod setting_extremes;

struct Counting;

/// Memory of one thread.
#[derive(Clone, Copy)]
struct Memory {
    requests: usize,
    /// Bytes allocated and not freed, and their greatest number so far.
    held: usize,
    most: usize,
}

thread_local! {
    static MEMORY: Cell<Memory> = const { Cell::new(Memory { requests: 0, held: 0, most: 0 }) };
}

// Threads allocate before their locals exist and after they are dropped, and free memory of other threads.
fn take(bytes: usize) {
    let _ = MEMORY.try_with(|memory| {
        let Memory { requests, held, most } = memory.get();
        memory.set(Memory { requests: requests + 1, held: held + bytes, most: most.max(held + bytes) });
    });
}

fn give_back(bytes: usize) {
    let _ = MEMORY.try_with(|memory| {
        let before = memory.get();
        memory.set(Memory { held: before.held.saturating_sub(bytes), ..before });
    });
}

#[expect(unsafe_code, reason = "an allocator is")]
// SAFETY: all calls are forwarded to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // The old block and the new block can exist at the same time.
        take(size);
        give_back(layout.size());
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        give_back(layout.size());
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Greatest number of bytes that `work` holds at a time on this thread, the number of its allocations, and its result.
fn taken<T>(work: impl FnOnce() -> T) -> ([usize; 2], T) {
    let before = MEMORY.get();
    MEMORY.set(Memory { most: before.held, ..before });
    let result = work();
    let after = MEMORY.get();
    ([after.most - before.held, after.requests - before.requests], result)
}

/// Bytes for an error message and a few short lists.
const MESSAGE: usize = 4096;

/// `read` must refuse `input` and hold at most `allowed` bytes at any time, not counting the message.
fn assert_frugal<T, E: Display>(what: &str, input: &[u8], allowed: usize, read: impl Fn(&[u8]) -> Result<T, E>) {
    let ([bytes, _], result) = taken(|| read(input));
    let message = result.err().unwrap_or_else(|| panic!("{what} is read")).to_string();
    println!("{what}: {bytes} bytes for {} of input: {message}", input.len());
    assert!(bytes <= allowed + MESSAGE, "{what}: {bytes} bytes for {} of input: {message}", input.len());
}

#[test]
fn allocator_counts_what_is_held_at_a_time_and_how_often_some_is_taken() {
    assert_eq!(taken(|| drop(Vec::<u8>::with_capacity(1000))).0, [1000, 1]);
    assert_eq!(taken(|| (0..3).for_each(|_| drop(vec![0u64; 10]))).0, [80, 3]);
    let mut list = Vec::with_capacity(1);
    let ([bytes, requests], ()) = taken(|| (0..1000u32).for_each(|i| list.push(i)));
    assert!((4 * 1024..=6 * 1024).contains(&bytes) && (5..=10).contains(&requests), "{bytes} bytes, {requests} times");
}

fn npy(version: u8, header: &str, numbers: usize) -> Vec<u8> {
    let length = (header.len() as u32).to_le_bytes();
    let length = if version == 1 { &length[..2] } else { &length };
    [b"\x93NUMPY", &[version, 0][..], length, header.as_bytes(), &vec![0; numbers]].concat()
}

#[test]
fn npy_that_claims_more_than_it_has_is_refused_before_memory_is_taken() {
    for shape in [
        "(134217728,)",
        "(1000000,)",
        "(4096, 1024)",
        "(1048576, 4)",
        "(-1, 2)",
        "(18446744073709551615, 1)",
        "(4294967296, 4294967296)",
        "(9223372036854775808, 2)",
        "(99999999999999999999999,)",
        "(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)",
    ] {
        let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
        assert_frugal(shape, &npy(1, &header, 64), 0, io::read_table);
    }
    let mut claims = npy(2, "", 16);
    claims[8..12].copy_from_slice(&(1u32 << 30).to_le_bytes());
    assert_frugal("a header of 1 GB", &claims, 0, io::read_table);
    assert_frugal("a header of blanks", &npy(2, &" ".repeat(10_000), 0), 0, io::read_table);
}

#[test]
fn text_that_is_too_long_or_wide_is_refused_before_more_memory_is_taken_than_it_has_bytes() {
    for (what, text) in [
        ("10⁷ rows", "1\n".repeat(10_000_000)),
        ("10⁷ columns", "1,".repeat(10_000_000)),
        ("10⁷ columns of blanks", "1 ".repeat(10_000_000)),
        ("10⁷ names", "x,".repeat(10_000_000)),
        ("a name of 10⁷ letters and no row", "x".repeat(10_000_000)),
        ("a cell of 10⁷ digits", "1".repeat(10_000_000)),
        ("a quote of 10⁷ letters that never ends", format!("\"{}", "x".repeat(10_000_000))),
        ("a cell of 5·10⁶ quotes", format!("\"{}\",1\n2,3,4\n", "\"\"".repeat(5_000_000))),
        ("10⁷ empty lines", "\n".repeat(10_000_000)),
    ] {
        assert_frugal(what, text.as_bytes(), 2 * text.len(), io::read_table);
    }
}

#[test]
fn safetensors_that_claim_more_than_they_have_are_refused_before_memory_is_taken() {
    let file = |length: u64, header: &str| [&length.to_le_bytes(), header.as_bytes(), &[0; 8]].concat();
    let tensor = |shape: &str, offsets: &str| {
        let header = format!("{{\"w\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":{offsets}}}}}");
        file(header.len() as u64, &header)
    };
    for (what, file) in [
        ("a header of 2⁶⁴ bytes", file(u64::MAX, "{}")),
        ("a header of 1 MB", file(1 << 20, "{}")),
        ("a tensor of 64 MB", tensor("[16777216]", "[0,67108864]")),
        ("a tensor of 2⁶⁴ numbers", tensor("[4294967296,4294967296]", "[0,0]")),
        ("a tensor of 2⁶⁴ bytes", tensor("[4611686018427387904]", "[0,18446744073709551615]")),
        ("offsets in the wrong order", tensor("[2]", "[18446744073709551615,7]")),
        ("a shape of many numbers", tensor(&format!("[{}1]", "1,".repeat(100_000)), "[0,4]")),
        ("a name that never ends", file(1 << 19, &format!("{{\"{}", "x".repeat(1 << 19)))),
    ] {
        assert_frugal(what, &file, 2 * file.len(), safetensors::read);
    }
}

#[test]
fn links_with_giant_numbers_are_refused_before_memory_is_taken() {
    // The experiment that remains when every setting is refused.
    let ([rest, _], _) = taken(|| experiment::parse("#v=0"));
    let digits = "9".repeat(7000);
    for key in
        ["steps", "data.count", "model.units", "model.layers", "train.batch", "sample.chains", "seed", "train.sigma"]
    {
        for value in ["1e308", "18446744073709551616", "-1e999", &digits] {
            let link = format!("#v=0&{key}={value}");
            assert_frugal(&link[..link.len().min(60)], link.as_bytes(), rest + link.len(), |link| {
                let (_, errors) = experiment::parse(std::str::from_utf8(link).expect("a link"));
                errors.into_iter().next().map_or(Ok(()), Err)
            });
        }
    }
    let long = "&a=b".repeat(1_000_000);
    let ([bytes, _], (_, errors)) = taken(|| experiment::parse(&long));
    assert!(errors.len() == 1 && bytes <= rest + MESSAGE, "{bytes} bytes");
}

/// Sizes that are allowed for single settings, but not together.
#[test]
fn experiments_and_checkpoints_that_are_too_large_are_refused_before_their_points_and_weights_are_made() {
    let link = "data=gmm-manifold&data.dim=100&data.count=1000000";
    let ([bytes, _], refused) = taken(|| Session::new(experiment::parse(link).0).err());
    assert_eq!(refused.expect("800 MB of points").setting, "data.count");
    println!("{link}: {bytes} bytes");
    assert!(bytes < 400_000, "{bytes} bytes");
    // The link requires 82 MB of weights, averages and optimiser state; the file contains none of it.
    let link = "#v=0&model.units=1600&model.layers=3&data.count=4000";
    let head = [b"SCOR", &ALGORITHM.to_le_bytes()[..], &(link.len() as u32).to_le_bytes(), link.as_bytes()].concat();
    let forged = forged_checkpoint::sealed([&head[..], &[0; 64]].concat());
    let ([bytes, _], refused) = taken(|| Session::restore(&forged).err());
    println!("a checkpoint of 82 MB: {bytes} bytes");
    assert!(refused == Some(Damage::Corrupt) && bytes < 200_000, "{refused:?}, {bytes} bytes");
    let forged = forged_checkpoint::sealed([&head[..8], &u32::MAX.to_le_bytes()].concat());
    let ([bytes, _], refused) = taken(|| Session::restore(&forged).err());
    assert!(refused == Some(Damage::Corrupt) && bytes < MESSAGE, "{refused:?}, {bytes} bytes");
}

/// Bytes and allocations of `more` steps of a run of `link`, after the first few.
fn taken_by_steps(link: &str, more: u32) -> [usize; 2] {
    let (experiment, errors) = experiment::parse(link);
    assert!(errors.is_empty(), "{link}: {errors:?}");
    let mut session = Session::new(experiment).expect("a valid experiment");
    session.step(3);
    let (taken, progress) = taken(|| session.step(more));
    assert_eq!((progress.step, progress.diverged), (3 + more, false), "{link}");
    taken
}

const SMALL: &str = "model.units=24&train.batch=33&data.count=100";

#[test]
fn training_steps_take_no_memory_after_the_first_but_where_a_level_begins() {
    let mut found = Vec::new();
    let objectives = ["denoising", "contractive", "encoder-contractive", "implicit", "sliced", "walkback"];
    for data in ["three-points", "two-moons", "gmm-manifold&train.sigma=0.5"] {
        for model in [
            "layers=1",
            "layers=3",
            "decoder=scaled",
            "decoder=transposed&model.form=plain",
            "activation=softplus",
            "output-scaling=per-output",
        ] {
            found.extend(objectives.map(|objective| {
                format!("data={data}&{SMALL}&model.{model}&train.objective={objective}&train.rate=0.0001")
            }));
        }
    }
    let trainings = [
        "train.corruption=rare-large",
        "train.corruption=weighted",
        "train.objective=walkback&train.walkback-kick=0.1",
        "train.optimizer=sgd",
        "train.optimizer=momentum&train.rate=0.0001",
        "train.optimizer=rmsprop",
        "train.optimizer=lbfgs",
        "train.optimizer=lbfgs&train.objective=contractive",
        "train.weight-decay=0.001",
        "train.schedule=cosine",
        "train.schedule=steps",
        "model.output-activation=tanh",
        "model.output-activation=relu&model.layers=2&train.objective=contractive",
        "train.l1=0.001",
        "train.l1=0.001&train.objective=sliced",
    ];
    found.extend(trainings.map(|training| format!("data=two-moons&{SMALL}&{training}")));
    let count = found.len();
    found.retain(|link| taken_by_steps(link, 10) != [0, 0]);
    assert!(found.is_empty(), "{} of {count} take memory: {found:#?}", found.len());
}

/// Bytes and allocations of chains of `link` after their first few transitions, on the learned or the exact score.
fn taken_by_transitions(link: &str, is_learned: bool) -> [usize; 2] {
    let (experiment, errors) = experiment::parse(link);
    assert!(errors.is_empty(), "{link}: {errors:?}");
    let mut session = Session::new(experiment).expect("a valid experiment");
    session.step(20);
    let (learned, setup) = (session.learned(), session.setup());
    let target: &dyn Score = if is_learned { &learned } else { setup.exact().expect("a closed form") };
    let mut chains = setup.chains(0..16);
    chains.step(target, 5);
    taken(|| chains.step(target, 20)).0
}

const KERNELS: [&str; 15] = [
    "random-walk",
    "random-walk&sample.path-rule=exact",
    "random-walk&sample.path-rule=endpoint",
    "random-walk&sample.warm-up=100",
    "mala",
    "langevin",
    "hmc",
    "nuts",
    "error-move-mh",
    "interpolate-mh",
    "relaxed-reconstruct-mh",
    "reconstruct",
    "reconstruct-mh",
    "dae-chain",
    "error-move-mh&sample.accept-rule=always",
];

#[test]
fn transitions_on_a_mixture_take_no_memory_after_the_first() {
    for data in ["gaussian", "ring", "gmm-manifold&train.sigma=0.5"] {
        for kernel in KERNELS {
            let link = format!("data={data}&{SMALL}&model.decoder=scaled&sample.kernel={kernel}");
            assert_eq!(taken_by_transitions(&link, false), [0, 0], "{link}");
        }
    }
}

#[test]
fn transitions_on_a_learned_score_take_no_memory_after_the_first() {
    for (data, model) in [
        ("ring", "decoder=untied"),
        ("ring", "activation=relu"),
        ("gmm-manifold", "decoder=scaled"),
        ("ring", "layers=3&model.output-scaling=per-output"),
        ("ring", "layers=2&model.output-activation=tanh"),
        // More dimensions than fit the stack buffers.
        ("gmm-manifold&data.dim=70", "decoder=untied"),
    ] {
        for kernel in KERNELS {
            let kernel =
                if model == "decoder=scaled" { kernel } else { kernel.trim_end_matches("&sample.path-rule=exact") };
            let link = format!("data={data}&{SMALL}&model.{model}&sample.kernel={kernel}");
            assert_eq!(taken_by_transitions(&link, true), [0, 0], "{link}");
        }
    }
}
