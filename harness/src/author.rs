//! Writing scenarios and expected files: what a run came to, as clauses.
//!
//! A recorded clause is a proposal: whoever records it judges it.

pub(crate) mod bless;
pub(crate) mod difference;
pub(crate) mod new_scenario;
pub(crate) mod objection;
pub(crate) mod random;
mod record;
pub(crate) mod template;
mod yaml;

pub(crate) use record::{main_events, record};
