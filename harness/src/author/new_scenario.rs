//! `bcr new`: a scenario file from a few flags.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use crate::scenario::Parameter;

/// What the new scenario is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    /// Its name: a path below `scenarios`, without extension.
    pub(crate) name: String,
    /// What it is about, in one line; empty where nobody has said it yet.
    pub(crate) description: String,
    /// Failures that each configuration tolerates.
    pub(crate) t: u32,
    /// How many clients there are.
    pub(crate) clients: u32,
    /// After how many slots a checkpoint is taken.
    pub(crate) checkpoint_interval: u64,
    /// One workload for each client; the last one given serves those that are left.
    pub(crate) workloads: Vec<String>,
    /// `configuration,replica: trigger, failure`.
    pub(crate) failures: Vec<String>,
}

/// What clients do where nobody says.
const WORKLOAD: &str = "put('movie','star'); append('movie',' wars'); get('movie')";

impl Outline {
    /// The text of the scenario file.
    ///
    /// # Errors
    /// A failure that does not name its replica.
    pub(crate) fn text(&self) -> Result<String, String> {
        let description = match self.description.as_str() {
            "" => "What happens, to whom, and what must come of it: write it here.",
            description => description,
        };
        let mut text = format!("# {description}\n");
        let mut line = |line: &str| {
            let _infallible = writeln!(text, "{line}");
        };
        let name = Parameter::TestCaseName.name();
        line(&format!("{name} = {}", stem(&self.name)));
        line("");
        line(&format!("{} = {}", Parameter::T.name(), self.t));
        line(&format!(
            "{} = {}",
            Parameter::NumClient.name(),
            self.clients
        ));
        line("# All times are in milliseconds.");
        for timeout in Parameter::ALL.iter().filter(|of| of.is_duration()) {
            if let Some(default) = timeout.announced() {
                line(&format!("{} = {default}", timeout.name()));
            }
        }
        let interval = Parameter::CheckptInterval.name();
        line(&format!("{interval} = {}", self.checkpoint_interval));
        line("");
        for client in 0..self.clients {
            let given = self
                .workloads
                .get(client as usize)
                .or(self.workloads.last());
            let workload = given.map_or(WORKLOAD, String::as_str);
            line(&format!("workload[{client}] = {workload}"));
        }
        if !self.failures.is_empty() {
            line("");
        }
        for (replica, failures) in self.failures_by_replica()? {
            line(&format!(
                "failures[{},{}] = {}",
                replica.0,
                replica.1,
                failures.join("; ")
            ));
        }
        Ok(text)
    }

    /// A file names each `failures[c,r]` once, with all its pairs.
    fn failures_by_replica(&self) -> Result<BTreeMap<(u32, u32), Vec<&str>>, String> {
        let mut failures: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for failure in &self.failures {
            let parsed = failure.split_once(':').and_then(|(place, pair)| {
                let (configuration, replica) = place.split_once(',')?;
                let place = (
                    configuration.trim().parse().ok()?,
                    replica.trim().parse().ok()?,
                );
                Some((place, pair.trim()))
            });
            let (place, pair) = parsed.ok_or_else(|| {
                format!(
                    "`{failure}` is not `configuration,replica: trigger, failure`, \
                     as in `0,1: shuttle(0,1), crash()`"
                )
            })?;
            failures.entry(place).or_default().push(pair);
        }
        Ok(failures)
    }
}

/// The last part of a scenario's name, which names the test case.
#[must_use]
pub(crate) fn stem(name: &str) -> &str {
    let name = name.strip_suffix(".conf").unwrap_or(name);
    name.rsplit('/').next().unwrap_or_default()
}

/// The file of a scenario with this name below `folder`.
///
/// # Errors
/// A name that is no plain relative path of lower-case words.
pub(crate) fn path(name: &str, folder: &Path) -> Result<PathBuf, String> {
    let plain = name.strip_suffix(".conf").unwrap_or(name);
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c))
    };
    let components = Path::new(plain)
        .components()
        .all(|component| match component {
            Component::Normal(word) => word.to_str().is_some_and(is_word),
            Component::CurDir
            | Component::ParentDir
            | Component::RootDir
            | Component::Prefix(_) => false,
        });
    if plain.is_empty() || !components {
        return Err(format!(
            "`{name}` is no name for a scenario: expected lower-case words joined by `_`, in folders \
             separated by `/`, as in `crash/head_crashes_on_first_request`"
        ));
    }
    Ok(folder.join(format!("{plain}.conf")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::scenario;

    fn outline(failures: &[&str]) -> Outline {
        Outline {
            name: "crash/head_crashes".to_owned(),
            description: String::new(),
            checkpoint_interval: 10,
            t: 1,
            clients: 2,
            workloads: vec!["put('k','v')".to_owned()],
            failures: failures.iter().map(|&failure| failure.to_owned()).collect(),
        }
    }

    #[test]
    fn the_text_is_a_scenario_without_remarks() {
        let outline = outline(&[
            "0,0: client_request(0,0), crash()",
            "0,0: shuttle(1,0), drop()",
        ]);
        let text = outline.text().expect("well-formed failures");
        let reading = scenario::read(&SourceFile::new("x.conf", text), &[]);
        let scenario = reading.scenario.expect("no mistakes");
        assert_eq!(scenario.workloads.len(), 2);
        assert_eq!(scenario.failures.len(), 2);
    }

    #[test]
    fn bad_names_and_failures_are_refused() {
        for name in ["", "../up", "/abs", "Upper", "a b", "a//"] {
            let is_fine = name == "a//";
            assert_eq!(
                path(name, Path::new("scenarios")).is_ok(),
                is_fine,
                "{name}"
            );
        }
        assert!(outline(&["crash()"]).text().is_err());
    }
}
