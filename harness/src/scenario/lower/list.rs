//! Workloads: lists of operations and `pseudorandom(seed, n)`.

use bcr_protocol::dictionary::Operation;

use super::super::Kind;
use super::super::ast::{Argument, Call, Setting, Spanned, Value};
use super::super::parameter::Parameter;
use super::super::plan::read::{check_arity, numbers, suggest};
use super::super::workload::pseudorandom;
use super::{Lowering, MISSING_SHOWN};
use crate::diagnostic::Diagnostic;

/// How many requests a scenario may have, all clients together.
const REQUESTS_MAX: u64 = 10_000_000;

/// What an item of a workload stands for.
pub(super) enum Part {
    One(Operation),
    Pseudorandom { seed: u64, count: u64 },
}

/// The operations that the parts stand for.
pub(super) fn resolve(workloads: Vec<Vec<Part>>) -> Vec<Vec<Operation>> {
    let of_client = |parts: Vec<Part>| {
        let mut operations = Vec::new();
        for part in parts {
            match part {
                Part::One(operation) => operations.push(operation),
                Part::Pseudorandom { seed, count } => {
                    let count = usize::try_from(count).expect("it is at most ten million");
                    operations.extend(pseudorandom(seed, count));
                }
            }
        }
        operations
    };
    workloads.into_iter().map(of_client).collect()
}

impl Lowering<'_> {
    /// The workload of each client; `None` where the number of clients is not known.
    pub(super) fn workloads(&mut self, clients: Option<u32>) -> Option<Vec<Vec<Part>>> {
        let given: Vec<(u32, &Setting)> = self
            .settings
            .iter()
            .filter(|((parameter, _), _)| *parameter == Parameter::Workload)
            .map(|((_, indices), setting)| (indices[0], *setting))
            .collect();
        let mut workloads: Vec<Option<Vec<Part>>> = Vec::new();
        workloads.resize_with(clients.unwrap_or(0) as usize, || None);
        let mut requests = 0;
        for (client, setting) in given {
            let parts = self.workload(setting, &mut requests);
            match (workloads.get_mut(client as usize), clients) {
                (Some(place), _) => *place = Some(parts),
                (None, Some(clients)) => self.spare_workload(client, clients, setting),
                (None, None) => {}
            }
        }
        self.missing_workloads(&workloads);
        clients.map(|_| workloads.into_iter().flatten().collect())
    }

    fn workload(&mut self, setting: &Setting, requests: &mut u64) -> Vec<Part> {
        let Value::Operations(calls) = &setting.value else {
            return Vec::new();
        };
        let mut parts = Vec::new();
        for call in calls {
            match part(call) {
                Ok(part) => {
                    let more = match &part {
                        Part::One(_) => 1,
                        Part::Pseudorandom { count, .. } => *count,
                    };
                    let within = *requests <= REQUESTS_MAX;
                    *requests = requests.saturating_add(more);
                    if within && *requests > REQUESTS_MAX {
                        self.diagnostics.push(Diagnostic::error(
                            Kind::TooLarge,
                            call.span.clone(),
                            format!(
                                "a scenario has at most {REQUESTS_MAX} requests, and with \
                                 this one it has {requests}"
                            ),
                        ));
                    }
                    parts.push(part);
                }
                Err(error) => self.diagnostics.push(*error),
            }
        }
        parts
    }

    fn spare_workload(&mut self, client: u32, clients: u32, setting: &Setting) {
        self.diagnostics.push(
            Diagnostic::warning(
                Kind::SpareWorkload,
                setting.target.span.clone(),
                format!(
                    "client {client} does not exist: with num_client = {clients} the \
                     clients are 0 to {}",
                    clients - 1
                ),
            )
            .with_label("ignored"),
        );
    }

    fn missing_workloads(&mut self, workloads: &[Option<Vec<Part>>]) {
        let missing: Vec<String> = workloads
            .iter()
            .enumerate()
            .filter(|(_, workload)| workload.is_none())
            .map(|(client, _)| format!("`workload[{client}]`"))
            .collect();
        if missing.is_empty() {
            return;
        }
        let more = match missing.len().saturating_sub(MISSING_SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let shown = missing[..missing.len().min(MISSING_SHOWN)].join(", ");
        let verb = if missing.len() == 1 { "is" } else { "are" };
        let num_client = self.setting(Parameter::NumClient);
        let span = num_client.map_or_else(|| self.end(), |setting| setting.target.span.clone());
        self.diagnostics.push(
            Diagnostic::error(
                Kind::MissingParameter,
                span,
                format!("{shown}{more} {verb} missing: every client needs a workload"),
            )
            .with_label(format!("{} clients", workloads.len()))
            .with_help("a client without requests has the workload `pseudorandom(0,0)`"),
        );
    }
}

fn part(call: &Spanned<Call>) -> Result<Part, Box<Diagnostic>> {
    let name = call.value.name.value.as_str();
    match name {
        "pseudorandom" => {
            let values = numbers(call, &["seed", "n"])?;
            let (seed, count) = (values[0], values[1]);
            if count > REQUESTS_MAX {
                let span = call.value.arguments[1].span.clone();
                let message = format!("n is at most {REQUESTS_MAX}, found {count}");
                return Err(Diagnostic::error(Kind::TooLarge, span, message).into());
            }
            return Ok(Part::Pseudorandom { seed, count });
        }
        "put" => texts(call, ["key", "value"]).map(|[key, value]| Operation::Put { key, value }),
        "get" => texts(call, ["key"]).map(|[key]| Operation::Get { key }),
        "slice" => {
            texts(call, ["key", "slice"]).map(|[key, slice]| Operation::Slice { key, slice })
        }
        "append" => {
            texts(call, ["key", "value"]).map(|[key, value]| Operation::Append { key, value })
        }
        _ => {
            let span = call.value.name.span.clone();
            let error = Diagnostic::error(
                Kind::UnknownOperation,
                span,
                format!("unknown operation `{name}`"),
            );
            let known = ["put", "get", "slice", "append", "pseudorandom"];
            return Err(suggest(error, name, &known, "operations").into());
        }
    }
    .map(Part::One)
}

/// The arguments of an operation, all texts.
fn texts<const N: usize>(
    call: &Spanned<Call>,
    names: [&str; N],
) -> Result<[String; N], Box<Diagnostic>> {
    check_arity(call, &names)?;
    let arguments = &call.value.arguments;
    Ok(std::array::from_fn(|index| match &arguments[index].value {
        Argument::Text(text) | Argument::Word(text) => text.clone(),
    }))
}
