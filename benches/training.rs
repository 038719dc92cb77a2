//! Prints the training steps per second of one experiment: `training LINK MILLISECONDS`. `tests/bench.mjs` runs it in
//! turn with the WebAssembly build and the peers.

use scorescape::{Session, experiment};
use std::time::{Duration, Instant};

/// Steps between two readings of the clock.
const CHUNK: u32 = 20;

fn main() {
    // `cargo bench` adds the flag.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let link = arguments.first().map_or("", String::as_str);
    let milliseconds = arguments.get(1).map_or(1000, |text| text.parse().expect("milliseconds: a whole number"));
    let (experiment, errors) = experiment::parse(link);
    assert!(errors.is_empty(), "{link}: {errors:?}");
    let mut session = Session::new(experiment).expect("the experiment is in range");
    steps_per_second(&mut session, Duration::from_millis(milliseconds / 10));
    println!("{:.1}", steps_per_second(&mut session, Duration::from_millis(milliseconds)));
}

fn steps_per_second(session: &mut Session, duration: Duration) -> f64 {
    let start = Instant::now();
    let mut steps = 0;
    while start.elapsed() < duration {
        session.step(CHUNK);
        steps += CHUNK;
    }
    let speed = f64::from(steps) / start.elapsed().as_secs_f64();
    assert!(!session.progress().diverged, "a run that diverged takes no steps");
    speed
}
