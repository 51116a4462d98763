//! The page of a run: its data between style and scripts.

use super::{data, sheet};
use crate::cases::case::Case;
use crate::judge::Judged;

/// The page of a run.
#[must_use]
pub fn page(case: &Case, run: &Judged) -> String {
    let Judged {
        outcome,
        trace,
        waiting,
    } = run;
    let data = data::run(case, outcome, trace, waiting);
    sheet::document(&sheet::Sheet {
        title: &format!("{}: {}", outcome.verdict, outcome.scenario),
        style: sheet::PAGE_STYLE,
        scripts: sheet::PAGE_SCRIPTS,
        data: &data,
        without_script: &data::in_words(case, outcome, trace),
    })
}
