//! Scenario files: finding them, their names, and where their expected files are.
//!
//! All of it from paths alone: no file is opened, so that listing thousands costs nothing.
//!
//! Source: docs/scenarios.md.

#![expect(clippy::disallowed_methods, reason = "finds the files of a suite")]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::cases::place::place;

/// The folder below which scenarios have their names.
const SCENARIOS: &str = "scenarios";
/// The folder beside it, for expected files.
const EXPECTED: &str = "expected";
/// What a folder argument means: files with one of these extensions.
pub(crate) const EXTENSIONS: [&str; 2] = ["conf", "txt"];

/// A scenario's file, its name and the file that says what is expected of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioFile {
    /// The file, as given or found.
    pub path: PathBuf,
    /// Its name; see [`scenario_name`].
    pub name: String,
    /// Its expected file, which need not exist.
    pub expected: PathBuf,
}

/// The scenario's name: its path below the nearest ancestor folder called `scenarios`, without
/// extension; elsewhere the path as given, without extension, `.`, `x/..` and leading `../`.
///
/// A relative path is looked at as it is and, where it names no such folder, from the working
/// directory. Separators are `/`; what is not Unicode is replaced.
#[must_use]
pub fn scenario_name(path: &Path) -> String {
    let name = match below_scenarios(path) {
        Some((_, below)) => below,
        None => normalised(path)
            .components()
            .skip_while(|part| matches!(part, Component::ParentDir))
            .collect(),
    };
    text(&name.with_extension(""))
}

/// The scenario's expected file: the same path with the ancestor `scenarios` replaced by `expected`;
/// elsewhere `x.yaml` beside the file.
#[must_use]
pub fn expected_path(path: &Path) -> PathBuf {
    match below_scenarios(path) {
        Some((parent, below)) => parent.join(EXPECTED).join(below),
        None => path.to_owned(),
    }
    .with_extension("yaml")
}

/// The folder that holds the scenario's ancestor `scenarios`, where a suite has its settings.
#[must_use]
pub fn suite_folder(path: &Path) -> Option<PathBuf> {
    below_scenarios(path).map(|(parent, _)| parent)
}

/// The scenarios that `paths` mean, in this order, each file once.
///
/// A file is taken whatever its extension. A folder means its `*.conf` and `*.txt`, recursively,
/// sorted by the bytes of their paths; hidden entries and links to folders are passed over.
///
/// `expected` overrides where expected files are. A folder stands for the one in which they otherwise
/// are: in place of `scenarios` and, elsewhere, of the folder argument or of the file's own folder.
/// Anything else is the expected file of the one scenario that there is.
///
/// # Errors
/// The first mistake that [`find`] meets.
pub fn discover(
    paths: &[PathBuf],
    expected: Option<&Path>,
) -> Result<Vec<ScenarioFile>, DiscoverError> {
    let found = find(paths, expected);
    match found.mistakes.into_iter().next() {
        Some(mistake) => Err(mistake),
        None => Ok(found.files),
    }
}

/// What paths mean, and which of them mean nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The scenarios, as [`discover`] gives them.
    pub files: Vec<ScenarioFile>,
    /// A path that does not exist or cannot be read, a folder without scenarios, one expected file
    /// for several scenarios; in the order of the paths.
    pub mistakes: Vec<DiscoverError>,
}

/// As [`discover`], but a mistake does not stop the search.
#[must_use]
pub fn find(paths: &[PathBuf], expected: Option<&Path>) -> Found {
    let expected_folder = expected.filter(|path| path.is_dir());
    let mut found = Found::default();
    let (mut seen, mut folders) = (BTreeSet::new(), BTreeMap::new());
    for argument in paths {
        let paths = scenario_paths(argument).unwrap_or_else(|mistake| {
            found.mistakes.push(mistake);
            Vec::new()
        });
        for path in paths {
            if !seen.insert(whereabouts(&path, &mut folders)) {
                continue;
            }
            let expected = expected_folder.map_or_else(
                || expected_path(&path),
                |folder| folder.join(below(&path, argument)).with_extension("yaml"),
            );
            found.files.push(ScenarioFile {
                name: scenario_name(&path),
                expected,
                path,
            });
        }
    }
    if let (Some(file), None) = (expected, expected_folder) {
        match &mut found.files[..] {
            [] => {}
            [only] => only.expected = file.to_owned(),
            several => {
                found.mistakes.push(DiscoverError::OneExpectedFile {
                    file: file.to_owned(),
                    scenarios: several.len(),
                });
                found.files.clear();
            }
        }
    }
    found
}

/// Takes out every scenario whose name an earlier one has, or one with the same place for its logs: logs,
/// reports and trials go by names.
pub fn take_namesakes(files: &mut Vec<ScenarioFile>) -> Vec<DiscoverError> {
    let mut first: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    let mut mistakes = Vec::new();
    files.retain(|file| match first.get(&place(&file.name)) {
        None => {
            first.insert(place(&file.name), file.path.clone());
            true
        }
        Some(first) => {
            mistakes.push(DiscoverError::SameName {
                name: file.name.clone(),
                first: first.clone(),
                second: file.path.clone(),
            });
            false
        }
    });
    mistakes
}

/// Why there are no scenarios.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiscoverError {
    /// A path that does not exist.
    Missing(PathBuf),
    /// A path that cannot be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why, in the system's words.
        why: String,
    },
    /// A folder that has no scenario in it.
    NoScenarios(PathBuf),
    /// One expected file for several scenarios.
    OneExpectedFile {
        /// The expected file.
        file: PathBuf,
        /// How many scenarios there are.
        scenarios: usize,
    },
    /// Two files whose scenarios have one name.
    SameName {
        /// The name.
        name: String,
        /// The file that has it.
        first: PathBuf,
        /// The file that has it too.
        second: PathBuf,
    },
}

impl fmt::Display for DiscoverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "`{}` does not exist", path.display()),
            Self::Unreadable { path, why } => {
                write!(f, "`{}` cannot be read: {why}", path.display())
            }
            Self::NoScenarios(path) => {
                write!(
                    f,
                    "`{}` has no `*.conf` and no `*.txt` in it",
                    path.display()
                )
            }
            Self::OneExpectedFile { file, scenarios } => write!(
                f,
                "`{}` is no folder, and one expected file cannot serve {scenarios} scenarios",
                file.display()
            ),
            Self::SameName {
                name,
                first,
                second,
            } => write!(
                f,
                "`{}` is left out: it is called `{name}` like `{}`, and the logs of one would take the \
                 place of the other's; rename it, or give it a call of its own with `--logs`",
                second.display(),
                first.display()
            ),
        }
    }
}

impl std::error::Error for DiscoverError {}

impl DiscoverError {
    fn of(path: &Path, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound {
            Self::Missing(path.to_owned())
        } else {
            Self::Unreadable {
                path: path.to_owned(),
                why: error.to_string(),
            }
        }
    }
}

/// The files that one argument means.
fn scenario_paths(argument: &Path) -> Result<Vec<PathBuf>, DiscoverError> {
    let metadata =
        std::fs::metadata(argument).map_err(|error| DiscoverError::of(argument, &error))?;
    if !metadata.is_dir() {
        return Ok(vec![argument.to_owned()]);
    }
    let (mut files, mut folders) = (Vec::new(), vec![argument.to_owned()]);
    while let Some(folder) = folders.pop() {
        list(&folder, &mut files, &mut folders)
            .map_err(|error| DiscoverError::of(&folder, &error))?;
    }
    if files.is_empty() {
        return Err(DiscoverError::NoScenarios(argument.to_owned()));
    }
    files.sort_by(|one, other| bytes(one).cmp(bytes(other)));
    Ok(files)
}

/// Sorts the entries of a folder into scenario files and folders to look into.
fn list(folder: &Path, files: &mut Vec<PathBuf>, folders: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let (path, kind) = (entry.path(), entry.file_type()?);
        let is_scenario = path
            .extension()
            .is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known));
        if kind.is_dir() {
            folders.push(path);
        } else if is_scenario && (kind.is_file() || path.is_file()) {
            files.push(path);
        }
    }
    Ok(())
}

/// A file by the one way to its folder, whatever links and `..` are on the way that was given. A link to the
/// file itself is a scenario of its own. `folders` are those that were looked at.
fn whereabouts(path: &Path, folders: &mut BTreeMap<PathBuf, PathBuf>) -> PathBuf {
    let path = normalised(path);
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return path;
    };
    let there = folders.entry(folder.to_owned()).or_insert_with(|| {
        let folder = if folder == Path::new("") {
            Path::new(".")
        } else {
            folder
        };
        folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
    });
    there.join(name)
}

/// The path by the one way to it, as far as it is there.
pub(crate) fn canonical(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = normalised(&path);
    let there = path.ancestors().find_map(|there| {
        let below = path.strip_prefix(there).ok()?;
        Some(there.canonicalize().ok()?.join(below))
    });
    there.unwrap_or(path)
}

/// Where a file is below the folder that a folder of expected files stands for.
fn below(path: &Path, argument: &Path) -> PathBuf {
    if let Some((_, below)) = below_scenarios(path) {
        return below;
    }
    match path.strip_prefix(argument) {
        Ok(below) if below.components().next().is_some() => below.to_owned(),
        _ => path.file_name().map(PathBuf::from).unwrap_or_default(),
    }
}

/// The folder that holds the nearest ancestor `scenarios`, and the path below that ancestor. The
/// path as given comes first, so that what is made of it stays relative where it can.
fn below_scenarios(path: &Path) -> Option<(PathBuf, PathBuf)> {
    split_at_scenarios(&normalised(path))
        .or_else(|| split_at_scenarios(&normalised(&std::path::absolute(path).ok()?)))
}

fn split_at_scenarios(path: &Path) -> Option<(PathBuf, PathBuf)> {
    let parts: Vec<Component<'_>> = path.components().collect();
    let (_, folders) = parts.split_last()?;
    let ancestor = folders
        .iter()
        .rposition(|part| part.as_os_str() == OsStr::new(SCENARIOS))?;
    Some((
        parts[..ancestor].iter().collect(),
        parts[ancestor + 1..].iter().collect(),
    ))
}

/// The path without `.` and without `x/..`. Links are taken for what they are called.
fn normalised(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.into_iter().collect()
}

fn text(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| match part {
            Component::RootDir => String::new().into(),
            part => part.as_os_str().to_string_lossy(),
        })
        .collect();
    parts.join("/")
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}

#[cfg(test)]
mod tests;
