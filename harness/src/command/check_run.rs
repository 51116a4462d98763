//! `bcr check-run`: judges a stored run again.

use std::error::Error;
use std::path::PathBuf;

use crate::cases::Suites;
use crate::cases::plan::read_options;
use crate::cases::stored::StoredRun;
use crate::command::output::Format;
use crate::command::show::Show;
use crate::command::status::Status;
use crate::tell::result::{Account, Ending, Examined, ScenarioResult, Stories};

/// Arguments of `bcr check-run`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The run's log folder, with trace.jsonl and outcome.json.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Where the expected file is: the file itself, or the folder of expected files.
    #[arg(long, value_name = "FILE|DIR")]
    expected: Option<PathBuf>,
    /// How results are printed.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn main(arguments: &Arguments) -> Result<Status, Box<dyn Error>> {
    let stored = StoredRun::read(&arguments.folder)?;
    let file = stored.file(arguments.expected.as_deref())?;
    let settings = Suites::default().values(&file)?;
    let logs = arguments.folder.clone();
    let ending = match stored.case(&file, read_options(&settings)) {
        Ok(case) => {
            let examination = stored.examine(&case)?;
            let account = Account::new(&case, &examination, Some(logs), Stories::Failing);
            Ending::Examined(Box::new(Examined { case, account }))
        }
        Err(invalid) => Ending::Invalid(invalid),
    };
    let result = ScenarioResult {
        file,
        ending,
        wall_ms: 0.0,
    };
    Show::new(arguments.format).result(&result)?;
    Ok(result.verdict().map_or(Status::Passed, Status::from))
}

#[cfg(test)]
mod tests;
