//! Why a text is no YAML, in the parser's words or in ours.

use saphyr_parser::ScanError;

/// How many brackets the parser lets be open at once, and what it says of one more.
pub(super) const BRACKETS_MAX: usize = u8::MAX as usize;
const TOO_MANY_BRACKETS: &str = "recursion limit exceeded";

/// Why a text is no YAML document, and where.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::expectation) struct SyntaxError {
    /// In bytes of the source.
    pub(in crate::expectation) at: usize,
    pub(in crate::expectation) message: String,
    pub(in crate::expectation) help: Option<&'static str>,
}

impl SyntaxError {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            help: None,
        }
    }

    pub(super) fn with_help(self, help: &'static str) -> Self {
        Self {
            help: Some(help),
            ..self
        }
    }

    /// The parser's error, which has no kinds but its words.
    pub(super) fn of_parser(text: &str, at: usize, error: &ScanError) -> Self {
        let words = error.info();
        if words == TOO_MANY_BRACKETS {
            let message = format!("more than {BRACKETS_MAX} brackets are open here");
            return Self::new(at, message);
        }
        let is_about_tabs = words.split(' ').any(|word| word == "tab" || word == "tabs");
        if is_about_tabs || words.ends_with("valid YAML whitespace") {
            // Told where the tab stands or behind it, or where the scalar begins that it breaks off.
            let before = text[..at].strip_suffix('\t').map_or(at, str::len);
            let tab = text[before..].find('\t').map_or(at, |tab| before + tab);
            return Self::new(tab, "a tab stands where a blank should")
                .with_help("YAML is indented with blanks; a tab is none");
        }
        let message = match words.split_once(", ") {
            Some((context, what)) if context.starts_with("while ") => format!("{what}, {context}"),
            _ => words.to_owned(),
        };
        let error = Self::new(at, message);
        if words.starts_with("invalid indentation") {
            return error
                .with_help("what goes on in further lines is indented further than its key");
        }
        error
    }
}
