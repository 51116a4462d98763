//! The command that repeats a run, written and read.

use std::path::{Path, PathBuf};

use bcr_protocol::signature::Scheme;

use crate::cases::case::Case;
use crate::cases::examine::Options;
use crate::cases::find;
use crate::runs::Runtime;

/// The command that repeats a run, a simulated one exactly, from the root of the workspace that the
/// file is in, or from the working directory.
pub(super) fn command(case: &Case, options: &Options, seed: u64) -> String {
    let mut command = String::new();
    if options.scheme == Some(Scheme::Ed25519) {
        command.push_str("BCR_SIGNATURES=ed25519 ");
    }
    let path = path_from_workspace(&case.file.path);
    command.push_str(&format!("cargo bcr run {}", quoted(&path)));
    match options.runtime {
        Runtime::Simulated => command.push_str(&format!(" --seed {seed}")),
        runtime @ (Runtime::Tcp | Runtime::Process) => {
            command.push_str(&format!(" --runtime {runtime}"));
        }
    }
    for (name, value) in &options.overrides {
        command.push_str(&format!(" --set {}", quoted(&format!("{name}={value}"))));
    }
    if let Some(expected) = unusual_expected(case) {
        command.push_str(&format!(" --expected {}", quoted(&expected)));
    }
    for flag in &options.replay_flags {
        command.push_str(&format!(" {}", quoted(flag)));
    }
    command
}

/// The expected file, where it is not that which belongs to the scenario's path.
fn unusual_expected(case: &Case) -> Option<String> {
    let usual = path_from_workspace(&find::expected_path(&case.file.path));
    let expected = path_from_workspace(&case.file.expected);
    (case.has_expected_file && expected != usual).then_some(expected)
}

fn path_from_workspace(path: &Path) -> String {
    let below = || {
        let here = std::env::current_dir().ok()?;
        let workspace = here
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").exists())?;
        let path = path.canonicalize().ok()?;
        Some(
            path.strip_prefix(workspace.canonicalize().ok()?)
                .ok()?
                .to_owned(),
        )
    };
    below().as_deref().unwrap_or(path).display().to_string()
}

/// A word of a shell command, quoted where it needs to be.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-=,+@%:".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// What such a command says of the run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Replay {
    /// The scenario.
    pub(super) path: Option<PathBuf>,
    /// The parameters that took the place of the file's.
    pub(super) overrides: Vec<(String, String)>,
    /// Where expected files were.
    pub(super) expected: Option<PathBuf>,
    /// Whether processes paused.
    pub(super) has_pauses: bool,
}

/// Reads what [`command`] has written; what it never writes says nothing.
pub(super) fn read(command: &str) -> Replay {
    let mut replay = Replay::default();
    let mut words = words(command).into_iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "run" => replay.path = words.next().map(PathBuf::from),
            "--pauses" => replay.has_pauses = true,
            "--expected" => replay.expected = words.next().map(PathBuf::from),
            "--set" => {
                let assignment = words.next().unwrap_or_default();
                let assignment = assignment.split_once('=');
                let owned = assignment.map(|(name, value)| (name.to_owned(), value.to_owned()));
                replay.overrides.extend(owned);
            }
            _ => {}
        }
    }
    replay
}

/// The words of a shell command, as far as [`quoted`] makes use of a shell.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let (mut is_quoted, mut is_escaped) = (false, false);
    for c in command.chars() {
        let is_end = c == ' ' && !is_quoted && !is_escaped;
        if is_end {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match c {
            '\'' if !is_escaped => is_quoted = !is_quoted,
            '\\' if !is_quoted && !is_escaped => {
                is_escaped = true;
                continue;
            }
            c => word.push(c),
        }
        is_escaped = false;
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_read_back() {
        for word in [
            "plain/x.conf",
            "",
            "it's",
            "a  b",
            r"\",
            "'",
            "failures[0,0]=",
            "ä = 'b'",
        ] {
            let command = format!("cargo bcr {} {}", quoted(word), quoted(word));
            assert_eq!(words(&command), ["cargo", "bcr", word, word], "{command}");
        }
    }

    #[test]
    fn a_replay_says_what_was_run() {
        let found = read(
            "BCR_SIGNATURES=ed25519 cargo bcr run 'my scenarios/x.conf' --seed 3 --set t=2 \
             --set 'failures[0,0]=' --expected other --deadline 4 --pauses 80",
        );
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let expected = Replay {
            path: Some("my scenarios/x.conf".into()),
            overrides: [("t", "2"), ("failures[0,0]", "")].map(owned).into(),
            expected: Some("other".into()),
            has_pauses: true,
        };
        assert_eq!(found, expected);
    }
}
