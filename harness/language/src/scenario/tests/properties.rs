//! What holds of any text.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn any_text_is_read_or_refused(
        lines in proptest::collection::vec("[a-z]{1,3} = [0-9]{0,3}|failures\\[[0-2],[0-4]\\] = .{0,30}|\
            workload\\[[0-2]\\] = .{0,30}|(shuttle|crash|put|get)\\(.{0,10}\\)?|.{0,20}", 0..8),
    ) {
        let source = SourceFile::new("a.conf", lines.join("\n"));
        let reading = read(&source, &[]);
        let invalid = reading.diagnostics.iter().any(Diagnostic::is_error);
        prop_assert_eq!(reading.scenario.is_none(), invalid);
        for diagnostic in &reading.diagnostics {
            prop_assert!(source.text().get(diagnostic.span.clone()).is_some());
            let _ = (diagnostic.human(&source, Colour::None), diagnostic.github(&source));
        }
    }
}
