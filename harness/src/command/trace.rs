//! `bcr trace`: a stored run in columns, one line an event.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};

use bcr_protocol::identity::{ClientId, ProcessId, RequestId, RequestNumber, Slot};
use bcr_protocol::message::MessageKind;

use crate::command::output::colour;
use crate::command::status::Status;
use crate::diagnostic::nearest;
use crate::expectation::EVENTS;
use crate::limits::{BoundedFile, TRACE_BYTES_MAX};
use crate::tell::columns::{Filter, Layout, columns, processes};
use crate::trace::{TRACE_FILE, Trace, json};

/// Arguments of `bcr trace`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A `trace.jsonl`, or the log folder that it is in.
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// Only what happens at this process, and messages to and from it: `client-0`, `replica-0-2`,
    /// `olympus`, or the first part of such names; may be repeated.
    #[arg(long = "process", value_name = "PROCESS")]
    processes: Vec<String>,
    /// Only events of this name, and about messages of this type; may be repeated.
    #[arg(long = "event", value_name = "NAME")]
    events: Vec<String>,
    /// Only what is about this slot.
    #[arg(long)]
    slot: Option<u64>,
    /// Only what is about this request.
    #[arg(long, value_name = "CLIENT:NUMBER", value_parser = request)]
    request: Option<RequestId>,
    /// Cut lines to so many characters; 0 cuts none.
    #[arg(long, value_name = "CHARACTERS", default_value_t = 100)]
    width: usize,
}

fn request(text: &str) -> Result<RequestId, String> {
    let wrong = || format!("expected `client:number`, such as `0:1`, found `{text}`");
    let (client, number) = text.split_once(':').ok_or_else(wrong)?;
    Ok(RequestId {
        client: ClientId(client.trim().parse().map_err(|_| wrong())?),
        number: RequestNumber(number.trim().parse().map_err(|_| wrong())?),
    })
}

pub(super) fn main(arguments: &Arguments) -> Result<Status, Box<dyn Error>> {
    let trace = read(&arguments.path)?;
    let filter = Filter {
        processes: named_processes(&arguments.processes, &trace)?,
        events: known_events(&arguments.events)?,
        slot: arguments.slot.map(Slot),
        request: arguments.request,
    };
    let layout = Layout {
        width: arguments.width,
        colour: colour(),
    };
    // A line at a time to a terminal or a pipe would be slow.
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in columns(&trace, &filter, layout) {
        out.write_all(line.as_bytes())?;
    }
    out.flush()?;
    Ok(Status::Passed)
}

fn read(path: &Path) -> Result<Trace, String> {
    let path = match path.is_dir() {
        true => path.join(TRACE_FILE),
        false => path.to_owned(),
    };
    let at = path.display();
    let file = BoundedFile::open(&path, TRACE_BYTES_MAX)
        .map_err(|error| format!("`{at}` cannot be read: {error}"))?;
    json::read(BufReader::new(file)).map_err(|error| format!("{at}: {error}"))
}

/// The processes of the trace that are called so, or whose names begin so.
fn named_processes(names: &[String], trace: &Trace) -> Result<BTreeSet<ProcessId>, String> {
    let there = processes(trace);
    let mut named = BTreeSet::new();
    for name in names {
        let begins = |process: &&ProcessId| {
            let rest = process.to_string();
            let rest = rest.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        named.extend(there.iter().filter(begins));
        if !there.iter().any(|process| begins(&process)) {
            let there: Vec<String> = there.iter().map(ToString::to_string).collect();
            return Err(format!(
                "no process of the trace is called `{name}`: there are {}",
                there.join(", ")
            ));
        }
    }
    Ok(named)
}

/// Names of events and of types of messages, which exist.
fn known_events(names: &[String]) -> Result<BTreeSet<String>, String> {
    let is_event = |name: &str| EVENTS.iter().any(|(event, ..)| *event == name);
    let is_message = |name: &str| serde_json::from_value::<MessageKind>(name.into()).is_ok();
    for name in names {
        if !is_event(name) && !is_message(name) {
            let nearest = nearest(name, EVENTS.iter().map(|(name, ..)| *name));
            let hint = nearest.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
            return Err(format!(
                "there is no event and no message called `{name}`{hint}"
            ));
        }
    }
    Ok(names.iter().cloned().collect())
}
