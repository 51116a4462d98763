//! How a subscriber turns what `tracing` hands it into lines.

use std::fmt::{self, Debug};

use bcr_protocol::identity::ProcessId;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::flatten::push_text;
use super::line::push_timestamp;

/// The target of an event whose one field is a finished line.
pub(super) const RECORD: &str = "bcr::record";

/// Writes records as they come and gives everything else the form of a record.
pub(super) struct Lines {
    pub(super) process: ProcessId,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        if event.metadata().target() == RECORD {
            let mut copy = Copy {
                result: Ok(()),
                writer: &mut writer,
            };
            event.record(&mut copy);
            copy.result?;
        } else {
            writer.write_str(&self.diagnostic(event))?;
        }
        writer.write_char('\n')
    }
}

impl Lines {
    fn diagnostic(&self, event: &Event<'_>) -> String {
        let mut line = String::new();
        let now = chrono::Utc::now().timestamp_micros();
        push_timestamp(&mut line, u64::try_from(now).unwrap_or_default());
        let metadata = event.metadata();
        let level = metadata.level().as_str().to_ascii_lowercase();
        let (process, target) = (self.process, metadata.target());
        line.push_str(&format!(
            " process={process} event=diagnostic level={level} target={target}"
        ));
        event.record(&mut Pairs(&mut line));
        line
    }
}

/// Copies the text of a record.
struct Copy<'a, 'b> {
    result: fmt::Result,
    writer: &'a mut Writer<'b>,
}

impl Visit for Copy<'_, '_> {
    fn record_str(&mut self, _: &Field, text: &str) {
        self.result = self.result.and_then(|()| self.writer.write_str(text));
    }

    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        self.result = self.result.and_then(|()| write!(self.writer, "{value:?}"));
    }
}

/// Appends fields as `name=value`.
struct Pairs<'a>(&'a mut String);

impl Visit for Pairs<'_> {
    fn record_str(&mut self, field: &Field, text: &str) {
        self.0.push_str(&format!(" {}=", field.name()));
        push_text(self.0, text);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
