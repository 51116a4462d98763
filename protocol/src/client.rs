//! The client: one request outstanding, retransmitted until an answer can be trusted.
//!
//! Source: docs/protocol.md P4.1, P4.5, P5.1, P5.4, P5.5, P7.6.

mod contradiction;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::bounds::Patience;
use crate::dictionary::Operation;
use crate::digest::Digest;
use crate::event::Event;
use crate::identity::{
    ClientId, ConfigurationId, Position, ProcessId, RequestId, RequestNumber, Slot,
};
use crate::keyring::Keyring;
use crate::machine::{Effects, Input, Machine, Refusal, Timer};
use crate::message::{
    Answer, AnsweredBy, ClientAnswer, Configuration, ConfigurationQuery, ErrorStatement, Message,
    OlympusResult,
};
use crate::parameters::Parameters;
use crate::proof::SignedRequest;
use crate::reason::Reason;
use crate::statement::{Request, ResultStatement, Signed, Signer, Statement};

/// A client with its workload.
#[derive(Clone, Debug)]
pub struct Client {
    id: ClientId,
    signer: Signer,
    keys: Keyring,
    parameters: Parameters,
    operations: Vec<Arc<Operation>>,
    configuration: ConfigurationId,
    /// How many operations have been invoked; the last of them may be outstanding.
    invoked: u64,
    outstanding: Option<Outstanding>,
    /// The configuration that an error has made the client ask Olympus about (P5.4).
    asked_newer: Option<ConfigurationId>,
    /// Whom, or that somebody, it has accused in which configuration: once is enough (P5.5).
    accused: BTreeSet<(ConfigurationId, Option<Position>)>,
    /// With those that send it answers (P6.4).
    patience: Patience,
}

#[derive(Clone, Debug)]
struct Outstanding {
    request: SignedRequest,
    attempts: u32,
    /// Whether Olympus has been asked for the current configuration and has not answered (P5.1).
    is_asking: bool,
    /// How many errors about it each process has sent: one for each attempt at most.
    errors: BTreeMap<ProcessId, u32>,
}

impl Client {
    /// A client that carries out `operations` in order. `keys` knows configuration 0.
    #[must_use]
    pub fn new(
        id: ClientId,
        signer: Signer,
        keys: Keyring,
        parameters: Parameters,
        operations: Vec<Arc<Operation>>,
    ) -> Self {
        Self {
            id,
            signer,
            keys,
            parameters,
            operations,
            configuration: ConfigurationId(0),
            invoked: 0,
            outstanding: None,
            asked_newer: None,
            accused: BTreeSet::new(),
            patience: Patience::default(),
        }
    }

    /// How many signatures it has verified so far: what others have cost it.
    #[must_use]
    pub const fn verifications(&self) -> u64 {
        self.keys.verifications()
    }

    /// P4.1: signs the next request and sends it to the head.
    fn invoke_next(&mut self, effects: &mut Effects) {
        let Some(operation) = usize::try_from(self.invoked)
            .ok()
            .and_then(|n| self.operations.get(n))
        else {
            effects.emit(Event::Done);
            return;
        };
        let id = RequestId {
            client: self.id,
            number: RequestNumber(self.invoked),
        };
        let request = Arc::new(self.signer.sign(Request {
            id,
            operation: Arc::clone(operation),
        }));
        effects.emit(Event::Invoked {
            request: id.into(),
            operation: Arc::clone(operation),
        });
        self.invoked += 1;
        self.outstanding = Some(Outstanding {
            request,
            attempts: 0,
            is_asking: false,
            errors: BTreeMap::new(),
        });
        self.transmit([Position::HEAD], effects);
    }

    /// Sends the outstanding request to `positions` of the current configuration and (re)starts its
    /// timer.
    fn transmit(&mut self, positions: impl IntoIterator<Item = Position>, effects: &mut Effects) {
        let Some(outstanding) = &mut self.outstanding else {
            return;
        };
        outstanding.attempts += 1;
        outstanding.is_asking = false;
        for position in positions {
            let to = ProcessId::replica(self.configuration, position);
            effects.send(to, Message::ClientRequest(Arc::clone(&outstanding.request)));
        }
        let timer = Timer::Request(outstanding.request.body.id);
        effects.set_timer(timer, self.parameters.client_timeout_ms);
    }

    /// P5.1: the time is up, so Olympus is asked where the request should go.
    fn on_timeout(&mut self, timer: Timer, effects: &mut Effects) {
        let Some(outstanding) = &mut self.outstanding else {
            return;
        };
        if timer != Timer::Request(outstanding.request.body.id) || outstanding.is_asking {
            return;
        }
        outstanding.is_asking = true;
        effects.emit(Event::TimerExpired { timer });
        effects.send(
            ProcessId::Olympus,
            Message::ConfigurationQuery(ConfigurationQuery::Current),
        );
    }

    /// P5.1, P7.7: a newer configuration gets the request at its head; the same one, where the client
    /// had asked, at all its replicas.
    fn on_configuration(
        &mut self,
        from: ProcessId,
        news: &Signed<Configuration>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        self.check_signer(ProcessId::Olympus, from, news)?;
        if news.body.configuration > self.configuration {
            self.configuration = news.body.configuration;
            self.keys
                .learn(self.configuration, Arc::new(news.body.chain.clone()));
            self.transmit([Position::HEAD], effects);
            return Ok(());
        }
        let is_asking = self
            .outstanding
            .as_ref()
            .is_some_and(|outstanding| outstanding.is_asking);
        if news.body.configuration < self.configuration || !is_asking {
            return Err(Refusal::Ignored(Reason::NotNeeded));
        }
        self.transmit(
            (0..).take(self.parameters.replicas()).map(Position),
            effects,
        );
        Ok(())
    }

    /// P5.4: an error proves nothing; the client asks and its timer runs on.
    fn on_error(
        &mut self,
        from: ProcessId,
        error: &Signed<ErrorStatement>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        self.awaits(error.body.request)?;
        if error.body.configuration != self.configuration {
            return Err(Refusal::Ignored(Reason::OtherConfiguration));
        }
        // A replica answers each attempt with one error at most (P1.9).
        let is_one_more = self.outstanding.as_ref().is_some_and(|outstanding| {
            outstanding
                .errors
                .get(&from)
                .is_some_and(|errors| *errors >= outstanding.attempts)
        });
        if is_one_more {
            return Err(Refusal::Refused(Reason::NotNeeded));
        }
        self.check_signer(from, from, error)?;
        if let Some(outstanding) = &mut self.outstanding {
            *outstanding.errors.entry(from).or_default() += 1;
        }
        effects.emit(Event::ClientError {
            from,
            request: error.body.request.into(),
        });
        if self.asked_newer != Some(self.configuration) {
            self.asked_newer = Some(self.configuration);
            let query = ConfigurationQuery::NewerThan(self.configuration);
            effects.send(ProcessId::Olympus, Message::ConfigurationQuery(query));
        }
        Ok(())
    }

    /// P4.5: accepts a result whose order proof is complete and for which `t + 1` replicas vouch.
    fn on_result(
        &mut self,
        from: ProcessId,
        message: &ClientAnswer,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let answer = &*message.answer;
        // P1.9: a chain has no more statements than replicas.
        let statements = answer.order_proof.statements.len();
        if statements.max(answer.result_proof.len()) > self.parameters.replicas() {
            return Err(Refusal::Refused(Reason::Oversized));
        }
        let outstanding = self.awaits(answer.request())?;
        let is_own = answer.order_proof.request.body == outstanding.request.body;
        self.report_contradictions(answer, effects);
        if !is_own || !self.is_proved(answer) {
            return Err(Refusal::Refused(Reason::WrongProof));
        }
        self.accept(
            Accepted {
                slot: answer.order_proof.slot,
                configuration: answer.configuration,
                by: message.by,
                from,
                result: answer.result.clone(),
            },
            effects,
        );
        Ok(())
    }

    /// P7.6: a client trusts Olympus's signature.
    fn on_olympus_result(
        &mut self,
        from: ProcessId,
        message: &Signed<OlympusResult>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        self.check_signer(ProcessId::Olympus, from, message)?;
        self.awaits(message.body.request)?;
        self.accept(
            Accepted {
                slot: message.body.slot,
                configuration: message.body.configuration,
                by: AnsweredBy::Olympus,
                from: ProcessId::Olympus,
                result: message.body.result.clone(),
            },
            effects,
        );
        Ok(())
    }

    fn accept(&mut self, accepted: Accepted, effects: &mut Effects) {
        let Some(outstanding) = self.outstanding.take() else {
            return;
        };
        let id = outstanding.request.body.id;
        effects.cancel_timer(Timer::Request(id));
        effects.emit(Event::Accepted {
            request: id.into(),
            result: accepted.result,
            slot: accepted.slot,
            configuration: accepted.configuration,
            by: accepted.by,
            from: accepted.from,
            attempts: outstanding.attempts,
        });
        self.invoke_next(effects);
    }

    /// Whether the order proof is complete and `t + 1` different replicas state this result (P4.5).
    fn is_proved(&mut self, answer: &Answer) -> bool {
        let replicas = self.parameters.replicas();
        let order = &answer.order_proof;
        if order
            .check(answer.configuration, replicas, &mut self.keys)
            .is_err()
        {
            return false;
        }
        let expected = expected_result(answer);
        let mut vouchers = BTreeSet::new();
        for statement in &answer.result_proof {
            if vouchers.len() == self.parameters.quorum() {
                // Whatever the others say, it is accepted; verifying them would be for nothing.
                return true;
            }
            let is_member = statement.signer.is_replica_of(answer.configuration);
            if is_member && statement.body == expected && self.keys.is_signed(statement) {
                vouchers.insert(statement.signer);
            }
        }
        vouchers.len() == self.parameters.quorum()
    }

    /// Checks that `signer` itself has sent what it signed.
    fn check_signer<T: Statement>(
        &mut self,
        signer: ProcessId,
        from: ProcessId,
        signed: &Signed<T>,
    ) -> Result<(), Refusal> {
        if from == signer && signed.signer == signer && self.keys.is_signed(signed) {
            Ok(())
        } else {
            Err(Refusal::Refused(Reason::BadSignature))
        }
    }

    /// The outstanding request, if it is this one.
    fn awaits(&self, request: RequestId) -> Result<&Outstanding, Refusal> {
        self.outstanding
            .as_ref()
            .filter(|outstanding| outstanding.request.body.id == request)
            .ok_or(Refusal::Ignored(Reason::AlreadyAnswered))
    }
}

impl Machine for Client {
    fn step(&mut self, input: Input, effects: &mut Effects) {
        let (from, message) = match input {
            Input::Start => return self.invoke_next(effects),
            Input::TimerFired(timer) => return self.on_timeout(timer, effects),
            Input::Deliver { from, message } => (from, message),
        };
        if self.patience.is_lost(from) {
            return effects.refuse(Refusal::Ignored(Reason::Exhausted), from, &message);
        }
        let handled = match &message {
            Message::Result(answer) => self.on_result(from, answer, effects),
            Message::OlympusResult(result) => self.on_olympus_result(from, result, effects),
            Message::Error(error) => self.on_error(from, error, effects),
            Message::Configuration(news) => self.on_configuration(from, news, effects),
            Message::ClientRequest(_)
            | Message::ForwardedRequest(_)
            | Message::Shuttle(_)
            | Message::ResultShuttle(_)
            | Message::Checkpoint(_)
            | Message::CompletedCheckpoint(_)
            | Message::ReconfigurationRequest(_)
            | Message::WedgeRequest(_)
            | Message::Wedged(_)
            | Message::CatchUp(_)
            | Message::CaughtUp(_)
            | Message::GetRunningState(_)
            | Message::RunningState(_)
            | Message::NewConfiguration(_)
            | Message::ConfigurationQuery(_)
            | Message::Terminate(_) => Err(Refusal::Refused(Reason::NotAddressed)),
        };
        if let Err(refusal) = handled {
            if let Refusal::Refused(_) = refusal
                && from != ProcessId::Olympus
            {
                self.patience.lose(from, 1);
            }
            effects.refuse(refusal, from, &message);
        }
    }
}

/// What an accepted result came with.
struct Accepted {
    slot: Slot,
    configuration: ConfigurationId,
    by: AnsweredBy,
    from: ProcessId,
    result: String,
}

/// The result statement that every replica should have signed for this answer.
fn expected_result(answer: &Answer) -> ResultStatement {
    ResultStatement {
        configuration: answer.configuration,
        slot: answer.order_proof.slot,
        request: answer.request(),
        operation: Arc::clone(&answer.order_proof.request.body.operation),
        result: Digest::of(&answer.result),
    }
}
