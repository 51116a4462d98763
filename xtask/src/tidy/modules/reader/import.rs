//! What a `use` imports or re-exports.

use super::super::scope::{Kind, Path};
use super::super::token::Token;
use super::Reader;

impl<'a> Reader<'a> {
    /// Takes down the imports of a `use`.
    pub(super) fn import(&mut self, scope: usize) {
        let kind = if self.is_public() {
            Kind::Reexport
        } else {
            Kind::Import
        };
        self.at += 1;
        self.tree(scope, &[], kind);
    }

    /// Whether `pub` or `pub(…)` stands before this token.
    fn is_public(&self) -> bool {
        let mut before = self.tokens[..self.at].iter().rev().map(|(token, _)| *token);
        match before.next() {
            Some(Token::Name("pub")) => true,
            Some(Token::Mark(')')) => {
                before.find(|token| *token == Token::Mark('(')).is_some()
                    && before.next() == Some(Token::Name("pub"))
            }
            _ => false,
        }
    }

    /// Reads a tree of imports behind `prefix`.
    fn tree(&mut self, scope: usize, prefix: &[&'a str], kind: Kind) {
        let mut path = prefix.to_vec();
        while let Some((token, line)) = self.tokens.get(self.at).copied() {
            match token {
                Token::Name("as") => {
                    let name = self.name(1).unwrap_or("_");
                    self.at += 2;
                    return self.leaf(scope, path, name, line, kind);
                }
                Token::Name(name) => {
                    // `self` in a group is what the group hangs on.
                    if name != "self" || path.is_empty() {
                        path.push(name);
                    }
                    self.at += 1;
                    let goes_on = match self.tokens.get(self.at) {
                        Some((token, _)) => matches!(token, Token::Colons | Token::Name("as")),
                        None => false,
                    };
                    if !goes_on {
                        let name = path.last().copied().unwrap_or(name);
                        return self.leaf(scope, path, name, line, kind);
                    }
                }
                Token::Colons => self.at += 1,
                Token::Mark('*') => {
                    self.at += 1;
                    self.scopes[scope].globs.push(path.clone());
                    let kind = match kind {
                        Kind::Import => Kind::Glob,
                        Kind::Glob | Kind::Reexport | Kind::Code => kind,
                    };
                    return self.mention(scope, path, line, kind);
                }
                Token::Mark('{') => {
                    self.at += 1;
                    while self.at < self.tokens.len() && self.mark(0) != Some('}') {
                        let start = self.at;
                        self.tree(scope, &path, kind);
                        if self.mark(0) == Some(',') {
                            self.at += 1;
                        }
                        if self.at == start {
                            return;
                        }
                    }
                    self.at += 1;
                    return;
                }
                Token::Mark('$') => self.at += 1,
                Token::Mark(_) => return,
            }
        }
    }

    fn leaf(&mut self, scope: usize, path: Path<'a>, name: &'a str, line: usize, kind: Kind) {
        let meaning = self.scopes[scope].names.entry(name).or_default();
        meaning.import.get_or_insert_with(|| path.clone());
        self.mention(scope, path, line, kind);
    }
}
