//! Why a message is refused or ignored, and why a process asks for reconfiguration.

use crate::word::words;

words! {
    /// A reason, spelt alike in logs, traces and `outcome.json`.
    Reason, a "reason" {
        /// Already answered: a second answer to a request that the client has closed.
        AlreadyAnswered => "already_answered",
        /// Olympus is reconfiguring already; evidence counts all the same (P6.2).
        AlreadyReconfiguring => "already_reconfiguring",
        /// A checkpoint statement's signature is bad, or its content is another's (P8.3).
        BadCheckpointStatement => "bad_checkpoint_statement",
        /// The client's signature is bad (P4.3, P5.2).
        BadClientSignature => "bad_client_signature",
        /// An order statement's signature is bad (P4.3).
        BadOrderSignature => "bad_order_signature",
        /// A checkpoint proof in a history lacks `t + 1` equal statements, or one is bad (P7.2).
        BadCheckpointProof => "bad_checkpoint_proof",
        /// A result statement's signature is bad (P4.3).
        BadResultSignature => "bad_result_signature",
        /// The message's own signature is bad.
        BadSignature => "bad_signature",
        /// An entry that a catch_up names does not follow from the replica's state (P7.4).
        BadCatchUp => "bad_catch_up",
        /// Correctly signed statements contradict each other (P6.1).
        ContradictoryStatements => "contradictory_statements",
        /// The state hash of a replica differs from that of `t + 1` others (P8.3).
        Divergence => "divergence",
        /// A history's slots are not contiguous (P7.2).
        HistoryHole => "history_hole",
        /// The receiver is immutable (P1.8).
        Immutable => "immutable",
        /// A statement that should be there is not (P4.3, P4.4, P8.3).
        MissingStatement => "missing_statement",
        /// A history lacks a slot, or holds another request there, for which its replica signed an order
        /// statement that another history holds (P7.2).
        OrderWithheld => "order_withheld",
        /// No `t + 1` checkpoint statements agree (P8.3).
        NoCheckpointQuorum => "no_checkpoint_quorum",
        /// The receiver does not take part in this.
        NotAddressed => "not_addressed",
        /// A forwarded request away from the head (P5.2).
        NotHead => "not_head",
        /// Sent to a process that has all it needs of that kind.
        NotNeeded => "not_needed",
        /// The message is of another configuration (P1.8).
        OtherConfiguration => "other_configuration",
        /// No proof convinces Olympus (P6.2).
        NoProof => "no_proof",
        /// The pending replica keeps no more messages of the sender (P1.8).
        QueueFull => "queue_full",
        /// The request's number is beyond the client's next (P4.6).
        RequestAhead => "request_ahead",
        /// The result differs from what the result statements give (P4.3).
        ResultMismatch => "result_mismatch",
        /// The slot has been ordered before (P4.3).
        SlotRepeated => "slot_repeated",
        /// A slot was skipped (P6.1).
        SlotSkipped => "slot_skipped",
        /// The request's number is below the client's last executed (P4.6, P5.2).
        StaleRequest => "stale_request",
        /// A timer expired (P5.3).
        Timeout => "timeout",
        /// A signed checkpoint for a slot that the receiver has not just executed (P8.3).
        WrongCheckpointSlot => "wrong_checkpoint_slot",
        /// An order statement names another operation than the client's request (P4.3).
        WrongOperation => "wrong_operation",
        /// The answer's proofs do not suffice (P4.5).
        WrongProof => "wrong_proof",
        /// The message came from a process that does not send it (P4.3).
        WrongSender => "wrong_sender",
        /// A running state with another hash than the reported one (P7.5).
        WrongState => "wrong_state",
        /// So much of the sender was refused, or heard, that it is heard no more (P6.4).
        Exhausted => "exhausted",
        /// The history holds as much as it may: checkpoints are missing (P8.4).
        HistoryFull => "history_full",
        /// A list in the message is longer than a correct process makes it (P1.9).
        Oversized => "oversized",
    }
}
