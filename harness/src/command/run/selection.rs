//! Which scenarios a call means: paths, then `--filter`, then `--shard`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::cases::find::{self, DiscoverError, ScenarioFile};
use crate::cases::{self, Suites};
use crate::settings::{SettingsError, Values};

/// The scenarios of a call, and what of it was a mistake. A mistake stops no scenario but those that
/// it is about.
#[derive(Debug)]
pub(super) struct Selection {
    /// In the order in which they are reported.
    pub(super) scenarios: Vec<Selected>,
    /// What does not stop the others.
    pub(super) mistakes: Vec<DiscoverError>,
}

/// A scenario with the settings of its suite.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) file: ScenarioFile,
    pub(super) settings: Result<Values, SettingsError>,
}

/// Finds what `paths` mean.
///
/// # Errors
/// An `expected` that does not exist; a filter that leaves nothing over.
pub(super) fn select(
    paths: &[PathBuf],
    expected: Option<&Path>,
    filter: Option<&str>,
    shard: Option<Shard>,
) -> Result<Selection, String> {
    let mut found = cases::find(paths, expected).map_err(|mistake| mistake.to_string())?;
    found
        .mistakes
        .extend(find::take_namesakes(&mut found.files));
    if let Some(filter) = filter {
        let found_any = !found.files.is_empty();
        found.files.retain(|file| file.name.contains(filter));
        if found_any && found.files.is_empty() {
            return Err(format!("no scenario's name contains `{filter}`"));
        }
    }
    if let Some(shard) = shard {
        shard.take(&mut found.files);
    }
    let mut suites = Suites::default();
    let scenarios = found.files.into_iter().map(|file| Selected {
        settings: suites.values(&file),
        file,
    });
    Ok(Selection {
        scenarios: scenarios.collect(),
        mistakes: found.mistakes,
    })
}

/// One of `of` parts of a suite: `2/3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    /// From 1.
    number: usize,
    /// At least `number`.
    of: usize,
}

impl Shard {
    /// Keeps every `of`th scenario in the order of names, so that each part has some of every folder,
    /// whatever the order of the paths. Every scenario is in one part and one alone.
    fn take(self, files: &mut Vec<ScenarioFile>) {
        let mut names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        names.sort_unstable();
        let mine = names.iter().skip(self.number - 1).step_by(self.of);
        let mine: Vec<String> = mine.map(|name| (*name).to_owned()).collect();
        files.retain(|file| mine.binary_search(&file.name).is_ok());
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected `K/N` with K from 1 to N, found `{text}`");
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let number: usize = number.trim().parse().map_err(|_| wrong())?;
        let of: usize = of.trim().parse().map_err(|_| wrong())?;
        if number == 0 || number > of {
            return Err(wrong());
        }
        Ok(Self { number, of })
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<ScenarioFile> {
        let file = |name: &&str| ScenarioFile {
            path: PathBuf::from(format!("scenarios/{name}.conf")),
            name: (*name).to_owned(),
            expected: PathBuf::from(format!("expected/{name}.yaml")),
        };
        names.iter().map(file).collect()
    }

    fn part(shard: &str, names: &[&str]) -> Vec<String> {
        let mut files = files(names);
        let shard: Shard = shard.parse().expect("a shard");
        shard.take(&mut files);
        files.into_iter().map(|file| file.name).collect()
    }

    #[test]
    fn shards_are_disjoint_cover_everything_and_do_not_depend_on_the_order_of_paths() {
        let names = ["b/2", "a/1", "c/3", "a/2", "b/1"];
        // In the order of names: a/1, b/1, c/3 and a/2, b/2.
        assert_eq!(part("1/2", &names), ["a/1", "c/3", "b/1"]);
        assert_eq!(part("2/2", &names), ["b/2", "a/2"]);
        let mut turned = names;
        turned.reverse();
        for of in 1..=7 {
            let mut all = Vec::new();
            for number in 1..=of {
                let mine = part(&format!("{number}/{of}"), &names);
                let mut again = part(&format!("{number}/{of}"), &turned);
                again.reverse();
                assert_eq!(mine, again);
                all.extend(mine);
            }
            all.sort_unstable();
            assert_eq!(all, ["a/1", "a/2", "b/1", "b/2", "c/3"], "{of} parts");
        }
    }

    #[test]
    fn a_shard_is_one_of_so_many() {
        for wrong in ["", "1", "0/2", "3/2", "1/0", "a/2", "1/b", "-1/2", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
        let shard: Shard = "2/3".parse().expect("a shard");
        assert_eq!(shard.to_string(), "2/3");
    }
}
