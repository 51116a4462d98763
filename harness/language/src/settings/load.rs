//! From a suite's folder to its settings.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::values::{SETTINGS_FILE, Settings};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::limits::{FILE_BYTES_MAX, read_file};

impl Settings {
    /// The settings in `folder`, see `suite_folder`; none where it has no
    /// such file. Relative folders in the file are made relative to `folder`.
    ///
    /// # Errors
    /// A file that is there and cannot be read, or is wrong.
    pub fn load(folder: &Path) -> Result<Self, SettingsError> {
        let path = folder.join(SETTINGS_FILE);
        let bytes = match read_file(&path, FILE_BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                let why = error.to_string();
                return Err(SettingsError::Unreadable { path, why });
            }
        };
        let source = SourceFile::from_bytes(path.display().to_string(), &bytes);
        let mut settings = Self::parse(&source).map_err(|diagnostics| SettingsError::Invalid {
            source: Box::new(source),
            diagnostics,
        })?;
        let overrides = settings.overrides.iter_mut().map(|o| &mut o.values);
        for values in overrides.chain([&mut settings.defaults]) {
            values.logs = values.logs.take().map(|logs| folder.join(logs));
        }
        Ok(settings)
    }
}

/// Settings that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// The file is there and cannot be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why, in the system's words.
        why: String,
    },
    /// The file is wrong.
    Invalid {
        /// The file, for rendering them.
        source: Box<SourceFile>,
        /// Every mistake, in the order of the file.
        diagnostics: Vec<Diagnostic>,
    },
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, why } => {
                write!(f, "`{}` cannot be read: {why}", path.display())
            }
            Self::Invalid {
                source,
                diagnostics,
            } => {
                for (index, diagnostic) in diagnostics.iter().enumerate() {
                    let at = source.location(diagnostic.span.start);
                    let line_end = if index == 0 { "" } else { "\n" };
                    let (name, text) = (source.name(), diagnostic.text());
                    write!(f, "{line_end}{name}:{}:{}: {text}", at.line, at.column)?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for SettingsError {}
