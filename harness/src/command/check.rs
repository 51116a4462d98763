//! `bcr check`: what is wrong with scenario and expected files, without a run.

use std::error::Error;
use std::path::PathBuf;

use bcr_language::words::counted;

use crate::cases::case::{Case, InvalidCase};
use crate::cases::plan::read_options;
use crate::cases::strays::strays;
use crate::cases::{Suites, find};
use crate::command::output::{Format, errln, outln};
use crate::command::show::Show;
use crate::command::status::Status;
use crate::diagnostic::Severity;

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
    let found = find(&arguments.paths, arguments.expected.as_deref())?;
    let mut status = Status::Passed;
    for mistake in &found.mistakes {
        errln!("error: {mistake}");
        status = Status::Invalid;
    }
    let (mut invalid, all) = (0, found.files.len());
    let mut suites = Suites::default();
    let mut show = Show::new(arguments.format);
    for file in &found.files {
        let read = match suites.values(file) {
            Ok(settings) => {
                let mut options = read_options(&settings);
                options.deny_warnings |= arguments.deny_warnings;
                Case::read(file, &options)
            }
            Err(mistake) => Err(InvalidCase::without_settings(file, &mistake)),
        };
        match &read {
            Ok(case) => show.files(&case.document(), file, &case.remarks)?,
            Err(case) => {
                invalid += 1;
                status = Status::Invalid;
                show.files(&case.document(), file, &case.remarks)?;
            }
        }
    }
    for folder in &arguments.paths {
        let mut found = strays(folder, &found.files, arguments.expected.as_deref());
        for remark in found.iter_mut().flat_map(|found| &mut found.diagnostics) {
            if arguments.deny_warnings {
                remark.severity = Severity::Error;
                status = Status::Invalid;
            }
        }
        show.strays(&found)?;
    }
    if arguments.format != Format::Json {
        outln!("{} checked, {invalid} invalid", counted(all, "scenario"))?;
    }
    Ok(status)
}
