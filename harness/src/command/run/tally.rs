//! How many scenarios came to which verdict.

use std::collections::BTreeMap;
use std::fmt;

use bcr_language::words::counted;

use crate::command::status::Status;
use crate::outcome::Verdict;
use crate::tell::result::ScenarioResult;

/// How many scenarios came to which verdict.
#[derive(Debug, Default)]
pub(super) struct Tally {
    verdicts: BTreeMap<Verdict, usize>,
    ignored: usize,
    /// How many passed although nobody said what is expected of them.
    unexpecting: usize,
}

impl Tally {
    pub(super) fn of(results: &[ScenarioResult]) -> Self {
        let mut tally = Self::default();
        for result in results {
            tally.unexpecting += usize::from(result.expects_nothing());
            match result.verdict() {
                Some(verdict) => *tally.verdicts.entry(verdict).or_default() += 1,
                None => tally.ignored += 1,
            }
        }
        tally
    }

    pub(super) fn status(&self) -> Status {
        let worst = self.verdicts.keys().copied().map(Status::from);
        worst.max().unwrap_or(Status::Passed)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: usize = self.verdicts.values().sum();
        f.write_str(&counted(all, "scenario"))?;
        for (index, (verdict, count)) in self.verdicts.iter().enumerate() {
            let separator = if index == 0 { ": " } else { ", " };
            write!(f, "{separator}{count} {verdict}")?;
        }
        if self.unexpecting > 0 {
            write!(f, "; {} without an expected file", self.unexpecting)?;
        }
        if self.ignored > 0 {
            write!(f, "; {} ignored", self.ignored)?;
        }
        Ok(())
    }
}
