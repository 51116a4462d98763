//! Pictures: a run as one HTML file with its space-time diagram, and the index of a suite.
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
mod page;
mod place;
mod pool;
mod sheet;
#[cfg(test)]
mod tests;

pub use self::folder::Folder;
pub use self::index::index;
pub use self::page::page;
