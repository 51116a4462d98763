//! The rules that diagnostics rest on, each in one sentence: who reads a message has not read the rules.
//!
//! Source: docs/protocol.md, where they stand under the same numbers.

/// What the rule with this number says, as far as a scenario file is concerned.
///
/// `None` for a number that no diagnostic cites.
pub(super) fn sentence(rule: &str) -> Option<&'static str> {
    Some(match rule {
        "P1.1" => {
            "a configuration is a chain of 2t + 1 replicas, from the head (0) to the tail (2t)"
        }
        "P2" => "a slice that is not valid on the key's value changes nothing and yields `fail`",
        "P4.4" => {
            "the tail answers the client and starts the result shuttle, which goes back to the head"
        }
        "P5.2" => "a replica that is not the head forwards a client's request to the head",
        "P7.1" => {
            "Olympus ends a configuration when a replica asks for it: a timer expired, or somebody lied"
        }
        "P7.3" => "a replica gets one catch_up for each history that a quorum may agree on",
        "P7.5" => {
            "Olympus asks the lowest-numbered replica of the quorum for the state, another one if that \
             one fails"
        }
        "P7.8" => "configuration 0 starts by itself, without a new_configuration message",
        "P8.1" => "the head starts a checkpoint after every `checkpt_interval` slots",
        "P8.2" => "a completed checkpoint goes from the tail back to the head, where it ends",
        "P9.1" => {
            "each replica counts the messages that it receives from 0, by type and, for requests and \
             shuttles, by client"
        }
        "P9.5" => "a failure that does not happen or changes nothing makes the run vacuous",
        "P10" => {
            "each failure happens once, at its trigger or with the next message that it spoils"
        }
        "P11" => "with more than t faulty replicas in one configuration no invariant is owed",
        _ => return None,
    })
}
