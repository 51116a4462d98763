//! Reads what a file says: one walk over its tokens, module by module.

mod import;

use std::collections::BTreeSet;

use super::scope::{Body, Child, Kind, Mention, Path, Scope};
use super::token::{Placed, Token, tokens};

/// Reads the code of a file, comments and text being blank.
pub(super) fn scopes(code: &str) -> Vec<Scope<'_>> {
    let mut reader = Reader {
        tokens: tokens(code),
        at: 0,
        test_until: 0,
        scopes: vec![Scope::default()],
        bare: Vec::new(),
    };
    reader.module(0);
    reader.use_of_reexports();
    reader.scopes
}

struct Reader<'a> {
    tokens: Vec<Placed<'a>>,
    at: usize,
    /// The token behind the item under `#[cfg(test)]`.
    test_until: usize,
    scopes: Vec<Scope<'a>>,
    /// Names that stand alone: their scope, and where.
    bare: Vec<(usize, &'a str, usize, bool)>,
}

impl<'a> Reader<'a> {
    /// Reads up to the brace that ends the module, or to the end of the file.
    fn module(&mut self, scope: usize) {
        let mut depth = 0_usize;
        let mut path_line = None;
        while let Some((token, line)) = self.tokens.get(self.at).copied() {
            match token {
                Token::Mark('#') => path_line = self.attribute(scope).or(path_line),
                Token::Mark('{' | '(' | '[') => {
                    depth += 1;
                    self.at += 1;
                }
                Token::Mark('}') if depth == 0 => return,
                Token::Mark('}' | ')' | ']') => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                Token::Name("use") if self.mark(1) != Some('<') => self.import(scope),
                Token::Name("mod") if depth == 0 && self.name(1).is_some() => {
                    self.declaration(scope, path_line.take());
                }
                Token::Name(word) => {
                    if depth == 0 {
                        self.item(scope, word);
                    }
                    self.path(scope, word, line);
                }
                Token::Colons | Token::Mark(_) => self.at += 1,
            }
        }
    }

    /// Enters an attribute, which may name something too; the line of a `#[path]`.
    fn attribute(&mut self, scope: usize) -> Option<usize> {
        let is_inner = self.mark(1) == Some('!');
        self.at += if is_inner { 2 } else { 1 };
        if self.mark(0) != Some('[') {
            return None;
        }
        let is_path = self.name(1) == Some("path") && self.mark(2) == Some('=');
        let line = self.tokens[self.at].1;
        let is_all = self.name(3) == Some("all") && self.name(5) == Some("test");
        let is_test = self.name(1) == Some("cfg") && (self.name(3) == Some("test") || is_all);
        if is_test && is_inner {
            self.scopes[scope].is_test = true;
        } else if is_test {
            let behind = self.behind_item(self.behind_group(self.at));
            self.test_until = self.test_until.max(behind);
        }
        is_path.then_some(line)
    }

    /// The token behind the item that begins at `at`, its attributes included.
    fn behind_item(&self, mut at: usize) -> usize {
        let is_import = self.tokens[at..]
            .iter()
            .take_while(|(token, _)| !matches!(token, Token::Mark('{' | ';')))
            .any(|(token, _)| *token == Token::Name("use"));
        while let Some((token, _)) = self.tokens.get(at) {
            match token {
                Token::Mark(';') => return at + 1,
                Token::Mark('{') if !is_import => return self.behind_group(at),
                Token::Mark('{' | '(' | '[') => at = self.behind_group(at),
                Token::Mark('}') => return at,
                Token::Name(_) | Token::Colons | Token::Mark(_) => at += 1,
            }
        }
        at
    }

    /// The token behind the bracket that closes the one at `at`.
    fn behind_group(&self, at: usize) -> usize {
        let mut depth = 0_usize;
        for (number, (token, _)) in self.tokens.iter().enumerate().skip(at) {
            match token {
                Token::Mark('{' | '(' | '[') => depth += 1,
                Token::Mark('}' | ')' | ']') => depth = depth.saturating_sub(1),
                Token::Name(_) | Token::Colons | Token::Mark(_) => {}
            }
            if depth == 0 {
                return number + 1;
            }
        }
        self.tokens.len()
    }

    fn declaration(&mut self, scope: usize, path_line: Option<usize>) {
        let Some(name) = self.name(1) else { return };
        let is_test = self.is_test(scope);
        self.at += 2;
        let body = if self.mark(0) == Some('{') {
            self.at += 1;
            let inner = self.scopes.len();
            self.scopes.push(Scope {
                outer: Some(scope),
                is_test,
                ..Scope::default()
            });
            self.module(inner);
            self.at += 1;
            Body::Here(inner)
        } else {
            Body::File { path_line }
        };
        self.scopes[scope].children.push(Child {
            name,
            body,
            is_test,
        });
    }

    /// Takes down the name of an item whose key word stands here.
    fn item(&mut self, scope: usize, word: &str) {
        let opens = matches!(
            word,
            "fn" | "struct" | "enum" | "union" | "trait" | "type" | "const" | "static"
        );
        let name = match word {
            "macro_rules" => self.name(2),
            _ if !opens => None,
            _ if self.name(1) == Some("mut") => self.name(2),
            _ => self.name(1),
        };
        // `const fn` has its name behind the `fn`, which comes next.
        if let Some(name) = name.filter(|name| !matches!(*name, "fn" | "unsafe" | "async" | "_")) {
            self.scopes[scope].names.entry(name).or_default().is_item = true;
        }
    }

    /// Takes down the path, or the name, that begins here.
    fn path(&mut self, scope: usize, word: &'a str, line: usize) {
        let before = self.at.checked_sub(1).map(|before| self.tokens[before].0);
        let mut path = vec![word];
        self.at += 1;
        while self.tokens.get(self.at).map(|(token, _)| *token) == Some(Token::Colons)
            && let Some(name) = self.name(1)
        {
            path.push(name);
            self.at += 2;
        }
        if matches!(before, Some(Token::Colons | Token::Mark('.'))) {
            return;
        }
        if path.len() > 1 {
            self.mention(scope, path, line, Kind::Code);
        } else if word.starts_with(char::is_uppercase)
            || (matches!(self.mark(0), Some('(' | '!')) && before != Some(Token::Name("fn")))
        {
            self.bare.push((scope, word, line, self.is_test(scope)));
        }
    }

    /// A name that is re-exported and also used where it stands is named by the code too.
    fn use_of_reexports(&mut self) {
        let bare = std::mem::take(&mut self.bare);
        let reexported: Vec<BTreeSet<&str>> = self.scopes.iter().map(reexported).collect();
        for (scope, name, line, is_test) in bare {
            if reexported[scope].contains(name) {
                self.scopes[scope].mentions.push(Mention {
                    path: vec![name],
                    line,
                    is_test,
                    kind: Kind::Code,
                });
            }
        }
    }

    /// Takes down that a path is named.
    fn mention(&mut self, scope: usize, path: Path<'a>, line: usize, kind: Kind) {
        let is_test = self.is_test(scope);
        self.scopes[scope].mentions.push(Mention {
            path,
            line,
            is_test,
            kind,
        });
    }

    fn is_test(&self, scope: usize) -> bool {
        self.scopes[scope].is_test || self.at < self.test_until
    }

    fn name(&self, ahead: usize) -> Option<&'a str> {
        match self.tokens.get(self.at + ahead) {
            Some((Token::Name(name), _)) => Some(name),
            _ => None,
        }
    }

    fn mark(&self, ahead: usize) -> Option<char> {
        match self.tokens.get(self.at + ahead) {
            Some((Token::Mark(mark), _)) => Some(*mark),
            _ => None,
        }
    }
}

/// The names that a scope re-exports.
fn reexported<'a>(scope: &Scope<'a>) -> BTreeSet<&'a str> {
    let paths: BTreeSet<&Path> = scope
        .mentions
        .iter()
        .filter(|mention| mention.kind == Kind::Reexport)
        .map(|mention| &mention.path)
        .collect();
    scope
        .names
        .iter()
        .filter(|(_, meaning)| {
            meaning
                .import
                .as_ref()
                .is_some_and(|path| paths.contains(path))
        })
        .map(|(name, _)| *name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths that a file names, each with its line; tests have a `?`, re-exports a `!`.
    fn mentions(code: &str) -> Vec<String> {
        let scopes = scopes(code);
        let all = scopes.iter().flat_map(|scope| {
            scope
                .mentions
                .iter()
                .map(|mention| (mention, scope.is_test || mention.is_test))
        });
        let mut found: Vec<(usize, String)> = all
            .map(|(mention, is_test)| {
                let test = if is_test { "?" } else { "" };
                let kind = match mention.kind {
                    Kind::Reexport => "!",
                    Kind::Glob => "*",
                    Kind::Import | Kind::Code => "",
                };
                let text = format!("{}:{}{kind}{test}", mention.line, mention.path.join("::"));
                (mention.line, text)
            })
            .collect();
        found.sort_by_key(|(line, _)| *line);
        found.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn a_tree_of_imports_is_read_to_its_leaves() {
        let code =
            "use a::{self, b::{C, d as e}, f::*};\nuse {\n    g::H,\n    i,\n};\nuse self::j;\n";
        let expected = [
            "1:a",
            "1:a::b::C",
            "1:a::b::d",
            "1:a::f*",
            "3:g::H",
            "4:i",
            "6:self::j",
        ];
        assert_eq!(mentions(code), expected);
        let scope = &scopes(code)[0];
        let names: Vec<&str> = scope.names.keys().copied().collect();
        assert_eq!(names, ["C", "H", "a", "e", "i", "j"]);
    }

    #[test]
    fn paths_in_code_are_read() {
        let code = "fn f(x: &a::B<c::D>) -> impl Fn() + use<'_> { super::e::<g::H>().i::<u8>() }\n\
                    #[arg(parser = k::l)]\npub(in crate::m) struct N;\n<o::P as Q>::r(s)\n";
        let expected = [
            "1:a::B",
            "1:c::D",
            "1:super::e",
            "1:g::H",
            "2:k::l",
            "3:crate::m",
            "4:o::P",
        ];
        assert_eq!(mentions(code), expected);
    }

    #[test]
    fn a_re_export_that_is_used_is_named() {
        let code =
            "pub use a::{B, c, d, e};\npub(super) use f::G;\nfn c(x: &B) { d(x.e()); H::G }\n";
        let expected = [
            "1:a::B!", "1:a::c!", "1:a::d!", "1:a::e!", "2:f::G!", "3:H::G", "3:B", "3:d",
        ];
        assert_eq!(mentions(code), expected);
    }

    #[test]
    fn what_stands_under_a_test_is_known() {
        let code = "#[cfg(test)]\nuse a::{b, c};\nuse d::e;\n#[cfg(test)]\n#[x]\nfn f() -> [u8; 2] { g::h() }\n\
                    i::j!();\n#[cfg(all(test, unix))]\nmod k { use l::m; mod n { o::p!(); } }\nq::r!();\n";
        let expected = [
            "2:a::b?", "2:a::c?", "3:d::e", "6:g::h?", "7:i::j", "9:l::m?", "9:o::p?", "10:q::r",
        ];
        assert_eq!(mentions(code), expected);
        assert_eq!(mentions("#![cfg(test)]\na::b!();\n"), ["2:a::b?"]);
    }

    #[test]
    fn items_and_modules_are_declared() {
        let code = "mod a;\n#[path = \"   \"]\npub mod b;\nmod c { struct D; mod e; }\n\
                    pub const fn f() { const G: u8 = 1; }\nstatic mut H: u8 = 1;\nmacro_rules! i { () => {} }\n";
        let scopes = scopes(code);
        let children = |scope: usize| -> Vec<String> {
            let children = scopes[scope].children.iter();
            children
                .map(|child| format!("{} {:?}", child.name, child.body))
                .collect()
        };
        assert_eq!(
            children(0),
            [
                "a File { path_line: None }",
                "b File { path_line: Some(2) }",
                "c Here(1)"
            ]
        );
        assert_eq!(children(1), ["e File { path_line: None }"]);
        let names: Vec<&str> = scopes[0].names.keys().copied().collect();
        assert_eq!(names, ["H", "f", "i"]);
        assert_eq!(scopes[1].outer, Some(0));
    }

    #[test]
    fn code_that_is_cut_off_ends_the_reading() {
        for code in [
            "use a::{b, {c",
            "use ",
            "mod",
            "mod a {",
            "#[cfg(test",
            "#",
            "}}",
            "use a::{;}",
            "pub use",
        ] {
            scopes(code);
        }
    }
}
