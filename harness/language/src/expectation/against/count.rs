//! Where the numbers of something end.

use std::fmt::Display;

/// Says that there is none with this number; there is at least one.
pub(super) fn no_such(what: &str, number: impl Display, count: u64) -> String {
    match count {
        1 => format!("there is no {what} {number}, only {what} 0"),
        _ => format!(
            "there is no {what} {number}: the {what}s are 0 to {}",
            count - 1
        ),
    }
}
