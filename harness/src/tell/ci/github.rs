//! Workflow commands of GitHub, which annotate lines of files.

use crate::cases::case::Remarks;
use crate::diagnostic::Severity;

/// The remarks at least as severe as `least`, a command a line.
pub(crate) fn github(remarks: &[Remarks], least: Severity) -> String {
    let commands = remarks.iter().flat_map(|remarks| {
        let severe = remarks.diagnostics.iter();
        let severe = severe.filter(|found| found.severity >= least);
        severe.map(|found| found.github(&remarks.source) + "\n")
    });
    commands.collect()
}
