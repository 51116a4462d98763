//! Diagnostics: what is wrong with a file that somebody wrote, where, and what to write instead.
//!
//! Independent of any one format: scenario files, expected files and settings all report through
//! [`Diagnostic`]. A reader of a format owns its kinds of mistakes and turns each into a [`Code`].
//! One rendering each, from the same fields: [`Diagnostic::human`] (rustc's layout),
//! [`Diagnostic::document`] (JSON) and [`Diagnostic::github`] (workflow commands). What comes from a file is
//! text in all of them, whatever it looks like: see [`visible`].

mod document;
mod human;
mod line_end;
mod model;
mod nearest;
mod rule;
mod source;
mod span;
pub mod visible;

pub use document::DiagnosticDocument;
pub(crate) use line_end::odd_line_end;
pub use model::{Code, Diagnostic, Label, Severity, Subject, arrange};
pub(crate) use nearest::is_within;
pub use nearest::nearest;
pub use source::{Location, SourceFile};
pub use span::{Located, Span};
pub use visible::Colour;
