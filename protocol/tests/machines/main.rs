//! The machines one by one and together: every rule of the protocol that a machine could break.
//!
//! A test's name is the claim; its comment cites the rule. `signing` makes what processes sign, `world`
//! joins machines by links that a test holds back, empties or spoils.

mod attack;
mod bounds;
mod catch_up;
mod chain;
mod checkpoint;
mod client;
mod closing;
mod contract;
mod evidence;
mod modes;
mod quorum;
mod random;
mod replacement;
mod retransmission;
mod shuttle;
mod signing;
mod transfer;
mod wedged;
mod words;
mod world;
