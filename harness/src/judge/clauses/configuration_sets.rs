//! `quorums`, `suspects`, `convicted`, `checkpoints`: sets of numbers by configuration.
//!
//! A configuration that a clause does not name is not checked; one that it names and that never
//! started breaks it, whatever the words: `excludes` about nothing would be a test of nothing.

use std::collections::BTreeSet;

use bcr_protocol::event::Event;
use bcr_protocol::identity::ProcessId;

use super::mismatch::{Mismatch, listed};
use super::run::Run;
use crate::expectation::{SetTest, SetTests};
use crate::judge::finding::Finding;
use crate::outcome::{ConfigurationOutcome, ProcessOutcome};

/// The members of a set, each with the event that put it there, where one is known.
type Members = Vec<(u64, Option<u64>)>;

/// The quorum that was finally used. One that was never chosen breaks the clause.
pub(super) fn quorums(expected: &SetTests, run: &Run<'_>) -> Finding {
    sets(expected, run, |configuration| {
        let number = configuration.number;
        if configuration.quorum.is_empty() {
            return Err(format!("configuration {number} ended with no quorum"));
        }
        let mut formed = None;
        for (record, event) in run.events() {
            if matches!(event, Event::QuorumFormed { configuration, .. } if configuration.0 == number)
            {
                formed = Some(record.n);
            }
        }
        let members = configuration.quorum.iter();
        Ok(members
            .map(|replica| (u64::from(*replica), formed))
            .collect())
    })
}

/// The replicas that correct replicas or clients suspected: what faulty ones say is worth nothing.
pub(super) fn suspects(expected: &SetTests, run: &Run<'_>) -> Finding {
    sets(expected, run, |configuration| {
        let suspicions = run.outcome.suspicions.iter();
        let credible = suspicions.filter(|suspicion| {
            suspicion.configuration == configuration.number
                && match suspicion.by {
                    ProcessOutcome::Replica(position) => {
                        run.is_correct(suspicion.configuration, position.0)
                    }
                    ProcessOutcome::Client(_) | ProcessOutcome::Olympus => true,
                }
        });
        Ok(credible
            .map(|s| (u64::from(s.replica), Some(s.event)))
            .collect())
    })
}

pub(super) fn convicted(expected: &SetTests, run: &Run<'_>) -> Finding {
    sets(expected, run, |configuration| {
        let convictions = run.outcome.convictions.iter();
        let here =
            convictions.filter(|conviction| conviction.configuration == configuration.number);
        Ok(here
            .map(|c| (u64::from(c.replica), Some(c.event)))
            .collect())
    })
}

/// The slots whose checkpoint proof some correct replica completed.
pub(super) fn checkpoints(expected: &SetTests, run: &Run<'_>) -> Finding {
    sets(expected, run, |configuration| {
        let completed_at = |slot: u64| {
            let completion = run.events().find(|(record, event)| {
                matches!(event, Event::CheckpointCompleted { slot: s, .. } if s.0 == slot)
                    && matches!(record.process, ProcessId::Replica(id)
                        if id.configuration.0 == configuration.number
                            && run.is_correct(id.configuration.0, id.position.0))
            });
            completion.map(|(record, _)| record.n)
        };
        let slots = configuration.checkpoints.iter();
        Ok(slots.map(|slot| (*slot, completed_at(*slot))).collect())
    })
}

fn sets(
    expected: &SetTests,
    run: &Run<'_>,
    members: impl Fn(&ConfigurationOutcome) -> Result<Members, String>,
) -> Finding {
    let mut mismatches = Vec::new();
    let mut satisfied_by = None;
    for (number, test) in expected {
        let mut configurations = run.outcome.configurations.iter();
        let Some(configuration) = configurations.find(|of| of.number == *number) else {
            let last = run.last_configuration().and_then(|last| run.started(last));
            mismatches.push(Mismatch::new(
                format!("configuration {number} never started"),
                last,
            ));
            continue;
        };
        match members(configuration) {
            Ok(members) => {
                let mismatch = mismatch(*number, &test.value, &members);
                if mismatch.is_none() {
                    satisfied_by = satisfied_by.or(members.first().and_then(|(_, event)| *event));
                }
                mismatches.extend(mismatch);
            }
            Err(why) => mismatches.push(Mismatch::new(why, run.started(*number))),
        }
    }
    if mismatches.is_empty() {
        return Finding::held().at(satisfied_by);
    }
    Finding::of_mismatches(mismatches)
}

/// The event of the mismatch: that of a member that should not be there, else of any member.
fn mismatch(number: u32, test: &SetTest, members: &Members) -> Option<Mismatch> {
    let set: BTreeSet<_> = members.iter().map(|(member, _)| *member).collect();
    if test.holds(&set) {
        return None;
    }
    let words: Vec<_> = test
        .words()
        .map(|(word, numbers)| format!("{word} {}", listed(numbers)))
        .collect();
    let is_unwanted = |member: &u64| {
        test.is.as_ref().is_some_and(|is| !is.contains(member))
            || test
                .excludes
                .as_ref()
                .is_some_and(|none| none.contains(member))
    };
    let unwanted = members.iter().find(|(member, _)| is_unwanted(member));
    let event = unwanted.or(members.first()).and_then(|(_, event)| *event);
    let detail = format!(
        "configuration {number}: expected {}, actual {}",
        words.join(" and "),
        listed(&set)
    );
    Some(Mismatch::new(detail, event))
}
