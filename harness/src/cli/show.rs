//! How the result of a scenario is printed, in each format.

use std::collections::BTreeSet;
use std::error::Error;
use std::io;

use crate::cli::Format;
use crate::cli::output::{colour, out, outln};
use crate::diagnostic::{Colour, Severity};
use crate::outcome::{Outcome, Verdict};
use crate::suite::case::{InvalidCase, Remarks};
use crate::suite::examine::Examination;
use crate::suite::result::{Ending, ScenarioResult};
use crate::suite::text;

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
            Ending::Examined(examined) => {
                self.examination(&examined.case.remarks, &examined.examination)
            }
            Ending::Invalid(invalid) => self.invalid(invalid),
            Ending::Ignored(reason) => {
                if self.format != Format::Json {
                    outln!("ignored  {}: {reason}", result.file.name)?;
                }
                Ok(())
            }
        }
    }

    fn examination(
        &self,
        remarks: &[Remarks],
        examination: &Examination,
    ) -> Result<(), Box<dyn Error>> {
        match self.format {
            Format::Json => outln!("{}", serde_json::to_string(&examination.outcome)?)?,
            Format::Human => {
                out!("{}", text::remarks(remarks, Severity::Warning, self.colour))?;
                self.outcome(examination)?;
            }
            Format::Github => {
                annotate(remarks.iter())?;
                self.outcome(examination)?;
            }
        }
        Ok(())
    }

    fn invalid(&mut self, invalid: &InvalidCase) -> Result<(), Box<dyn Error>> {
        let is_new = |remarks: &&Remarks| {
            let is_shared = remarks.source.name() != invalid.file.path.display().to_string();
            !is_shared || self.told.insert(remarks.source.name().to_owned())
        };
        match self.format {
            Format::Json => outln!("{}", serde_json::to_string(&invalid.document())?)?,
            Format::Human => {
                let fresh: Vec<Remarks> = invalid.remarks.iter().filter(is_new).cloned().collect();
                out!("{}", text::remarks(&fresh, Severity::Warning, self.colour))?;
                self.line(Verdict::Invalid, &invalid.file.name)?;
            }
            Format::Github => {
                annotate(invalid.remarks.iter().filter(is_new))?;
                self.line(Verdict::Invalid, &invalid.file.name)?;
            }
        }
        Ok(())
    }

    fn outcome(&self, examination: &Examination) -> io::Result<()> {
        let Outcome {
            verdict,
            scenario,
            schedules,
            wall_ms,
            ..
        } = &examination.outcome;
        let runs = schedules.len();
        let plural = if runs == 1 { "" } else { "s" };
        self.line(
            *verdict,
            &format!("{scenario}  ({runs} schedule{plural}, first {wall_ms:.1} ms)"),
        )?;
        out!("{}", text::explanation(examination))
    }

    fn line(&self, verdict: Verdict, rest: &str) -> io::Result<()> {
        outln!("{} {rest}", verdict_in(verdict, self.colour))
    }
}

/// The verdict, eight characters wide.
pub(super) fn verdict_in(verdict: Verdict, colour: Colour) -> String {
    let plain = format!("{verdict:<8}");
    let code = match verdict {
        Verdict::Pass => "32",
        Verdict::Fail | Verdict::Invalid => "1;31",
        Verdict::Vacuous | Verdict::Outside | Verdict::Unknown => "1;33",
    };
    match colour {
        Colour::None => plain,
        Colour::Ansi => format!("\x1b[{code}m{plain}\x1b[0m"),
    }
}

/// Prints GitHub's annotations of what there is to remark.
fn annotate<'a>(remarks: impl Iterator<Item = &'a Remarks>) -> io::Result<()> {
    for remarks in remarks {
        for diagnostic in &remarks.diagnostics {
            outln!("{}", diagnostic.github(&remarks.source))?;
        }
    }
    Ok(())
}
