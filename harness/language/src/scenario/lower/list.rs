//! Workloads: lists of operations and `pseudorandom(seed, n)`.

use bcr_protocol::dictionary::Operation;

use super::bounds;
use super::lowering::{Lowering, there_are};
use crate::diagnostic::{Diagnostic, Subject};
use crate::limits::{REQUESTS_MAX, TEXT_BYTES_MAX};
use crate::scenario::ast::{Argument, Assignment, Call, Spanned, Value};
use crate::scenario::call::{Mistakes, check_arity, numbers, suggest};
use crate::scenario::mistake::ScenarioMistake;
use crate::scenario::parameter::Parameter;
use crate::scenario::remedy::OPERATIONS;
use crate::scenario::workload::pseudorandom;

/// How many missing workloads are named one by one.
const MISSING_SHOWN: usize = 3;

/// What an item of a workload stands for.
pub(super) enum WorkloadItem {
    One(Operation),
    Pseudorandom { seed: u64, count: u64 },
}

impl WorkloadItem {
    /// How many operations it stands for.
    const fn count(&self) -> u64 {
        match self {
            Self::One(_) => 1,
            Self::Pseudorandom { count, .. } => *count,
        }
    }
}

/// The operations that the items stand for.
pub(super) fn resolve(workloads: Vec<Vec<WorkloadItem>>) -> Vec<Vec<Operation>> {
    let of_client = |items: Vec<WorkloadItem>| {
        let mut operations = Vec::new();
        for item in items {
            match item {
                WorkloadItem::One(operation) => operations.push(operation),
                WorkloadItem::Pseudorandom { seed, count } => {
                    let count = usize::try_from(count).expect("it is at most a million");
                    operations.extend(pseudorandom(seed, count));
                }
            }
        }
        operations
    };
    workloads.into_iter().map(of_client).collect()
}

impl Lowering<'_> {
    /// The workload of each client; `None` where the number of clients is not known, or a workload is
    /// wrong or missing.
    pub(super) fn workloads(&mut self, clients: Option<u32>) -> Option<Vec<Vec<WorkloadItem>>> {
        let before = self.diagnostics.len();
        let given: Vec<(u32, &Assignment)> = self
            .assignments
            .iter()
            .filter(|((parameter, _), _)| *parameter == Parameter::Workload)
            .map(|((_, indices), assignment)| (indices[0], *assignment))
            .collect();
        let mut workloads: Vec<Option<Vec<WorkloadItem>>> = Vec::new();
        workloads.resize_with(clients.unwrap_or(0) as usize, || None);
        let mut requests = 0;
        for (client, assignment) in given {
            let items = self.workload(client, assignment, &mut requests);
            match (workloads.get_mut(client as usize), clients) {
                (Some(place), _) => *place = Some(items),
                (None, Some(clients)) => self.spare_workload(client, clients, assignment),
                (None, None) => {}
            }
        }
        self.missing_workloads(&workloads);
        let mut found = (0..).zip(self.diagnostics.iter());
        let is_wrong = found.any(|(index, found)| {
            found.is_decisive() && (index >= before || self.is_about_workload(found))
        });
        let is_right = clients.is_some() && !is_wrong;
        let mut items = workloads.iter().flatten().flatten();
        if is_right && items.all(|item| item.count() == 0) {
            self.no_requests();
        }
        is_right.then(|| workloads.into_iter().flatten().collect())
    }

    /// Whether the parser found it on a line that is a workload, or should be.
    fn is_about_workload(&self, found: &Diagnostic) -> bool {
        // What may be the rest of a list belongs to the line where that begins.
        let begins = match found.secondary.first() {
            Some(list) if found.code == ScenarioMistake::NoEquals => &list.span,
            Some(_) | None => &found.span,
        };
        let line = self.source.location(begins.start).line;
        let text = &self.source.text()[self.source.line_span(line)];
        text.trim_start().starts_with(Parameter::Workload.name())
    }

    fn workload(
        &mut self,
        client: u32,
        assignment: &Assignment,
        requests: &mut u64,
    ) -> Vec<WorkloadItem> {
        let before = *requests;
        let Value::Operations(calls) = &assignment.value else {
            return Vec::new();
        };
        let mut items = Vec::new();
        for call in calls {
            match item(call) {
                Ok(item) => {
                    let more = item.count();
                    if let WorkloadItem::One(Operation::Slice { slice, .. }) = &item
                        && let Some(mistake) = bounds::never_valid(call, slice)
                    {
                        let request = *requests - before;
                        let subject = Subject::Request { client, request };
                        self.diagnostics.push(mistake.with_subject(subject));
                    }
                    let within = *requests <= REQUESTS_MAX;
                    *requests = requests.saturating_add(more);
                    if within && *requests > REQUESTS_MAX {
                        self.diagnostics.push(Diagnostic::error(
                            ScenarioMistake::TooLarge,
                            call.span.clone(),
                            format!(
                                "a scenario has at most {REQUESTS_MAX} requests, and with \
                                 this one it has {requests}"
                            ),
                        ));
                    }
                    items.push(item);
                }
                Err(mistakes) => self.diagnostics.extend(mistakes),
            }
        }
        items
    }

    fn spare_workload(&mut self, client: u32, clients: u32, assignment: &Assignment) {
        self.diagnostics.push(
            Diagnostic::warning(
                ScenarioMistake::SpareWorkload,
                assignment.target.span.clone(),
                format!(
                    "client {client} does not exist: with num_client = {clients} {}",
                    there_are("client", clients)
                ),
            )
            .with_label("ignored"),
        );
    }

    /// A run without a request shows nothing.
    fn no_requests(&mut self) {
        let num_client = self.assignment(Parameter::NumClient);
        let span =
            num_client.map_or_else(|| self.end(), |assignment| assignment.target.span.clone());
        let message = "no client has a request: there is nothing to run";
        self.diagnostics.push(
            Diagnostic::error(ScenarioMistake::NoRequests, span, message)
                .with_help("give one of them a workload such as `put('k','v'); get('k')`"),
        );
    }

    fn missing_workloads(&mut self, workloads: &[Option<Vec<WorkloadItem>>]) {
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
        let lookalike = self.lookalike(Parameter::Workload);
        let num_client = self.assignment(Parameter::NumClient);
        let span =
            num_client.map_or_else(|| self.end(), |assignment| assignment.target.span.clone());
        let error = Diagnostic::error(
            ScenarioMistake::MissingParameter,
            span,
            format!("{shown}{more} {verb} missing: every client needs a workload"),
        );
        let error = match lookalike {
            Some(span) => error.with_secondary(span, "is this meant to be it?"),
            None => error,
        };
        self.diagnostics.push(
            error
                .with_label(match workloads.len() {
                    1 => "1 client".to_owned(),
                    more => format!("{more} clients"),
                })
                .with_help("a client without requests has the workload `pseudorandom(0,0)`"),
        );
    }
}

fn item(call: &Spanned<Call>) -> Result<WorkloadItem, Mistakes> {
    if call.value.name.value != "pseudorandom" {
        return operation(call).map(WorkloadItem::One);
    }
    let values = numbers(call, &["seed", "n"])?;
    let (seed, count) = (values[0], values[1]);
    if count > REQUESTS_MAX {
        let span = call.value.arguments[1].span.clone();
        let message = format!("n is at most {REQUESTS_MAX}, found {count}");
        let error = Diagnostic::error(ScenarioMistake::TooLarge, span, message);
        return Err(vec![error]);
    }
    Ok(WorkloadItem::Pseudorandom { seed, count })
}

/// One operation.
pub(in crate::scenario) fn operation(call: &Spanned<Call>) -> Result<Operation, Mistakes> {
    let name = call.value.name.value.as_str();
    match name {
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
                ScenarioMistake::UnknownOperation,
                span,
                format!("unknown operation `{name}`"),
            );
            Err(vec![suggest(error, name, &OPERATIONS, "operations")])
        }
    }
}

/// The arguments of an operation, all texts.
fn texts<const N: usize>(call: &Spanned<Call>, names: [&str; N]) -> Result<[String; N], Mistakes> {
    check_arity(call, &names)?;
    let arguments = &call.value.arguments;
    let text = |argument: &Spanned<Argument>| match &argument.value {
        Argument::Text(text) | Argument::Word(text) => text.len(),
    };
    let too_long = arguments.iter().zip(names).filter_map(|(argument, what)| {
        let length = text(argument);
        (length > TEXT_BYTES_MAX).then(|| {
            let message =
                format!("a {what} is at most {TEXT_BYTES_MAX} bytes long, this one is {length}");
            Diagnostic::error(ScenarioMistake::TooLarge, argument.span.clone(), message)
                .with_help("let several requests append to one value, or use several keys")
        })
    });
    let too_long: Mistakes = too_long.collect();
    if !too_long.is_empty() {
        return Err(too_long);
    }
    Ok(std::array::from_fn(|index| match &arguments[index].value {
        Argument::Text(text) | Argument::Word(text) => text.clone(),
    }))
}
