//! How far a run has come: a bar on stderr, where a person looks at it, and nothing elsewhere.

use std::io::{self, IsTerminal as _, Write as _};

use bcr_language::words::counted;

use crate::outcome::Verdict;
use crate::runs::verbosity;

/// How many characters the bar has.
const BAR: usize = 30;

/// The bar. It stands on the last line of the terminal; [`Self::clear`] before anything else is printed.
#[derive(Debug)]
pub(super) struct Progress {
    is_shown: bool,
    done: usize,
    all: usize,
    failed: usize,
}

impl Progress {
    /// For `all` scenarios: shown for more than one, where stderr is a terminal that can clear a line.
    pub(super) fn new(all: usize) -> Self {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        Self {
            is_shown: all > 1
                && io::stderr().is_terminal()
                && !is_dumb
                // Lines about what runs do would be written across it.
                && verbosity::heard().is_none(),
            done: 0,
            all,
            failed: 0,
        }
    }

    /// Counts a scenario; none is one that was left out.
    pub(super) fn count(&mut self, verdict: Option<Verdict>) {
        self.done += 1;
        self.failed += usize::from(verdict.is_some_and(|verdict| verdict != Verdict::Pass));
    }

    /// Shows the bar.
    pub(super) fn show(&self) {
        if self.is_shown {
            write(&format!("\r\x1b[K{}", self.bar()));
        }
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        if self.is_shown {
            write("\r\x1b[K");
        }
    }

    fn bar(&self) -> String {
        let full = BAR * self.done / self.all.max(1);
        let failed = match self.failed {
            0 => String::new(),
            count => format!(", {count} did not pass"),
        };
        format!(
            "[{}{}] {} of {}{failed}",
            "=".repeat(full),
            " ".repeat(BAR - full),
            self.done,
            counted(self.all, "scenario")
        )
    }
}

/// A terminal that is gone has nobody to tell.
fn write(text: &str) {
    let mut terminal = io::stderr().lock();
    drop(terminal.write_all(text.as_bytes()));
    drop(terminal.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_grows_with_what_is_done_and_counts_what_failed() {
        let mut progress = Progress {
            is_shown: false,
            done: 0,
            all: 3,
            failed: 0,
        };
        progress.count(None);
        assert_eq!(
            progress.bar(),
            "[==========                    ] 1 of 3 scenarios"
        );
        progress.count(Some(Verdict::Vacuous));
        progress.count(Some(Verdict::Pass));
        assert_eq!(
            progress.bar(),
            "[==============================] 3 of 3 scenarios, 1 did not pass"
        );
    }
}
