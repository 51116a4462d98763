//! Failures that an expected file names, as the scenario file spells them:
//! `failures[0,1] shuttle(0,0), change_result()`. They are compared as parsed.

use crate::diagnostic::Span;
use crate::scenario::{FailureReference, parse_failure_reference};

/// A configured failure, named by its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFailure {
    /// Where the text stands.
    pub span: Span,
    /// The text, as written.
    pub text: String,
    /// What it names. Failures alike in place, trigger and kind have the same name.
    pub reference: FailureReference,
}

impl NamedFailure {
    /// Reads `failures[c,r] trigger, failure`.
    ///
    /// # Errors
    /// What is wrong with the text, in words.
    pub fn parse(text: &str, span: Span) -> Result<Self, String> {
        Ok(Self {
            span,
            text: text.to_owned(),
            reference: parse_failure_reference(text)?,
        })
    }
}
