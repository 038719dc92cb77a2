//! Prints the tables of measured results: `./dev report`, or some of them by name: `./dev report -- kernels ninja`.
//!
//! Everything except seconds is the same each time.

#[path = "../../tests/suite/invariance.rs"]
mod invariance;
#[path = "../../tests/suite/spurious_maxima.rs"]
mod spurious_maxima;
#[path = "../../tests/suite/support"]
mod support {
    pub mod ks_two_sample;
    pub mod parallel;
    pub mod wiener;
}

mod exact_reference;
mod kernel_invariance;
mod maxima;
mod ninja;
mod samples_2d;
mod ten_dimensions;
mod training;

type Table = (&'static str, fn());

const TABLES: [Table; 9] = [
    ("seeds", training::seeds),
    ("datasets", training::datasets),
    ("tables", training::tables),
    ("optima", training::optima),
    ("kernels", kernel_invariance::table),
    ("ninja", ninja::table),
    ("planes", samples_2d::table),
    ("manifold", ten_dimensions::tables),
    ("maxima", maxima::table),
];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    for name in &wanted {
        assert!(TABLES.iter().any(|(known, _)| known == name), "no table {name}: {:?}", TABLES.map(|(known, _)| known));
    }
    for (name, table) in TABLES {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            table();
            println!();
        }
    }
}
