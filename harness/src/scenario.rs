//! STUB until the scenario room lands.
#![allow(missing_docs)]
use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ClientId, ConfigurationId, Position};
#[derive(Clone, Debug)]
pub struct Scenario {
    pub name: String,
    pub t: u32,
    pub clients: u32,
    pub workloads: Vec<Vec<Operation>>,
    pub failures: Vec<PlannedFailure>,
    pub client_timeout_ms: u64,
    pub head_timeout_ms: u64,
    pub nonhead_timeout_ms: u64,
    pub olympus_timeout_ms: u64,
    pub quorum_grace_ms: u64,
    pub checkpoint_interval: u64,
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFailure {
    pub configuration: ConfigurationId,
    pub replica: Position,
    pub trigger: Trigger,
    pub failure: Failure,
    pub trigger_text: String,
    pub failure_text: String,
    pub line: u32,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    ClientRequest { client: ClientId, message: u64 },
    ForwardedRequest { client: ClientId, message: u64 },
    Shuttle { client: ClientId, message: u64 },
    ResultShuttle { client: ClientId, message: u64 },
    WedgeRequest { message: u64 },
    NewConfiguration { message: u64 },
    Checkpoint { message: u64 },
    CompletedCheckpoint { message: u64 },
    GetRunningState { message: u64 },
    CatchUp { message: u64 },
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    ChangeOperation,
    ChangeResult,
    DropResultStatement,
    Crash,
    TruncateHistory { entries: u64 },
    Sleep { ms: u64 },
    Drop,
    IncrementSlot,
    ExtraOperation,
    InvalidOrderSignature,
    InvalidResultSignature,
    DropCheckpointStatements,
    OmitSend,
}
