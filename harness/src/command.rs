//! The command `bcr`.
//!
//! Exit status, the highest that applies: 0 all passed, 1 some did not, 2 usage or invalid files.
//!
//! Source: docs/running.md.

#![expect(
    clippy::disallowed_methods,
    reason = "a command reads and writes files"
)]

mod bless;
mod check;
mod check_run;
mod format;
mod new;
mod output;
mod run;
mod show;
mod status;
#[cfg(test)]
mod tests;
mod trace;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::output::{errln, is_closed_pipe};
use self::status::Status;
use crate::runs::machines::ChainReplication;
use crate::runs::net::child;
use crate::runs::verbosity::Verbosity;

/// Test harness for Byzantine fault-tolerant replication, driven by scenario files.
#[derive(Debug, Parser)]
#[command(name = "bcr", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run scenarios and judge them.
    Run(run::Arguments),
    /// Read scenarios and expected files and report what is wrong with them.
    Check(check::Arguments),
    /// Judge a stored run again, with today's checks and today's expected file.
    CheckRun(check_run::Arguments),
    /// Show a stored run in columns, one line an event.
    Trace(trace::Arguments),
    /// Write a scenario, run it, write its expected file and say what was recorded.
    New(new::Arguments),
    /// Show how expected files differ from what scenarios now come to, and accept it.
    Bless(bless::Arguments),
    /// Rewrite scenario files in the canonical layout; comments survive.
    Fmt(format::Arguments),
}

/// Runs the command that the process's arguments name.
#[must_use]
pub fn main() -> ExitCode {
    if let Some(status) = child::main(&ChainReplication) {
        return status;
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let status = listen(&arguments.command).and_then(|()| match arguments.command {
        Command::Run(arguments) => run::main(&arguments),
        Command::Check(arguments) => check::main(&arguments),
        Command::CheckRun(arguments) => check_run::main(&arguments),
        Command::Trace(arguments) => trace::main(&arguments),
        Command::New(arguments) => new::main(&arguments),
        Command::Bless(arguments) => bless::main(&arguments),
        Command::Fmt(arguments) => format::main(&arguments),
    });
    match status {
        Ok(status) => ExitCode::from(status as u8),
        // Nobody reads on (`| head`): not an error, and no proof that all passed.
        Err(error) if is_closed_pipe(error.as_ref()) => ExitCode::from(Status::Failed as u8),
        Err(mistake) => {
            errln!("error: {mistake}");
            ExitCode::from(Status::Invalid as u8)
        }
    }
}

/// Lets be heard what runs do, as a flag asks, or else the environment.
fn listen(command: &Command) -> Result<(), Box<dyn Error>> {
    let flags = match command {
        Command::Run(arguments) => arguments.verbose,
        Command::Check(_)
        | Command::CheckRun(_)
        | Command::Trace(_)
        | Command::New(_)
        | Command::Bless(_)
        | Command::Fmt(_) => 0,
    };
    let asked = match Verbosity::of_flags(flags) {
        Some(verbosity) => Some(verbosity),
        None => Verbosity::of_environment()?,
    };
    if let Some(verbosity) = asked {
        verbosity.listen();
    }
    Ok(())
}
