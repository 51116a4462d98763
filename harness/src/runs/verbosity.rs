//! What runs say of their own doings, on standard error, and how much of it.
//!
//! The harness emits it by `tracing`, under the targets named here; nobody hears it unless he asks, by
//! `BCR_LOG` or a flag. It is about machinery: what the processes of a scenario do stands in the trace.
//!
//! Source: docs/running.md.

#![expect(
    clippy::disallowed_methods,
    reason = "`BCR_LOG` is read here, at the beginning of a `main`"
)]

use std::fmt;
use std::io;
use std::sync::OnceLock;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

/// The variable that says what is heard: a level, or a list of `target=level`.
pub(crate) const VARIABLE: &str = "BCR_LOG";

/// A suite: which scenario is examined, and what each of its runs came to.
pub(crate) const SUITE: &str = "suite";
/// A run: its beginning and end, and what is done in it.
pub(crate) const RUN: &str = "run";
/// How processes come into being and end.
pub(crate) const LAUNCH: &str = "launch";
/// Connections.
pub(crate) const LINK: &str = "link";
/// The spans that say which run and which process an event belongs to.
pub(crate) const SPAN: &str = "span";

/// What is heard in this OS process, as children are told.
static HEARD: OnceLock<String> = OnceLock::new();

/// How much is said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verbosity {
    text: String,
    targets: Targets,
}

/// A text that is neither a level nor a list of targets with theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvalidVerbosity(String);

impl fmt::Display for InvalidVerbosity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{VARIABLE} is `{}`: neither a level (error, warn, info, debug, trace, off) nor a list such \
             as `{LINK}=debug,{RUN}=info`",
            self.0
        )
    }
}

impl std::error::Error for InvalidVerbosity {}

impl Verbosity {
    /// A level for everything, or levels for targets: `debug`, `link=debug,run=info`.
    ///
    /// # Errors
    /// It is neither.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidVerbosity> {
        let invalid = || InvalidVerbosity(text.to_owned());
        let targets: Targets = text.parse().map_err(|_| invalid())?;
        let names_targets = |(target, _): (&str, _)| [SUITE, RUN, LAUNCH, LINK].contains(&target);
        // A word that is no level is read as the name of a target.
        if !targets.iter().all(names_targets) {
            return Err(invalid());
        }
        Ok(Self {
            text: text.to_owned(),
            // Whatever is heard, it is said of which process.
            targets: targets.with_target(SPAN, LevelFilter::ERROR),
        })
    }

    /// What a flag asks for that stands so many times: `info`, `debug`, `trace`; nothing, where it does not.
    #[must_use]
    pub(crate) fn of_flags(count: u8) -> Option<Self> {
        let level = match count {
            0 => return None,
            1 => "info",
            2 => "debug",
            3.. => "trace",
        };
        Some(Self::parse(level).expect("these are levels"))
    }

    /// What [`VARIABLE`] asks for; nothing, where it is not set or empty.
    ///
    /// # Errors
    /// It is set to something else than can be asked for.
    pub(crate) fn of_environment() -> Result<Option<Self>, InvalidVerbosity> {
        match std::env::var_os(VARIABLE) {
            Some(text) if !text.is_empty() => Self::parse(&text.to_string_lossy()).map(Some),
            Some(_) | None => Ok(None),
        }
    }

    /// Lets it be heard on standard error from now on, here and in the children that are started from here.
    /// Where somebody listens to `tracing` already, nothing changes.
    pub(crate) fn listen(self) {
        let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
        let subscriber = tracing_subscriber::registry()
            .with(self.targets)
            .with(lines);
        if tracing::subscriber::set_global_default(subscriber).is_ok() {
            HEARD.get_or_init(|| self.text);
        }
    }
}

/// What is heard in this OS process, as [`VARIABLE`] would ask for it.
pub(crate) fn heard() -> Option<&'static str> {
    HEARD.get().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_level_or_a_list_of_targets_is_heard_and_nothing_else_is_valid() {
        let hears = |text: &str, target: &str, level: Level| {
            let verbosity = Verbosity::parse(text).expect("valid");
            verbosity.targets.would_enable(target, &level)
        };
        assert!(hears("debug", LINK, Level::DEBUG));
        assert!(!hears("debug", LINK, Level::TRACE));
        assert!(hears("link=trace,run=info", LINK, Level::TRACE));
        assert!(!hears("link=trace,run=info", LAUNCH, Level::ERROR));
        assert!(hears("link=trace", SPAN, Level::ERROR));
        for invalid in ["loud", "links=debug", "link=loud", "link=debug;run=info"] {
            let error = Verbosity::parse(invalid).expect_err(invalid);
            assert!(error.to_string().contains(invalid), "{error}");
        }
    }

    #[test]
    fn each_flag_more_is_heard_more() {
        assert_eq!(Verbosity::of_flags(0), None);
        for (count, level) in [(1, "info"), (2, "debug"), (3, "trace"), (9, "trace")] {
            assert_eq!(Verbosity::of_flags(count), Verbosity::parse(level).ok());
        }
    }
}
