//! Conducts a real run: starts its processes, introduces them to each other, gathers what they record,
//! notices the end.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ClientId, ConfigurationId, ProcessId};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout_at};
use tracing::{debug, info, trace, warn};

use super::error::RunError;
use super::launch::{Heard, Launcher};
use super::merge::Parts;
use super::notice::{Chunk, Command, Notice, PeerAddress, ProcessEnd, What};
use super::rest_detector::RestDetector;
use super::sampler;
use super::topology::{are_near, exchange_messages};
use crate::runs::limits::{RunLimits, Spent};
use crate::runs::setup::Setup;
use crate::runs::verbosity::RUN;
use crate::trace::{Lateness, Micros, RunEnd, TraceEvent};

/// How long the first processes may take to get started, at least.
const START_MAX: Duration = Duration::from_secs(60);
/// How long processes may take to record their last state and end, before they are killed.
const FAREWELL_MAX: Duration = Duration::from_secs(10);

/// A run under way.
pub(super) struct Runner<'a> {
    setup: &'a Setup,
    launcher: Box<dyn Launcher + 'a>,
    hearing: UnboundedReceiver<(ProcessId, Heard)>,
    /// How long there may be no progress.
    deadline: Duration,
    last_progress: Instant,
    spent: Spent,
    parts: Parts,
    rest_detector: RestDetector,
    /// Where the processes listen that have not ended.
    addresses: BTreeMap<ProcessId, SocketAddr>,
    /// The first processes that are connected to those who are near.
    gathered: BTreeSet<ProcessId>,
    /// The configurations whose replicas were launched.
    launched: BTreeSet<ConfigurationId>,
    /// Those that Olympus has asked for.
    wanted: BTreeSet<ConfigurationId>,
    /// Clients with requests left.
    busy: BTreeSet<ClientId>,
    endings: BTreeMap<ProcessId, ProcessEnd>,
    /// The processes that were launched and whose end is not confirmed.
    alive: BTreeSet<ProcessId>,
    /// Whether nobody is to be launched any more.
    is_over: bool,
    /// How late those were that have ended.
    lateness: Lateness,
}

/// What came of a run.
pub(super) struct Recorded {
    /// What every process recorded.
    pub(super) parts: Parts,
    /// How it ended, or why it could not be finished.
    pub(super) ended: Result<RunEnd, RunError>,
    /// How late its processes were.
    pub(super) lateness: Lateness,
}

impl<'a> Runner<'a> {
    /// A run of which nothing has happened yet. Call within a tokio runtime.
    pub(super) fn new(
        setup: &'a Setup,
        launcher: Box<dyn Launcher + 'a>,
        hearing: UnboundedReceiver<(ProcessId, Heard)>,
        deadline: Micros,
        limits: RunLimits,
    ) -> Self {
        Self {
            busy: setup.clients().collect(),
            setup,
            launcher,
            hearing,
            deadline: Duration::from_micros(deadline.0),
            last_progress: Instant::now(),
            spent: Spent::new(limits),
            parts: Parts::new(),
            rest_detector: RestDetector::default(),
            addresses: BTreeMap::new(),
            gathered: BTreeSet::new(),
            launched: BTreeSet::new(),
            wanted: BTreeSet::new(),
            endings: BTreeMap::new(),
            alive: BTreeSet::new(),
            is_over: false,
            lateness: Lateness::default(),
        }
    }

    /// Runs to the end, its own or that of the first process that fails in a way that is not part of the
    /// scenario. Then everyone records the last state and ends; whoever does not is killed, with what it has
    /// recorded.
    pub(super) async fn run(mut self) -> Recorded {
        let mut ended = match self.launch_all() {
            Ok(()) => self.until_rest().await,
            Err(error) => Err(error),
        };
        info!(target: RUN, ?ended, "the run has ended");
        self.is_over = true;
        let live: Vec<_> = self.rest_detector.live().collect();
        self.tell_all(live, &Command::Finish);
        let late = Instant::now() + FAREWELL_MAX;
        while !self.alive.is_empty() {
            let Ok(Some((process, heard))) = timeout_at(late, self.hearing.recv()).await else {
                break;
            };
            let heard = self.hear(process, heard);
            // The first failure is the reason; those after it may well come of it.
            ended = ended.and_then(|end| heard.map(|_| end));
        }
        for process in &self.alive {
            warn!(target: RUN, %process, "did not end when it was told to");
        }
        Recorded {
            parts: self.parts,
            ended,
            lateness: self.lateness,
        }
    }

    /// Launches whom a run begins with.
    fn launch_all(&mut self) -> Result<(), RunError> {
        self.launch(ProcessId::Olympus)?;
        for client in self.setup.clients() {
            self.launch(ProcessId::Client(client))?;
        }
        self.launch_replicas(ConfigurationId(0))
    }

    async fn until_rest(&mut self) -> Result<RunEnd, RunError> {
        loop {
            if let Some(end) = self.spent.end() {
                return Ok(end);
            }
            let deadline = self.last_progress.checked_add(self.patience());
            let over = self.spent.until().map(Instant::from_std);
            let heard = match deadline.into_iter().chain(over).min() {
                None => self.hearing.recv().await,
                Some(until) => match timeout_at(until, self.hearing.recv()).await {
                    Ok(heard) => heard,
                    Err(_) if Some(until) == deadline => return Ok(RunEnd::Deadline),
                    Err(_) => return Ok(RunEnd::TimeBound),
                },
            };
            let mut next = heard;
            while let Some((process, heard)) = next {
                if self.hear(process, heard)? {
                    return Ok(match self.busy.is_empty() {
                        true => RunEnd::AtRest,
                        false => RunEnd::Stuck,
                    });
                }
                next = self.hearing.try_recv().ok();
            }
            if let Some(number) = self.rest_detector.begin_sweep() {
                let live: Vec<_> = self.rest_detector.live().collect();
                debug!(target: RUN, number, asked = live.len(), "all is quiet; asks whether it stays so");
                self.tell_all(live, &Command::Sweep(number));
            }
        }
    }

    /// How long there may be no progress now: getting started takes what it takes, however soon the run
    /// itself is to end.
    fn patience(&self) -> Duration {
        if self.wanted.is_empty() {
            self.deadline.max(START_MAX)
        } else {
            self.deadline
        }
    }

    /// Whether the run is at rest now.
    fn hear(&mut self, process: ProcessId, heard: Heard) -> Result<bool, RunError> {
        match heard {
            Heard::Notice(Notice::Listening(address)) => self.introduce(process, address),
            Heard::Notice(Notice::Gathered) => self.open(process),
            Heard::Notice(Notice::Chunk(chunk)) => self.keep(process, chunk)?,
            Heard::Notice(Notice::StartReplicas(configuration)) => {
                self.start_replicas(configuration)?;
            }
            Heard::Notice(Notice::Swept(number)) => {
                return Ok(self.rest_detector.swept(process, number));
            }
            Heard::Notice(Notice::Late(late)) => {
                self.lateness = sampler::of_all(self.lateness, late);
            }
            Heard::Notice(Notice::Ended(ending)) => self.end(process, ending)?,
            Heard::Gone => {
                self.alive.remove(&process);
                let ending = self.endings.get(&process);
                let ended = self.launcher.confirm_end(process, ending);
                ended.map_err(|why| RunError::Died { process, why })?;
            }
        }
        Ok(false)
    }

    fn launch(&mut self, process: ProcessId) -> Result<(), RunError> {
        let launched = self.launcher.launch(process);
        launched.map_err(|error| RunError::NotStarted {
            process,
            why: error.to_string(),
        })?;
        self.alive.insert(process);
        self.rest_detector.launched(process);
        self.parts.insert(process, Vec::new());
        Ok(())
    }

    /// Launches the replicas of a configuration, unless they were already.
    fn launch_replicas(&mut self, configuration: ConfigurationId) -> Result<(), RunError> {
        if self.is_over || !self.launched.insert(configuration) {
            return Ok(());
        }
        for replica in self.replicas(configuration) {
            self.launch(replica)?;
        }
        Ok(())
    }

    /// A process listens: it and those it has to do with learn of each other. It starts, unless it has to
    /// wait for others.
    fn introduce(&mut self, process: ProcessId, address: SocketAddr) {
        debug!(target: RUN, %process, %address, "listens");
        self.addresses.insert(process, address);
        let peers: Vec<_> = self
            .addresses
            .keys()
            .copied()
            .filter(|peer| exchange_messages(process, *peer))
            .collect();
        for peer in peers {
            self.tell_of(peer, process);
            self.tell_of(process, peer);
        }
        match process {
            ProcessId::Replica(replica) if self.wanted.contains(&replica.configuration) => {
                self.launcher.tell(process, Command::Start);
            }
            ProcessId::Replica(_) | ProcessId::Olympus | ProcessId::Client(_) => {}
        }
        self.gather();
    }

    /// Once all the first processes listen, they connect.
    fn gather(&mut self) {
        let is_everyone = self.alive.len() == self.addresses.len();
        if is_everyone && self.wanted.is_empty() {
            let everyone = self.alive.clone();
            self.tell_all(everyone, &Command::Gather);
        }
    }

    /// Once they are connected Olympus starts, and with it everything: a slow launch is no slow answer.
    fn open(&mut self, process: ProcessId) {
        self.gathered.insert(process);
        if self.gathered == self.alive {
            info!(target: RUN, processes = self.alive.len(), "all are connected, and Olympus starts");
            self.launcher.tell(ProcessId::Olympus, Command::Start);
        }
    }

    /// Olympus asks for replicas: those that listen start, the others will. With those of the first
    /// configuration the clients may, too.
    fn start_replicas(&mut self, configuration: ConfigurationId) -> Result<(), RunError> {
        if !self.wanted.insert(configuration) {
            return Ok(());
        }
        info!(target: RUN, %configuration, "replicas start");
        self.launch_replicas(configuration)?;
        let replicas = self.replicas(configuration);
        let listening: Vec<_> = replicas
            .filter(|replica| self.addresses.contains_key(replica))
            .collect();
        self.tell_all(listening, &Command::Start);
        if configuration == ConfigurationId(0) {
            self.last_progress = Instant::now();
            let clients = self.setup.clients().map(ProcessId::Client);
            self.tell_all(clients, &Command::Start);
        }
        Ok(())
    }

    fn keep(&mut self, process: ProcessId, chunk: Chunk) -> Result<(), RunError> {
        let (recorded, timers) = (chunk.entries.len(), chunk.timers);
        trace!(target: RUN, %process, recorded, timers, "reports");
        self.rest_detector.reported(process, &chunk);
        for entry in &chunk.entries {
            if let What::Event(event) = &entry.what {
                self.spent.count(event);
            }
            match &entry.what {
                What::Event(TraceEvent::Protocol(
                    Event::Accepted { .. } | Event::ConfigurationStarted { .. },
                )) => self.last_progress = Instant::now(),
                // Starting processes takes time, and the next ones will be wanted soon.
                What::Event(TraceEvent::Protocol(Event::WedgeStarted { configuration })) => {
                    self.launch_replicas(configuration.next())?;
                }
                What::Event(TraceEvent::Protocol(Event::Done)) => {
                    if let ProcessId::Client(client) = process {
                        self.busy.remove(&client);
                    }
                }
                What::Event(_) | What::Received { .. } => {}
            }
        }
        self.parts.entry(process).or_default().extend(chunk.entries);
        Ok(())
    }

    fn end(&mut self, process: ProcessId, ending: ProcessEnd) -> Result<(), RunError> {
        debug!(target: RUN, %process, ?ending, "ends");
        self.rest_detector.ended(process, &ending);
        self.addresses.remove(&process);
        if matches!(ending, ProcessEnd::Halted { .. }) {
            let peers = self.addresses.keys().copied();
            let peers: Vec<_> = peers
                .filter(|peer| exchange_messages(process, *peer))
                .collect();
            self.tell_all(peers, &Command::Forget(process));
        }
        let failed = match &ending {
            ProcessEnd::Failed(why) => Err(RunError::Died {
                process,
                why: why.clone(),
            }),
            ProcessEnd::Halted { .. } | ProcessEnd::Finished => Ok(()),
        };
        self.endings.insert(process, ending);
        failed
    }

    /// Tells `to` where `of` listens.
    fn tell_of(&mut self, to: ProcessId, of: ProcessId) {
        if let Some(&address) = self.addresses.get(&of) {
            let key = self.setup.public_key(of).bytes();
            let peer = PeerAddress {
                process: of,
                address,
                key,
                is_near: are_near(to, of, self.setup.scenario.parameters.replicas()),
            };
            self.launcher.tell(to, Command::Learn(peer));
        }
    }

    fn tell_all(&mut self, processes: impl IntoIterator<Item = ProcessId>, command: &Command) {
        for process in processes {
            self.launcher.tell(process, command.clone());
        }
    }

    fn replicas(&self, configuration: ConfigurationId) -> impl Iterator<Item = ProcessId> + use<> {
        self.setup.chain(configuration).map(ProcessId::Replica)
    }
}
