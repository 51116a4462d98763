//! What a command prints, and where.
//!
//! `println!` panics when nobody reads any more (`bcr run … | head`); here a closed pipe is an error
//! like any other, which the command takes for a wish to stop.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;

use crate::diagnostic::Colour;

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

/// Prints a line on stdout; an `io::Result<()>`.
macro_rules! outln {
    ($($argument:tt)*) => {
        $crate::command::output::write(format_args!("{}\n", format_args!($($argument)*)))
    };
}

/// Prints a line on stderr; where that is closed there is nobody to tell.
macro_rules! errln {
    ($($argument:tt)*) => {
        $crate::command::output::write_error(format_args!("{}\n", format_args!($($argument)*)))
    };
}

pub(super) use {errln, out, outln};

/// # Errors
/// Those of stdout.
pub(super) fn write(arguments: fmt::Arguments<'_>) -> io::Result<()> {
    io::stdout().lock().write_fmt(arguments)
}

pub(super) fn write_error(arguments: fmt::Arguments<'_>) {
    drop(io::stderr().lock().write_fmt(arguments));
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
pub(super) fn is_closed_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
