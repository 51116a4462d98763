//! The kinds of mistakes in a settings file.

use crate::diagnostic::Code;

/// The kinds of mistakes in a settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsMistake {
    /// It is not TOML.
    Syntax,
    /// A key that is none.
    UnknownKey,
    /// A value that the key does not take.
    WrongValue,
    /// An override without a filter.
    MissingFilter,
}

impl From<SettingsMistake> for Code {
    fn from(mistake: SettingsMistake) -> Self {
        Self::new(match mistake {
            SettingsMistake::Syntax => "settings-syntax",
            SettingsMistake::UnknownKey => "settings-unknown-key",
            SettingsMistake::WrongValue => "settings-wrong-value",
            SettingsMistake::MissingFilter => "settings-missing-filter",
        })
    }
}
