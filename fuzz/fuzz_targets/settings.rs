//! Any bytes as a `bcr.toml`.

#![no_main]

use bcr_harness::diagnostic::{Colour, SourceFile};
use bcr_harness::settings::Settings;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = SourceFile::from_bytes("bcr.toml", bytes);
    for diagnostic in Settings::parse(&source).err().unwrap_or_default().iter().take(8) {
        assert!(diagnostic.human(&source, Colour::None).ends_with('\n'));
        assert!(!diagnostic.github(&source).contains('\n'));
    }
});
