//! A run whose processes are under attack by outsiders all the time, and the same run left in peace.
//!
//! The test is in the room `judge`, which knows whether a run keeps the invariants.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use bcr_protocol::event::Event;
use bcr_protocol::identity::{ClientId, ConfigurationId, Position, ProcessId, RequestNumber};
use bcr_protocol::signature::{RunSecret, Scheme};
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::{JoinSet, LocalSet};

use super::hostile::attack;
use crate::diagnostic::SourceFile;
use crate::runs::deadline::deadline;
use crate::runs::limits::RunLimits;
use crate::runs::machines::ChainReplication;
use crate::runs::net::clock::{Clock, Source};
use crate::runs::net::launch::Launcher;
use crate::runs::net::launch::tasks::Tasks;
use crate::runs::net::notice::{Command, ProcessEnd};
use crate::runs::net::permit::Permit;
use crate::runs::net::runner::Runner;
use crate::runs::net::{conclude, executor};
use crate::runs::setup::Setup;
use crate::scenario::{self, Scenario};
use crate::trace::{HarnessEvent, RunEnd, Trace, TraceEvent};

/// How many connections outsiders make: half before anything starts, half during the run.
const HOSTILE: u64 = 1_000;
/// How many of them at a time.
const AT_ONCE: usize = 25;

/// A launcher whose processes are attacked. The run cannot come to rest before all attacks were made.
struct Besieged {
    /// Whoever attacks, too, tells processes something through it.
    tasks: Rc<RefCell<Tasks<'static>>>,
    local: Rc<LocalSet>,
    addresses: BTreeMap<ProcessId, SocketAddr>,
    siege: Rc<Siege>,
}

#[derive(Default)]
struct Siege {
    is_over: Cell<bool>,
    /// The questions that the runner put before that.
    held: RefCell<Vec<(ProcessId, Command)>>,
}

impl Launcher for Besieged {
    fn launch(&mut self, process: ProcessId) -> io::Result<()> {
        self.tasks.borrow_mut().launch(process)
    }

    fn tell(&mut self, process: ProcessId, command: Command) {
        match command {
            Command::Start if process == ProcessId::Olympus => {
                let targets: Vec<_> = self.addresses.values().copied().collect();
                let (siege, tasks) = (Rc::clone(&self.siege), Rc::clone(&self.tasks));
                self.local.spawn_local(async move {
                    let mut silent = besiege(&targets, 0..HOSTILE / 2).await;
                    tasks.borrow_mut().tell(process, Command::Start);
                    silent.extend(besiege(&targets, HOSTILE / 2..HOSTILE).await);
                    siege.is_over.set(true);
                    for (process, question) in siege.held.take() {
                        tasks.borrow_mut().tell(process, question);
                    }
                    // To the end of the run they stay connected.
                    std::future::pending::<()>().await;
                    drop(silent);
                });
            }
            Command::Sweep(_) if !self.siege.is_over.get() => {
                self.siege.held.borrow_mut().push((process, command));
            }
            command => {
                if let Command::Learn(peer) = &command {
                    self.addresses.insert(peer.process, peer.address);
                }
                self.tasks.borrow_mut().tell(process, command);
            }
        }
    }

    fn confirm_end(
        &mut self,
        process: ProcessId,
        ending: Option<&ProcessEnd>,
    ) -> Result<(), String> {
        self.tasks.borrow_mut().confirm_end(process, ending)
    }
}

/// Makes the attacks of these numbers, on all targets in turn. Gives back the connections that stay.
async fn besiege(
    targets: &[SocketAddr],
    numbers: std::ops::Range<u64>,
) -> Vec<tokio::net::TcpStream> {
    let mut silent = Vec::new();
    let mut outsiders = JoinSet::new();
    for (number, target) in numbers.zip(targets.iter().cycle()) {
        outsiders.spawn_local(attack(*target, number));
        if outsiders.len() == AT_ONCE
            && let Some(outsider) = outsiders.join_next().await
        {
            silent.extend(outsider.expect("no attack panics"));
        }
    }
    while let Some(outsider) = outsiders.join_next().await {
        silent.extend(outsider.expect("no attack panics"));
    }
    silent
}

/// Three clients with a key each, and a head that lies and is replaced.
fn lying_head() -> Arc<Scenario> {
    let workload = |client| {
        let appends = "; append('k','v')"
            .repeat(19)
            .replace('k', &format!("k{client}"));
        format!("workload[{client}] = put('k{client}',''){appends}")
    };
    let text = format!(
        "t = 1\nnum_client = 3\nclient_timeout = 20000\nhead_timeout = 20000\n\
         nonhead_timeout = 20000\ncheckpt_interval = 10\n{}\n{}\n{}\n\
         failures[0,0] = client_request(1,5), change_operation()\n",
        workload(0),
        workload(1),
        workload(2),
    );
    let reading = scenario::read(&SourceFile::new("lying_head.conf", &text), &[]);
    Arc::new(reading.scenario.expect("no mistakes"))
}

fn run(scenario: &Arc<Scenario>, is_besieged: bool) -> (Trace, RunEnd) {
    let _permit = Permit::wait();
    let setup = Setup::new(Arc::clone(scenario), Scheme::Ed25519, RunSecret([3; 32]));
    // Tasks that attack live as long as they like, and so does what they talk to.
    let lasting: &'static Setup = Box::leak(Box::new(setup.clone()));
    let clock = Clock::start(Source::MACHINE);
    let tokio = executor::single_thread().expect("a runtime");
    let _entered = tokio.enter();
    let local = Rc::new(LocalSet::new());
    let (sender, hearing) = unbounded_channel();
    let tasks = Tasks::new(lasting, &ChainReplication, clock, sender, Rc::clone(&local));
    let launcher: Box<dyn Launcher> = if is_besieged {
        Box::new(Besieged {
            tasks: Rc::new(RefCell::new(tasks)),
            local: Rc::clone(&local),
            addresses: BTreeMap::new(),
            siege: Rc::default(),
        })
    } else {
        Box::new(tasks)
    };
    let runner = Runner::new(
        &setup,
        launcher,
        hearing,
        deadline(scenario),
        RunLimits::DEFAULT,
    );
    let recorded = local.block_on(&tokio, runner.run());
    let trace = conclude(recorded, &clock);
    let end = trace.records.last().map(|last| &last.event);
    let Some(TraceEvent::Harness(HarnessEvent::RunEnded { end, .. })) = end else {
        panic!("a run ends with its end and not with {end:?}");
    };
    let end = *end;
    (trace, end)
}

/// What does not depend on timing.
#[derive(Debug, Default, PartialEq)]
struct Essence {
    /// Every accepted result.
    results: BTreeMap<(ClientId, RequestNumber), String>,
    convicted: BTreeSet<(ConfigurationId, Position)>,
    configurations: BTreeSet<ConfigurationId>,
    /// What the replicas of each configuration had in the end.
    dictionaries: BTreeMap<ConfigurationId, BTreeSet<Vec<(String, String)>>>,
    /// How many failures had an effect.
    applied: usize,
}

fn essence(trace: &Trace) -> Essence {
    let mut essence = Essence::default();
    for record in &trace.records {
        match &record.event {
            TraceEvent::Protocol(Event::Accepted {
                request, result, ..
            }) => {
                let id = (request.request_client, request.request);
                essence.results.insert(id, result.clone());
            }
            TraceEvent::Protocol(Event::Convicted {
                configuration,
                replica,
                ..
            }) => drop(essence.convicted.insert((*configuration, *replica))),
            TraceEvent::Protocol(Event::ConfigurationStarted { configuration, .. }) => {
                essence.configurations.insert(*configuration);
            }
            TraceEvent::Harness(HarnessEvent::FinalDictionary { dictionary, .. }) => {
                if let ProcessId::Replica(replica) = record.process {
                    let pairs = dictionary.iter();
                    let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
                    let replicas = essence.dictionaries.entry(replica.configuration);
                    replicas.or_default().insert(pairs.collect());
                }
            }
            TraceEvent::Harness(HarnessEvent::FailureApplied { effect: true, .. }) => {
                essence.applied += 1;
            }
            TraceEvent::Protocol(_) | TraceEvent::Harness(_) => {}
        }
    }
    // What a replica had that was wedged depends on when.
    essence.dictionaries.remove(&ConfigurationId(0));
    essence
}

/// How many connections the processes of a run say that they closed.
fn turned_away(trace: &Trace) -> u64 {
    let told = |text: &str| match text.split_once(" more report") {
        Some((count, _)) => count.parse().unwrap_or(0),
        None => u64::from(text.starts_with("connection from")),
    };
    let events = trace.records.iter().map(|record| &record.event);
    events
        .map(|event| match event {
            TraceEvent::Harness(HarnessEvent::Diagnostic { text }) => told(text),
            _ => 0,
        })
        .sum()
}

/// A thousand hostile connections during a run change nothing in what it comes to. `judge` is told of the run
/// left in peace and of the one under attack, for whoever knows more of runs than is known here.
pub(crate) fn endure(judge: impl Fn(&Arc<Scenario>, &Trace)) {
    let scenario = lying_head();
    let (calm, end) = run(&scenario, false);
    assert_eq!((end, turned_away(&calm)), (RunEnd::AtRest, 0));
    let expected = essence(&calm);
    assert_eq!(expected.results.len(), 60);
    assert_eq!(expected.applied, 1);
    let head = (ConfigurationId(0), Position::HEAD);
    assert_eq!(expected.convicted, [head].into());
    let configurations = [ConfigurationId(0), ConfigurationId(1)];
    assert_eq!(expected.configurations, configurations.into());
    let dictionaries = &expected.dictionaries[&ConfigurationId(1)];
    assert_eq!(dictionaries.len(), 1, "{dictionaries:?}");
    judge(&scenario, &calm);

    let (besieged, end) = run(&scenario, true);
    assert_eq!(end, RunEnd::AtRest);
    assert_eq!(essence(&besieged), expected);
    judge(&scenario, &besieged);
    // A third stays connected and silent, and is turned away later than the run lasts.
    let turned_away = turned_away(&besieged);
    assert!(turned_away > HOSTILE / 2, "{turned_away} turned away");
}
