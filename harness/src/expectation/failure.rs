//! Failures that an expected file names, as the scenario file spells them:
//! `failures[0,1] shuttle(0,0), change_result()`.

use super::Span;

/// A configured failure, named by its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFailure {
    /// Where the text stands.
    pub span: Span,
    /// The text, as written.
    pub text: String,
    reference: Reference,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reference {
    configuration: u32,
    replica: u32,
    trigger: String,
    failure: String,
}

impl NamedFailure {
    /// Reads `failures[c,r] trigger, failure`; an `=` after the bracket may stand there, as in a
    /// scenario file.
    ///
    /// # Errors
    /// What is wrong with the text, in words.
    pub fn parse(text: &str, span: Span) -> Result<Self, String> {
        Ok(Self {
            span,
            text: text.to_owned(),
            reference: Reference::parse(text)?,
        })
    }

    /// Whether it is the failure that a scenario file plans with these words.
    #[must_use]
    pub fn names(&self, configuration: u32, replica: u32, trigger: &str, failure: &str) -> bool {
        self.reference
            == Reference {
                configuration,
                replica,
                trigger: without_blanks(trigger),
                failure: without_blanks(failure),
            }
    }

    /// Whether both name the same failure.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.reference == other.reference
    }
}

impl Reference {
    fn parse(text: &str) -> Result<Self, String> {
        const SHAPE: &str = "expected `failures[configuration,replica] trigger(…), failure(…)`";
        let text = without_blanks(text);
        let parse = || {
            let (place, pair) = text.strip_prefix("failures[")?.split_once(']')?;
            let (configuration, replica) = place.split_once(',')?;
            let (trigger, failure) = pair.trim_start_matches('=').split_once("),")?;
            Some(Self {
                configuration: configuration.parse().ok()?,
                replica: replica.parse().ok()?,
                trigger: format!("{trigger})"),
                failure: failure.to_owned(),
            })
        };
        parse().ok_or_else(|| SHAPE.to_owned())
    }
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
