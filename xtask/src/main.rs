//! `cargo xtask`: upkeep of this repository.
//!
//! Nothing links to this crate, and it links to no room: it runs cargo and reads the tree. Authoring
//! belongs to `bcr`; its commands are only forwarded here.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "upkeep reads the tree, asks the clock how long a step took, and prints"
)]

mod cargo;
mod ci;
mod coverage;
mod tidy;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
Upkeep of this repository.

Usage: cargo xtask <COMMAND>

Commands:
  ci                   everything that must hold before a change lands
  tidy                 the house rules that a program can check
  coverage             writes the table of README.md: which failure the suite covers at which
                       trigger and position; `--check` compares, `--json` prints every cell
  bench                what real runs cost, against the signatures in them (some minutes)
  new-scenario ARG…    forwards to `cargo bcr new ARG…`
  bless ARG…           forwards to `cargo bcr bless ARG…`

Exit status: 0 all is well, 1 something is not, 2 usage; a forward passes on that of `cargo bcr`.";

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<OsString> = arguments.collect();
    let done = match (command.to_str(), rest.is_empty()) {
        (Some("ci"), true) => ci::run(&root()),
        (Some("tidy"), true) => tidy::run(&root()),
        (Some("coverage"), _) => match coverage::Mode::of(&rest) {
            Some(mode) => coverage::run(&root(), mode).map(exit_code),
            None => Ok(usage()),
        },
        (Some("bench"), true) => cargo::bench(&root()),
        (Some("new-scenario"), _) => cargo::forward("new", &rest),
        (Some("bless"), _) => cargo::forward("bless", &rest),
        (Some("help" | "--help" | "-h"), _) => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => Ok(usage()),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn exit_code(is_well: bool) -> ExitCode {
    if is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

/// The repository: the folder above this crate, as `cargo run` tells it.
fn root() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR").map_or_else(
        || PathBuf::from("."),
        |member| PathBuf::from(member).join(".."),
    )
}
