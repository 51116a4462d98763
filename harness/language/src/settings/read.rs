//! From TOML to settings, every mistake at once.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::SettingsMistake;
use super::values::{Override, Settings, Values};
use crate::diagnostic::{Diagnostic, SourceFile, nearest, odd_line_end};
use crate::limits::{DURATION_MS_MAX, SCHEDULES_MAX, TRACE_MIB_MAX};
use crate::scenario;
use crate::words::Runtime;

const VALUES: [&str; 9] = [
    "schedules",
    "runtimes",
    "deadline_ms",
    "time_limit_ms",
    "trace_limit_mib",
    "real_time_allowance_ms",
    "logs",
    "deny_warnings",
    "allow",
];
const OVERRIDES: &str = "overrides";
const FILTER: &str = "filter";

impl Settings {
    /// The settings that `source` holds, its relative folders as they are.
    ///
    /// # Errors
    /// Every mistake, in the order of the file.
    pub fn parse(source: &SourceFile) -> Result<Self, Vec<Diagnostic>> {
        read(source)
    }
}

fn read(source: &SourceFile) -> Result<Settings, Vec<Diagnostic>> {
    if let Some(error) = source.encoding_error() {
        return Err(vec![error]);
    }
    let mut characters = source.text().char_indices();
    if let Some((at, c, name)) = characters.find_map(|(at, c)| Some((at, c, odd_line_end(c)?))) {
        let message = format!("{name} looks like the end of a line and is none");
        let error = Diagnostic::error(SettingsMistake::Syntax, at..at + c.len_utf8(), message);
        return Err(vec![
            error.with_help("end the line with a line feed, or remove it"),
        ]);
    }
    let (root, errors) = DeTable::parse_recoverable(source.text());
    // What an error of syntax left behind would only be blamed for what it is not.
    if !errors.is_empty() {
        let end = source.text().len();
        return Err(errors
            .into_iter()
            .map(|error| {
                let span = error.span().unwrap_or(end..end);
                Diagnostic::error(SettingsMistake::Syntax, span, error.message())
            })
            .collect());
    }
    let mut reader = SettingsReader::default();
    let settings = reader.settings(root.get_ref());
    if reader.diagnostics.is_empty() {
        return Ok(settings);
    }
    reader
        .diagnostics
        .sort_by_key(|diagnostic| diagnostic.span.start);
    Err(reader.diagnostics)
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;
type TomlValue<'a> = Spanned<DeValue<'a>>;

#[derive(Default)]
struct SettingsReader {
    diagnostics: Vec<Diagnostic>,
}

impl SettingsReader {
    fn settings(&mut self, table: &DeTable<'_>) -> Settings {
        let mut settings = Settings::default();
        for (key, value) in table {
            if key.get_ref() == OVERRIDES {
                settings.overrides = self.overrides(value);
            } else if !self.value(&mut settings.defaults, key, value) {
                self.unknown(key, OVERRIDES);
            }
        }
        settings
    }

    fn overrides(&mut self, value: &TomlValue<'_>) -> Vec<Override> {
        let Some(entries) = value.get_ref().as_array() else {
            self.wrong(value, "`overrides` is a list of tables: `[[overrides]]`");
            return Vec::new();
        };
        entries
            .iter()
            .filter_map(|entry| {
                let Some(table) = entry.get_ref().as_table() else {
                    self.wrong(entry, "an override is a table: `[[overrides]]`");
                    return None;
                };
                self.one_override(table, entry.span())
            })
            .collect()
    }

    fn one_override(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Option<Override> {
        let mut values = Values::default();
        for (key, value) in table {
            if key.get_ref() != FILTER && !self.value(&mut values, key, value) {
                self.unknown(key, FILTER);
            }
        }
        let Some(filter) = table.get(FILTER) else {
            let message = "this override has no `filter`";
            let missing = Diagnostic::error(SettingsMistake::MissingFilter, span, message)
                .with_help("name a folder below `scenarios`, as in `filter = \"smoke/\"`");
            self.diagnostics.push(missing);
            return None;
        };
        match filter
            .get_ref()
            .as_str()
            .map(|text| text.trim_end_matches('/'))
        {
            Some(text) if !text.is_empty() => Some(Override {
                filter: text.to_owned(),
                values,
            }),
            _ => {
                let allowed =
                    "`filter` is a folder below `scenarios` or a scenario's name, in quotes";
                self.wrong(filter, allowed);
                None
            }
        }
    }

    /// Reads one key that may stand at the top and in an override; false where it is none of these.
    fn value(&mut self, values: &mut Values, key: &Key<'_>, value: &TomlValue<'_>) -> bool {
        match key.get_ref().as_ref() {
            "schedules" => values.schedules = self.number(value, "schedules", 0, SCHEDULES_MAX),
            "runtimes" => values.runtimes = self.runtimes(value),
            "deadline_ms" => {
                values.deadline_ms = self.number(value, "deadline_ms", 1, DURATION_MS_MAX)
            }
            "time_limit_ms" => {
                values.time_limit_ms = self.number(value, "time_limit_ms", 1, DURATION_MS_MAX);
            }
            "trace_limit_mib" => {
                values.trace_limit_mib = self.number(value, "trace_limit_mib", 1, TRACE_MIB_MAX);
            }
            "real_time_allowance_ms" => {
                values.real_time_allowance_ms =
                    self.number(value, "real_time_allowance_ms", 0, DURATION_MS_MAX);
            }
            "logs" => match value.get_ref().as_str() {
                Some(folder) if !folder.is_empty() => values.logs = Some(folder.into()),
                _ => self.wrong(value, "`logs` is a folder, in quotes"),
            },
            "deny_warnings" => match value.get_ref().as_bool() {
                Some(deny) => values.deny_warnings = Some(deny),
                None => self.wrong(value, "`deny_warnings` is `true` or `false`"),
            },
            "allow" => values.allow = self.codes(value),
            _ => return false,
        }
        true
    }

    fn number(&mut self, value: &TomlValue<'_>, name: &str, min: u64, max: u64) -> Option<u64> {
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok())
            .filter(|number| *number >= min);
        if number.is_none() {
            self.wrong(value, format!("`{name}` is a whole number, at least {min}"));
        }
        if number.is_some_and(|number| number > max) {
            self.wrong(value, format!("`{name}` is at most {max}"));
            return None;
        }
        number
    }

    fn runtimes(&mut self, value: &TomlValue<'_>) -> Option<Vec<Runtime>> {
        let names = Runtime::ALL.iter().map(|runtime| runtime.as_str());
        let allowed = names.clone().collect::<Vec<_>>().join("`, `");
        let Some(entries) = value.get_ref().as_array().filter(|list| !list.is_empty()) else {
            self.wrong(
                value,
                format!("`runtimes` is a list with some of `{allowed}`"),
            );
            return None;
        };
        let mut runtimes = Vec::new();
        for entry in entries.iter() {
            let text = entry.get_ref().as_str().unwrap_or_default();
            match Runtime::ALL.iter().find(|known| known.as_str() == text) {
                Some(runtime) if runtimes.contains(runtime) => {
                    self.wrong(entry, format!("`{text}` is in the list already"));
                }
                Some(runtime) => runtimes.push(*runtime),
                None => {
                    let message = format!("a runtime is one of `{allowed}`");
                    let wrong =
                        Diagnostic::error(SettingsMistake::WrongValue, entry.span(), message);
                    self.diagnostics.push(match nearest(text, names.clone()) {
                        Some(name) => wrong
                            .with_help(format!("did you mean `{name}`?"))
                            .with_fix(format!("\"{name}\"")),
                        None => wrong,
                    });
                }
            }
        }
        Some(runtimes)
    }

    /// A list of warnings' codes.
    fn codes(&mut self, value: &TomlValue<'_>) -> Option<Vec<String>> {
        let Some(entries) = value.get_ref().as_array() else {
            self.wrong(value, "`allow` is a list of the codes of warnings");
            return None;
        };
        let known = scenario::ScenarioMistake::ALL
            .iter()
            .map(|kind| kind.as_str());
        let mut codes = Vec::new();
        for entry in entries.iter() {
            let text = entry.get_ref().as_str().unwrap_or_default();
            if known.clone().any(|code| code == text) {
                codes.push(text.to_owned());
            } else {
                let message = format!("`{text}` is no code of a warning");
                let wrong = Diagnostic::error(SettingsMistake::WrongValue, entry.span(), message);
                self.diagnostics.push(match nearest(text, known.clone()) {
                    Some(code) => wrong
                        .with_help(format!("did you mean `{code}`?"))
                        .with_fix(format!("\"{code}\"")),
                    None => wrong,
                });
            }
        }
        Some(codes)
    }

    fn wrong(&mut self, value: &TomlValue<'_>, message: impl Into<String>) {
        let wrong = Diagnostic::error(SettingsMistake::WrongValue, value.span(), message);
        self.diagnostics.push(wrong);
    }

    fn unknown(&mut self, key: &Key<'_>, other: &str) {
        let allowed = || VALUES.into_iter().chain([other]);
        let names = allowed().collect::<Vec<_>>().join("`, `");
        let found = key.get_ref();
        let message = format!("unknown key `{found}`; known here: `{names}`");
        let unknown = Diagnostic::error(SettingsMistake::UnknownKey, key.span(), message);
        self.diagnostics.push(match nearest(found, allowed()) {
            Some(name) => unknown.with_suggestion(name),
            None => unknown,
        });
    }
}
