//! A scenario file as it is written: assignments, comments and blank lines in file order.
//!
//! Nothing is checked here but the shape; what the names mean is the lowering's business.
//! Equality ignores spans, so that "print, then parse" can be compared.

use std::fmt;
use std::ops::Range;

/// Something and the bytes of the source where it stands. Equality ignores the place.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// What stands there.
    pub value: T,
    /// Where.
    pub span: Range<usize>,
}

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Its lines; runs of blank lines are one, none comes first or last.
    pub lines: Vec<Line>,
    /// How most of its lines end.
    pub line_end: LineEnd,
}

/// How lines end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnd {
    /// With a line feed.
    #[default]
    LineFeed,
    /// With a carriage return and a line feed, as on Windows.
    Both,
}

impl LineEnd {
    /// How most lines of a text end.
    pub(super) fn of(text: &str) -> Self {
        let both = text.matches("\r\n").count();
        if 2 * both > text.matches('\n').count() {
            Self::Both
        } else {
            Self::LineFeed
        }
    }

    /// Its characters.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::LineFeed => "\n",
            Self::Both => "\r\n",
        }
    }
}

/// One line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// One or more empty lines.
    Blank,
    /// What follows the `#`, without blanks at the end.
    Comment(Spanned<String>),
    /// `name = value`.
    Assignment(Assignment),
    /// Text that says nothing, kept so that formatting loses no words. Trimmed.
    Ignored(Spanned<String>),
}

/// `name[index, …] = value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The parameter's name.
    pub name: Spanned<String>,
    /// What stands between the brackets, empty without brackets.
    pub indices: Vec<Spanned<String>>,
    /// Name and indices together.
    pub target: Spanned<()>,
    /// What stands after the `=`.
    pub value: Value,
}

/// A value; its form follows from the parameter's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `workload[c]`: invocations, separated by `;`.
    Operations(Vec<Spanned<Call>>),
    /// `failures[c,r]`: pairs, separated by `;`.
    Failures(Vec<Pair>),
    /// Everything else: the text to the end of the line, trimmed.
    Text(Spanned<String>),
}

/// `trigger, failure`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// When it happens.
    pub trigger: Spanned<Call>,
    /// What happens.
    pub failure: Spanned<Call>,
}

/// `name(argument, …)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The name.
    pub name: Spanned<String>,
    /// The arguments.
    pub arguments: Vec<Spanned<Argument>>,
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Text in quotes. Holds no newline and not both kinds of quotes.
    Text(String),
    /// A number, or a word without quotes.
    Word(String),
}

impl<T> Spanned<T> {
    /// `value`, at `span`.
    pub const fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl Assignment {
    /// Moves every part to `span`: for an assignment that comes from elsewhere and takes the place of
    /// what stands there.
    pub(super) fn relocate(&mut self, span: &Range<usize>) {
        let call = |call: &mut Spanned<Call>| {
            call.span = span.clone();
            call.value.name.span = span.clone();
            for argument in &mut call.value.arguments {
                argument.span = span.clone();
            }
        };
        self.name.span = span.clone();
        self.target.span = span.clone();
        for index in &mut self.indices {
            index.span = span.clone();
        }
        match &mut self.value {
            Value::Operations(operations) => operations.iter_mut().for_each(call),
            Value::Failures(pairs) => {
                for pair in pairs {
                    call(&mut pair.trigger);
                    call(&mut pair.failure);
                }
            }
            Value::Text(text) => text.span = span.clone(),
        }
    }
}

impl Value {
    /// Whether it is a list with nothing in it.
    pub(super) fn is_empty_list(&self) -> bool {
        match self {
            Self::Operations(operations) => operations.is_empty(),
            Self::Failures(pairs) => pairs.is_empty(),
            Self::Text(_) => false,
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name.value)?;
        for (index, argument) in self.arguments.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            argument.value.fmt(f)?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => {
                let quote = if text.contains('\'') { '"' } else { '\'' };
                write!(f, "{quote}{text}{quote}")
            }
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// Generators of files in the form that the parser gives them.
#[cfg(test)]
pub(super) mod generate {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    /// Text that stands on one line, here and elsewhere.
    const PLAIN: &str = "[^\r\n\u{b}\u{c}\u{85}\u{2028}\u{2029}]{0,20}";

    /// A whole file.
    pub(crate) fn file() -> impl Strategy<Value = File> {
        vec((option::weighted(0.2, Just(Line::Blank)), line()), 0..8).prop_map(|lines| {
            let mut lines: Vec<Line> = lines
                .into_iter()
                .flat_map(|(blank, line)| blank.into_iter().chain([line]))
                .collect();
            if lines.first() == Some(&Line::Blank) {
                lines.remove(0);
            }
            File {
                lines,
                line_end: LineEnd::default(),
            }
        })
    }

    fn line() -> impl Strategy<Value = Line> {
        prop_oneof![
            PLAIN.prop_map(|text| Line::Comment(spanned(text.trim_end().to_owned()))),
            "[a-z][a-z ]{0,10}[a-z]".prop_map(|text| Line::Ignored(spanned(text))),
            assignment().prop_map(Line::Assignment),
        ]
    }

    fn assignment() -> impl Strategy<Value = Assignment> {
        let value = prop_oneof![
            vec(operation(), 0..4)
                .prop_map(|list| ("workload".to_owned(), Value::Operations(list))),
            vec(pair(), 0..4).prop_map(|list| ("failures".to_owned(), Value::Failures(list))),
            ("[a-z_]{1,5}x", PLAIN)
                .prop_map(|(name, text)| { (name, Value::Text(spanned(text.trim().to_owned()))) }),
        ];
        (value, vec("[0-9]{1,3}", 0..3)).prop_map(|((name, value), indices)| Assignment {
            name: spanned(name),
            indices: indices.into_iter().map(spanned).collect(),
            target: spanned(()),
            value,
        })
    }

    fn pair() -> impl Strategy<Value = Pair> {
        let word = || "[0-9a-z]{1,4}".prop_map(Argument::Word);
        let call = move || {
            ("[a-z_]{1,12}", vec(prop_oneof![word(), text()], 0..3))
                .prop_map(|(name, arguments)| invocation(name, arguments))
        };
        (call(), call()).prop_map(|(trigger, failure)| Pair { trigger, failure })
    }

    fn operation() -> impl Strategy<Value = Spanned<Call>> {
        let name = prop_oneof![Just("put"), Just("get"), Just("slice"), Just("other")];
        (name, vec(text(), 0..3))
            .prop_map(|(name, arguments)| invocation(name.to_owned(), arguments))
    }

    fn invocation(name: String, arguments: Vec<Argument>) -> Spanned<Call> {
        spanned(Call {
            name: spanned(name),
            arguments: arguments.into_iter().map(spanned).collect(),
        })
    }

    fn text() -> impl Strategy<Value = Argument> {
        prop_oneof!["[^'\r\n]{0,8}", "[^\"\r\n]{0,8}"].prop_map(Argument::Text)
    }

    fn spanned<T>(value: T) -> Spanned<T> {
        Spanned::new(value, 0..0)
    }
}
