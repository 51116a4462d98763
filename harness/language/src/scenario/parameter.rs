//! The parameters of a scenario file: one table of names, forms, ranges and defaults.

use crate::diagnostic::is_within;
use crate::limits::{CLIENTS_MAX, DURATION_MS_MAX, FAILURES_TOLERATED_MAX};

/// A sleep below this was probably meant in seconds.
pub(super) const SECONDS_SLEEP: u64 = 60;

/// A timeout below this was probably meant in seconds.
pub(super) const SECONDS_TIMEOUT: u64 = 100;

/// Names of older dialects that mean nothing here.
const FORGOTTEN: [&str; 5] = [
    "host_client",
    "host_replica",
    "multi_node",
    "pseudorandom_workload",
    "test_case",
];

/// How many edits away from `failures` or `workload` a name still means it.
const SLIPS_MAX: usize = 2;

/// What a parameter's value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A number.
    Number(Limits),
    /// Text to the end of the line, or a list that is kept as text.
    Text,
    /// What a client asks for, in order.
    Operations,
    /// How a replica fails, in order.
    Failures,
}

/// What a numeric parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The least.
    pub least: u64,
    /// The most.
    pub most: u64,
    /// What is counted.
    pub unit: Unit,
    /// What it is where the file does not say.
    pub otherwise: Otherwise,
}

/// What a numeric parameter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Failures or clients, as the name says.
    Things,
    /// Slots of a history.
    Slots,
    /// Milliseconds, of which there may be none.
    Milliseconds,
    /// Milliseconds after which somebody waits no longer; 0 stands for 1.
    Timeout,
}

/// What a numeric parameter is where the file does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// Nothing: the file has to say.
    Required,
    /// This, which is worth a warning.
    Announced(u64),
    /// This.
    Silent(u64),
    /// What another parameter is, which comes before this one in the table.
    As(Parameter),
}

/// Declares the parameters with their names, older names, what their indices stand for, and their forms.
macro_rules! parameters {
    ($(
        $(#[$doc:meta])*
        $variant:ident = $name:literal $(or $older:literal)* $([$($index:literal),+])?, $form:expr;
    )*) => {
        /// One parameter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Parameter {
            $($(#[$doc])* $variant,)*
        }

        impl Parameter {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The names of older dialects for it.
            const fn older_names(self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant => &[$($older),*],)*
                }
            }

            /// What its indices stand for.
            #[must_use]
            pub const fn indices(self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant => &[$($($index),+)?],)*
                }
            }

            /// What its value looks like.
            #[must_use]
            pub const fn form(self) -> Form {
                match self {
                    $(Self::$variant => $form,)*
                }
            }
        }
    };
}

parameters! {
    /// A name for settings and logs.
    TestCaseName = "test_case_name", Form::Text;
    /// How many failures each configuration tolerates.
    T = "t", number(0, FAILURES_TOLERATED_MAX, Unit::Things, Otherwise::Required);
    /// How many clients there are.
    NumClient = "num_client", number(1, CLIENTS_MAX, Unit::Things, Otherwise::Required);
    /// After which a client asks again.
    ClientTimeout = "client_timeout", timeout(Otherwise::Announced(3_000));
    /// After which the head asks for reconfiguration.
    HeadTimeout = "head_timeout", timeout(Otherwise::Announced(3_000));
    /// The same at the other replicas.
    NonheadTimeout = "nonhead_timeout", timeout(Otherwise::Announced(3_000));
    /// After which Olympus repeats what it asked.
    OlympusTimeout = "olympus_timeout", timeout(Otherwise::As(Parameter::NonheadTimeout));
    /// How long Olympus waits for more than a first quorum.
    QuorumGrace = "quorum_grace",
        number(0, DURATION_MS_MAX, Unit::Milliseconds, Otherwise::Silent(100));
    /// After how many slots a checkpoint is taken.
    CheckptInterval = "checkpt_interval" or "checkpoint_trigger",
        number(1, 1_000_000_000, Unit::Slots, Otherwise::Announced(100));
    /// What a client asks for.
    Workload = "workload" ["client"], Form::Operations;
    /// How a replica fails.
    Failures = "failures" ["configuration", "replica"], Form::Failures;
    /// Host names.
    Hosts = "hosts", Form::Text;
    /// For each client an index into the hosts.
    ClientHosts = "client_hosts", Form::Text;
    /// For each position an index into the hosts.
    ReplicaHosts = "replica_hosts", Form::Text;
    /// The final dictionary.
    TestWorkload = "test_workload", Form::Text;
}

impl Parameter {
    /// The parameter that a file calls `name`.
    pub(super) fn called(name: &str) -> Option<Self> {
        let is_called = |of: &Self| of.name() == name || of.older_names().contains(&name);
        Self::ALL.iter().copied().find(is_called)
    }

    /// Every name that a file may use, the older ones last.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let all = Self::ALL.iter();
        let older = all.clone().flat_map(|of| of.older_names());
        all.map(|of| of.name()).chain(older.copied())
    }

    /// The names for which a file may have meant one that is written with so many indices.
    pub(super) fn names_with(indices: usize) -> impl Iterator<Item = &'static str> {
        let has_indices = |name: &str| Self::called(name).is_some_and(|p| !p.indices().is_empty());
        Self::names().filter(move |name| indices == 0 || has_indices(name))
    }

    /// Whether its value is a list.
    pub(super) const fn is_list(self) -> bool {
        match self {
            Self::Workload
            | Self::Failures
            | Self::Hosts
            | Self::ClientHosts
            | Self::ReplicaHosts => true,
            Self::TestCaseName
            | Self::T
            | Self::NumClient
            | Self::ClientTimeout
            | Self::HeadTimeout
            | Self::NonheadTimeout
            | Self::OlympusTimeout
            | Self::QuorumGrace
            | Self::CheckptInterval
            | Self::TestWorkload => false,
        }
    }

    /// The parameter with indices that `name` is or, by at most two slips, was meant to be: what it says
    /// must not be lost.
    pub(super) fn meant_with_indices(name: &str) -> Option<Self> {
        let all = Self::ALL.iter().copied();
        let mut indexed = all.filter(|parameter| !parameter.indices().is_empty());
        indexed.find(|parameter| is_within(name, parameter.name(), SLIPS_MAX))
    }

    /// Whether `name` is one that older dialects had.
    pub(super) fn was_called(name: &str) -> bool {
        FORGOTTEN.contains(&name)
    }

    /// What it may be, if it is a number.
    #[must_use]
    pub const fn limits(self) -> Option<Limits> {
        match self.form() {
            Form::Number(limits) => Some(limits),
            Form::Text | Form::Operations | Form::Failures => None,
        }
    }

    /// Whether it is a number of milliseconds.
    #[must_use]
    pub fn is_duration(self) -> bool {
        self.limits().is_some_and(|of| match of.unit {
            Unit::Milliseconds | Unit::Timeout => true,
            Unit::Things | Unit::Slots => false,
        })
    }

    /// What it is where the file does not say, if that is worth a warning.
    #[must_use]
    pub fn announced(self) -> Option<u64> {
        match self.limits()?.otherwise {
            Otherwise::Announced(default) => Some(default),
            Otherwise::Required | Otherwise::Silent(_) | Otherwise::As(_) => None,
        }
    }
}

impl Unit {
    /// What a message puts behind a number; empty where that needs no word.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Things => "",
            Self::Slots => " slots",
            Self::Milliseconds | Self::Timeout => " ms",
        }
    }
}

const fn number(least: u64, most: u64, unit: Unit, otherwise: Otherwise) -> Form {
    Form::Number(Limits {
        least,
        most,
        unit,
        otherwise,
    })
}

const fn timeout(otherwise: Otherwise) -> Form {
    number(0, DURATION_MS_MAX, Unit::Timeout, otherwise)
}
