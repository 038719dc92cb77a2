//! What training minimises: a mean over examples, and its gradient.

use alloc::boxed::Box;

use crate::rng::Stream;
use crate::setting::{self, Choice, Hints, Place, Section, Setting, SettingError, SettingKind, Settings, Variant};

pub mod evaluator;
pub mod score_matching;
mod tape;
pub mod tile;

pub use contractive::Contractive;
pub use denoising::Denoising;
pub use encoder_contractive::EncoderContractive;
pub use evaluator::Evaluator;
pub use score_matching::ScoreMatching;
pub use tile::{EXAMPLES_PER_TILE, Tile};
pub use walkback::Walkback;

/// Builds an objective from the settings, σ and the dimension; an error names the setting at fault.
pub type Builder = fn(&Settings, f64, usize) -> Result<Box<dyn Objective>, SettingError>;

// One file and one line each.
setting::variants! {
    /// Every objective, in the order in which they are offered.
    OBJECTIVES: Variant<Builder>, VARIANT in
    denoising
    contractive
    encoder_contractive
    implicit
    sliced
    walkback
}

static CHOICES: [&Choice; OBJECTIVES.len()] = setting::choices(OBJECTIVES);

/// Which objective is used.
pub static OBJECTIVE: Setting = Setting {
    key: "train.objective",
    label: "Objective",
    unit: "",
    help: "The loss to be minimised.",
    kind: SettingKind::Choice { default: "denoising", options: &CHOICES },
    ..Setting::of(Section::Training)
};

/// The corruption's size.
pub static SIGMA: Setting = Setting {
    key: "train.sigma",
    label: "Noise σ",
    unit: "data units",
    help: "Standard deviation of the noise that the network learns to remove; the learned score is that of the data blurred by σ.",
    kind: SettingKind::Real { default: 0.05, min: 0.001, max: 10.0 },
    place: Place::Slider,
    hints: Hints {
        zero: "Without noise there is nothing to remove: the network learns to copy its input, and its error over σ² is no score.",
        negative: "It is a standard deviation, and none is negative.",
    },
    ..Setting::of(Section::Training)
};

/// The number of examples in a step.
pub static BATCH: Setting = Setting {
    key: "train.batch",
    label: "Batch",
    unit: "examples",
    help: "The number of corrupted examples that each step averages.",
    kind: SettingKind::Integer { default: 512, min: 1, max: 65_536 },
    ..Setting::of(Section::Training)
};

/// What the code costs.
pub const SPARSITY: Setting = Setting {
    key: "train.l1",
    label: "Code sparsity",
    unit: "",
    help: "Weight of an L1 penalty, the sum of |h| over the last hidden layer; it drives units to zero.",
    kind: SettingKind::Real { default: 0.0, min: 0.0, max: 1.0 },
    is_advanced: true,
    ..Setting::of(Section::Training)
};

/// A loss of the reconstruction of examples, and how it depends on what the network puts out.
///
/// An evaluator calls `weigh` once for a batch and, for each tile of four examples, `corrupt`, then `judge` and `advance` as
/// long as the latter says that there is more.
pub trait Objective: Send {
    /// Along how many directions J is needed in R^`dim`.
    fn directions(&self, _dim: usize) -> usize {
        0
    }

    /// The order of magnitude of its losses in R^`dim`: what r(x) = x costs, or would if noise did not average out.
    fn unit(&self, dim: usize) -> f64;

    /// Sets how much each example counts (1 so far) from the standard normal noise of all, laid out tile by tile.
    fn weigh(&mut self, _dim: usize, _noise: &[f32], _weights: &mut [f64]) {}

    /// Sets where r is evaluated, and along which directions, from the training points and standard normal noise; unless an
    /// objective says otherwise, at the points themselves along each coordinate.
    fn corrupt(&mut self, tile: &mut Tile, _noise: &[f32], _rng: &mut Stream) {
        tile.look_along_coordinates();
    }

    /// Returns the weighted sum of the tile's losses and writes its slopes by all that came out.
    fn judge(&mut self, tile: &mut Tile) -> f64;

    /// Moves the tile on to further terms of its loss; false if there are none.
    fn advance(&mut self, _group: &mut Tile, _rng: &mut Stream) -> bool {
        false
    }
}

/// The objective chosen in `settings`, for noise `sigma` in R^`dim`.
pub fn from_settings(settings: &Settings, sigma: f64, dim: usize) -> Result<Box<dyn Objective>, SettingError> {
    (setting::variant(OBJECTIVES, settings.choice(OBJECTIVE.key)).build)(settings, sigma, dim)
}
