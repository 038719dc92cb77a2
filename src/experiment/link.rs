//! Links: an experiment as readable text, `#v=0&data.noise=0.02&steps=2000`, in table order, with only the values that
//! differ from the defaults. Links are untrusted: each part that cannot be used becomes a [`SettingError`], the rest
//! takes effect.
//!
//! Version 0 promises nothing yet about what an old link means later.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::Experiment;
use crate::setting::SettingError;

const VERSION: &str = "0";
/// The key of a fingerprint, computed from the complete run on the computer that shared the link. Not part of the
/// experiment.
const FINGERPRINT: &str = "fingerprint";
/// Maximum length of a link in bytes; longer links are refused unread.
const MAX_LENGTH: usize = 8192;
/// Maximum number of errors collected.
const MAX_PROBLEMS: usize = 20;

/// Reads a link's fragment, with or without its `#`. Bad parts are named and leave their defaults.
pub fn parse(link: &str) -> (Experiment, Vec<SettingError>) {
    let mut experiment = Experiment::default();
    let text = link.strip_prefix('#').unwrap_or(link);
    if text.len() > MAX_LENGTH {
        let length = SettingError::new("link", text.len(), "have at most 8192 bytes");
        return (experiment, Vec::from([length]));
    }
    let pairs =
        || text.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    if let Some((key, version)) = pairs().find(|(key, version)| *key == "v" && *version != VERSION) {
        return (experiment, Vec::from([SettingError::new(key, version, "be 0, the version this page reads")]));
    }
    // Some settings decide which others exist, so they are set first, in any order of the link.
    let is_first = |key: &str| Experiment::is_selector(key);
    let ordered = pairs().filter(|(key, _)| is_first(key)).chain(pairs().filter(|(key, _)| !is_first(key)));
    let ordered = ordered.filter(|(key, _)| *key != "v" && *key != FINGERPRINT);
    let errors = ordered.filter_map(|(key, value)| experiment.set(key, value).err());
    let errors = errors.take(MAX_PROBLEMS).collect();
    (experiment, errors)
}

/// The fingerprint that a link claims for its complete run; `None` if there is none or it is malformed.
pub fn fingerprint(link: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c) || c == '.';
    let text = link.split(['#', '&']).find_map(|pair| pair.strip_prefix(FINGERPRINT)?.strip_prefix('='))?;
    let has_parts = text.split('.').count() == 4 && text.split('.').all(|part| !part.is_empty());
    (text.len() <= 64 && text.chars().all(is_part) && has_parts).then_some(text)
}

impl Experiment {
    /// The link's fragment; [`parse`] of it is this experiment without errors.
    pub fn link(&self) -> String {
        let mut link = String::from("#v=0");
        for entry in self.changes() {
            write!(link, "&{}={}", entry.setting.key, entry.value).expect("writing to memory");
        }
        link
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DATASETS;
    use alloc::format;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn messages(link: &str) -> Vec<String> {
        parse(link).1.iter().map(|error| format!("{error}")).collect()
    }

    #[test]
    fn link_holds_only_what_differs_and_reads_back() {
        assert_eq!(Experiment::default().link(), "#v=0");
        let link = "#v=0&data.noise=0.02&model.units=128&train.rate=0.001&steps=300";
        assert_eq!(parse(link).0.link(), link);
        assert_eq!(parse("steps=300&train.rate=1e-3&model.units=128&data.noise=0.020").0.link(), link);
    }

    #[test]
    fn link_of_another_dataset_starts_from_its_defaults() {
        let (experiment, errors) = parse("#train.rate=0.001&data=two-bumps");
        assert_eq!((errors.len(), experiment.link().as_str()), (0, "#v=0&data=two-bumps&train.rate=0.001"));
        assert_eq!(experiment.settings().real("train.sigma"), 1.0);
        assert_eq!(parse(&experiment.link()).0.link(), experiment.link());
    }

    #[test]
    fn fingerprint_is_read_only_if_it_looks_like_one() {
        assert_eq!(fingerprint("#v=0&steps=300&fingerprint=1.300.50.00ff"), Some("1.300.50.00ff"));
        assert_eq!(fingerprint("#v=0&fingerprint=<b>"), None);
        assert_eq!(fingerprint(&format!("#fingerprint={}", "1".repeat(65))), None);
        assert!(messages("#v=0&steps=300&fingerprint=<b>").is_empty());
    }

    #[test]
    fn parse_names_every_bad_part_and_keeps_the_rest() {
        let link = "#v=0&train.rate=-1&model.units=1.5&nonsense=<b>&data=cube&steps=300&seed";
        let datasets: Vec<&str> = DATASETS.iter().map(|dataset| dataset.choice.id).collect();
        assert_eq!(
            messages(link),
            [
                &*format!("data must be one of {}, got \"cube\"", datasets.join(", ")),
                "train.rate must lie in [0.000001, 1], got \"-1\"",
                "model.units must be a whole number in [1, 4096], got \"1.5\"",
                "nonsense must be a setting of this experiment, got \"<b>\"",
                "seed must be a whole number in [0, 4294967295], got \"\"",
            ]
        );
        assert_eq!(parse(link).0.link(), "#v=0&steps=300");
    }

    #[test]
    fn parse_refuses_other_versions_and_long_links() {
        assert_eq!(messages("#v=1&steps=300"), ["v must be 0, the version this page reads, got \"1\""]);
        assert_eq!(messages(&"&a=b".repeat(5000)), ["link must have at most 8192 bytes, got \"20000\""]);
        assert_eq!(messages(&"&a=b".repeat(500)).len(), MAX_PROBLEMS);
    }
}
