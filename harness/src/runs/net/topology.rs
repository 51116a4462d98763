//! Who sends messages to whom in a run.
//!
//! Source: docs/protocol.md P4, P5, P7, P8.

use bcr_protocol::identity::{Position, ProcessId};

/// Whether messages pass between two processes: clients know no clients, and replicas none of another
/// configuration.
pub(super) fn exchange_messages(one: ProcessId, other: ProcessId) -> bool {
    match (one, other) {
        (ProcessId::Replica(one), ProcessId::Replica(other)) => {
            one.configuration == other.configuration && one != other
        }
        (ProcessId::Client(_), ProcessId::Client(_)) | (ProcessId::Olympus, ProcessId::Olympus) => {
            false
        }
        (ProcessId::Olympus | ProcessId::Client(_) | ProcessId::Replica(_), _) => true,
    }
}

/// Whether `one` connects to `other` before it has something to say: to its neighbours in a chain of so many
/// replicas, the tail to the clients, the clients to every replica, Olympus to everybody and everybody to
/// Olympus. Clients so that a repeated request, which goes to all, is no handshake behind the shuttle.
/// Others connect later, so that the connections of a long chain do not grow with its square.
pub(super) fn are_near(one: ProcessId, other: ProcessId, replicas: usize) -> bool {
    let is_tail = |at: Position| at.0 as usize + 1 == replicas;
    match (one, other) {
        (ProcessId::Replica(one), ProcessId::Replica(other)) => {
            one.position.0.abs_diff(other.position.0) == 1
        }
        (ProcessId::Client(_), ProcessId::Replica(_)) => true,
        (ProcessId::Replica(from), ProcessId::Client(_)) => is_tail(from.position),
        (ProcessId::Olympus, _) | (_, ProcessId::Olympus) => true,
        (ProcessId::Client(_), ProcessId::Client(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use bcr_protocol::identity::{ClientId, ConfigurationId};

    use super::*;

    #[test]
    fn a_chain_of_five_connects_along_itself_and_with_clients() {
        let replica = |at| ProcessId::replica(ConfigurationId(1), Position(at));
        let client = ProcessId::Client(ClientId(0));
        let everyone: Vec<_> = (0..5)
            .map(replica)
            .chain([client, ProcessId::Olympus])
            .collect();
        let near_to = |one: ProcessId| {
            let near =
                |other: &&ProcessId| exchange_messages(one, **other) && are_near(one, **other, 5);
            everyone.iter().filter(near).copied().collect::<Vec<_>>()
        };
        let olympus = ProcessId::Olympus;
        assert_eq!(near_to(replica(0)), [replica(1), olympus]);
        assert_eq!(near_to(replica(2)), [replica(1), replica(3), olympus]);
        assert_eq!(near_to(replica(4)), [replica(3), client, olympus]);
        assert_eq!(near_to(client), [&everyone[..5], &[olympus]].concat());
        assert_eq!(near_to(olympus), everyone[..6]);
    }

    #[test]
    fn chains_of_two_configurations_have_nothing_to_do_with_each_other() {
        let head = |of| ProcessId::replica(ConfigurationId(of), Position::HEAD);
        let tail = ProcessId::replica(ConfigurationId(0), Position(2));
        assert!(!exchange_messages(head(0), head(1)));
        assert!(!exchange_messages(head(0), head(0)));
        assert!(
            exchange_messages(head(0), tail),
            "not neighbours, and they forward"
        );
    }
}
