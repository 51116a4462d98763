//! Upkeep.
fn main() {}
