//! `cargo xtask ci`: everything that must hold before a change lands.
//!
//! All steps run, whatever became of those before them, so that one run shows all there is to mend.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::{cargo, coverage, tidy};

/// What a step does.
enum Work {
    /// Runs cargo with these arguments and warnings of rustdoc denied.
    Cargo(&'static [&'static str]),
    /// Runs cargo with these arguments where the named subcommand is installed.
    Extension(&'static str, &'static [&'static str]),
    /// Runs `cargo bcr` with these arguments where it has their first as a subcommand.
    Bcr(&'static [&'static str]),
    /// A browser for the tests of pages, installed where that can be done unasked.
    Browser,
    /// The types and the rules of the scripts of pages, where npm and what it fetches are to be had.
    Scripts,
    /// The house rules, in this process.
    Tidy,
    /// The table of what the scenarios cover, in this process.
    Coverage,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    Passed,
    Skipped(String),
    Failed,
}

/// In the order in which they run: the quickest first, the longest before what leans on it.
const STEPS: &[(&str, Work)] = &[
    ("format", Work::Cargo(&["fmt", "--all", "--check"])),
    ("tidy", Work::Tidy),
    (
        "clippy",
        Work::Cargo(&[
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
    ),
    // Private items too: a contributor reads them, and a broken link among them would rot unseen.
    (
        "doc",
        Work::Cargo(&[
            "doc",
            "--locked",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ]),
    ),
    // Nothing is built of them with npm: pages hold them as they are.
    ("scripts", Work::Scripts),
    // Without one the tests of pages say so and end.
    ("browser", Work::Browser),
    // The next two are what README.md tells a newcomer to type, to the letter.
    ("test", Work::Cargo(&["test"])),
    ("scenarios", Work::Bcr(&["run", "scenarios"])),
    // What would fail in real time one day, found today.
    (
        "scenarios with pauses",
        Work::Bcr(&["run", "--pauses", "80", "--schedules", "12", "scenarios"]),
    ),
    ("coverage", Work::Coverage),
    // An expected file that no scenario has is a warning, and CI has none.
    (
        "scenario check",
        Work::Bcr(&["check", "--deny-warnings", "scenarios"]),
    ),
    (
        "scenario format",
        Work::Bcr(&["fmt", "--check", "scenarios"]),
    ),
    // Advisories need a database that is fetched; the rest needs nothing but the lock file.
    (
        "deny",
        Work::Extension("deny", &["deny", "check", "bans", "licenses", "sources"]),
    ),
];

/// Runs every step and prints a summary.
///
/// # Errors
/// Cargo cannot be started, or the tree cannot be read.
pub(crate) fn run(root: &Path) -> anyhow::Result<ExitCode> {
    let mut ends = Vec::new();
    for (name, work) in STEPS {
        println!("\n==> {name}{}", described(work));
        let started = Instant::now();
        let end = perform(work, root).with_context(|| format!("step `{name}`"))?;
        let line = summary(name, &end, started.elapsed());
        println!("==> {line}");
        ends.push((end, line));
    }
    println!("\nSummary");
    for (_, line) in &ends {
        println!("  {line}");
    }
    let has_failed = ends.iter().any(|(end, _)| *end == End::Failed);
    Ok(if has_failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn described(work: &Work) -> String {
    match work {
        Work::Cargo(arguments) | Work::Extension(_, arguments) => {
            format!(": cargo {}", arguments.join(" "))
        }
        Work::Bcr(arguments) => format!(": cargo bcr {}", arguments.join(" ")),
        Work::Browser => ": chromedriver, for the tests of pages".into(),
        Work::Scripts => format!(": npm ci, npm run check in {SCRIPTS}"),
        Work::Tidy => ": cargo xtask tidy".into(),
        Work::Coverage => ": cargo xtask coverage --check".into(),
    }
}

fn summary(name: &str, end: &End, took: Duration) -> String {
    let seconds = took.as_secs_f64();
    match end {
        End::Passed => format!("passed   {seconds:7.1} s  {name}"),
        End::Skipped(why) => format!("skipped  {seconds:7.1} s  {name}: {why}"),
        End::Failed => format!("FAILED   {seconds:7.1} s  {name}"),
    }
}

fn perform(work: &Work, root: &Path) -> anyhow::Result<End> {
    match work {
        Work::Cargo(arguments) => finish(&mut cargo::command(arguments), root),
        Work::Extension(subcommand, arguments) => {
            let listed = printed(&mut cargo::command(&["--list"]), root)?;
            match listed {
                Some(list) if offers(&list, subcommand) => {
                    finish(&mut cargo::command(arguments), root)
                }
                Some(_) => Ok(End::Skipped(format!("cargo-{subcommand} is not installed"))),
                None => Ok(End::Failed),
            }
        }
        Work::Bcr(arguments) => bcr(arguments, root),
        Work::Browser => Ok(browser()),
        Work::Scripts => Ok(scripts(root)),
        Work::Tidy => Ok(end(tidy::is_tidy(root)?)),
        Work::Coverage => Ok(end(coverage::run(root, coverage::Mode::Check)?)),
    }
}

/// Sees to a browser: there, installed by root with apt, or missing, which fails nothing.
fn browser() -> End {
    let succeeds = |program: &str, arguments: &[&str]| {
        let status = Command::new(program)
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(std::process::Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    };
    let is_there = || succeeds("chromedriver", &["--version"]);
    if is_there() {
        return End::Passed;
    }
    let user = Command::new("id").arg("-u").output();
    let is_root = user.is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let packages = [
        "install",
        "-y",
        "--no-install-recommends",
        "chromium",
        "chromium-driver",
    ];
    if is_root && succeeds("apt-get", &["update"]) && succeeds("apt-get", &packages) && is_there() {
        return End::Passed;
    }
    End::Skipped("chromedriver is not installed (Debian: chromium, chromium-driver)".into())
}

/// Where the scripts of pages are, with what names their checkers and these rules.
const SCRIPTS: &str = "harness/src/pictures/page";

/// Checks the scripts of pages. A missing npm fails nothing, nor does a registry out of reach.
fn scripts(root: &Path) -> End {
    let npm = |arguments: &[&str]| {
        let mut command = Command::new("npm");
        command.args(arguments).current_dir(root.join(SCRIPTS));
        command
    };
    let succeeds = |mut command: Command| command.status().is_ok_and(|status| status.success());
    let is_quiet = |mut command: Command| command.output().is_ok_and(|out| out.status.success());
    if !is_quiet(npm(&["--version"])) {
        return End::Skipped("npm is not installed".into());
    }
    let fetch = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=1",
    ];
    if !succeeds(npm(&fetch)) {
        return if is_quiet(npm(&["ping", "--fetch-retries=0"])) {
            End::Failed
        } else {
            End::Skipped("npm cannot reach its registry".into())
        };
    }
    end(succeeds(npm(&["run", "--silent", "check"])))
}

/// Runs `cargo bcr`, where there is something to run and something to run it on.
fn bcr(arguments: &[&str], root: &Path) -> anyhow::Result<End> {
    let (Some(subcommand), Some(folder)) = (arguments.first(), arguments.last()) else {
        return Ok(End::Failed);
    };
    if !root.join(folder).is_dir() {
        return Ok(End::Skipped(format!("there is no folder `{folder}`")));
    }
    let Some(help) = printed(&mut cargo::command(&["bcr", "--help"]), root)? else {
        return Ok(End::Failed);
    };
    if !offers(&help, subcommand) {
        return Ok(End::Skipped(format!(
            "`cargo bcr` has no `{subcommand}` yet"
        )));
    }
    finish(cargo::command(&["bcr"]).args(arguments), root)
}

/// Whether a list of commands, one a line, its name first, has this one.
fn offers(list: &str, command: &str) -> bool {
    list.lines()
        .any(|line| line.starts_with(' ') && line.split_whitespace().next() == Some(command))
}

/// What a command prints on its standard output; nothing when it fails.
fn printed(command: &mut Command, root: &Path) -> anyhow::Result<Option<String>> {
    let output = command
        .current_dir(root)
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cargo does not start")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(output.status.success().then_some(text))
}

fn finish(command: &mut Command, root: &Path) -> anyhow::Result<End> {
    let status = command
        .current_dir(root)
        .env("RUSTDOCFLAGS", "-D warnings")
        .status()
        .context("cargo does not start")?;
    Ok(end(status.success()))
}

const fn end(is_well: bool) -> End {
    if is_well { End::Passed } else { End::Failed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subcommand_is_found_by_the_first_word_of_an_indented_line() {
        let help = "Runs scenarios\n\nCommands:\n  run    runs them\n  check  finds mistakes\n";
        assert!(offers(help, "run"));
        assert!(offers(help, "check"));
        assert!(!offers(help, "fmt"));
        assert!(!offers(help, "runs"));
        assert!(!offers("", "run"));
    }

    #[test]
    fn the_summary_names_step_and_reason() {
        let took = Duration::from_millis(1_240);
        assert_eq!(
            summary("doc", &End::Failed, took),
            "FAILED       1.2 s  doc"
        );
        assert_eq!(
            summary("deny", &End::Skipped("absent".into()), took),
            "skipped      1.2 s  deny: absent"
        );
    }
}
