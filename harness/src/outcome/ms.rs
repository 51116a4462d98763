//! Times as documents write them: milliseconds with a fraction, from the start of the run.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::trace::{Micros, json};

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
pub(super) fn serialize<S: Serializer>(time: &Micros, to: S) -> Result<S::Ok, S::Error> {
    time.as_ms().serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Micros, D::Error> {
    let ms = f64::deserialize(from)?;
    json::time(ms).ok_or_else(|| D::Error::custom(format_args!("`{ms}` is no time of a run")))
}

/// The same where there may be none.
pub(super) mod optional {
    use super::{Deserialize, Deserializer, Micros, Serialize, Serializer};

    /// A time within something that serde reads and writes.
    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Written(#[serde(with = "super")] Micros);

    #[expect(clippy::ref_option, reason = "serde passes references")]
    pub(in crate::outcome) fn serialize<S: Serializer>(
        time: &Option<Micros>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(Written).serialize(to)
    }

    pub(in crate::outcome) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Micros>, D::Error> {
        let written = <Option<Written> as Deserialize>::deserialize(from)?;
        Ok(written.map(|Written(time)| time))
    }
}
