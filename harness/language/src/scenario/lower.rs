//! From the AST to a scenario: names, numbers and indices are checked, defaults filled in,
//! workloads resolved. Goes on after every mistake, so that all are reported.

mod failure;
mod list;
mod value;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::path::Path;

use bcr_protocol::identity::{ConfigurationId, Position};

use super::ast::{File, Line, Pair, Setting, Value};
use super::call::digits;
use super::mistake::ScenarioMistake;
use super::model::Scenario;
use super::overrides::Overridden;
use super::parameter::Parameter;
use crate::diagnostic::{Diagnostic, SourceFile, nearest};

/// A sleep below this was probably meant in seconds, and so was a timeout below
/// [`SECONDS_TIMEOUT`].
pub(super) const SECONDS_SLEEP: u64 = 60;
pub(super) const SECONDS_TIMEOUT: u64 = 100;
/// How many missing workloads are named one by one.
const MISSING_SHOWN: usize = 3;

/// A scenario, and where its failures stand. Where there was an error, of the timeouts and failures only
/// what is right.
pub(super) struct Lowered {
    pub(super) scenario: Scenario,
    /// For each of the scenario's failures.
    pub(super) marks: Vec<Mark>,
}

/// Where a planned failure stands in the file.
pub(super) struct Mark {
    pub(super) trigger: Range<usize>,
    pub(super) failure: Range<usize>,
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
        settings: BTreeMap::new(),
        lookalikes: BTreeMap::new(),
        defaulted: Vec::new(),
        diagnostics,
    };
    let pairs = lowering.collect(file);
    if lowering.says_nothing(file) {
        return None;
    }
    let numbers = lowering.numbers();
    let clients = numbers.clients();
    let workloads = lowering.workloads(clients);
    let (failures, marks) = lowering.failures(&pairs, numbers.replicas(), clients);
    let hosts = lowering.hosts();
    let test_workload = lowering.test_workload();
    lowering.announce_defaults();
    let scenario = Scenario {
        name: lowering.name(),
        description: description(file),
        t: u32::try_from(numbers.t?).ok()?,
        clients: clients?,
        workloads: list::resolve(workloads?),
        failures,
        client_timeout_ms: numbers.client_timeout.unwrap_or(1),
        head_timeout_ms: numbers.head_timeout.unwrap_or(1),
        nonhead_timeout_ms: numbers.nonhead_timeout.unwrap_or(1),
        olympus_timeout_ms: numbers.olympus_timeout.unwrap_or(1),
        quorum_grace_ms: numbers.quorum_grace.unwrap_or(1),
        checkpoint_interval: numbers.checkpt_interval.unwrap_or(1),
        hosts,
        test_workload,
    };
    Some(Lowered { scenario, marks })
}

/// Settings by parameter and indices.
type Settings<'a> = BTreeMap<(Parameter, Vec<u32>), &'a Setting>;

/// The `failures` of one replica.
struct Replica<'a> {
    configuration: ConfigurationId,
    position: Position,
    setting: &'a Setting,
    pairs: &'a [Pair],
}

/// The numeric parameters; `None` where one is wrong or missing.
struct Numbers {
    t: Option<u64>,
    num_client: Option<u64>,
    client_timeout: Option<u64>,
    head_timeout: Option<u64>,
    nonhead_timeout: Option<u64>,
    olympus_timeout: Option<u64>,
    quorum_grace: Option<u64>,
    checkpt_interval: Option<u64>,
}

impl Numbers {
    fn clients(&self) -> Option<u32> {
        self.num_client.and_then(|n| u32::try_from(n).ok())
    }

    fn replicas(&self) -> Option<u32> {
        self.t.and_then(|t| u32::try_from(2 * t + 1).ok())
    }
}

struct Lowering<'a> {
    source: &'a SourceFile,
    overridden: &'a Overridden,
    settings: Settings<'a>,
    /// Lines that may have been meant to be a parameter, by its name.
    lookalikes: BTreeMap<&'static str, Range<usize>>,
    /// Parameters that were left to their defaults, where that is worth a remark.
    defaulted: Vec<Parameter>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Lowering<'a> {
    /// Sorts the settings by parameter. Returns the failures in file order.
    fn collect(&mut self, file: &'a File) -> Vec<Replica<'a>> {
        let mut replicas = Vec::new();
        for line in &file.lines {
            let setting = match line {
                Line::Setting(setting) => setting,
                Line::Ignored(text) => {
                    let word = text
                        .value
                        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                    self.looks_like(word.into_iter().next().unwrap_or_default(), &text.span);
                    continue;
                }
                Line::Blank | Line::Comment(_) => continue,
            };
            let Some(parameter) = Parameter::called(&setting.name.value) else {
                self.unknown_parameter(setting);
                continue;
            };
            let Some(indices) = self.indices(parameter, setting) else {
                continue;
            };
            if let (Value::Failures(pairs), &[configuration, position]) =
                (&setting.value, &indices[..])
            {
                replicas.push(Replica {
                    configuration: ConfigurationId(configuration),
                    position: Position(position),
                    setting,
                    pairs,
                });
            }
            match self.settings.entry((parameter, indices)) {
                Entry::Vacant(place) => {
                    place.insert(setting);
                }
                Entry::Occupied(first) => {
                    let duplicate = duplicate(self.source, first.get(), setting);
                    self.diagnostics.push(duplicate);
                }
            }
        }
        replicas
    }

    fn unknown_parameter(&mut self, setting: &Setting) {
        let name = &setting.name;
        if self.overridden.covers(&name.span) {
            return;
        }
        let message = format!("unknown parameter `{}` is ignored", name.value);
        let warning = Diagnostic::warning(
            ScenarioMistake::UnknownParameter,
            name.span.clone(),
            message,
        );
        let warning = if Parameter::was_called(&name.value) {
            warning.with_help("a name of an older dialect, without meaning here")
        } else if let Some(near) =
            nearest(&name.value, Parameter::names_with(setting.indices.len()))
        {
            self.lookalikes
                .entry(near)
                .or_insert_with(|| name.span.clone());
            warning.with_suggestion(near)
        } else {
            let names = Parameter::names_with(setting.indices.len()).collect::<Vec<_>>();
            warning.with_help(match setting.indices.len() {
                0 => format!("the parameters are {}", names.join(", ")),
                _ => "the parameters with indices are `workload[c]` and `failures[c,r]`".to_owned(),
            })
        };
        self.diagnostics.push(warning);
    }

    /// Remembers a line for which nothing was read and that begins with `word`.
    fn looks_like(&mut self, word: &str, span: &Range<usize>) {
        if let Some(near) = nearest(word, Parameter::names()) {
            self.lookalikes.entry(near).or_insert_with(|| span.clone());
        }
    }

    /// The line that may have been meant to be this parameter, which is missing.
    fn lookalike(&self, parameter: Parameter) -> Option<Range<usize>> {
        self.lookalikes.get(parameter.name()).cloned()
    }

    /// Whether the file has no parameter at all, which is said in place of everything that it lacks.
    fn says_nothing(&mut self, file: &File) -> bool {
        let is_silent = file.lines.iter().all(|line| match line {
            Line::Blank | Line::Comment(_) => true,
            Line::Setting(_) | Line::Ignored(_) => false,
        });
        if is_silent {
            let span = self.end();
            self.diagnostics.push(
                Diagnostic::error(
                    ScenarioMistake::MissingParameter,
                    span,
                    "the file says nothing: `t`, `num_client` and `workload[0]` are required",
                )
                .with_help("`bcr new NAME` writes a scenario to begin with"),
            );
        }
        is_silent
    }

    /// The indices as numbers, if they are as many as the parameter takes.
    fn indices(&mut self, parameter: Parameter, setting: &Setting) -> Option<Vec<u32>> {
        let wanted = parameter.indices();
        if setting.indices.len() != wanted.len() {
            let form = match wanted {
                [] => parameter.name().to_owned(),
                names => format!("{}[{}]", parameter.name(), names.join(",")),
            };
            let message = format!(
                "expected `{form}`, found {}",
                match setting.indices.len() {
                    0 => "no index".to_owned(),
                    1 => "1 index".to_owned(),
                    more => format!("{more} indices"),
                }
            );
            let span = setting.target.span.clone();
            let error = Diagnostic::error(ScenarioMistake::WrongIndex, span, message);
            self.diagnostics.push(match parameter {
                Parameter::Failures => error.with_help(
                    "`failures[0,2]` is the replica at position 2 of configuration 0, both from 0",
                ),
                Parameter::Workload => {
                    error.with_help("`workload[0]` is what client 0 asks for; clients count from 0")
                }
                _ => error.with_help(format!("there is one `{form}` for all")),
            });
            return None;
        }
        let mut numbers = Vec::new();
        for (index, what) in setting.indices.iter().zip(wanted) {
            let number = digits(&index.value).and_then(|number| u32::try_from(number).ok());
            if let Some(number) = number {
                numbers.push(number);
                continue;
            }
            let message = format!(
                "the {what} of `{}` is a number from 0, found `{}`",
                parameter.name(),
                index.value
            );
            self.diagnostics.push(Diagnostic::error(
                ScenarioMistake::WrongIndex,
                index.span.clone(),
                message,
            ));
        }
        (numbers.len() == wanted.len()).then_some(numbers)
    }

    fn numbers(&mut self) -> Numbers {
        let nonhead_timeout = self.number(Parameter::NonheadTimeout);
        let olympus_timeout = match self.setting(Parameter::OlympusTimeout) {
            Some(_) => self.number(Parameter::OlympusTimeout),
            None => nonhead_timeout,
        };
        Numbers {
            t: self.number(Parameter::T),
            num_client: self.number(Parameter::NumClient),
            client_timeout: self.number(Parameter::ClientTimeout),
            head_timeout: self.number(Parameter::HeadTimeout),
            nonhead_timeout,
            olympus_timeout,
            quorum_grace: self.number(Parameter::QuorumGrace),
            checkpt_interval: self.number(Parameter::CheckptInterval),
        }
    }

    /// The setting of a parameter without indices.
    fn setting(&self, parameter: Parameter) -> Option<&'a Setting> {
        self.settings.get(&(parameter, Vec::new())).copied()
    }

    /// Where something that is missing is missed: behind the last word of the file.
    fn end(&self) -> Range<usize> {
        let end = self.source.text().trim_end().len();
        end..end
    }

    fn name(&self) -> String {
        let given = self.setting(Parameter::TestCaseName);
        match given.map(|setting| &setting.value) {
            Some(Value::Text(text)) if !text.value.is_empty() => text.value.clone(),
            _ => Path::new(self.source.name()).file_stem().map_or_else(
                || self.source.name().to_owned(),
                |stem| stem.to_string_lossy().into_owned(),
            ),
        }
    }
}

/// What the numbers from 0 are for `count` of something; there is at least one.
fn there_are(what: &str, count: u32) -> String {
    match count {
        1 => format!("there is {what} 0 alone"),
        _ => format!("the {what}s are 0 to {}", count - 1),
    }
}

fn duplicate(source: &SourceFile, first: &Setting, second: &Setting) -> Diagnostic {
    let line = |setting: &Setting| source.location(setting.target.span.start).line;
    let text = super::format::target(second);
    let error = Diagnostic::error(
        ScenarioMistake::DuplicateParameter,
        second.target.span.clone(),
        format!(
            "`{text}` is given twice, in line {} and in line {}",
            line(first),
            line(second)
        ),
    )
    .with_label("again here")
    .with_secondary(first.target.span.clone(), "first here");
    error.with_help(match &second.value {
        Value::Failures(_) => {
            "put all failures of a replica into one list, separated by `;`".to_owned()
        }
        Value::Operations(_) => {
            "put all requests of a client into one list, separated by `;`".to_owned()
        }
        Value::Text(_) => "remove one of them".to_owned(),
    })
}

/// The comments that the file begins with.
fn description(file: &File) -> String {
    let comments = file.lines.iter().map_while(|line| match line {
        Line::Comment(text) => Some(text.value.trim_start_matches('#').trim()),
        Line::Blank | Line::Setting(_) | Line::Ignored(_) => None,
    });
    comments.collect::<Vec<_>>().join("\n").trim().to_owned()
}
