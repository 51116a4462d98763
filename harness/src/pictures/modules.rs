//! ES modules put into one script, as a page that fetches nothing has to hold them.
//!
//! The scripts in `page/` are modules with imports and exports, so that an editor, a type checker and a
//! server understand them as they are. A page is one file that opens from a disk under a policy of
//! inline scripts alone: there, an import needs an address, and addresses of the kinds `data:` and
//! `blob:` would have to be allowed first. A bundler would be a second toolchain. So each module
//! becomes a function with a scope of its own that returns what it exports, called once, in the order
//! of its list; an import becomes a look into the table of those called before. A module that is
//! loaded does nothing but declare: the last one exports `start`, which gets the page's data.
//!
//! This is no parser of JavaScript: it knows a few forms, each at the start of a line. That every
//! module keeps to them, and imports what an earlier one exports, is what the tests below see to; so
//! no two modules can need each other, and nothing of this can go wrong in a user's hands.

/// A script of the folder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Module {
    /// As an import spells it: `./element.js`.
    pub(super) path: &'static str,
    pub(super) text: &'static str,
}

/// What the modules in one script are kept in.
const TABLE: &str = "MODULES";

/// One script that runs these modules in this order and then starts the last.
pub(super) fn join(modules: &[Module]) -> String {
    let mut script = format!("const {TABLE} = {{}};\n");
    for module in modules {
        script.push_str(&wrapped(module));
    }
    let last = modules.last().map_or("", |module| module.path);
    script.push_str(&format!(
        "{TABLE}[\"{last}\"].start(JSON.parse(document.getElementById(\"data\").textContent));\n"
    ));
    script
}

fn wrapped(module: &Module) -> String {
    let mut script = format!("{TABLE}[\"{}\"] = (() => {{\n", module.path);
    let mut is_import = false;
    let mut exports = Vec::new();
    for mut line in module.text.lines() {
        if let Some(rest) = line.strip_prefix("import ") {
            (is_import, line) = (true, rest);
            script.push_str("const ");
        } else if let Some(rest) = line.strip_prefix("export ") {
            exports.push(declared(rest));
            line = rest;
        }
        match line.split_once(" from ") {
            Some((names, path)) if is_import => {
                is_import = false;
                let path = path.trim_end_matches(';');
                script.push_str(&format!("{names} = {TABLE}[{path}];\n"));
            }
            _ => {
                script.push_str(line);
                script.push('\n');
            }
        }
    }
    script.push_str(&format!("return {{ {} }};\n}})();\n", exports.join(", ")));
    script
}

/// The name that a declaration declares: `function h(name) {` declares `h`.
fn declared(declaration: &str) -> &str {
    let mut words = declaration.split(|c: char| !is_of_name(c));
    words.nth(1).unwrap_or_default()
}

const fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::Path;

    use super::super::sheet::{INDEX_SCRIPTS, PAGE_SCRIPTS};
    use super::*;

    /// What keeps modules from being put into one script, each as `path: line: why`.
    fn mistakes(modules: &[Module]) -> Vec<String> {
        let mut exported: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut found = Vec::new();
        for module in modules {
            let mut exports = BTreeSet::new();
            for (number, statement) in statements(module.text) {
                let flaw = if let Some(declaration) = statement.strip_prefix("export ") {
                    exports.insert(declared(declaration));
                    flaw_of_export(statement)
                } else {
                    flaw_of_import(statement, &exported)
                };
                found.extend(flaw.map(|why| format!("{}: {number}: {why}", module.path)));
            }
            exported.insert(module.path, exports);
        }
        let last = modules.last().expect("a page has modules");
        if !exported[last.path].contains("start") {
            found.push(format!("{}: exports no `start`", last.path));
        }
        found
    }

    /// Whatever begins like an import or an export or could be one, with the number of its line.
    fn statements(text: &str) -> impl Iterator<Item = (usize, &str)> {
        let is_one = |line: &str| {
            let words: BTreeSet<&str> = line.split(|c| !is_of_name(c)).collect();
            ["import", "export", TABLE]
                .iter()
                .any(|word| words.contains(word))
        };
        let mut from = 0;
        let lines = text.split_inclusive('\n').map(move |line| {
            from += line.len();
            (from - line.len(), line)
        });
        lines
            .enumerate()
            .filter(move |(_, (_, line))| is_one(line))
            .map(|(number, (at, line))| {
                // An import may take several lines, up to its semicolon.
                let end = match line.starts_with("import ") {
                    true => text[at..].find(';').map_or(text.len(), |end| at + end + 1),
                    false => at + line.len(),
                };
                (number + 1, text[at..end].trim_end())
            })
    }

    fn flaw_of_export(statement: &str) -> Option<String> {
        let forms = ["export function ", "export class ", "export const "];
        let is_known = forms.iter().any(|form| statement.starts_with(form));
        (!is_known).then(|| format!("no such form of export: {statement}"))
    }

    fn flaw_of_import(
        statement: &str,
        exported: &BTreeMap<&str, BTreeSet<&str>>,
    ) -> Option<String> {
        let is_type = statement.starts_with("/** @import {");
        let inner = statement
            .strip_prefix(if is_type { "/** @import {" } else { "import {" })
            .and_then(|rest| rest.strip_suffix(if is_type { "\" */" } else { "\";" }));
        let Some((names, path)) = inner.and_then(|inner| inner.split_once("} from \"")) else {
            return Some(format!("no such form of import: {statement}"));
        };
        if is_type && path.ends_with(".d.ts") {
            return None;
        }
        let Some(exports) = exported.get(path) else {
            return Some(format!("{path} does not come before"));
        };
        let names = names.split(',').map(str::trim);
        let mut names = names.filter(|name| !name.is_empty());
        // Types are declared in comments, which the type checker reads.
        let missing = names.find(|name| !is_type && !exports.contains(name))?;
        Some(format!("{path} does not export {missing}"))
    }

    #[test]
    fn the_scripts_of_both_pages_can_be_put_together() {
        for scripts in [PAGE_SCRIPTS, INDEX_SCRIPTS] {
            assert_eq!(mistakes(scripts), [""; 0]);
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the scripts are files")]
    fn every_script_of_the_folder_is_in_a_page() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(file!().split_once('/').expect("a path in the repository").1)
            .with_file_name("page");
        let entries = fs::read_dir(&folder).expect("the folder of scripts");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        let names = names.map(|name| format!("./{}", name.to_string_lossy()));
        let there: BTreeSet<String> = names.filter(|name| name.ends_with(".js")).collect();
        let scripts = PAGE_SCRIPTS.iter().chain(INDEX_SCRIPTS);
        let listed: BTreeSet<String> = scripts.map(|script| script.path.to_owned()).collect();
        assert_eq!(there, listed);
    }

    const FIRST: Module = Module {
        path: "./first.js",
        text: "const own = 1;\nexport const one = own;\nexport function two(x) {\n  return x;\n}\n",
    };

    #[test]
    fn a_module_has_a_scope_and_sees_what_it_imports() {
        let second = Module {
            path: "./second.js",
            text: "import {\n  one,\n  two,\n} from \"./first.js\";\nimport { two } from \"./first.js\";\n\
                   const own = \" from \";\nexport class start {}\n",
        };
        let expected = "const MODULES = {};\n\
            MODULES[\"./first.js\"] = (() => {\nconst own = 1;\nconst one = own;\nfunction two(x) {\n  return x;\n}\n\
            return { one, two };\n})();\n\
            MODULES[\"./second.js\"] = (() => {\nconst {\n  one,\n  two,\n} = MODULES[\"./first.js\"];\n\
            const { two } = MODULES[\"./first.js\"];\nconst own = \" from \";\nclass start {}\n\
            return { start };\n})();\n\
            MODULES[\"./second.js\"].start(JSON.parse(document.getElementById(\"data\").textContent));\n";
        assert_eq!(join(&[FIRST, second]), expected);
        assert_eq!(mistakes(&[FIRST, second]), [""; 0]);
    }

    #[test]
    fn planted_mistakes_are_found() {
        let cases = [
            (
                "import { one } from \"./third.js\";",
                "./third.js does not come before",
            ),
            (
                "import { one } from \"./second.js\";",
                "./second.js does not come before",
            ),
            (
                "import {\n  one,\n  own,\n} from \"./first.js\";",
                "./first.js does not export own",
            ),
            (
                "import { one as uno } from \"./first.js\";",
                "./first.js does not export one as uno",
            ),
            (
                "import first from \"./first.js\";",
                "no such form of import",
            ),
            (
                "import * as first from \"./first.js\";",
                "no such form of import",
            ),
            (
                "  import { one } from \"./first.js\";",
                "no such form of import",
            ),
            (
                "const late = import(\"./first.js\");",
                "no such form of import",
            ),
            ("MODULES.first = 1;", "no such form of import"),
            ("export default 1;", "no such form of export"),
            ("export { one };", "no such form of export"),
            ("export let one = 1;", "no such form of export"),
            (
                "/** @import { One } from \"./third.js\" */",
                "./third.js does not come before",
            ),
        ];
        for (text, expected) in cases {
            let text = format!("{text}\nexport function start() {{}}\n").leak();
            let second = Module {
                path: "./second.js",
                text,
            };
            let found = mistakes(&[FIRST, second]);
            let expected = format!("./second.js: 1: {expected}");
            assert!(
                found.len() == 1 && found[0].starts_with(&expected),
                "{text}: {found:?}"
            );
        }
        assert_eq!(mistakes(&[FIRST]), ["./first.js: exports no `start`"]);
    }
}
