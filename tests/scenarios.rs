//! Every scenario file of the repository as a test of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    bcr_harness::suite::main("../scenarios", "../expected")
}
