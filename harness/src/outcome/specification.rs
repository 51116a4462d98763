//! How a run was made, and the command that makes it again.

use std::fmt;

use bcr_protocol::signature::Scheme;
use serde::{Deserialize, Serialize};

use super::ms;
use crate::runs::Runtime;
use crate::trace::Micros;

/// How a run was made: what has to be given again to repeat it, or to judge it again.
///
/// Text: the command that repeats it, a simulated run exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSpecification {
    /// The scenario's file, from the root of the workspace that it is in, else as given.
    pub scenario: String,
    /// Where it ran.
    pub runtime: Runtime,
    /// Its seed; 0 where time was real.
    pub seed: u64,
    /// How its processes signed.
    pub scheme: Scheme,
    /// Whether somebody asked for that, whatever the seed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub scheme_forced: bool,
    /// Parameters that took the place of the file's, each with its value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<(String, String)>,
    /// The expected file, where it is not that which belongs to the scenario's path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The deadline, where somebody asked for one.
    #[serde(
        rename = "deadline_ms",
        with = "ms::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub deadline: Option<Micros>,
    /// How long processes paused at most, where they did.
    #[serde(
        rename = "pauses_ms",
        with = "ms::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub pauses: Option<Micros>,
}

impl RunSpecification {
    /// A simulated run of a scenario as its files are.
    #[must_use]
    pub fn simulated(scenario: impl Into<String>, seed: u64, scheme: Scheme) -> Self {
        Self {
            scenario: scenario.into(),
            runtime: Runtime::Simulated,
            seed,
            scheme,
            scheme_forced: false,
            overrides: Vec::new(),
            expected: None,
            deadline: None,
            pauses: None,
        }
    }
}

impl fmt::Display for RunSpecification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nothing forces another scheme: `BCR_SIGNATURES` knows this one alone.
        if self.scheme_forced && self.scheme == Scheme::Ed25519 {
            f.write_str("BCR_SIGNATURES=ed25519 ")?;
        }
        write!(f, "cargo bcr run {}", Word(&self.scenario))?;
        match self.runtime {
            Runtime::Simulated => write!(f, " --seed {}", self.seed)?,
            runtime @ (Runtime::Tcp | Runtime::Process) => write!(f, " --runtime {runtime}")?,
        }
        for (name, value) in &self.overrides {
            write!(f, " --set {}", Word(&format!("{name}={value}")))?;
        }
        if let Some(expected) = &self.expected {
            write!(f, " --expected {}", Word(expected))?;
        }
        for (flag, time) in [("--deadline", self.deadline), ("--pauses", self.pauses)] {
            if let Some(time) = time {
                write!(f, " {flag} {}", time.as_ms())?;
            }
        }
        Ok(())
    }
}

/// A word of a shell command, quoted where it needs to be.
struct Word<'a>(&'a str);

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-=,+@%:".contains(c);
        if !self.0.is_empty() && self.0.chars().all(is_plain) {
            f.write_str(self.0)
        } else {
            write!(f, "'{}'", self.0.replace('\'', r"'\''"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_it_otherwise() {
        let cases = [
            ("plain/x.conf", "plain/x.conf"),
            ("", "''"),
            ("it's", r"'it'\''s'"),
            ("a  b", "'a  b'"),
            (r"\", r"'\'"),
            ("'", r"''\'''"),
            ("failures[0,0]=", "'failures[0,0]='"),
            ("ä = 'b'", r"'ä = '\''b'\'''"),
        ];
        for (word, quoted) in cases {
            assert_eq!(Word(word).to_string(), quoted);
        }
    }

    #[test]
    fn a_specification_reads_back_and_says_the_command() {
        let plain = RunSpecification::simulated("scenarios/x.conf", 3, Scheme::KeyedHash);
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let full = RunSpecification {
            scenario: "my scenarios/x.conf".to_owned(),
            scheme: Scheme::Ed25519,
            scheme_forced: true,
            overrides: [("t", "2"), ("failures[0,0]", "")].map(owned).into(),
            expected: Some("other".to_owned()),
            deadline: Some(Micros::from_ms(4)),
            pauses: Some(Micros::from_ms(80)),
            ..plain.clone()
        };
        let real = RunSpecification {
            runtime: Runtime::Tcp,
            seed: 0,
            ..plain.clone()
        };
        let cases = [
            (
                plain,
                "cargo bcr run scenarios/x.conf --seed 3",
                r#"{"scenario":"scenarios/x.conf","runtime":"simulated","seed":3,"scheme":"keyed_hash"}"#,
            ),
            (
                full,
                "BCR_SIGNATURES=ed25519 cargo bcr run 'my scenarios/x.conf' --seed 3 --set t=2 \
                 --set 'failures[0,0]=' --expected other --deadline 4 --pauses 80",
                r#"{"scenario":"my scenarios/x.conf","runtime":"simulated","seed":3,"scheme":"ed25519","scheme_forced":true,"overrides":[["t","2"],["failures[0,0]",""]],"expected":"other","deadline_ms":4.0,"pauses_ms":80.0}"#,
            ),
            (
                real,
                "cargo bcr run scenarios/x.conf --runtime tcp",
                r#"{"scenario":"scenarios/x.conf","runtime":"tcp","seed":0,"scheme":"keyed_hash"}"#,
            ),
        ];
        for (specification, command, json) in cases {
            assert_eq!(specification.to_string(), command);
            let written = serde_json::to_string(&specification).expect("it is plain data");
            assert_eq!(written, json);
            let back: RunSpecification = serde_json::from_str(&written).expect("it is one");
            assert_eq!(back, specification);
        }
    }
}
