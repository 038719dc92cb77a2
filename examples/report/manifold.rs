//! The mixture along a curve in ten dimensions: chains on its learned score, and how much the rules for ΔE differ.

use scorescape::Session;
use scorescape::data::Points;
use scorescape::rng::{Purpose, stream};
use scorescape::sample::{Chains, EnergyRule, RandomWalk, Start};
use scorescape::score::{Exact, Path, Score};
use scorescape::session::Setup;

use crate::chains::{Reference, Walk, median};
use crate::invariance::Remembering;
use crate::planes::{KERNELS, trained, walk};
use crate::side_by_side::side_by_side;

const LINK: &str = "data=gmm-manifold&data.dim=10";
const PROPOSALS: usize = 20_000;
/// Chains that are compared by rule.
const CHAINS: u32 = 500;

pub fn tables() {
    let session = trained(LINK);
    let setup = session.setup();
    let truth = setup.truth().expect("a closed form");
    let count = setup.settings().integer("sample.chains");
    let reference = Reference::new(setup, truth, count as usize);
    learned(&session, &reference);
    rules(setup, truth, &reference);
}

fn learned(session: &Session, reference: &Reference) {
    let error = session.setup().fisher_error(&session.learned()).unwrap_or(f64::NAN);
    println!("Mixture along a curve, d = 10, default experiment otherwise: relative Fisher error {error:.3}\n");
    println!("{:<24} {:>8} {:>6} {:>6} {:>7} {:>9}", "kernel", "accepted", "ratio", "R̂", "ESS", "ESS/s");
    let links = KERNELS.map(|kernel| format!("{LINK}&sample.kernel={kernel}"));
    let adapted = KERNELS.map(|kernel| format!("{LINK}&sample.kernel={kernel}&sample.warm-up=300"));
    let score = session.learned();
    let walks = side_by_side(links.iter().chain(&adapted).collect(), |link| walk(link, &score, reference));
    let names = KERNELS.map(String::from).into_iter().chain(KERNELS.map(|kernel| format!("{kernel}, adapted")));
    for (name, walk) in names.zip(walks) {
        let Walk { accepted, ratio, convergence, .. } = &walk;
        println!(
            "{name:<24} {accepted:>8.2} {ratio:>6.2} {:>6.2} {:>7.0} {:>9.0}",
            convergence.r_hat,
            convergence.bulk_size,
            walk.size_per_second()
        );
    }
}

fn rule(name: &str, intervals: usize) -> EnergyRule {
    EnergyRule::Path(match name {
        "endpoint" => Path::endpoint(10),
        "trapezoid" => Path::trapezoid(intervals, 10),
        "simpson" => Path::simpson(intervals, 10).expect("an even number"),
        "gauss-legendre" => Path::gauss_legendre(intervals, 10).expect("a positive number"),
        _ => return EnergyRule::Exact,
    })
}

/// Each rule on the same proposals from exact draws, and chains from exact draws that go by it, all on the exact score.
fn rules(setup: &Setup, truth: &Exact, reference: &Reference) {
    let step = setup.settings().real("sample.step");
    println!(
        "\nΔE by rule on the exact score, {PROPOSALS} proposals of a random walk of {step} from exact draws; `flips` is the"
    );
    println!(
        "share of them that a common u accepts by one of rule and exact energy alone; chains of 1000 to 1400 transitions\n"
    );
    println!(
        "{:<16} {:>4} {:>12} {:>12} {:>12} {:>8} {:>9} {:>6}",
        "rule", "n", "median gap", "mean gap", "greatest", "flips", "accepted", "ratio"
    );
    let names = ["trapezoid", "simpson", "gauss-legendre"];
    let sizes = [2, 4, 10, 20];
    let jobs: Vec<(&str, usize)> = [("endpoint", 1)]
        .into_iter()
        .chain(names.into_iter().flat_map(|name| sizes.map(|n| (name, n))))
        .chain([("exact", 0)])
        .collect();
    let draws = setup.draws(truth.density(), PROPOSALS, 100);
    let starts = setup.draws(truth.density(), CHAINS as usize, 101);
    let rows = side_by_side(jobs.clone(), |(name, n)| {
        let walk = RandomWalk::new(step, rule(name, n));
        let chains = Chains::new(Box::new(walk), Start::Data(&starts), setup.experiment().seed(), 0..CHAINS);
        let walk = Walk::new(chains, CHAINS as usize, &Remembering::new(truth), reference);
        (gaps(&draws, truth, step, rule(name, n)), walk)
    });
    for ((name, n), ([middle, mean, greatest, flips], walk)) in jobs.into_iter().zip(rows) {
        println!(
            "{name:<16} {n:>4} {middle:>12.1e} {mean:>12.1e} {greatest:>12.1e} {:>6.2} % {:>9.3} {:>6.2}",
            100.0 * flips,
            walk.accepted,
            walk.ratio
        );
    }
}

/// The median, mean and greatest gap between a rule's ΔE and the exact one, and the share of proposals that one of them alone
/// accepts.
fn gaps(draws: &Points, truth: &Exact, step: f64, mut rule: EnergyRule) -> [f64; 4] {
    let mut rng = stream(1, Purpose::Measure, 102);
    let (mut gaps, mut flips, mut proposal) = (Vec::new(), 0, vec![0.0; draws.dim()]);
    for x in draws.values().chunks_exact(draws.dim()) {
        proposal.iter_mut().zip(x).for_each(|(y, x)| *y = x + step * rng.normal());
        let by_rule = rule.difference(truth, x, &proposal);
        let exact = truth.exact_energy_difference(x, &proposal).expect("a closed form");
        let bar = rng.exponential();
        flips += usize::from((by_rule <= bar) != (exact <= bar));
        gaps.push((by_rule - exact).abs());
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let greatest = gaps.iter().copied().fold(0.0, f64::max);
    [median(gaps), mean, greatest, flips as f64 / draws.len() as f64]
}
