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

/// The text, and no line of it is a command, which GitHub reads where `::` and `##[` begin one.
pub(crate) fn no_commands(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let content = line.trim_start();
        let blanks = &line[..line.len() - content.len()];
        if content.starts_with("::") || content.starts_with("##[") {
            let (first, rest) = content.split_at(1);
            format!("{blanks}{}{rest}", first.escape_unicode())
        } else {
            line.to_owned()
        }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command() {
        assert_eq!(
            no_commands("a ::b\n  ::error::c\n##[d]\n"),
            "a ::b\n  \\u{3a}:error::c\n\\u{23}#[d]\n"
        );
    }
}
