//! Where the files of scenarios lie, each scenario's by themselves.

use std::path::{Component, Path, PathBuf};

/// How files are called that are written about scenarios.
const WRITTEN: [&str; 5] = [".html", ".json", ".jsonl", ".log", ".txt"];

/// Where the logs and the pages of the scenario with this name lie, below a folder for those of all: its name,
/// but never outside of that folder, and never a name that another scenario's files have there.
///
/// Names of which it makes the same cannot be in one call: their scenarios are namesakes.
#[must_use]
pub(crate) fn place(name: &str) -> PathBuf {
    let parts = Path::new(name).components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
        Component::CurDir | Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
            None
        }
    });
    let parts = parts.enumerate().map(|(depth, part)| {
        // With one more at its end, or before it, nothing reserved becomes what another name is.
        let part = match part.trim_start_matches('_').starts_with('.') {
            true => format!("_{part}"),
            false => part,
        };
        let reserved = part.trim_end_matches('_');
        if is_reserved(reserved) || depth == 0 && reserved == "index" {
            part + "_"
        } else {
            part
        }
    });
    let place: PathBuf = parts.collect();
    if place.as_os_str().is_empty() {
        return PathBuf::from("_");
    }
    place
}

/// Whether files may be called so that stand for a scenario's runs or pages. Hidden ones are in use as well.
pub(super) fn is_reserved(part: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    part.is_empty()
        || part.strip_prefix("seed-").is_some_and(is_number)
        || WRITTEN.iter().any(|ending| part.ends_with(ending))
}
