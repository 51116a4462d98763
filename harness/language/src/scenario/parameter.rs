//! The parameters of a scenario file: names, indices, ranges and defaults.

/// The longest sleep and the longest timeout, in ms: about eleven days.
pub(super) const DURATION_MAX: u64 = 1_000_000_000;

/// One parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Parameter {
    TestCaseName,
    T,
    NumClient,
    ClientTimeout,
    HeadTimeout,
    NonheadTimeout,
    OlympusTimeout,
    QuorumGrace,
    CheckptInterval,
    Workload,
    Failures,
    Hosts,
    ClientHosts,
    ReplicaHosts,
    TestWorkload,
}

/// What a numeric parameter may be.
pub(super) struct Limits {
    pub(super) least: u64,
    pub(super) most: u64,
    /// `None`: required.
    pub(super) default: Option<u64>,
    /// Whether leaving it to the default is worth a warning.
    pub(super) announced: bool,
    pub(super) unit: &'static str,
}

/// The spelling of older dialects for `checkpt_interval`.
const CHECKPOINT_TRIGGER: &str = "checkpoint_trigger";

/// Names of older dialects that mean nothing here.
const FORGOTTEN: [&str; 5] = [
    "host_client",
    "host_replica",
    "multi_node",
    "pseudorandom_workload",
    "test_case",
];

impl Parameter {
    const ALL: [Self; 15] = [
        Self::TestCaseName,
        Self::T,
        Self::NumClient,
        Self::ClientTimeout,
        Self::HeadTimeout,
        Self::NonheadTimeout,
        Self::OlympusTimeout,
        Self::QuorumGrace,
        Self::CheckptInterval,
        Self::Workload,
        Self::Failures,
        Self::Hosts,
        Self::ClientHosts,
        Self::ReplicaHosts,
        Self::TestWorkload,
    ];

    /// The parameter that a file calls `name`.
    pub(super) fn called(name: &str) -> Option<Self> {
        if name == CHECKPOINT_TRIGGER {
            return Some(Self::CheckptInterval);
        }
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Every name that a file may use.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL
            .into_iter()
            .map(Self::name)
            .chain([CHECKPOINT_TRIGGER])
    }

    /// The names for which a file may have meant one that is written with so many indices.
    pub(super) fn names_with(indices: usize) -> impl Iterator<Item = &'static str> {
        let has_indices = |name: &str| Self::called(name).is_some_and(|p| !p.indices().is_empty());
        Self::names().filter(move |name| indices == 0 || has_indices(name))
    }

    /// Whether `name` is one that older dialects had.
    pub(super) fn was_called(name: &str) -> bool {
        FORGOTTEN.contains(&name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::TestCaseName => "test_case_name",
            Self::T => "t",
            Self::NumClient => "num_client",
            Self::ClientTimeout => "client_timeout",
            Self::HeadTimeout => "head_timeout",
            Self::NonheadTimeout => "nonhead_timeout",
            Self::OlympusTimeout => "olympus_timeout",
            Self::QuorumGrace => "quorum_grace",
            Self::CheckptInterval => "checkpt_interval",
            Self::Workload => "workload",
            Self::Failures => "failures",
            Self::Hosts => "hosts",
            Self::ClientHosts => "client_hosts",
            Self::ReplicaHosts => "replica_hosts",
            Self::TestWorkload => "test_workload",
        }
    }

    /// What its indices stand for.
    pub(super) const fn indices(self) -> &'static [&'static str] {
        match self {
            Self::Workload => &["client"],
            Self::Failures => &["configuration", "replica"],
            _ => &[],
        }
    }

    /// Whether it is a duration whose 0 stands for the shortest one.
    pub(super) const fn is_timeout(self) -> bool {
        matches!(
            self,
            Self::ClientTimeout | Self::HeadTimeout | Self::NonheadTimeout | Self::OlympusTimeout
        )
    }

    /// What it may be; for numeric parameters only.
    pub(super) const fn limits(self) -> Limits {
        let (least, most, default, announced, unit) = match self {
            Self::T => (0, 100, None, false, ""),
            Self::NumClient => (1, 10_000, None, false, ""),
            Self::QuorumGrace => (0, DURATION_MAX, Some(100), false, " ms"),
            Self::CheckptInterval => (1, 1_000_000_000, Some(100), true, " slots"),
            Self::OlympusTimeout => (0, DURATION_MAX, Some(3_000), false, " ms"),
            _ => (0, DURATION_MAX, Some(3_000), true, " ms"),
        };
        Limits {
            least,
            most,
            default,
            announced,
            unit,
        }
    }
}
