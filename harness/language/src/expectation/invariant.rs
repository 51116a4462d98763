//! The invariants of P11.

use bcr_protocol::words;

words! {
    /// An invariant of P11, in the order of that rule; `outside_promise` and `outcome.json` name it.
    Invariant, an "invariant" {
        /// P11.1.
        Agreement => "agreement",
        /// P11.2.
        Validity => "validity",
        /// P11.3.
        Linearizability => "linearizability",
        /// P11.4.
        Durability => "durability",
        /// P11.5.
        NoHoles => "no_holes",
        /// P11.6.
        Wedge => "wedge",
        /// P11.7.
        Accountability => "accountability",
        /// P11.8.
        Liveness => "liveness",
        /// P11.9.
        State => "state",
    }
}
