//! Where pages lie.

use std::path::{Component, Path};

/// Where the page of a scenario lies below the folder of a report, without extension and with `/`
/// between the parts: its name, never outside of that folder, and never the index itself.
pub(super) fn place(name: &str) -> String {
    let parts = Path::new(name)
        .components()
        .filter_map(|component| match component {
            Component::Normal(part) => Some(part.to_string_lossy()),
            _ => None,
        });
    let place = parts.collect::<Vec<_>>().join("/");
    match place.as_str() {
        "" | "index" => format!("{place}_"),
        _ => place,
    }
}
