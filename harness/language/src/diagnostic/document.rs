//! Diagnostics for machines: the JSON document and GitHub's workflow commands.

use serde::Serialize;

use super::model::{Diagnostic, Severity};
use super::source::SourceFile;
use super::visible;

/// A diagnostic as `--format json` and the outcome of an invalid file print it.
///
/// Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiagnosticDocument {
    /// How much it weighs.
    pub severity: Severity,
    /// The kind of mistake, in kebab case.
    pub code: String,
    /// What was found and what is allowed.
    pub message: String,
    /// The file's name as given.
    pub file: String,
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the character after the last.
    pub end_line: usize,
    /// Column of the character after the last.
    pub end_column: usize,
    /// `column` in code units of UTF-16.
    pub column_utf16: usize,
    /// `end_column` in code units of UTF-16.
    pub end_column_utf16: usize,
    /// What to do about it; null where there is nothing to say.
    pub help: Option<String>,
}

impl Diagnostic {
    /// This diagnostic with its place resolved, ready to be written as JSON.
    #[must_use]
    pub fn document(&self, source: &SourceFile) -> DiagnosticDocument {
        let start = source.location(self.span.start);
        let end = source.location(self.span.end.max(self.span.start));
        DiagnosticDocument {
            severity: self.severity,
            code: self.code.to_string(),
            message: self.text(),
            file: source.name().to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            column_utf16: start.column_utf16,
            end_column_utf16: end.column_utf16,
            help: self.help.clone(),
        }
    }

    /// This diagnostic as one GitHub workflow command, without a line end.
    #[must_use]
    pub fn github(&self, source: &SourceFile) -> String {
        let document = self.document(source);
        let command = match self.severity {
            Severity::Note => "notice",
            Severity::Warning | Severity::Error => self.severity.as_str(),
        };
        let help = document.help.map_or_else(String::new, |help| {
            format!("\nhelp: {}", visible::line(&help))
        });
        format!(
            "::{command} file={},line={},col={},endLine={},endColumn={},title={}::{}",
            escape_property(&visible::line(&document.file)),
            document.line,
            document.column,
            document.end_line,
            document.end_column,
            escape_property(&document.code),
            escape_data(&format!("{}{help}", visible::line(&document.message))),
        )
    }
}

/// GitHub's escaping of what follows the second `::`.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// GitHub's escaping of a property's value.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    #[test]
    fn a_document_has_the_contracted_fields() {
        let source = SourceFile::new("a.conf", "t = 1\nnäm😀 = 2\n");
        let document = Diagnostic::warning(Code::new("unknown-parameter"), 6..14, "unknown")
            .with_rule("P9.1")
            .document(&source);
        assert_eq!(
            serde_json::to_string(&document).expect("a plain struct"),
            r#"{"severity":"warning","code":"unknown-parameter","message":"unknown (P9.1)","file":"a.conf","line":2,"column":1,"end_line":2,"end_column":5,"column_utf16":1,"end_column_utf16":6,"help":null}"#
        );
    }

    #[test]
    fn workflow_commands_are_escaped() {
        let source = SourceFile::new("a,b:c.conf", "t = 1");
        let diagnostic = Diagnostic::note(Code::new("bad-value"), 4..5, "100% sure,\r\nno: really")
            .with_help("write 2");
        assert_eq!(
            diagnostic.github(&source),
            "::notice file=a%2Cb%3Ac.conf,line=1,col=5,endLine=1,endColumn=6,title=bad-value::\
             100%25 sure,\\u{d}\\u{a}no: really%0Ahelp: write 2"
        );
    }
}
