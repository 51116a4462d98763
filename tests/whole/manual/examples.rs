//! The examples of the manual, read and run.

#![expect(
    clippy::disallowed_methods,
    reason = "compares the manual with the log files of a run"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Arc, OnceLock};

use bcr_harness::cases::case::Case;
use bcr_harness::cases::examine::{KeepNothing, Keeper, examine};
use bcr_harness::cases::find::ScenarioFile;
use bcr_harness::cases::options::Options;
use bcr_harness::diagnostic::{Diagnostic, SourceFile};
use bcr_harness::expectation;
use bcr_harness::outcome::Outcome;
use bcr_harness::runs::Runtime;
use bcr_harness::runs::machines::ChainReplication;
use bcr_harness::scenario;
use bcr_harness::settings::Settings;
use bcr_harness::tell::result::{Account, Stories};
use bcr_harness::tell::{log, text};
use bcr_harness::trace::Micros;

use super::page::{Block, PAGES, Page};

/// An example that was tried.
pub(crate) struct Example {
    pub(crate) place: String,
    /// What is not as the manual says.
    pub(crate) mistake: Option<String>,
    /// The codes of the diagnostics that it draws, with their levels.
    pub(crate) levels: Vec<(String, &'static str)>,
    pub(crate) outcome: Option<Outcome>,
}

/// All examples of all pages, tried once.
pub(crate) fn examples() -> &'static [Example] {
    static EXAMPLES: OnceLock<Vec<Example>> = OnceLock::new();
    EXAMPLES.get_or_init(|| PAGES.iter().flat_map(of_page).collect())
}

pub(crate) fn outcomes() -> Vec<&'static Outcome> {
    let examples = examples().iter();
    examples
        .filter_map(|example| example.outcome.as_ref())
        .collect()
}

/// The examples of one page, in its order.
fn of_page(page: &Page) -> Vec<Example> {
    let mut base = String::new();
    let mut scenario = None;
    let mut logs = None;
    // Under nextest every test is a process of its own that runs the examples.
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("manual-{}", process::id()));
    let has_logs = page.blocks().iter().any(|block| block.language() == "log");
    let mut examples = Vec::new();
    for block in page.blocks() {
        let place = format!("docs/{}:{}", page.name, block.line);
        let mut example = Example {
            place,
            mistake: None,
            levels: Vec::new(),
            outcome: None,
        };
        let tried = match block.language() {
            "conf" => {
                let text = if block.has("part") {
                    joined(&base, &block.text)
                } else {
                    block.text.clone()
                };
                if block.has("base") {
                    base.clone_from(&text);
                }
                let source = SourceFile::new(format!("{}.conf", block.line), text);
                let reading = scenario::read(&source, &[]);
                example.levels = levels_of(&reading.diagnostics);
                scenario = reading.scenario.map(Arc::new);
                logs = None;
                agree(&block, &reading.diagnostics)
            }
            "yaml" => match &scenario {
                None => Err("there is no scenario above it".to_owned()),
                Some(scenario) => {
                    let folder = has_logs.then(|| root.join(block.line.to_string()));
                    let tried = expected(scenario, &block, folder.clone());
                    logs = folder;
                    tried.map(|outcome| example.outcome = outcome)
                }
            },
            "toml" if !block.has("cargo") => {
                let source = SourceFile::new("bcr.toml", block.text.clone());
                agree(&block, &Settings::parse(&source).err().unwrap_or_default())
            }
            "log" | "jsonl" => match &logs {
                None => Err("there is no run above it".to_owned()),
                Some(folder) => in_folder(&block, folder),
            },
            "rust" if is_scenario_target(&block.text) => Ok(()),
            "rust" => Err("`tests/scenarios.rs` is another".to_owned()),
            _ => continue,
        };
        example.mistake = tried.err();
        examples.push(example);
    }
    if has_logs {
        // Where every run above failed there is nothing to remove, and the mistakes say so.
        let _cleared = fs::remove_dir_all(&root);
    }
    examples
}

/// The base with the lines of a part in the place of those with the same name.
pub(crate) fn joined(base: &str, part: &str) -> String {
    let name = |line: &str| line.split_once('=').map(|(name, _)| name.trim().to_owned());
    let replaced: BTreeSet<_> = part.lines().filter_map(name).collect();
    let kept = base
        .lines()
        .filter(|line| name(line).is_none_or(|name| !replaced.contains(&name)));
    kept.chain(part.lines())
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Whether a file draws exactly the announced diagnostics.
fn agree(block: &Block, diagnostics: &[Diagnostic]) -> Result<(), String> {
    let (announced, found) = (block.codes(), codes_of(diagnostics));
    if announced == found {
        return Ok(());
    }
    let messages: Vec<_> = diagnostics.iter().map(Diagnostic::text).collect();
    Err(format!(
        "announced {announced:?}, found {found:?}: {}",
        messages.join("; ")
    ))
}

/// Runs a scenario with the expected file of a block, unless that is an example of a mistake.
fn expected(
    scenario: &Arc<scenario::Scenario>,
    block: &Block,
    logs: Option<PathBuf>,
) -> Result<Option<Outcome>, String> {
    let source = SourceFile::new("example.yaml", block.text.clone());
    let reading = expectation::read(&source);
    let mut diagnostics = reading.diagnostics;
    if let Some(expectation) = &reading.expectation {
        diagnostics.extend(expectation::check_against(expectation, scenario));
    }
    agree(block, &diagnostics)?;
    if !diagnostics.is_empty() {
        return Ok(None);
    }
    let file = ScenarioFile {
        path: PathBuf::from("example.conf"),
        name: "example".to_owned(),
        expected: PathBuf::from("example.yaml"),
    };
    let case = Case {
        allowance: Micros(0),
        file,
        scenario: Arc::clone(scenario),
        expectation: reading.expectation,
        has_expected_file: true,
        remarks: Vec::new(),
    };
    let mut folder = logs.map(|logs| log::Folder::of(&case, &logs, Runtime::Simulated));
    let options = Options {
        notes_wall_clock: folder.is_some(),
        ..Options::default()
    };
    let mut nothing = KeepNothing;
    let keeper: &mut dyn Keeper = match &mut folder {
        Some(folder) => folder,
        None => &mut nothing,
    };
    let examination = examine(&case, &ChainReplication, &options, keeper);
    if let Some(folder) = folder {
        folder.publish().map_err(|error| error.to_string())?;
    }
    let account = Account::new(&case, &examination, None, Stories::Failing);
    let (verdict, announced) = (
        account.outcome.verdict.as_str(),
        block.value("verdict").unwrap_or("pass"),
    );
    if verdict != announced {
        let explanation = text::explanation(&account);
        return Err(format!(
            "expected {announced}, found {verdict}\n{explanation}"
        ));
    }
    Ok(Some(account.outcome))
}

/// Whether every line of the block is in a file of the log folder, real time aside.
fn in_folder(block: &Block, folder: &Path) -> Result<(), String> {
    let is_log = block.language() == "log";
    let mut lines = Vec::new();
    let run = folder.join("simulated").join("example");
    for entry in fs::read_dir(run).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let wanted = if is_log { "log" } else { "jsonl" };
        if path
            .extension()
            .is_some_and(|extension| extension == wanted)
        {
            let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
            lines.extend(
                text.lines()
                    .map(|line| without_time(line, is_log).to_owned()),
            );
        }
    }
    let is_there = |shown: &&str| {
        let shown = without_time(shown, is_log);
        lines.iter().any(|line| matches(line, shown))
    };
    match block.text.lines().find(|shown| !is_there(shown)) {
        Some(missing) => Err(format!("no line like {missing}")),
        None => Ok(()),
    }
}

fn without_time(line: &str, is_log: bool) -> &str {
    match line.split_once(' ') {
        Some((_, rest)) if is_log => rest,
        _ => line,
    }
}

/// Whether a line is as shown, `…` for anything.
fn matches(line: &str, shown: &str) -> bool {
    let mut parts: Vec<_> = shown.split('…').collect();
    let last = parts.pop().unwrap_or_default();
    let mut rest = line;
    for (index, part) in parts.iter().enumerate() {
        match rest.find(part) {
            Some(at) if index > 0 || at == 0 => rest = &rest[at + part.len()..],
            _ => return false,
        }
    }
    rest == last || !parts.is_empty() && rest.ends_with(last)
}

/// Whether the target that the manual shows is that of this repository, where paths are others.
fn is_scenario_target(shown: &str) -> bool {
    include_str!("../../scenarios.rs")
        .replace("\"../", "\"")
        .ends_with(shown)
}

pub(crate) fn codes_of(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    let mut codes: Vec<_> = diagnostics
        .iter()
        .map(|found| found.code.as_str())
        .collect();
    codes.sort_unstable();
    codes
}

fn levels_of(diagnostics: &[Diagnostic]) -> Vec<(String, &'static str)> {
    let level = |found: &Diagnostic| (found.code.to_string(), found.severity.as_str());
    diagnostics.iter().map(level).collect()
}
