use bcr_protocol::message::Message;

use super::*;
use crate::trace::samples;
use crate::trace::{HarnessEvent, Micros, TraceEvent};

fn to_text(trace: &Trace) -> String {
    let mut bytes = Vec::new();
    write(trace, &mut bytes).expect("memory takes everything");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

fn from_text(text: &str) -> Result<Trace, TraceError> {
    read(text.as_bytes())
}

#[test]
fn every_kind_of_event_and_message_reads_back_as_written() {
    let trace = samples::trace();
    let text = to_text(&trace);
    assert_eq!(from_text(&text).as_ref(), Ok(&trace));
    assert_eq!(text.lines().count(), trace.records.len());
}

#[test]
fn lines_look_like_this() {
    use bcr_protocol::event::Event;
    use samples::{CLIENT, HEAD, OLYMPUS, TAIL};

    let mut trace = Trace::default();
    let wedged = Event::Wedged {
        checkpoint: None,
        entries: 3,
    };
    samples::push(&mut trace, HEAD, wedged);
    samples::push(&mut trace, CLIENT, Event::Done);
    let started = Event::WedgeStarted {
        configuration: bcr_protocol::identity::ConfigurationId(0),
    };
    samples::push(&mut trace, OLYMPUS, started);
    let message = Message::ClientRequest(samples::request());
    let sent = samples::push(&mut trace, CLIENT, samples::send(TAIL, message.clone()));
    samples::push(
        &mut trace,
        TAIL,
        samples::receive(CLIENT, Some(sent), message),
    );
    let text = to_text(&trace);
    let lines: Vec<&str> = text.lines().collect();
    let expected = [
        r#"{"n":0,"at_ms":0.0,"process":"replica-1-0","event":"wedged","configuration":1,"replica":0,"entries":3}"#,
        r#"{"n":1,"at_ms":1.234,"process":"client-2","event":"done","client":2}"#,
        r#"{"n":2,"at_ms":2.468,"process":"olympus","event":"wedge_started","configuration":0}"#,
        r#"{"n":3,"at_ms":3.702,"process":"client-2","event":"sent","client":2,"to":"replica-1-2","message":"client_request","request_client":2,"request":3,"content":{"client_request":{"signer":"client-2","body":{"id":{"client":2,"number":3},"operation":{"name":"put","#,
        r#"{"n":4,"at_ms":4.936,"process":"replica-1-2","event":"received","configuration":1,"replica":2,"from":"client-2","sent":3,"message":"client_request","request_client":2,"request":3}"#,
    ];
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
}

#[test]
fn the_wall_clock_is_not_written() {
    let mut trace = samples::trace();
    let text = to_text(&trace);
    for record in &mut trace.records {
        record.wall_us = 1_700_000_000_000_000;
    }
    assert_eq!(to_text(&trace), text);
}

#[test]
fn a_message_that_arrives_otherwise_than_it_was_sent_is_written_whole() {
    let mut trace = Trace::default();
    let message = Message::ClientRequest(samples::request());
    let other = Message::ForwardedRequest(samples::request());
    let sent = samples::push(
        &mut trace,
        samples::HEAD,
        samples::send(samples::TAIL, message),
    );
    samples::push(
        &mut trace,
        samples::TAIL,
        samples::receive(samples::HEAD, Some(sent), other),
    );
    assert_eq!(from_text(&to_text(&trace)), Ok(trace));
}

#[test]
fn times_are_exact_to_the_microsecond() {
    let cases = [
        (0, "0.0"),
        (1, "0.001"),
        (10, "0.01"),
        (999, "0.999"),
        (1_250, "1.25"),
        (6_003_000, "6003.0"),
        (86_400_000_001, "86400000.001"),
        (AT_MAX.0 - 1, "1125899906842.623"),
        (AT_MAX.0, "1125899906842.624"),
    ];
    for (micros, text) in cases {
        let mut trace = Trace::default();
        samples::push(
            &mut trace,
            samples::CLIENT,
            bcr_protocol::event::Event::Done,
        );
        trace.records[0].at = Micros(micros);
        let written = to_text(&trace);
        assert!(written.contains(&format!("\"at_ms\":{text},")), "{written}");
        assert_eq!(from_text(&written), Ok(trace), "{text}");
    }
}

#[test]
fn fields_leave_out_the_content_and_nothing_else() {
    for record in samples::trace().records {
        let mut whole = record.to_json();
        let is_message = matches!(
            record.event,
            TraceEvent::Harness(HarnessEvent::Sent { .. } | HarnessEvent::Received { .. })
        );
        assert_eq!(whole.remove("content").is_some(), is_message);
        assert_eq!(whole, record.fields());
    }
}

#[test]
fn malformed_lines_are_named() {
    let done = r#"{"n":0,"at_ms":0.0,"process":"client-0","event":"done","client":0}"#;
    let second = |fields: &str| format!("{done}\n{{\"n\":1,\"at_ms\":0.0,{fields}}}\n");
    let cases = [
        (
            second("\"process\":\"client-0\""),
            "line 2: column 40: missing field `event`",
        ),
        (format!("{done}\n\n"), "line 2: EOF while parsing a value"),
        (
            format!("{done}\n{}", &done[..42]),
            "line 2: column 42: EOF while parsing a string",
        ),
        (
            format!("{done}\n{done}"),
            "line 2: expected event 1, found event 0",
        ),
        (
            done.replace("0.0", "-1.0"),
            "line 1: `at_ms` is not within 0 and 1125899906842.624",
        ),
        (
            done.replace("0.0", "1e300"),
            "line 1: `at_ms` is not within 0 and 1125899906842.624",
        ),
        (
            done.replace("0.0", "\"0\""),
            "line 1: column 18: invalid type: string \"0\", expected f64",
        ),
        (
            done.replace("client-0", "zeus"),
            "line 1: column 35: `zeus` names no process: expected `olympus`, `client-<c>` or `replica-<configuration>-<r>`",
        ),
        (
            done.replace("done", "dine"),
            "line 1: column 54: unknown variant `dine`, expected one of `refused`, `ignored`",
        ),
        (
            second(r#""process":"client-0","event":"sent""#),
            "line 2: missing field `to`",
        ),
        (
            second(r#""process":"client-0","event":"sent","to":"olympus""#),
            "line 2: missing field `content`",
        ),
        (
            second(r#""process":"client-0","event":"received","from":"olympus""#),
            "line 2: neither `sent` nor `content`",
        ),
        (
            second(r#""process":"client-0","event":"received","from":"olympus","sent":0"#),
            "line 2: event 0 did not send this message, and the line has no `content`",
        ),
        (
            second(r#""process":"client-0","event":"received","from":"olympus","sent":9"#),
            "line 2: event 9 did not send this message, and the line has no `content`",
        ),
        (
            second(r#""process":"client-0","event":"ignored","request":1"#),
            "line 2: `request_client` and `request` go together, and one is missing",
        ),
        (
            second(r#""process":"client-0","event":"slept""#),
            "line 2: missing field `ms`",
        ),
    ];
    for (text, expected) in cases {
        let error = from_text(&text).expect_err(expected).to_string();
        assert!(error.starts_with(expected), "{error}\n{expected}");
    }
}

#[test]
fn no_damage_to_a_trace_makes_the_reader_panic() {
    let mut trace = samples::trace();
    trace.records.truncate(24);
    let bytes = to_text(&trace).into_bytes();
    for position in (0..bytes.len()).step_by(19) {
        for damage in [b'"', b'0', b'}', 0xff] {
            let mut damaged = bytes.clone();
            damaged[position] = damage;
            drop(read(damaged.as_slice()));
        }
        drop(read(&bytes[..position]));
    }
}
