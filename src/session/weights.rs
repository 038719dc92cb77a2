//! Writes the averaged parameters of a run to a safetensors file for other programs, and reads such files.
//!
//! [`state_dict`] defines the tensors and the metadata `form`, `activation`, `r` and `numpy`. A session adds `link`,
//! `step` and `sigma`: the score is (r(x) - x)/sigma².

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Session, Setup, WeightsSnapshot};
use crate::experiment::MAX_STEPS;
use crate::io::safetensors::{self, Archive};
use crate::math::decimal;
use crate::model::state_dict;
use crate::setting::{SettingError, Value};

/// Maximum relative difference between the σ of a file and the σ of the schedule.
const NEAR: f64 = 1e-9;

impl Session {
    /// The averaged parameters as a file; an error names a tensor with a number that is not finite.
    pub fn weights(&self) -> Result<Vec<u8>, SettingError> {
        let step = self.trainer.progress().step;
        let sigma = Value::Real(self.trainer.sigma());
        let mut archive = state_dict::archive(self.trainer.average())?;
        let link = self.setup.experiment().link();
        for (key, text) in [("link", link), ("step", step.to_string()), ("sigma", sigma.to_string())] {
            archive.metadata.push((key.to_string(), text));
        }
        safetensors::write(&archive)
    }
}

impl Setup {
    /// The parameters in `archive`, at the step that it names or the experiment's last. An error names the tensor or
    /// the metadata at fault, see [`state_dict::network`]. If the archive names σ, it must be the σ of the step.
    pub fn snapshot_of(&self, archive: &Archive) -> Result<WeightsSnapshot, SettingError> {
        let text = |key: &str| archive.metadata.iter().find(|(name, _)| name == key).map(|(_, text)| text.as_str());
        let step = match text("step") {
            None => self.settings().integer("steps"),
            Some(text) => text
                .parse()
                .ok()
                .filter(|step| *step <= MAX_STEPS)
                .ok_or_else(|| SettingError::new("step", text, format!("be a whole number in [0, {MAX_STEPS}]")))?,
        };
        let sigma = self.schedule().sigma_after(step);
        if let Some(text) = text("sigma")
            && !decimal::parse(text).is_some_and(|found| (found - sigma).abs() <= NEAR * sigma)
        {
            let expected = format!("be {}, as in this experiment after step {step}", Value::Real(sigma));
            return Err(SettingError::new("sigma", text, expected));
        }
        let network = state_dict::network(*self.architecture(), archive)?;
        Ok(WeightsSnapshot {
            step,
            parameters: network.parameters().iter().flat_map(|vector| vector.to_array()).collect(),
        })
    }
}
