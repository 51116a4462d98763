//! What a diagnostic says, without any rendering.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

/// How much a diagnostic weighs. Ordered: a note is less than a warning, a warning than an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never makes a file invalid.
    Note,
    /// The file is read, but probably does not say what was meant.
    Warning,
    /// The file cannot be read.
    Error,
}

impl Severity {
    /// The lower case word: `note`, `warning`, `error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The stable name of a kind of mistake, in kebab case: `unknown-trigger`.
///
/// Every format declares its own (`ExpectedMistake`, say); tests and filters compare codes, never
/// messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    /// The code with this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What a diagnostic is about that an expected file can account for; the diagnostic is left out then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The planned failure at this index of the scenario's `failures`.
    Failure(usize),
    /// Everything that is planned in the configuration with this number.
    Configuration(u32),
    /// One request of a client, both by their numbers.
    Request {
        /// The client.
        client: u32,
        /// Which of its requests.
        request: u64,
    },
}

/// A second place in the file that belongs to a diagnostic, the first of two duplicates say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where, in bytes of the source's text.
    pub span: Range<usize>,
    /// What stands under the marked text.
    pub text: String,
}

/// One remark about one place of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it weighs.
    pub severity: Severity,
    /// The kind of mistake.
    pub code: Code,
    /// What was found and what is allowed; lower case, no full stop.
    pub message: String,
    /// Where, in bytes of the source's text; empty for something that is missing.
    pub span: Range<usize>,
    /// What stands under the caret; may be empty.
    pub label: String,
    /// Other places that belong to it, in the order in which they are to be read.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// Text that, in place of `span`, puts it right.
    pub fix: Option<String>,
    /// The rule of docs/protocol.md that it rests on: `P9.2`.
    pub rule: Option<&'static str>,
    /// What it is about, where an expected file can account for it.
    pub about: Option<Subject>,
}

impl Diagnostic {
    /// A diagnostic with nothing but severity, code, message and place; see the `with_` functions.
    pub fn new(
        severity: Severity,
        code: impl Into<Code>,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            code: code.into(),
            message: message.into(),
            span,
            label: String::new(),
            secondary: Vec::new(),
            help: None,
            fix: None,
            rule: None,
            about: None,
        }
    }

    /// An error.
    pub fn error(code: impl Into<Code>, span: Range<usize>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, span, message)
    }

    /// A warning.
    pub fn warning(code: impl Into<Code>, span: Range<usize>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, span, message)
    }

    /// A note.
    pub fn note(code: impl Into<Code>, span: Range<usize>, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, span, message)
    }

    /// Says what stands under the caret.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Points at a second place.
    #[must_use]
    pub fn with_secondary(mut self, span: Range<usize>, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Gives the text that puts it right in place of the span.
    #[must_use]
    pub fn with_fix(mut self, replacement: impl Into<String>) -> Self {
        self.fix = Some(replacement.into());
        self
    }

    /// Suggests `name` in place of the span: help and fix in one.
    #[must_use]
    pub fn with_suggestion(self, name: &str) -> Self {
        self.with_help(format!("did you mean `{name}`?"))
            .with_fix(name)
    }

    /// Names the rule of docs/protocol.md that it rests on.
    #[must_use]
    pub fn with_rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Says what it is about.
    #[must_use]
    pub fn with_subject(mut self, subject: Subject) -> Self {
        self.about = Some(subject);
        self
    }

    /// Whether it makes the file invalid.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether it makes the file invalid whatever an expected file accounts for.
    #[must_use]
    pub fn is_decisive(&self) -> bool {
        self.is_error() && self.about.is_none()
    }

    /// The message with the number of the rule that it rests on, for renderings of one line.
    #[must_use]
    pub fn text(&self) -> String {
        match self.rule {
            Some(rule) => format!("{} ({rule})", self.message),
            None => self.message.clone(),
        }
    }
}

/// How many diagnostics of one file are kept.
const DIAGNOSTICS_MAX: usize = 1_000;

/// In file order; beyond a bound (1000) only how many more there are, under the code `too-many`.
#[must_use]
pub fn arrange(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
    if diagnostics.len() <= DIAGNOSTICS_MAX {
        return diagnostics;
    }
    let more = diagnostics.split_off(DIAGNOSTICS_MAX);
    let severity = more.iter().map(|diagnostic| diagnostic.severity).max();
    diagnostics.push(Diagnostic::new(
        severity.unwrap_or(Severity::Note),
        Code::new("too-many"),
        more[0].span.clone(),
        format!("{} more from here on", more.len()),
    ));
    diagnostics
}
