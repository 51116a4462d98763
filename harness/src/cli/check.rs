//! `bcr check`: what is wrong with scenario and expected files, without a run.

use std::error::Error;
use std::path::PathBuf;

use crate::cli::output::{colour, out, outln};
use crate::cli::{Format, Status};
use crate::diagnostic::Severity;
use crate::suite::case::{Case, ReadOptions};
use crate::suite::{Suites, select, text};

/// Arguments of `bcr check`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Scenario files, or folders of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Where expected files are: a folder, or the file of the one scenario.
    #[arg(long, value_name = "FILE|DIR")]
    expected: Option<PathBuf>,
    /// How remarks are printed.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Take warnings for errors.
    #[arg(long)]
    deny_warnings: bool,
}

pub(super) fn main(arguments: &Arguments) -> Result<Status, Box<dyn Error>> {
    let files = select(&arguments.paths, arguments.expected.as_deref())?;
    let mut status = Status::Passed;
    let (mut invalid, all) = (0, files.len());
    let mut suites = Suites::default();
    for file in &files {
        let settings = suites.values(file)?;
        let read_options = ReadOptions {
            deny_warnings: arguments.deny_warnings || settings.deny_warnings.unwrap_or(false),
            allow: settings.allow.unwrap_or_default(),
            ..ReadOptions::default()
        };
        let remarks = match Case::read(file, &read_options) {
            Ok(case) => case.remarks,
            Err(case) => {
                invalid += 1;
                status = Status::Invalid;
                case.remarks
            }
        };
        match arguments.format {
            Format::Human => out!("{}", text::remarks(&remarks, Severity::Note, colour()))?,
            Format::Json => {
                for remarks in &remarks {
                    for diagnostic in &remarks.diagnostics {
                        let record = diagnostic.record(&remarks.source);
                        outln!("{}", serde_json::to_string(&record)?)?;
                    }
                }
            }
            Format::Github => {
                for remarks in &remarks {
                    for diagnostic in &remarks.diagnostics {
                        outln!("{}", diagnostic.github(&remarks.source))?;
                    }
                }
            }
        }
    }
    if arguments.format != Format::Json {
        outln!("{all} scenarios checked, {invalid} invalid")?;
    }
    Ok(status)
}
