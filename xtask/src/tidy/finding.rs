//! What a check has found.

use std::fmt;

/// Whether a finding fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Worth knowing; fails nothing.
    Note,
    /// Fails the run.
    Problem,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Problem => "problem",
        })
    }
}

/// One thing found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Whether it fails the run.
    pub(crate) severity: Severity,
    /// The path, from the root of the repository.
    pub(crate) path: String,
    /// The line, 1-based; none where the whole file or folder is meant.
    pub(crate) line: Option<usize>,
    /// What is wrong, and what would be right.
    pub(crate) message: String,
}

impl Finding {
    /// A finding that fails the run.
    pub(crate) fn problem(path: &str, line: Option<usize>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Problem,
            path: path.into(),
            line,
            message: message.into(),
        }
    }

    /// A finding that fails nothing.
    pub(crate) fn note(path: &str, line: Option<usize>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::problem(path, line, message)
        }
    }
}

/// What a check says of a tree of these files, as it is printed.
#[cfg(test)]
pub(crate) fn said(
    check: fn(&super::tree::Tree) -> Vec<Finding>,
    files: &[(&str, &str)],
) -> Vec<String> {
    let found = check(&super::tree::Tree::of(files));
    found.iter().map(ToString::to_string).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}
