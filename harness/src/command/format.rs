//! `bcr fmt`: scenario files in the canonical layout.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use crate::cases::find;
use crate::command::output::{err, error_colour, outln};
use crate::command::status::Status;
use crate::diagnostic::SourceFile;
use crate::limits::{FILE_BYTES_MAX, read_file};
use crate::scenario::{format, grammar};

/// Arguments of `bcr fmt`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Scenario files, or folders of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Change nothing; fail where a file would change.
    #[arg(long)]
    check: bool,
}

pub(super) fn main(arguments: &Arguments) -> Result<Status, Box<dyn Error>> {
    let mut status = Status::Passed;
    for file in find::discover(&arguments.paths, None)? {
        let name = file.path.display().to_string();
        let bytes = read_file(&file.path, FILE_BYTES_MAX);
        let bytes = bytes.map_err(|error| format!("`{name}` cannot be read: {error}"))?;
        let source = SourceFile::from_bytes(name.as_str(), &bytes);
        let parsed = grammar::parse(source.text());
        let errors: Vec<_> = source
            .encoding_error()
            .into_iter()
            .chain(
                parsed
                    .diagnostics
                    .into_iter()
                    .filter(|found| found.is_error()),
            )
            .collect();
        if !errors.is_empty() {
            for error in errors {
                err!("{}", error.human(&source, error_colour()));
            }
            status = Status::Invalid;
            continue;
        }
        let formatted = format::format(&parsed.file);
        if formatted == source.text() {
            continue;
        }
        if arguments.check {
            outln!("{name} is not in the canonical layout")?;
            status = status.max(Status::Failed);
        } else {
            // A mark that is there is somebody's wish, as line ends are.
            let mark = if source.has_mark() { "\u{feff}" } else { "" };
            fs::write(&file.path, format!("{mark}{formatted}"))?;
            outln!("formatted {name}")?;
        }
    }
    Ok(status)
}
