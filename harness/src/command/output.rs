//! What a command prints, and where.
//!
//! `println!` panics when nobody reads any more (`bcr run … | head`); here a closed pipe is an error
//! like any other, which the command takes for a wish to stop.

use std::error::Error;
use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;
use serde::Serialize;

use crate::diagnostic::{Colour, visible};

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Human,
    /// One JSON document per scenario, one a line, and nothing else.
    Json,
    /// As GitHub's workflow commands, which annotate files.
    Github,
}

/// Prints on stdout; an `io::Result<()>`.
macro_rules! out {
    ($($argument:tt)*) => {
        $crate::command::output::write(format_args!($($argument)*))
    };
}

/// Prints one line on stdout, whatever is in its arguments; an `io::Result<()>`.
macro_rules! outln {
    ($($argument:tt)*) => {
        $crate::command::output::write_line(format_args!($($argument)*))
    };
}

/// Prints text on stderr; where that is closed there is nobody to tell.
macro_rules! err {
    ($($argument:tt)*) => {
        $crate::command::output::write_error(format_args!($($argument)*))
    };
}

/// Prints one line on stderr, whatever is in its arguments; where that is closed there is nobody to tell.
macro_rules! errln {
    ($($argument:tt)*) => {
        $crate::command::output::write_error_line(format_args!($($argument)*))
    };
}

pub(super) use {err, errln, out, outln};

/// Prints text, in which nothing but its own colours is a command to a terminal. What is put into it from
/// outside is on lines of its own already.
///
/// # Errors
/// Those of stdout.
pub(super) fn write(arguments: fmt::Arguments<'_>) -> io::Result<()> {
    let text = arguments.to_string();
    let text = visible::lines(&text, colour());
    io::stdout().lock().write_all(text.as_bytes())
}

/// Prints text as one line, its own colours kept.
///
/// # Errors
/// Those of stdout.
pub(super) fn write_line(arguments: fmt::Arguments<'_>) -> io::Result<()> {
    let text = arguments.to_string();
    let text = format!("{}\n", visible::coloured_line(&text, colour()));
    io::stdout().lock().write_all(text.as_bytes())
}

/// Prints a document as a line of JSON, which spells characters in its own way.
///
/// # Errors
/// Those of stdout; what no JSON can be made of.
pub(super) fn write_json(document: &impl Serialize) -> Result<(), Box<dyn Error>> {
    let text = serde_json::to_string(document)?;
    let text = format!("{}\n", visible::json(&text));
    Ok(io::stdout().lock().write_all(text.as_bytes())?)
}

pub(super) fn write_error(arguments: fmt::Arguments<'_>) {
    let text = arguments.to_string();
    let text = visible::lines(&text, error_colour());
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

pub(super) fn write_error_line(arguments: fmt::Arguments<'_>) {
    let text = arguments.to_string();
    let text = format!("{}\n", visible::coloured_line(&text, error_colour()));
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

/// Colour where a person looks at stdout and has not asked for none (`NO_COLOR`).
pub(super) fn colour() -> Colour {
    colour_of(
        io::stdout().is_terminal(),
        std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
    )
}

/// The same for stderr.
pub(super) fn error_colour() -> Colour {
    colour_of(
        io::stderr().is_terminal(),
        std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
    )
}

const fn colour_of(is_terminal: bool, is_unwanted: bool) -> Colour {
    if is_terminal && !is_unwanted {
        Colour::Ansi
    } else {
        Colour::None
    }
}

/// Whether an error says that nobody reads stdout any more.
pub(super) fn is_closed_pipe(error: &(dyn Error + 'static)) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
