//! The command `bcr`.

use std::process::ExitCode;

fn main() -> ExitCode {
    bcr_harness::command::main()
}
