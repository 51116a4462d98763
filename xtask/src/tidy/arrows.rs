//! Arrows between the crates point one way, the protocol leans on nothing that could do its job for a
//! runtime, and the language on nothing that runs, connects or is called by a command line.
//!
//! `rooms` watches the arrows within a crate.

use super::finding::Finding;
use super::tree::Tree;

/// A crate's manifest, and what no `[dependencies]` of it may name.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "protocol/Cargo.toml",
        &[
            "bcr-harness",
            "bcr-language",
            "bcr-tests",
            "chrono",
            "getrandom",
            "rand",
            "tokio",
            "tracing-subscriber",
        ],
    ),
    (
        "harness/language/Cargo.toml",
        &["bcr-harness", "bcr-tests", "clap", "snow", "tokio", "xtask"],
    ),
    (
        "harness/noise/Cargo.toml",
        &[
            "bcr-protocol",
            "bcr-language",
            "bcr-harness",
            "bcr-tests",
            "tokio",
            "xtask",
        ],
    ),
    ("harness/Cargo.toml", &["bcr-tests", "xtask"]),
    (
        "xtask/Cargo.toml",
        &["bcr-protocol", "bcr-language", "bcr-harness", "bcr-tests"],
    ),
];

/// Checks the manifests.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, forbidden) in FORBIDDEN {
        for (line, name) in dependencies(tree.text(path).unwrap_or_default()) {
            if forbidden.contains(&name) {
                let message = format!("this crate may not depend on `{name}`");
                found.push(Finding::problem(path, Some(line), message));
            }
        }
    }
    found
}

/// The names under a manifest's `[dependencies]` and `[target.….dependencies]`, each with its line.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut names = Vec::new();
    let mut is_inside = false;
    for (number, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            is_inside = header == "dependencies" || header.ends_with(".dependencies");
            // `[dependencies.name]`
            if let Some((_, name)) = header.split_once("dependencies.")
                && !header.contains("dev-dependencies")
            {
                names.push((number + 1, name));
            }
        } else if is_inside && !line.starts_with('#') {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            names.push((number + 1, name));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, manifest: &str) -> Vec<Option<usize>> {
        let findings = check(&Tree::of(&[(path, manifest)]));
        findings.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn an_arrow_against_the_grain_is_found() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\nserde = \"1\"\n\
                        bcr-harness.workspace = true\n[dependencies.tokio]\n";
        assert_eq!(
            found("protocol/Cargo.toml", manifest),
            [Some(4 + 1), Some(6)]
        );
        let manifest = "[dependencies]\nbcr-protocol = { path = \"../protocol\" }\n";
        assert_eq!(found("xtask/Cargo.toml", manifest), [Some(2)]);
        let language = "[dependencies]\nbcr-protocol.workspace = true\nsnow = \"1\"\n\
                        [target.'cfg(unix)'.dependencies]\ntokio.workspace = true\n";
        assert_eq!(
            found("harness/language/Cargo.toml", language),
            [Some(3), Some(5)]
        );
        assert_eq!(found("harness/Cargo.toml", manifest), []);
    }

    #[test]
    fn what_only_tests_lean_on_is_free() {
        let manifest = "[dev-dependencies]\nrand.workspace = true\n";
        assert_eq!(found("protocol/Cargo.toml", manifest), []);
    }
}
