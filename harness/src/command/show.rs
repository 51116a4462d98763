//! How the result of a scenario is printed, in each format.

use std::collections::BTreeSet;
use std::error::Error;
use std::io;

use bcr_language::words::counted;

use crate::cases::case::{FilesDocument, InvalidCase, Remarks};
use crate::cases::find::ScenarioFile;
use crate::command::output::{Format, colour, out, outln, write_json};
use crate::diagnostic::{Colour, Severity, visible};
use crate::outcome::{Outcome, Verdict};
use crate::tell::result::{Ending, Examined, ScenarioResult};
use crate::tell::{ci, text};

/// Prints results, and says of files that several scenarios share (`bcr.toml`) only once what is wrong
/// with them.
#[derive(Debug)]
pub(super) struct Show {
    format: Format,
    colour: Colour,
    told: BTreeSet<String>,
}

impl Show {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            colour: colour(),
            told: BTreeSet::new(),
        }
    }

    /// Prints what came of a scenario: with JSON one document, otherwise a line and what there is to say.
    ///
    /// # Errors
    /// Those of stdout.
    pub(super) fn result(&mut self, result: &ScenarioResult) -> Result<(), Box<dyn Error>> {
        match &result.ending {
            Ending::Examined(examined) => self.examined(examined, result.points()),
            Ending::Invalid(invalid) => self.invalid(invalid),
            Ending::Error(reason) => self.error(&result.file, reason),
            Ending::Ignored(reason) => {
                if self.format != Format::Json {
                    outln!("ignored  {}: {reason}", result.file.name)?;
                }
                Ok(())
            }
        }
    }

    /// Prints what there is to remark about files that are not run.
    ///
    /// # Errors
    /// Those of stdout.
    pub(super) fn files(
        &mut self,
        document: &FilesDocument,
        file: &ScenarioFile,
        remarks: &[Remarks],
    ) -> Result<(), Box<dyn Error>> {
        match self.format {
            Format::Json => write_json(document)?,
            Format::Human => {
                let fresh = self.fresh(file, remarks);
                out!("{}", text::remarks(&fresh, Severity::Note, self.colour))?;
            }
            Format::Github => {
                let fresh = self.fresh(file, remarks);
                out!("{}", ci::github(&fresh, Severity::Note))?;
            }
        }
        Ok(())
    }

    /// Prints remarks about files that no scenario's document speaks of; with JSON nothing, since there a line
    /// is a scenario.
    ///
    /// # Errors
    /// Those of stdout.
    pub(super) fn strays(&self, remarks: &[Remarks]) -> io::Result<()> {
        match self.format {
            Format::Json => Ok(()),
            Format::Human => out!("{}", text::remarks(remarks, Severity::Warning, self.colour)),
            Format::Github => out!("{}", ci::github(remarks, Severity::Warning)),
        }
    }

    /// The remarks but for those about files of the whole suite that have been made already.
    fn fresh(&mut self, file: &ScenarioFile, remarks: &[Remarks]) -> Vec<Remarks> {
        let own = [&file.path, &file.expected].map(|path| path.display().to_string());
        let is_new = |remarks: &&Remarks| {
            let name = remarks.source.name();
            own.iter().any(|own| own == name) || self.told.insert(name.to_owned())
        };
        remarks.iter().filter(is_new).cloned().collect()
    }

    fn examined(
        &self,
        examined: &Examined,
        points: Option<(u32, u32)>,
    ) -> Result<(), Box<dyn Error>> {
        let Examined { case, account } = examined;
        let remarks = &case.remarks;
        match self.format {
            Format::Json => write_json(&account.outcome)?,
            Format::Human => {
                out!("{}", text::remarks(remarks, Severity::Warning, self.colour))?;
                self.outcome(examined, points)?;
            }
            Format::Github => {
                out!("{}", ci::github(remarks, Severity::Warning))?;
                let broken = ci::annotations(case, &account.outcome);
                out!("{}", ci::github(&broken, Severity::Warning))?;
                self.outcome(examined, points)?;
            }
        }
        Ok(())
    }

    fn invalid(&mut self, invalid: &InvalidCase) -> Result<(), Box<dyn Error>> {
        match self.format {
            Format::Json => write_json(&invalid.document())?,
            Format::Human => {
                let fresh = self.fresh(&invalid.file, &invalid.remarks);
                out!("{}", text::remarks(&fresh, Severity::Warning, self.colour))?;
                self.line(Verdict::Invalid, &invalid.file.name)?;
            }
            Format::Github => {
                let fresh = self.fresh(&invalid.file, &invalid.remarks);
                out!("{}", ci::github(&fresh, Severity::Warning))?;
                self.line(Verdict::Invalid, &invalid.file.name)?;
            }
        }
        Ok(())
    }

    /// A scenario of whose run nothing is known but why.
    fn error(&self, file: &ScenarioFile, reason: &str) -> Result<(), Box<dyn Error>> {
        match self.format {
            Format::Json => write_json(&FilesDocument::of_error(file, reason))?,
            Format::Human => {
                self.line(Verdict::Error, &file.name)?;
                outln!("  {}", visible::line(reason))?;
            }
            Format::Github => {
                out!(
                    "{}",
                    ci::github(&[ci::error(file, reason)], Severity::Warning)
                )?;
                self.line(Verdict::Error, &file.name)?;
            }
        }
        Ok(())
    }

    fn outcome(&self, examined: &Examined, points: Option<(u32, u32)>) -> io::Result<()> {
        let account = &examined.account;
        let Outcome {
            verdict,
            scenario,
            schedules,
            wall_ms,
            ..
        } = &account.outcome;
        let runs = counted(schedules.len(), "schedule");
        let points = points.map(|(earned, of)| format!(", {earned} of {}", counted(of, "point")));
        let points = points.unwrap_or_default();
        let unexpecting = if examined.expects_nothing() {
            "no expected file, "
        } else {
            ""
        };
        self.line(
            *verdict,
            &format!("{scenario}  ({unexpecting}{runs}, first {wall_ms:.1} ms{points})"),
        )?;
        let told = text::explanation(account) + &text::ablation(account);
        match self.format {
            Format::Github => out!("{}", ci::no_commands(&told)),
            Format::Human | Format::Json => out!("{told}"),
        }
    }

    fn line(&self, verdict: Verdict, rest: &str) -> io::Result<()> {
        outln!(
            "{} {}",
            verdict_in(verdict, self.colour),
            visible::line(rest)
        )
    }
}

/// The verdict, eight characters wide.
pub(super) fn verdict_in(verdict: Verdict, colour: Colour) -> String {
    let plain = format!("{verdict:<8}");
    let code = match verdict {
        Verdict::Pass => "32",
        Verdict::Fail | Verdict::Invalid | Verdict::Error => "1;31",
        Verdict::Vacuous | Verdict::Outside | Verdict::Unknown => "1;33",
    };
    match colour {
        Colour::None => plain,
        Colour::Ansi => format!("\x1b[{code}m{plain}\x1b[0m"),
    }
}
