//! Who is asked for the agreed state, and which state is believed (P7.5).

use bcr_protocol::history::HistoryId;
use bcr_protocol::identity::{ConfigurationId, Position};
use bcr_protocol::machine::{Effect, Timer};
use bcr_protocol::message::{Message, StateTransfer};
use bcr_protocol::running_state::RunningState;

use crate::closing::Closing;
use crate::signing::{SCHEMES, Signing, client, put, spoiled};
use crate::world::describe;

/// Olympus has chosen replicas 0 and 1 of three (or 0 to t), all of which reported the empty state.
fn chosen(signing: &Signing) -> (Closing, HistoryId) {
    let mut closing = Closing::of(signing);
    closing.agree(&[]);
    let id = closing.id(&[]);
    (closing, id)
}

fn silent(closing: &mut Closing, position: u32) -> Vec<String> {
    let timer = Timer::State(ConfigurationId(0), Position(position));
    describe(&closing.fire(timer))
}

/// A state with another hash than the reported one.
fn wrong() -> RunningState {
    let mut state = RunningState::default();
    state.apply_unordered(&put("k", "wrong"));
    state
}

fn asks(position: u32) -> Vec<String> {
    vec![
        format!("get_running_state to replica-0-{position}"),
        format!("set state-0-{position} 500"),
    ]
}

fn with(first: &[&str], position: u32) -> Vec<String> {
    let first = first.iter().map(ToString::to_string);
    first.chain(asks(position)).collect()
}

fn has_ended(effects: &[Effect]) -> bool {
    let next = Effect::StartReplicas(ConfigurationId(1));
    effects.contains(&next)
}

/// P7.5: the lowest of the quorum is asked first; a silent one is set aside and the quorum chosen again
/// among the others.
#[test]
fn a_silent_replica_is_set_aside_and_the_next_quorum_is_asked() {
    let signing = Signing::new(2);
    let (mut closing, _) = chosen(&signing);
    assert_eq!(
        silent(&mut closing, 0),
        with(&["set aside 0", "quorum 1 2 3"], 1)
    );
    assert_eq!(
        silent(&mut closing, 0),
        [""; 0],
        "not the one that is asked"
    );
    assert_eq!(
        silent(&mut closing, 1),
        with(&["set aside 1", "quorum 2 3 4"], 2)
    );
    // Too few are left: the hash stands, and those that reported it and are left go first.
    assert_eq!(silent(&mut closing, 2), with(&["set aside 2"], 3));
    assert_eq!(silent(&mut closing, 3), with(&["set aside 3"], 4));
    assert_eq!(
        silent(&mut closing, 4),
        with(&["set aside 4"], 0),
        "then those set aside, in turn"
    );
    assert_eq!(silent(&mut closing, 0), asks(1));
}

/// P7.5: those set aside are asked again, and again, while somebody may still answer.
#[test]
fn those_set_aside_are_asked_again_and_again() {
    let signing = Signing::new(1);
    let (mut closing, id) = chosen(&signing);
    silent(&mut closing, 0);
    silent(&mut closing, 1);
    silent(&mut closing, 2);
    let mut asked = Vec::new();
    let mut current = 0;
    for _ in 0..7 {
        let effects = silent(&mut closing, current);
        let next = effects[0].trim_start_matches("get_running_state to replica-0-");
        current = next.parse().expect("a replica is asked");
        asked.push(current);
    }
    asked.sort_unstable();
    asked.dedup();
    assert_eq!(asked, [0, 1, 2]);
    assert!(has_ended(&closing.give_state(
        1,
        id,
        &RunningState::default()
    )));
}

/// P7.5: whoever has just been silent waits until the others have been asked.
#[test]
fn nobody_is_asked_twice_in_a_row_while_there_is_another() {
    let signing = Signing::new(1);
    let mut closing = Closing::of(&signing);
    let (id, state) = (closing.id(&[]), RunningState::default().hash());
    for position in 0..3 {
        closing.tell(position, &[]);
    }
    closing.report(0, id, state);
    closing.report(1, id, state);
    closing.fire(Timer::Grace(ConfigurationId(0)));
    assert_eq!(silent(&mut closing, 0), with(&["set aside 0"], 1));
    assert_eq!(silent(&mut closing, 1), with(&["set aside 1"], 0));
    for (silent_one, next) in [(0, 1), (1, 0), (0, 1)] {
        assert_eq!(silent(&mut closing, silent_one), asks(next));
    }
}

/// P7.5 ⚑: a state with another hash rules its sender out, at once.
#[test]
fn a_state_with_another_hash_rules_its_sender_out() {
    for scheme in SCHEMES {
        let signing = Signing::new(1).with_scheme(scheme);
        let (mut closing, id) = chosen(&signing);
        let effects = closing.give_state(0, id, &wrong());
        let first = ["ruled out 0: wrong_state", "cancel state-0-0", "quorum 1 2"];
        let mut expected = with(&first, 1);
        expected.push("refused: wrong_state".to_owned());
        assert_eq!(describe(&effects), expected);
        // It is never asked again, however silent the others are.
        assert_eq!(silent(&mut closing, 1), with(&["set aside 1"], 2));
        assert_eq!(silent(&mut closing, 2), with(&["set aside 2"], 1));
        for _ in 0..4 {
            let asked: Vec<_> = (0..3).flat_map(|p| silent(&mut closing, p)).collect();
            assert!(
                !asked.is_empty() && !asked.contains(&asks(0)[0]),
                "{asked:?}"
            );
        }
        assert!(has_ended(&closing.give_state(
            2,
            id,
            &RunningState::default()
        )));
    }
}

/// P7.5: a wrong state from somebody else than the one that is asked changes nobody's turn.
#[test]
fn an_unasked_wrong_state_rules_out_and_leaves_the_turn() {
    let signing = Signing::new(1);
    let (mut closing, id) = chosen(&signing);
    let effects = closing.give_state(2, id, &wrong());
    assert_eq!(
        describe(&effects),
        ["ruled out 2: wrong_state", "refused: wrong_state"]
    );
    assert_eq!(silent(&mut closing, 0), with(&["set aside 0"], 1));
}

/// P7.5: the hash decides, not the sender or the moment.
#[test]
fn a_right_state_is_accepted_late_and_from_anybody() {
    let signing = Signing::new(1);
    for (set_aside, sender) in [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0), (3, 1)] {
        let (mut closing, id) = chosen(&signing);
        for position in 0..set_aside {
            silent(&mut closing, position);
        }
        let effects = closing.give_state(sender, id, &RunningState::default());
        assert!(has_ended(&effects), "{sender} after {set_aside}");
        let running = set_aside % 3;
        assert_eq!(describe(&effects)[0], format!("cancel state-0-{running}"));
        assert_eq!(closing.olympus.configuration(), ConfigurationId(1));
    }
}

/// P1.5, P7.5: what is signed by another, for another history, or not asked for yet, is no state.
#[test]
fn a_state_that_is_not_the_senders_own_is_refused() {
    let signing = Signing::new(1);
    let (mut closing, id) = chosen(&signing);
    let body = StateTransfer {
        configuration: signing.configuration,
        history: id,
        state: RunningState::default(),
    };
    let good = signing.sign(signing.at(0), body.clone());
    let other = StateTransfer {
        configuration: ConfigurationId(1),
        ..body
    };
    let other_history = bcr_protocol::digest::Digest::of("another");
    // Under another history's name a different state is no lie; the reported one would be taken.
    let mut different = RunningState::default();
    different.apply_unordered(&put("k", "v"));
    let cases = [
        (
            signing.at(0),
            Message::RunningState(spoiled(&good)),
            "refused: bad_signature",
        ),
        (
            signing.at(1),
            Message::RunningState(good.clone()),
            "refused: bad_signature",
        ),
        (
            client(0),
            Message::RunningState(good),
            "refused: wrong_sender",
        ),
        (
            signing.at(0),
            Message::RunningState(signing.sign(signing.at(0), other)),
            "ignored: other_configuration",
        ),
        (
            signing.at(0),
            signing.running_state(0, other_history, &different),
            "ignored: not_needed",
        ),
    ];
    for (from, message, expected) in cases {
        assert_eq!(describe(&closing.deliver(from, message)), [expected]);
    }
    let mut early = Closing::of(&signing);
    let effects = early.give_state(0, id, &RunningState::default());
    assert_eq!(describe(&effects), ["ignored: not_needed"]);
    assert_eq!(closing.olympus.configuration(), ConfigurationId(0));
}

/// P7.5: a report that comes when the quorum has become too small makes a new one.
#[test]
fn a_late_report_replaces_a_quorum_that_lost_a_member() {
    let signing = Signing::new(1);
    let mut closing = Closing::of(&signing);
    let (id, state) = (closing.id(&[]), RunningState::default().hash());
    for position in 0..3 {
        closing.tell(position, &[]);
    }
    closing.report(0, id, state);
    closing.report(1, id, state);
    closing.fire(Timer::Grace(ConfigurationId(0)));
    assert_eq!(
        silent(&mut closing, 0),
        with(&["set aside 0"], 1),
        "too few: the hash stands"
    );
    let effects = closing.report(2, id, state);
    assert_eq!(
        describe(&effects),
        with(&["cancel state-0-1", "quorum 1 2"], 1)
    );
}
