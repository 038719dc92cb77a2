//! The mixture along a curve in ten dimensions: chains on its learned score, and differences between the rules for ΔE.

use scorescape::Session;
use scorescape::data::Points;
use scorescape::rng::{Purpose, stream};
use scorescape::sample::{Chains, EnergyRule, RandomWalk, Start};
use scorescape::score::{Exact, Path, Score};
use scorescape::session::Setup;

use crate::exact_reference::{Reference, Walk, median};
use crate::invariance::Remembering;
use crate::samples_2d::{KERNELS, trained, walk};
use crate::support::parallel::side_by_side;

const LINK: &str = "data=gmm-manifold&data.dim=10";
const PROPOSALS: usize = 20_000;
/// Proposal steps in units of the default. Over the first, the score at a line's two ends almost determines ΔE.
const STEPS: [f64; 2] = [1.0, 4.0];
/// Chains for the comparison of rules.
const CHAINS: u32 = 500;

pub fn tables() {
    let session = trained(LINK);
    let setup = session.setup();
    let truth = setup.exact().expect("a closed form");
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
            convergence.ess_bulk,
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

/// A rule's name, n, and whether chains use it too.
type Rule = (&'static str, usize, bool);

/// Each rule on the same proposals from exact draws, and chains that start there and use it, all on the exact score.
fn rules(setup: &Setup, truth: &Exact, reference: &Reference) {
    println!(
        "\nΔE by rule on the exact score, {PROPOSALS} proposals of a random walk from exact draws; `flips` is the share that a"
    );
    println!(
        "common u accepts by one of rule and exact energy alone; of chains after 1000 to 1400 transitions the distance\n"
    );
    println!(
        "{:>5}  {:<16} {:>4} {:>12} {:>12} {:>12} {:>8} {:>9} {:>6}",
        "step", "rule", "n", "median gap", "mean gap", "greatest", "flips", "accepted", "ratio"
    );
    let by_intervals = ["trapezoid", "simpson", "gauss-legendre"];
    let paths =
        by_intervals.into_iter().flat_map(|name| [2, 4, 10, 20].map(|n| (name, n, name == "trapezoid" && n > 4)));
    let rules: Vec<Rule> = [("endpoint", 1, true)].into_iter().chain(paths).chain([("exact", 0, true)]).collect();
    let draws = setup.draws(truth.density(), PROPOSALS, 100);
    let starts = setup.draws(truth.density(), CHAINS as usize, 101);
    for step in STEPS.map(|factor| factor * setup.settings().real("sample.step-size")) {
        let rows = side_by_side(rules.clone(), |(name, n, walks)| {
            let walk = walks.then(|| {
                let walk = Box::new(RandomWalk::new(step, rule(name, n)));
                let chains = Chains::new(walk, Start::Data(&starts), setup.experiment().seed(), 0..CHAINS);
                Walk::new(chains, CHAINS as usize, &Remembering::new(truth), reference)
            });
            (gaps(&draws, truth, step, rule(name, n)), walk)
        });
        for ((name, n, _), ([middle, mean, greatest, flips], walk)) in rules.iter().zip(rows) {
            let of_chains = walk.map_or_else(String::new, |walk| format!("{:>9.3} {:>6.2}", walk.accepted, walk.ratio));
            println!(
                "{step:>5.2}  {name:<16} {n:>4} {middle:>12.1e} {mean:>12.1e} {greatest:>12.1e} {:>6.2} % {of_chains}",
                100.0 * flips
            );
        }
    }
}

/// The median, mean and greatest gap between a rule's ΔE and the exact ΔE, and the share of proposals that only one of
/// the two accepts.
fn gaps(draws: &Points, truth: &Exact, step: f64, mut rule: EnergyRule) -> [f64; 4] {
    let mut rng = stream(1, Purpose::Measure, 102);
    let (mut gaps, mut flips, mut proposal, mut by_rule) = (Vec::new(), 0, vec![0.0; draws.dim()], [0.0]);
    for x in draws.values().chunks_exact(draws.dim()) {
        proposal.iter_mut().zip(x).for_each(|(y, x)| *y = x + step * rng.normal());
        rule.differences(truth, x, &proposal, &mut by_rule);
        let exact = truth.exact_energy_difference(x, &proposal).expect("a closed form");
        let bar = rng.exponential();
        flips += usize::from((by_rule[0] <= bar) != (exact <= bar));
        gaps.push((by_rule[0] - exact).abs());
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let greatest = gaps.iter().copied().fold(0.0, f64::max);
    [median(gaps), mean, greatest, flips as f64 / draws.len() as f64]
}
