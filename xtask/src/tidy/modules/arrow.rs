//! Arrows from file to file.

use super::super::tree::Tree;
use super::scope::{Kind, Mention};
use super::web::{Goal, Id, Web};

/// A place where a file names what another file of the same target defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrow<'a> {
    /// The file that names.
    pub(crate) from: &'a str,
    /// The file that defines.
    pub(crate) to: &'a str,
    /// Where, 1-based.
    pub(crate) line: usize,
    /// The path, as it is written.
    pub(crate) path: String,
    /// Whether only tests are built with it.
    pub(crate) is_test: bool,
    /// The modules of the root that the two files belong to; none for the root itself.
    pub(crate) rooms: [Option<&'a str>; 2],
}

/// The arrows of the target with this root, in the order of its files and lines.
///
/// A module that is declared or re-exported by one above it makes no arrow: a table of contents does
/// not depend on its chapters. An imported module makes one where something in it is named.
pub(crate) fn arrows<'a>(tree: &'a Tree, root: &str) -> Vec<Arrow<'a>> {
    let web = Web::of(tree, root);
    let mut found = Vec::new();
    for (from, module) in web.modules.iter().enumerate() {
        for mention in &module.scope.mentions {
            let Some(to) = definer(&web, from, mention) else {
                continue;
            };
            let target = &web.modules[to];
            if target.file != module.file {
                found.push(Arrow {
                    from: module.file,
                    to: target.file,
                    line: mention.line,
                    path: mention.path.join("::"),
                    is_test: mention.is_test || module.is_test,
                    rooms: [module.room, target.room],
                });
            }
        }
    }
    found.sort_by_key(|arrow| (arrow.from, arrow.line));
    found
}

/// The module that a mention leans on.
fn definer(web: &Web<'_>, from: Id, mention: &Mention<'_>) -> Option<Id> {
    let goal = web.resolve(from, &mention.path)?;
    match (mention.kind, goal) {
        (Kind::Reexport, Goal::Module(to) | Goal::Item(to)) => {
            (!web.is_below(to, from)).then_some(to)
        }
        (Kind::Import | Kind::Code, Goal::Module(_)) => None,
        (Kind::Glob, Goal::Module(to)) => Some(to),
        (Kind::Import | Kind::Glob | Kind::Code, Goal::Item(to)) => Some(to),
    }
}
