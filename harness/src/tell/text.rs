//! What came of a scenario, in words for a terminal: one rendering, for the command and for tests.

mod ablation;
mod passage;

use std::fmt::Write as _;

use crate::cases::case::{InvalidCase, Remarks};
use crate::diagnostic::{Colour, Severity};
use crate::tell::result::Account;

pub(crate) use self::passage::{Passage, passages};

/// The remarks at least as severe as `least`, as rustc would print them.
#[must_use]
pub fn remarks(remarks: &[Remarks], least: Severity, colour: Colour) -> String {
    let mut text = String::new();
    for Remarks {
        source,
        diagnostics,
    } in remarks
    {
        for diagnostic in diagnostics.iter().filter(|found| found.severity >= least) {
            text.push_str(&diagnostic.human(source, colour));
            text.push('\n');
        }
    }
    text
}

/// Why a scenario cannot be run.
#[must_use]
pub fn invalid(case: &InvalidCase, colour: Colour) -> String {
    remarks(&case.remarks, Severity::Warning, colour)
}

/// Why a scenario did not pass: what broke, where the logs are, how to see it again.
///
/// Empty where it passed.
#[must_use]
pub fn explanation(account: &Account) -> String {
    joined(&passages(account))
}

/// What happened in a run, whether or not it passed: failures without effect, then its story.
///
/// Empty but for the former where nobody asked for a story.
#[must_use]
pub fn story(account: &Account) -> String {
    joined(&passage::passages_of_story(account))
}

/// What each failure of a run did, where that was found out; else empty.
#[must_use]
pub fn ablation(account: &Account) -> String {
    let mut text = String::new();
    if let Some(found) = &account.outcome.ablation {
        for content in ablation::ablation(found).lines() {
            line(&mut text, content);
        }
    }
    text
}

fn joined(passages: &[Passage<'_>]) -> String {
    let mut text = String::new();
    for passage in passages {
        line(&mut text, &passage.to_string());
    }
    text
}

/// Adds a line.
fn line(text: &mut String, content: &str) {
    let _infallible = writeln!(text, "  {content}");
}
