//! From the AST to a scenario: names, numbers and indices are checked, defaults filled in,
//! workloads resolved. Goes on after every mistake, so that all are reported.

mod bounds;
mod collect;
mod dialect;
mod failure;
mod list;
mod lowering;
mod number;
mod size;

use std::collections::BTreeMap;
use std::path::Path;

use bcr_protocol::parameters::Parameters;

use super::ast::{File, Line, Value};
use super::model::Scenario;
use super::overrides::Overridden;
use super::parameter::{Otherwise, Parameter};
use crate::diagnostic::{Diagnostic, SourceFile};
use lowering::Lowering;

pub(super) use list::operation;
pub(super) use lowering::Mark;

/// A scenario, and where its failures stand. Where there was an error, of the timeouts and failures only
/// what is right.
pub(super) struct Lowered {
    pub(super) scenario: Scenario,
    /// For each of the scenario's failures.
    pub(super) marks: Vec<Mark>,
}

/// Lowers a file; `None` where not even the replicas and the workloads are known.
pub(super) fn lower(
    file: &File,
    source: &SourceFile,
    overridden: &Overridden,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Lowered> {
    let mut lowering = Lowering {
        source,
        overridden,
        assignments: BTreeMap::new(),
        lookalikes: BTreeMap::new(),
        defaulted: Vec::new(),
        diagnostics,
    };
    let pairs = lowering.collect(file);
    if lowering.says_nothing(file) {
        return None;
    }
    let numbers = lowering.numbers();
    let small = |parameter| numbers.get(&parameter).and_then(|n| u32::try_from(*n).ok());
    let (t, clients) = (small(Parameter::T), small(Parameter::NumClient));
    let workloads = lowering.workloads(clients);
    let (failures, marks) = lowering.failures(&pairs, t.map(|t| 2 * t + 1), clients);
    let hosts = lowering.hosts();
    let test_workload = lowering.test_workload();
    lowering.announce_defaults();
    let (t, clients, workloads) = (t?, clients?, list::resolve(workloads?));
    if let Some(interval) = numbers.get(&Parameter::CheckptInterval) {
        lowering.sizes(&workloads, 2 * t + 1, clients, *interval);
    }
    let scenario = Scenario {
        name: lowering.name(),
        description: description(file),
        parameters: parameters(t, &numbers),
        clients,
        workloads,
        failures,
        hosts,
        test_workload,
    };
    Some(Lowered { scenario, marks })
}

impl Lowering<'_> {
    /// The numeric parameters, without those that are wrong or missing.
    fn numbers(&mut self) -> BTreeMap<Parameter, u64> {
        let mut numbers = BTreeMap::new();
        for &parameter in Parameter::ALL {
            let Some(limits) = parameter.limits() else {
                continue;
            };
            let number = match (self.assignment(parameter), limits.otherwise) {
                (None, Otherwise::As(other)) => numbers.get(&other).copied(),
                (Some(assignment), _) => self.number(parameter, &limits, assignment),
                (None, Otherwise::Required) => {
                    self.missing(parameter);
                    None
                }
                (None, Otherwise::Announced(default)) => {
                    self.defaulted.push((parameter, default));
                    Some(default)
                }
                (None, Otherwise::Silent(default)) => Some(default),
            };
            if let Some(number) = number {
                numbers.insert(parameter, number);
            }
        }
        numbers
    }

    fn name(&self) -> String {
        let given = self.assignment(Parameter::TestCaseName);
        match given.map(|assignment| &assignment.value) {
            Some(Value::Text(text)) if !text.value.is_empty() => text.value.clone(),
            _ => Path::new(self.source.name()).file_stem().map_or_else(
                || self.source.name().to_owned(),
                |stem| stem.to_string_lossy().into_owned(),
            ),
        }
    }
}

/// The settings of the machines. Where one is wrong, what it is makes no difference.
fn parameters(t: u32, numbers: &BTreeMap<Parameter, u64>) -> Parameters {
    let number = |parameter| numbers.get(&parameter).copied().unwrap_or(1);
    Parameters {
        t,
        checkpoint_interval: number(Parameter::CheckptInterval),
        client_timeout_ms: number(Parameter::ClientTimeout),
        head_timeout_ms: number(Parameter::HeadTimeout),
        nonhead_timeout_ms: number(Parameter::NonheadTimeout),
        olympus_timeout_ms: number(Parameter::OlympusTimeout),
        quorum_grace_ms: number(Parameter::QuorumGrace),
    }
}

/// The comments that the file begins with.
fn description(file: &File) -> String {
    let comments = file.lines.iter().map_while(|line| match line {
        Line::Comment(text) => Some(text.value.trim_start_matches('#').trim()),
        Line::Blank | Line::Assignment(_) | Line::Ignored(_) => None,
    });
    comments.collect::<Vec<_>>().join("\n").trim().to_owned()
}
