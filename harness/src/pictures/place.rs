//! Where pages lie.

use crate::cases::place;

/// Where the page of a scenario lies below the folder of a report, without extension and with `/`
/// between the parts: where its logs lie, below theirs.
pub(super) fn place(name: &str) -> String {
    let place = place::place(name);
    let parts = place.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}
