//! Independent jobs on one thread for each core.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

/// Results of `work` for each job, in the order of `jobs`.
pub fn side_by_side<J: Send, T: Send>(jobs: Vec<J>, work: impl Fn(J) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(jobs.len());
    let mut done: Vec<Option<T>> = jobs.iter().map(|_| None).collect();
    let pairs = Mutex::new(jobs.into_iter().zip(&mut done));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                // The lock is released before the work begins.
                while let Some((job, place)) = next(&pairs) {
                    *place = Some(work(job));
                }
            });
        }
    });
    done.into_iter().map(|result| result.expect("every job was taken")).collect()
}

fn next<I: Iterator>(iterator: &Mutex<I>) -> Option<I::Item> {
    iterator.lock().expect("no thread panics while it takes a job").next()
}
