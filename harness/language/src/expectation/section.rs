//! Where each key of an expected file stands, for whoever changes some and leaves the rest as it is.

use std::ops::Range;

use super::tree::{self, Node, NodeKind};

/// A key of an expected file with what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The key.
    pub key: String,
    /// The lines of its own, in bytes: from the key to the end of its value, comments among them included.
    /// Blank lines and comments that follow belong to nobody, unless they are indented further than the
    /// key. `None` where it shares a line with another.
    pub lines: Option<Range<usize>>,
    /// By how many blanks the key is indented.
    pub indent: usize,
    /// The keys below it.
    pub sections: Vec<Self>,
}

/// The keys of an expected file in their order; none where it holds nothing, or is no YAML.
#[must_use]
pub fn sections(text: &str) -> Vec<Section> {
    let root = tree::parse(text).ok().flatten();
    root.map_or_else(Vec::new, |root| of_map(text, &root, 0..text.len()))
}

/// The keys of a map that stands `within` the text.
fn of_map(text: &str, map: &Node, within: Range<usize>) -> Vec<Section> {
    let NodeKind::Map(entries) = &map.kind else {
        return Vec::new();
    };
    // Each goes on to where the next one begins.
    let mut end = within.end;
    let mut sections = Vec::new();
    for entry in entries.iter().rev() {
        let NodeKind::Scalar(key) = &entry.key.kind else {
            continue;
        };
        let at = entry.key.span.start;
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = text[start..at].trim_start_matches(' ');
        let indent = at - start - before.len();
        // What an alias stands for may be anywhere.
        let is_own = !map.is_in_brackets
            && matches!(before, "" | "'" | "\"")
            && within.start <= start
            && start < end;
        let lines = is_own.then(|| start..start + own_lines(&text[start..end], indent));
        let below = lines.clone().unwrap_or(0..0);
        sections.push(Section {
            key: key.clone(),
            lines,
            indent,
            sections: of_map(text, &entry.value, below),
        });
        end = end.min(start);
    }
    sections.reverse();
    sections
}

/// How long the lines of an entry are, without those at the end that belong to nobody.
fn own_lines(text: &str, indent: usize) -> usize {
    let is_nobodys = |line: &&str| {
        let shown = line.trim_start_matches(' ');
        let is_comment = shown.starts_with('#') && line.len() - shown.len() <= indent;
        line.trim().is_empty() || is_comment || line.trim_end() == "..."
    };
    let behind = text.split_inclusive('\n').rev().take_while(is_nobodys);
    text.len() - behind.map(str::len).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys with their lines, those below with a dot.
    fn shown(text: &str) -> Vec<(String, Option<&str>)> {
        let mut shown = Vec::new();
        for section in sections(text) {
            shown.push((section.key.clone(), section.lines.map(|lines| &text[lines])));
            for below in section.sections {
                let key = format!("{}.{}", section.key, below.key);
                shown.push((key, below.lines.map(|lines| &text[lines])));
            }
        }
        shown
    }

    #[test]
    fn a_section_has_its_lines_and_what_stands_between_sections_is_nobodys() {
        let text =
            "# why\nfinal:\n# within\n  k: v  # why\n\n  # behind\n\n# next\nschedules: 3\n...\n";
        let expected = [
            ("final", "final:\n# within\n  k: v  # why\n\n  # behind\n"),
            ("final.k", "  k: v  # why\n"),
            ("schedules", "schedules: 3\n"),
        ];
        assert_eq!(
            shown(text),
            expected.map(|(key, lines)| (key.to_owned(), Some(lines)))
        );
    }

    #[test]
    fn brackets_and_lists_end_with_their_section() {
        let text = "final: {\n  k: v,\n}\n'order':\n- {event: a}\n# end";
        let expected = [
            ("final", Some("final: {\n  k: v,\n}\n")),
            ("final.k", None),
            ("order", Some("'order':\n- {event: a}\n")),
        ];
        assert_eq!(
            shown(text),
            expected.map(|(key, lines)| (key.to_owned(), lines))
        );
    }

    #[test]
    fn keys_that_share_lines_or_stand_elsewhere_have_none_of_their_own() {
        for text in [
            "{\nfinal: {},\nschedules: 3\n}\n",
            "? final\n: {}\n",
            "&x final: {}\n",
        ] {
            let sections = sections(text);
            assert_eq!(sections[0].key, "final", "{text}");
            assert!(
                sections.iter().all(|section| section.lines.is_none()),
                "{text}"
            );
        }
        let aliased = "final: &x\n  k: v\ncanonical:\n  final: *x\n";
        let expected = [
            ("final", Some("final: &x\n  k: v\n")),
            ("final.k", Some("  k: v\n")),
            ("canonical", Some("canonical:\n  final: *x\n")),
            ("canonical.final", Some("  final: *x\n")),
        ];
        assert_eq!(
            shown(aliased),
            expected.map(|(key, lines)| (key.to_owned(), lines))
        );
        let aliased = "final: &x\n  k: v\ncanonical: *x\n";
        assert_eq!(
            shown(aliased).last(),
            Some(&("canonical.k".to_owned(), None))
        );
        assert_eq!(shown("# nothing\n"), []);
    }
}
