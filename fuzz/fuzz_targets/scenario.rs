//! Any bytes as a scenario file: it is read, remarked upon and laid out, without a panic or a hang, and
//! the layout reads back as the same file.

#![no_main]

use bcr_harness::diagnostic::{Colour, Diagnostic, SourceFile};
use bcr_harness::scenario;
use bcr_harness::scenario::{format, grammar};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = SourceFile::from_bytes("fuzz.conf", bytes);
    let reading = scenario::read(&source, &[]);
    let has_error = reading.diagnostics.iter().any(Diagnostic::is_error);
    assert_eq!(reading.scenario.is_none(), has_error);
    // Rendering looks at places alone, so that a few of many will do.
    for diagnostic in reading.diagnostics.iter().take(8) {
        assert!(diagnostic.human(&source, Colour::None).ends_with('\n'));
        assert!(!diagnostic.github(&source).contains('\n'));
    }
    if let Ok(formatted) = scenario::reformat(&source) {
        let first = grammar::parse(source.text()).file;
        let again = grammar::parse(&formatted).file;
        assert_eq!(format::format(&again), formatted);
        // A comment behind a list moves to a line of its own, and quotes are mended: both once.
        assert_eq!(again.lines.len(), first.lines.len());
    }
});
