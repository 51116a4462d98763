//! Diagnostics for people, in rustc's layout.

use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Group, Level, Message, Patch, Renderer, Snippet, renderer::DecorStyle,
};

use super::model::{Diagnostic, Label, Severity};
use super::rule;
use super::source::SourceFile;
use super::visible::{self, Colour};

/// A line is shown whole up to so many bytes, beyond that the part around the span.
const LINE_MAX: usize = 160;
/// How many bytes of a long line are shown on either side of the span.
const AROUND: usize = 60;
/// What stands for the part of a line that is left out.
const ELLIPSIS: &str = "…";

impl Diagnostic {
    /// This diagnostic as rustc would print it, ending in a newline. What it quotes from files adds no line, and
    /// no command to a terminal.
    #[must_use]
    pub fn human(&self, source: &SourceFile, colour: Colour) -> String {
        visible::lines(&self.spelt().rendered(source, colour), colour).into_owned()
    }

    /// The same with everything in it on one line; lines that a fix consists of stay.
    fn spelt(&self) -> Self {
        let line = |text: &String| visible::line(text).into_owned();
        let label = |label: &Label| Label {
            span: label.span.clone(),
            text: line(&label.text),
        };
        Self {
            message: line(&self.message),
            label: line(&self.label),
            secondary: self.secondary.iter().map(label).collect(),
            help: self.help.as_ref().map(line),
            fix: self
                .fix
                .as_ref()
                .map(|fix| visible::lines(fix, Colour::None).into_owned()),
            ..self.clone()
        }
    }

    fn rendered(&self, source: &SourceFile, colour: Colour) -> String {
        let renderer = match colour {
            Colour::Ansi => Renderer::styled(),
            Colour::None => Renderer::plain(),
        }
        .decor_style(DecorStyle::Ascii)
        .term_width(LINE_MAX + AROUND);

        let excerpt = Excerpt::around(source, &self.span);
        let mut excerpts = vec![excerpt.clone()];
        let mut primary = excerpt.snippet(source).annotation(
            AnnotationKind::Primary
                .span(excerpt.locate(&self.span))
                .label(self.label.as_str()),
        );
        let mut elsewhere = Vec::new();
        for label in &self.secondary {
            let mark = |excerpt: &Excerpt| {
                AnnotationKind::Context
                    .span(excerpt.locate(&label.span))
                    .label(label.text.as_str())
            };
            if excerpt.covers(&label.span) {
                primary = primary.annotation(mark(&excerpt));
            } else {
                let other = Excerpt::around(source, &label.span);
                elsewhere.push(other.snippet(source).annotation(mark(&other)));
                excerpts.push(other);
            }
        }
        let group = level(self.severity)
            .primary_title(self.message.as_str())
            .id(self.code.as_str())
            .element(primary)
            .elements(elsewhere)
            .elements(self.rule_in_words());
        let mut text = renderer.render(&self.with_remedy(group, &excerpt));
        for excerpt in &excerpts {
            excerpt.correct_column(&mut text, source);
        }
        text.push('\n');
        text
    }

    /// The rule that it rests on, in words.
    fn rule_in_words(&self) -> Option<Message<'static>> {
        let number = self.rule?;
        Some(Level::NOTE.message(match rule::sentence(number) {
            Some(sentence) => format!("{number}: {sentence}"),
            None => format!("see rule {number} in docs/protocol.md"),
        }))
    }

    /// Adds what to do: a changed line where there is a fix, else a line of help.
    fn with_remedy<'a>(&'a self, group: Group<'a>, excerpt: &Excerpt) -> Vec<Group<'a>> {
        match (&self.fix, &self.help) {
            (Some(fix), help) if fix.len() <= LINE_MAX => {
                let title = help.as_deref().unwrap_or("write");
                let patch = Patch::new(excerpt.locate(&self.span), fix.as_str());
                let suggestion = Level::HELP.secondary_title(title).element(
                    Snippet::source(excerpt.text.clone())
                        .line_start(excerpt.line)
                        .patch(patch),
                );
                vec![group, suggestion]
            }
            (_, Some(help)) => vec![group.element(Level::HELP.message(help.as_str()))],
            (_, None) => vec![group],
        }
    }
}

/// The part of one line that is shown.
#[derive(Clone)]
struct Excerpt {
    line: usize,
    text: String,
    /// The bytes of the source that the text shows, without the ellipses.
    shown: Range<usize>,
    /// How many bytes of ellipsis come before it.
    lead: usize,
    /// The first byte of the span that it is about.
    focus: usize,
}

impl Excerpt {
    fn around(source: &SourceFile, span: &Range<usize>) -> Self {
        let line = source.location(span.start).line;
        let whole = source.line_span(line);
        if whole.len() <= LINE_MAX {
            return Self {
                line,
                text: source.text()[whole.clone()].to_owned(),
                shown: whole,
                lead: 0,
                focus: span.start,
            };
        }
        let text = source.text();
        let mut start = span
            .start
            .saturating_sub(AROUND)
            .clamp(whole.start, whole.end);
        let until = span.end.min(span.start + LINE_MAX - 2 * AROUND);
        let mut end = until.saturating_add(AROUND).clamp(start, whole.end);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        let before = if start > whole.start { ELLIPSIS } else { "" };
        let after = if end < whole.end { ELLIPSIS } else { "" };
        Self {
            line,
            text: format!("{before}{}{after}", &text[start..end]),
            shown: start..end,
            lead: before.len(),
            focus: span.start,
        }
    }

    fn snippet<'a, T: Clone>(&self, source: &'a SourceFile) -> Snippet<'a, T> {
        Snippet::source(self.text.clone())
            .line_start(self.line)
            .path(visible::line(source.name()))
    }

    /// The renderer counts columns in what it is shown; this puts the column of the file there.
    fn correct_column(&self, rendered: &mut String, source: &SourceFile) {
        if self.lead == 0 {
            return;
        }
        let shown = self.locate(&(self.focus..self.focus)).start;
        let column = self.text[..shown].chars().count() + 1;
        let name = visible::line(source.name());
        let place = |column| format!(" {name}:{}:{column}\n", self.line);
        let right = place(source.location(self.focus).column);
        *rendered = rendered.replacen(&place(column), &right, 1);
    }

    fn covers(&self, span: &Range<usize>) -> bool {
        self.shown.start <= span.start && span.end <= self.shown.end
    }

    /// Where a span lies in the text of the excerpt, cut to what is shown.
    fn locate(&self, span: &Range<usize>) -> Range<usize> {
        let within = |byte: usize| {
            byte.clamp(self.shown.start, self.shown.end) - self.shown.start + self.lead
        };
        within(span.start)..within(span.end.max(span.start))
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    fn shown(text: &str, diagnostic: &Diagnostic) -> String {
        diagnostic.human(&SourceFile::new("a.conf", text), Colour::None)
    }

    #[test]
    fn the_layout_is_that_of_rustc() {
        let text = "t = 1\nt = 2\nfailures[0,0] = crsh()\n";
        let duplicate = Diagnostic::error(Code::new("duplicate"), 6..7, "`t` is given twice")
            .with_label("again here")
            .with_secondary(0..1, "first here")
            .with_help("remove one");
        assert_eq!(
            shown(text, &duplicate),
            "\
error[duplicate]: `t` is given twice
 --> a.conf:2:1
  |
2 | t = 2
  | ^ again here
  |
 ::: a.conf:1:1
  |
1 | t = 1
  | - first here
  |
  = help: remove one
"
        );
        let unknown = Diagnostic::error(Code::new("unknown"), 28..32, "no failure `crsh`")
            .with_suggestion("crash");
        assert_eq!(
            shown(text, &unknown),
            "\
error[unknown]: no failure `crsh`
 --> a.conf:3:17
  |
3 | failures[0,0] = crsh()
  |                 ^^^^
  |
help: did you mean `crash`?
  |
3 | failures[0,0] = crash()
  |                   +
"
        );
    }

    #[test]
    fn what_is_missing_is_shown_at_an_empty_span() {
        let missing = Diagnostic::error(Code::new("missing"), 0..0, "missing");
        let expected = "error[missing]: missing\n --> a.conf:1:1\n  |\n1 |\n  | ^\n";
        assert_eq!(shown("", &missing), expected);
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let diagnostic = Diagnostic::warning(Code::new("odd"), 0..1, "odd");
        let source = SourceFile::new("a.conf", "t = 1");
        assert!(diagnostic.human(&source, Colour::Ansi).contains("\u{1b}["));
        assert!(!diagnostic.human(&source, Colour::None).contains('\u{1b}'));
    }

    #[test]
    fn a_very_long_line_is_cut_around_the_span() {
        let text = format!(
            "x = {}crsh(){}",
            "ä".repeat(1_000_000),
            "b".repeat(1_000_000)
        );
        let at = text.find("crsh").expect("it is there");
        let source = SourceFile::new("a.conf", text);
        let shown = Diagnostic::error(Code::new("unknown"), at..at + 4, "no failure `crsh`")
            .with_label("here")
            .with_suggestion("crash")
            .human(&source, Colour::None);
        assert!(shown.len() < 2_000, "{}", shown.len());
        assert!(shown.contains(":1:1000005"));
    }
}
