//! Maxima where there are no data, before and after each repair.

use scorescape::Session;

use crate::exact_reference::median;
use crate::spurious_maxima::{KICKS, LARGER_NOISE, NONE, by_seed, maxima};

const SEEDS: u32 = 16;

fn error(session: &Session) -> f64 {
    session.setup().fisher_error(&session.learned()).unwrap_or(f64::NAN)
}

pub fn table() {
    println!(
        "Attracting fixed points of r farther than 5σ from every training point, eight Gaussians on a ring, σ = 0.02,"
    );
    println!("64 units, {SEEDS} seeds; both the repairs and their price near the data\n");
    println!("{:<22} {:>5}  {:<50} {:>20}", "repair", "sum", "by seed", "median Fisher error");
    let plain_walkback = ("walkback without kicks", "&train.objective=walkback");
    for repair in [NONE, LARGER_NOISE, KICKS, plain_walkback] {
        let (counts, errors): (Vec<usize>, _) =
            by_seed(repair, SEEDS, |session| (maxima(session), error(session))).into_iter().unzip();
        let (sum, error) = (counts.iter().sum::<usize>(), median(errors));
        let counts: Vec<String> = counts.iter().map(usize::to_string).collect();
        println!("{:<22} {sum:>5}  {:<50} {error:>20.2}", repair.0, counts.join(" "));
    }
}
