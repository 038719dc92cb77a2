//! The headings under which the page groups settings.

use serde::Serialize;

/// A heading of the page's controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Section {
    /// The density and the points drawn from it.
    Data,
    /// The architecture and its initial weights.
    Network,
    /// Objective, noise and optimiser.
    Training,
    /// The chains and the kernel that moves them.
    Sampling,
    /// Lengths and seed of a run.
    Run,
    /// The plane in which the data are drawn.
    View,
}

/// Where the page puts a setting's control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the form, under the setting's section.
    Form,
    /// The slider beside the stage.
    Slider,
    /// The file picker above the stage.
    File,
}
