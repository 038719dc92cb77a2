//! A kernel's fixed properties: the memory it needs, the adaptation of its step size, and the meaning of its acceptance
//! rate.

/// A kernel's fixed properties in R^d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KernelProperties {
    /// Numbers kept for each chain beside its position.
    pub state_len: usize,
    /// Numbers kept for each group of chains: none unless the chains of a group adapt together.
    pub group_state_len: usize,
    /// Transitions in which the step size is adapted.
    pub warm_up: u32,
    /// The acceptance rate at which the step size is best; `None` for kernels that no warm-up adapts.
    pub target_acceptance: Option<f64>,
    /// Whether a transition accepts or rejects a single proposal. Otherwise the share of accepted proposals is no
    /// acceptance rate.
    pub single_proposal: bool,
    /// Whether moves keep the density, by the Metropolis-Hastings rule or another. Otherwise draws are biased.
    pub is_adjusted: bool,
    /// Maximum factor on the step size: at least 1.
    pub max_step_scale: f64,
}

impl Default for KernelProperties {
    /// A kernel that keeps no memory, adapts nothing, and accepts or rejects one proposal by the Metropolis-Hastings
    /// rule.
    fn default() -> Self {
        Self {
            state_len: 0,
            group_state_len: 0,
            warm_up: 0,
            target_acceptance: None,
            single_proposal: true,
            is_adjusted: true,
            max_step_scale: f64::INFINITY,
        }
    }
}
