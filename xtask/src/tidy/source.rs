//! A Rust file taken apart: its code without comments and text, its comments without code.
//!
//! A lexer of one page is enough: it knows comments, strings and characters, and no grammar.

/// The parts of one file. Both have the lines of the file; what belongs to the other is blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// Code; of strings and characters only the quotes are left.
    pub(crate) code: String,
    /// Comments, with their slashes.
    pub(crate) comments: String,
}

impl Source {
    /// Takes a file apart.
    pub(crate) fn of(text: &str) -> Self {
        let mut lexer = Lexer {
            chars: text.chars().collect(),
            at: 0,
            code: String::with_capacity(text.len()),
            comments: String::with_capacity(text.len()),
        };
        lexer.run();
        Self {
            code: lexer.code,
            comments: lexer.comments,
        }
    }

    /// The names of the modules under `#[cfg(test)]` that have a file of their own.
    pub(crate) fn test_modules(&self) -> impl Iterator<Item = &str> {
        self.code
            .lines()
            .zip(self.test_lines())
            .filter(|(_, is_test)| *is_test)
            .filter_map(|(line, _)| line.trim().strip_suffix(';')?.split_once("mod "))
            .map(|(_, name)| name)
    }

    /// For each line, whether it belongs to a module under `#[cfg(test)]`.
    pub(crate) fn test_lines(&self) -> Vec<bool> {
        let lines: Vec<&str> = self.code.lines().collect();
        let mut tests = vec![false; lines.len()];
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            let end = match line.trim_start().strip_prefix("#[cfg(test)]") {
                Some(rest) => end_of_module(rest, &lines, at),
                None => at,
            };
            if end > at || line.contains("#[cfg(test)] mod ") {
                tests[at..=end].fill(true);
            }
            at = end + 1;
        }
        tests
    }
}

/// The last line of the module that an attribute on line `at` stands before; `at` where it stands
/// before something else.
fn end_of_module(rest: &str, lines: &[&str], at: usize) -> usize {
    let is_header = |line: &str| {
        let line = line.trim_start();
        line.starts_with("mod ") || line.starts_with("pub(crate) mod ")
    };
    let mut header = at;
    if !is_header(rest) {
        header += 1;
        while lines.get(header).is_some_and(|line| {
            line.trim().is_empty() || (line.trim_start().starts_with("#[") && !is_header(line))
        }) {
            header += 1;
        }
        if !lines.get(header).is_some_and(|line| is_header(line)) {
            return at;
        }
    }
    let mut depth = 0_i64;
    for (number, line) in lines.iter().enumerate().skip(header) {
        for letter in line.chars() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
        }
        if depth <= 0 {
            return number;
        }
    }
    lines.len() - 1
}

/// The lines, 1-based, on which a word stands by itself.
pub(crate) fn lines_with_word(text: &str, word: &str) -> Vec<usize> {
    // Most texts do not have it at all, which is quick to see.
    if !text.contains(word) {
        return Vec::new();
    }
    let has = |line: &str| {
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            !before.is_some_and(is_name) && !after.is_some_and(is_name)
        })
    };
    text.lines()
        .enumerate()
        .filter(|(_, line)| has(line))
        .map(|(number, _)| number + 1)
        .collect()
}

/// Whether a name of Rust may hold this character.
pub(crate) fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    code: String,
    comments: String,
}

/// Which part a character goes to.
#[derive(Clone, Copy)]
enum Part {
    Code,
    Comment,
    Text,
}

impl Lexer {
    fn run(&mut self) {
        while let Some(letter) = self.peek(0) {
            match (letter, self.peek(1)) {
                ('/', Some('/')) => self.take_while(Part::Comment, |letter| letter != '\n'),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('r' | 'b' | 'c', _) if !self.follows_name() => self.prefixed(),
                ('\'', Some('\\')) => self.escaped_character(),
                ('\'', _) if self.peek(2) == Some('\'') => {
                    self.take(Part::Code);
                    self.take(Part::Text);
                    self.take(Part::Code);
                }
                _ => self.take(Part::Code),
            }
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (None, _) => return,
                (Some('/'), Some('*')) => {
                    depth += 1;
                    self.take(Part::Comment);
                }
                (Some('*'), Some('/')) => {
                    depth -= 1;
                    self.take(Part::Comment);
                }
                _ => {}
            }
            self.take(Part::Comment);
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.take(Part::Code);
        while let Some(letter) = self.peek(0) {
            match letter {
                '"' => return self.take(Part::Code),
                '\\' => {
                    self.take(Part::Text);
                    self.take(Part::Text);
                }
                _ => self.take(Part::Text),
            }
        }
    }

    /// A name, or one of `r"…"`, `r#"…"#`, `b"…"`, `br"…"`, `c"…"`, `cr"…"`; `b'…'` needs no care.
    fn prefixed(&mut self) {
        let mut ahead = 0;
        if matches!(self.peek(ahead), Some('b' | 'c')) {
            ahead += 1;
        }
        let is_raw = self.peek(ahead) == Some('r');
        if is_raw {
            ahead += 1;
        }
        let mut hashes = 0;
        while is_raw && self.peek(ahead) == Some('#') {
            hashes += 1;
            ahead += 1;
        }
        if self.peek(ahead) != Some('"') {
            return self.take(Part::Code);
        }
        for _ in 0..ahead {
            self.take(Part::Code);
        }
        if is_raw {
            self.raw_string(hashes);
        } else {
            self.string();
        }
    }

    fn raw_string(&mut self, hashes: usize) {
        self.take(Part::Code);
        while let Some(letter) = self.peek(0) {
            let is_end = letter == '"' && (1..=hashes).all(|n| self.peek(n) == Some('#'));
            if is_end {
                for _ in 0..=hashes {
                    self.take(Part::Code);
                }
                return;
            }
            self.take(Part::Text);
        }
    }

    fn escaped_character(&mut self) {
        self.take(Part::Code);
        self.take(Part::Text);
        self.take(Part::Text);
        self.take_while(Part::Text, |letter| letter != '\'');
        self.take(Part::Code);
    }

    fn take_while(&mut self, part: Part, goes_on: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&goes_on) {
            self.take(part);
        }
    }

    fn take(&mut self, part: Part) {
        let Some(letter) = self.peek(0) else { return };
        let blank = if letter == '\n' { '\n' } else { ' ' };
        let (code, comment) = match part {
            Part::Code => (letter, blank),
            Part::Comment => (blank, letter),
            Part::Text => (blank, blank),
        };
        self.code.push(code);
        self.comments.push(comment);
        self.at += 1;
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn follows_name(&self) -> bool {
        self.at
            .checked_sub(1)
            .and_then(|before| self.chars.get(before))
            .is_some_and(|letter| is_name(*letter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Source::of(text).code
    }

    #[test]
    fn comments_and_text_leave_the_code() {
        assert_eq!(code("a // b\nc").trim_end(), "a     \nc");
        assert_eq!(code("a /* /* b */ */ c"), "a               c");
        assert_eq!(code(r#"f("a\"//b") // c"#).trim_end(), r#"f("      ")"#);
        assert_eq!(code(r###"r#"a"b"# c"###), r##"r#"   "# c"##);
        assert_eq!(code(r#"br"\" c"#), r#"br" " c"#);
        assert_eq!(code("for r in b"), "for r in b");
    }

    #[test]
    fn a_lifetime_is_no_character() {
        assert_eq!(code("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(code(r#"['"', '\'', '\u{1F}', b'"', x]"#), {
            r#"[' ', '  ', '      ', b' ', x]"#
        });
    }

    #[test]
    fn comments_keep_their_line() {
        assert_eq!(Source::of("a\n  // b\n").comments, " \n  // b\n");
    }

    #[test]
    fn the_test_module_ends_with_its_brace() {
        let text = "a\n#[cfg(test)]\nmod tests {\n    b {\n    }\n}\nc\n";
        let expected = [false, true, true, true, true, true, false];
        assert_eq!(Source::of(text).test_lines(), expected);
    }

    #[test]
    fn an_attribute_on_something_else_opens_no_test_module() {
        let text = "#[cfg(test)]\nuse a;\nb\n#[cfg(test)]\nmod tests;\n";
        let expected = [false, false, false, true, true];
        assert_eq!(Source::of(text).test_lines(), expected);
    }

    #[test]
    fn a_test_module_in_a_file_of_its_own_is_named() {
        let source = Source::of("mod a;\n#[cfg(test)]\npub(crate) mod b;\n#[cfg(test)]\nmod c;\n");
        assert_eq!(source.test_modules().collect::<Vec<_>>(), ["b", "c"]);
    }

    #[test]
    fn a_word_stands_by_itself() {
        assert_eq!(
            lines_with_word("HashMap\nMyHashMap\nx::HashMap<", "HashMap"),
            [1, 3]
        );
    }
}
