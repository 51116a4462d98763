//! Scenarios to begin with: each shows one kind of trouble, and passes as it is.
//!
//! They are files, `author/templates/*.conf`, whose first comments say what they are about. One that needs
//! more than what a run shows has the beginning of its expected file beside it.

use crate::scenario::Parameter;

/// A scenario to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    /// What `--from` calls it.
    pub(crate) name: &'static str,
    /// The scenario file.
    pub(crate) scenario: &'static str,
    /// What the expected file begins with; empty where a run shows all of it.
    pub(crate) expected: &'static str,
}

/// Names the files of templates, and of the expected files that some begin with.
macro_rules! templates {
    ($($name:literal $($expected:literal)?,)*) => {
        &[$(Template {
            name: $name,
            scenario: include_str!(concat!("templates/", $name, ".conf")),
            expected: concat!($(include_str!(concat!("templates/", $expected)),)?),
        },)*]
    };
}

/// All of them, from the harmless to the hopeless.
pub(crate) const TEMPLATES: &[Template] = templates! {
    "calm",
    "crash",
    "crash_between_copies",
    "drop",
    "omit",
    "sleep",
    "slot_skipped",
    "lie_about_result",
    "lie_about_operation",
    "bad_signature",
    "checkpoint",
    "truncated_history",
    "state_withheld",
    "double_reconfiguration",
    "lie_in_second_configuration",
    "two_of_five",
    "random_workload",
    "outside_promise" "outside_promise.yaml",
};

impl Template {
    /// The template with this name.
    #[must_use]
    pub(crate) fn called(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// What it is about: the comments that the file begins with, in one line.
    #[must_use]
    pub(crate) fn description(&self) -> String {
        let comments = self
            .scenario
            .lines()
            .map_while(|line| line.strip_prefix('#'));
        comments.map(str::trim).collect::<Vec<_>>().join(" ")
    }
}

/// The text of a scenario file under another `test_case_name`; every other line stays as it is.
#[must_use]
pub(crate) fn renamed(text: &str, stem: &str) -> String {
    let parameter = Parameter::TestCaseName.name();
    let line = |line: &str| match line.split_once('=') {
        Some((name, _)) if name.trim() == parameter => format!("{parameter} = {stem}\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "templates are files")]
    fn every_file_of_the_folder_is_a_template_that_says_what_it_is_about() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/author/templates");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .expect("the folder is there")
            .filter_map(|entry| {
                let name = entry.ok()?.file_name().into_string().ok()?;
                Some(name.strip_suffix(".conf")?.to_owned())
            })
            .collect();
        let named: BTreeSet<String> = TEMPLATES.iter().map(|t| t.name.to_owned()).collect();
        assert_eq!(named, files);
        for template in TEMPLATES {
            assert!(template.description().ends_with('.'), "{}", template.name);
        }
    }

    #[test]
    fn another_name_changes_nothing_else() {
        let text = "# test_case_name\ntest_case_name = a\nt = 1\n";
        assert_eq!(
            renamed(text, "b"),
            "# test_case_name\ntest_case_name = b\nt = 1\n"
        );
    }
}
