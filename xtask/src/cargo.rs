//! Cargo as a child process.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use anyhow::Context as _;

/// A cargo command, of the toolchain that started us, which reads nothing from our input.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs the benchmarks, which pass or fail nothing.
///
/// # Errors
/// Cargo cannot be started.
pub(crate) fn bench(root: &Path) -> anyhow::Result<ExitCode> {
    let status = command(&[
        "bench",
        "--locked",
        "-p",
        "bcr-harness",
        "--bench",
        "processes",
    ])
    .current_dir(root)
    .status()
    .context("cargo does not start")?;
    Ok(exit_code(status))
}

/// Runs `cargo bcr <subcommand> <arguments>` where the user stands, so that paths mean the same.
///
/// # Errors
/// Cargo cannot be started.
pub(crate) fn forward(subcommand: &str, arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    let status = command(&["bcr", subcommand])
        .args(arguments)
        .stdin(Stdio::inherit())
        .status()
        .context("cargo does not start")?;
    Ok(exit_code(status))
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
