//! The replica: one position of one configuration's chain.
//!
//! One handler file per message. A handler checks everything before it changes anything; what fails a
//! check becomes an event and, where the sender is to blame, a request for reconfiguration (P6.1).
//!
//! Source: docs/protocol.md P1.7, P1.8, P4 to P8.

mod catch_up;
mod checkpoint;
mod keep;
mod kept;
mod lever;
mod request;
mod result_shuttle;
mod shuttle;
mod start;
mod wedge;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::bounds::{Bounds, Patience};
use crate::event::Event;
use crate::history::{History, HistoryId};
use crate::identity::{ClientId, Position, ProcessId, ReplicaId, RequestId, Slot};
use crate::keyring::Keyring;
use crate::machine::{Effects, Input, Machine, Refusal, Timer};
use crate::message::{Answer, Evidence, Message, Suspicion};
use crate::parameters::Parameters;
use crate::proof::SignedRequest;
use crate::reason::Reason;
use crate::replica::kept::Kept;
use crate::running_state::RunningState;
use crate::statement::{Signed, Signer, Statement};
use crate::word::words;

words! {
    /// A replica's mode (P1.7). It never goes back.
    Mode, a "mode" {
        /// Has no initial state yet.
        Pending => "pending",
        /// Orders and executes.
        Active => "active",
        /// Has been wedged.
        Immutable => "immutable",
    }
}

/// A replica. Two are equal when they would behave alike from here on.
#[derive(Clone, Debug, PartialEq)]
pub struct Replica {
    id: ReplicaId,
    signer: Signer,
    keys: Keyring,
    parameters: Parameters,
    mode: Mode,
    /// The first slot of the configuration.
    first_slot: Slot,
    state: RunningState,
    history: History,
    /// How many bytes the entries of the history have.
    history_bytes: usize,
    /// Whether a shuttle was refused since the history was full (P8.4): those behind it are of no use.
    is_full: bool,
    /// The slot that comes next in the history.
    next_slot: Slot,
    /// At the head: the slot that it gives to the next request (P4.2).
    next_assigned: Slot,
    /// At the head: requests that have a slot and whose result shuttle is not back.
    ordered: BTreeMap<RequestId, Slot>,
    /// Each client's last request executed in this configuration.
    last_requests: BTreeMap<ClientId, SignedRequest>,
    /// Verified result shuttles, for retransmissions.
    cache: BTreeMap<RequestId, Arc<Answer>>,
    /// Requests for which a timer runs (P5.2).
    timers: BTreeSet<RequestId>,
    /// The slot of the last checkpoint statement that this replica signed.
    last_signed_checkpoint: Option<Slot>,
    /// What reconfiguration has been requested for: one request for each suspect and reason is
    /// enough, since links are reliable.
    accusations: BTreeSet<(Option<Position>, Reason)>,
    /// With its peers and clients (P6.4).
    patience: Patience,
    /// What a pending replica received, in order (P1.8).
    kept: Kept,
    /// The states and reports reached by catch_ups, on copies (P7.4).
    followed: BTreeMap<HistoryId, (RunningState, Message)>,
}

/// Why a handler did not handle a message.
enum Complaint {
    /// It is of no use or badly made, without suspicion.
    Refusal(Refusal),
    /// The suspect sent what no correct replica sends, or it is not known who is to blame (P6.1).
    Suspicion {
        suspect: Option<Position>,
        reason: Reason,
    },
}

impl Complaint {
    const fn ignored(reason: Reason) -> Self {
        Self::Refusal(Refusal::Ignored(reason))
    }

    const fn refused(reason: Reason) -> Self {
        Self::Refusal(Refusal::Refused(reason))
    }
}

impl Replica {
    /// A replica that waits for its `new_configuration` (P1.7).
    ///
    /// `keys` knows Olympus and the clients; the chain is learnt from that message.
    #[must_use]
    pub fn pending(id: ReplicaId, signer: Signer, keys: Keyring, parameters: Parameters) -> Self {
        Self {
            id,
            signer,
            keys,
            parameters,
            mode: Mode::Pending,
            first_slot: Slot(0),
            state: RunningState::default(),
            history: History::default(),
            history_bytes: 0,
            is_full: false,
            next_slot: Slot(0),
            next_assigned: Slot(0),
            ordered: BTreeMap::new(),
            last_requests: BTreeMap::new(),
            cache: BTreeMap::new(),
            timers: BTreeSet::new(),
            last_signed_checkpoint: None,
            accusations: BTreeSet::new(),
            patience: Patience::default(),
            kept: Kept::default(),
            followed: BTreeMap::new(),
        }
    }

    /// A replica of the first configuration: active, with an empty state (P7.8).
    ///
    /// `keys` knows its chain as well.
    #[must_use]
    pub fn initial(id: ReplicaId, signer: Signer, keys: Keyring, parameters: Parameters) -> Self {
        Self {
            mode: Mode::Active,
            ..Self::pending(id, signer, keys, parameters)
        }
    }

    /// Which replica it is.
    #[must_use]
    pub const fn id(&self) -> ReplicaId {
        self.id
    }

    /// Its mode.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Its running state.
    #[must_use]
    pub const fn state(&self) -> &RunningState {
        &self.state
    }

    /// The slot that comes next in its history.
    #[must_use]
    pub const fn next_slot(&self) -> Slot {
        self.next_slot
    }

    /// Whether it would keep this message for later instead of handling it (P1.8).
    #[must_use]
    pub const fn keeps(&self, message: &Message) -> bool {
        match self.mode {
            Mode::Pending => !matches!(
                message,
                Message::NewConfiguration(_) | Message::WedgeRequest(_) | Message::Terminate(_)
            ),
            Mode::Active | Mode::Immutable => false,
        }
    }

    /// How many signatures it has verified so far: what others have cost it.
    #[must_use]
    pub const fn verifications(&self) -> u64 {
        self.keys.verifications()
    }

    /// What follows from the size of the run (P1.9).
    fn bounds(&self) -> Bounds {
        Bounds::of(&self.parameters, self.keys.clients())
    }

    fn is_head(&self) -> bool {
        self.id.position == Position::HEAD
    }

    fn is_tail(&self) -> bool {
        self.id.position.index() + 1 == self.parameters.replicas()
    }

    fn process(&self) -> ProcessId {
        ProcessId::Replica(self.id)
    }

    /// The process at a position of its own configuration.
    fn peer(&self, position: Position) -> ProcessId {
        ProcessId::replica(self.id.configuration, position)
    }

    /// Whether a chain message that travels towards the tail comes from where it must (P4.3).
    fn comes_down(&self, from: ProcessId) -> bool {
        from == self.peer(self.id.position.predecessor().unwrap_or(Position::HEAD))
    }

    /// Whether a chain message that travels towards the head comes from where it must (P4.4).
    fn comes_up(&self, from: ProcessId) -> bool {
        let successor = if self.is_tail() {
            self.id.position
        } else {
            Position(self.id.position.0 + 1)
        };
        from == self.peer(successor)
    }

    /// The position of a sender of the same configuration.
    fn position_of(&self, process: ProcessId) -> Option<Position> {
        match process {
            ProcessId::Replica(replica) if replica.configuration == self.id.configuration => {
                Some(replica.position)
            }
            ProcessId::Replica(_) | ProcessId::Client(_) | ProcessId::Olympus => None,
        }
    }

    /// A complaint about the sender of a chain message: suspicion of a replica of this chain, plain
    /// refusal of anybody else.
    fn blame(&self, from: ProcessId, reason: Reason) -> Complaint {
        match self.position_of(from) {
            Some(suspect) => Complaint::Suspicion {
                suspect: Some(suspect),
                reason,
            },
            None => Complaint::refused(reason),
        }
    }

    /// Whether Olympus itself has sent what it signed. Somebody else could send it again and again.
    fn is_by_olympus<T: Statement>(&mut self, from: ProcessId, order: &Signed<T>) -> bool {
        from == ProcessId::Olympus && order.signer == from && self.keys.is_signed(order)
    }

    /// Records that a message was not handled and, where its sender is to blame, says so to Olympus, once for
    /// each suspect and reason (P6.1).
    fn complain(
        &mut self,
        complaint: Complaint,
        from: ProcessId,
        message: &Message,
        effects: &mut Effects,
    ) {
        match complaint {
            Complaint::Refusal(refusal) => {
                effects.refuse(refusal, from, message);
                if let Refusal::Refused(_) = refusal {
                    self.lose_patience(from);
                }
            }
            Complaint::Suspicion { suspect, reason } => {
                effects.refuse(Refusal::Refused(reason), from, message);
                if suspect.is_some() {
                    self.lose_patience(from);
                }
                if self.accusations.insert((suspect, reason)) {
                    let suspicion = Suspicion {
                        configuration: self.id.configuration,
                        reason,
                        suspect,
                        slot: message.slot(),
                        request: message.request(),
                    };
                    let evidence = message.evidence(&mut self.keys);
                    effects.suspect(suspicion, evidence, &self.signer);
                }
            }
        }
    }

    /// P6.4: counts a message that was refused.
    fn lose_patience(&mut self, from: ProcessId) {
        if from != ProcessId::Olympus && from != self.process() {
            self.patience.lose(from, 1);
        }
    }

    /// P5.2: starts a timer for a request unless one runs already, so that a client that retransmits
    /// faster than the timeout does not postpone it for ever.
    fn start_timer(&mut self, request: RequestId, effects: &mut Effects) {
        if self.timers.insert(request) {
            let after_ms = if self.is_head() {
                self.parameters.head_timeout_ms
            } else {
                self.parameters.nonhead_timeout_ms
            };
            effects.set_timer(Timer::Result(request), after_ms);
        }
    }

    /// P5.3: a request's timer has expired.
    fn on_timeout(&mut self, timer: Timer, effects: &mut Effects) {
        let Timer::Result(request) = timer else {
            return;
        };
        if !self.timers.remove(&request) {
            return;
        }
        effects.emit(Event::TimerExpired { timer });
        let suspicion = Suspicion {
            configuration: self.id.configuration,
            reason: Reason::Timeout,
            suspect: None,
            slot: self.ordered.get(&request).copied(),
            request: Some(request),
        };
        if self.accusations.insert((None, Reason::Timeout)) {
            effects.suspect(suspicion, Evidence::default(), &self.signer);
        }
    }
}

impl Machine for Replica {
    fn step(&mut self, input: Input, effects: &mut Effects) {
        let (from, message) = match input {
            Input::Start => return,
            Input::TimerFired(timer) => return self.on_timeout(timer, effects),
            Input::Deliver { from, message } => (from, message),
        };
        if self.patience.is_lost(from) {
            return effects.refuse(Refusal::Ignored(Reason::Exhausted), from, &message);
        }
        if self.keeps(&message) {
            return self.keep(from, message, effects);
        }
        let handled = match &message {
            Message::ClientRequest(request) => self.on_client_request(from, request, effects),
            Message::ForwardedRequest(request) => self.on_forwarded_request(from, request, effects),
            Message::Shuttle(shuttle) => self.on_shuttle(from, shuttle, effects),
            Message::ResultShuttle(answer) => self.on_result_shuttle(from, answer, effects),
            Message::Checkpoint(checkpoint) => self.on_checkpoint(from, checkpoint, effects),
            Message::CompletedCheckpoint(checkpoint) => {
                self.on_completed_checkpoint(from, checkpoint, effects)
            }
            Message::WedgeRequest(request) => self.on_wedge_request(from, request, effects),
            Message::CatchUp(catch_up) => self.on_catch_up(from, catch_up, effects),
            Message::GetRunningState(request) => self.on_get_running_state(from, request, effects),
            Message::NewConfiguration(new) => self.on_new_configuration(from, new, effects),
            Message::Terminate(terminate) => self.on_terminate(from, terminate, effects),
            Message::Result(_)
            | Message::Error(_)
            | Message::ReconfigurationRequest(_)
            | Message::Wedged(_)
            | Message::CaughtUp(_)
            | Message::RunningState(_)
            | Message::ConfigurationQuery(_)
            | Message::Configuration(_)
            | Message::OlympusResult(_) => Err(Complaint::refused(Reason::NotAddressed)),
        };
        if let Err(complaint) = handled {
            self.complain(complaint, from, &message, effects);
        }
    }
}
