//! Reports: a run as one HTML file with its space-time diagram, the index of a suite, and what a CI takes.
//!
//! A page is a function of the case, its trace and its outcome. It holds everything that it shows, so
//! that it opens from a disk or as an artifact of a CI, and asks no network for anything. The data lie
//! in it as JSON; what draws them is plain JavaScript beside this file, modules that `modules` puts into
//! one script, with no toolchain. Whatever comes from a scenario becomes text, never markup.
//!
//! Source: docs/running.md.

mod data;
mod events;
mod folder;
mod html;
mod index;
mod modules;
mod pool;
mod sheet;
#[cfg(test)]
mod tests;

pub use self::folder::Folder;
pub use self::index::index;

use std::path::{Component, Path};

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

/// Where the page of a scenario lies below the folder of a report, without extension and with `/`
/// between the parts: its name, never outside of that folder, and never the index itself.
fn place(name: &str) -> String {
    let parts = Path::new(name)
        .components()
        .filter_map(|component| match component {
            Component::Normal(part) => Some(part.to_string_lossy()),
            _ => None,
        });
    let place = parts.collect::<Vec<_>>().join("/");
    match place.as_str() {
        "" | "index" => format!("{place}_"),
        _ => place,
    }
}
