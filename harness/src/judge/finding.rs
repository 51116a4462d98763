//! What an invariant or a clause found in a run.

/// What an invariant or a clause found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Whether it held; none where that was not decided.
    pub(crate) held: Option<bool>,
    /// What broke it, or why it was not decided, or what else there is to say.
    pub(crate) detail: String,
    /// The event that decided it, or came nearest.
    pub(crate) event: Option<u64>,
}

impl Finding {
    pub(crate) const fn held() -> Self {
        Self {
            held: Some(true),
            detail: String::new(),
            event: None,
        }
    }

    pub(crate) fn broken(detail: impl Into<String>) -> Self {
        Self {
            held: Some(false),
            detail: detail.into(),
            event: None,
        }
    }

    pub(crate) fn undecided(why: impl Into<String>) -> Self {
        Self {
            held: None,
            detail: why.into(),
            event: None,
        }
    }

    pub(crate) fn because(self, detail: &str) -> Self {
        Self {
            detail: detail.to_owned(),
            ..self
        }
    }

    pub(crate) fn at(self, event: Option<u64>) -> Self {
        Self { event, ..self }
    }
}
