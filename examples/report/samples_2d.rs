//! Every dataset of the plane in its default experiment: distances of chains on the learned score from p_σ.

use scorescape::Session;
use scorescape::data::{DATASETS, table_source};
use scorescape::experiment;
use scorescape::sample::{Chains, EnergyRule, RandomWalk, Start};
use scorescape::score::Learned;
use scorescape::session::Setup;

use crate::exact_reference::{Reference, Walk};
use crate::invariance::Remembering;
use crate::support::parallel::side_by_side;

pub const KERNELS: [&str; 4] = ["random-walk", "mala", "hmc", "nuts"];
/// Greatest ratio of distances that counts as right.
const LIMIT: f64 = 1.75;

/// A run of a dataset's default experiment.
struct Run {
    id: &'static str,
    sigma: f64,
    error: f64,
    chance: f64,
    /// A random walk on the exact energy, from the same starts.
    exact: Walk,
    learned: Vec<(&'static str, Walk)>,
    /// If a ratio is above the limit: the kernel with the greatest ratio, and the error and this kernel's ratio after
    /// 20000 steps on 10⁵ points.
    longer: Option<(&'static str, f64, f64)>,
}

pub fn table() {
    println!(
        "Default experiments: sliced W₁ of 500 chains after 1000 to 1400 transitions to as many draws of p_σ, in units"
    );
    println!(
        "of the median of exact pairs. `exact` is a random walk on the exact energy, `ESS` the least effective size of"
    );
    println!(
        "a coordinate's bulk in the last 400 transitions of all chains, `chance` the greatest ratio of 30 exact samples: what"
    );
    println!("chains that do not mix have to be judged by\n");
    println!(
        "{:<17} {:>5} {:>7} {:>6} {:>6}  {:<12} {:>8} {:>6} {:>6} {:>7} {:>9}",
        "data", "σ", "Fisher", "chance", "exact", "kernel", "accepted", "ratio", "R̂", "ESS", "ESS/s"
    );
    let ids = DATASETS.iter().filter(|dataset| table_source(dataset).is_none()).map(|dataset| dataset.choice.id);
    // A few datasets at a time, so that rows appear while others run.
    for few in ids.collect::<Vec<_>>().chunks(4) {
        side_by_side(few.to_vec(), measure).into_iter().flatten().for_each(|run| print_run(&run));
    }
}

fn print_run(run: &Run) {
    for (kernel, walk) in &run.learned {
        let Walk { accepted, ratio, convergence, .. } = walk;
        println!(
            "{:<17} {:>5} {:>7.3} {:>6.2} {:>6.2}  {kernel:<12} {accepted:>8.2} {ratio:>6.2} {:>6.2} {:>7.0} {:>9.0}{}",
            run.id,
            run.sigma,
            run.error,
            run.chance,
            run.exact.ratio,
            convergence.r_hat,
            convergence.ess_bulk,
            walk.size_per_second(),
            if *ratio > LIMIT { "  above" } else { "" }
        );
    }
    if let Some((kernel, error, ratio)) = run.longer {
        println!(
            "  {} is above {LIMIT}; from the same starts the exact score gives {:.2}; after 20000 steps on 10⁵ points: error {error:.3}, {kernel} {ratio:.2}",
            run.id, run.exact.ratio
        );
    }
}

/// The session of a dataset at the end of its training.
pub fn trained(link: &str) -> Session {
    let (experiment, errors) = experiment::parse(link);
    assert!(errors.is_empty(), "{link}: {errors:?}");
    let steps = experiment.settings().integer("steps");
    let mut session = Session::new(experiment).expect("a valid experiment");
    session.step(steps);
    session
}

/// The experiment's chains on the score learned by this or another experiment.
pub fn walk(link: &str, learned: &Learned, reference: &Reference) -> Walk {
    let setup = Setup::new(experiment::parse(link).0).expect("a valid experiment");
    let count = setup.settings().integer("sample.chains");
    Walk::new(setup.chains(0..count), count as usize, learned, reference)
}

fn measure(id: &'static str) -> Option<Run> {
    let (experiment, _) = experiment::parse(&format!("data={id}"));
    if Setup::new(experiment).expect("a valid experiment").points().dim() != 2 {
        return None;
    }
    let session = trained(&format!("data={id}"));
    let setup = session.setup();
    let truth = setup.exact()?;
    let count = setup.settings().integer("sample.chains");
    let reference = Reference::new(setup, truth, count as usize);
    let error = |session: &Session| session.setup().fisher_error(&session.learned()).unwrap_or(f64::NAN);
    let step = RandomWalk::new(setup.settings().real("sample.step-size"), EnergyRule::Exact);
    let start = Start::from_settings(setup.settings(), setup.points());
    let chains = Chains::new(Box::new(step), start, setup.experiment().seed(), 0..count);
    let exact = Walk::new(chains, count as usize, &Remembering::new(truth), &reference);
    let on_learned =
        |kernel| (kernel, walk(&format!("data={id}&sample.kernel={kernel}"), &session.learned(), &reference));
    let learned: Vec<_> = KERNELS.map(on_learned).into();
    let worst =
        learned.iter().max_by(|(_, a), (_, b)| a.ratio.total_cmp(&b.ratio)).filter(|(_, walk)| walk.ratio > LIMIT);
    let longer = worst.map(|(kernel, _)| {
        let link = format!("data={id}&steps=20000&data.count=100000&sample.kernel={kernel}");
        let session = trained(&link);
        (*kernel, error(&session), walk(&link, &session.learned(), &reference).ratio)
    });
    Some(Run {
        id,
        sigma: setup.final_sigma(),
        error: error(&session),
        chance: reference.chance(),
        exact,
        learned,
        longer,
    })
}
