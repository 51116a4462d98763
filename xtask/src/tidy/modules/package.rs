//! The packages of the workspace and what each of them builds.

use super::super::tree::Tree;

/// A package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package<'a> {
    /// Its name, as its manifest has it.
    pub(crate) name: &'a str,
    /// The path of its folder, with a `/` at its end.
    pub(crate) folder: &'a str,
    /// The root files of its targets.
    pub(crate) roots: Vec<String>,
}

/// The packages of the workspace, in the order of their folders. One with a workspace of its own is
/// none of them.
pub(crate) fn packages(tree: &Tree) -> Vec<Package<'_>> {
    let manifests = tree
        .files()
        .filter_map(|(path, text)| Some((path.strip_suffix("Cargo.toml")?, text)));
    manifests
        .filter(|(folder, text)| {
            folder.ends_with('/') && !text.lines().any(|line| line.trim() == "[workspace]")
        })
        .filter_map(|(folder, text)| {
            let name = value(text, "name")?;
            let roots = roots(tree, folder, text);
            Some(Package {
                name,
                folder,
                roots,
            })
        })
        .collect()
}

/// The value of the first line of this key.
fn value<'a>(manifest: &'a str, key: &str) -> Option<&'a str> {
    manifest.lines().find_map(|line| text_of(line, key))
}

/// The text that a line gives to a key.
fn text_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (name, value) = line.split_once('=')?;
    (name.trim() == key).then(|| value.trim().trim_matches('"'))
}

/// The root files: those that cargo finds by itself, and those that the manifest names.
fn roots(tree: &Tree, folder: &str, manifest: &str) -> Vec<String> {
    let named = manifest.lines().filter_map(|line| text_of(line, "path"));
    let named: Vec<&str> = named.filter(|path| path.ends_with(".rs")).collect();
    tree.rust()
        .filter_map(|(path, ..)| Some((path, path.strip_prefix(folder)?)))
        .filter(|(_, inside)| is_root(inside) || named.contains(inside))
        .map(|(path, _)| path.to_owned())
        .collect()
}

/// Whether cargo takes the file of this path, from the folder of a package, for the root of a target.
fn is_root(path: &str) -> bool {
    let in_folder = ["src/bin/", "tests/", "benches/", "examples/"]
        .iter()
        .find_map(|folder| path.strip_prefix(folder));
    match in_folder {
        Some(name) => match name.split_once('/') {
            Some((_, name)) => name == "main.rs",
            None => true,
        },
        None => matches!(path, "src/lib.rs" | "src/main.rs" | "build.rs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_found_with_the_roots_of_their_targets() {
        let tree = Tree::of(&[
            ("Cargo.toml", "[workspace]\nmembers = []\n"),
            (
                "fuzz/Cargo.toml",
                "[package]\nname = \"fuzz\"\n[workspace]\n",
            ),
            (
                "h/Cargo.toml",
                "[package]\nname = \"one\"\n[dependencies]\nx.path = \"x.rs\"\n",
            ),
            ("h/language/Cargo.toml", "[package]\nname = \"two\"\n"),
            ("h/language/src/lib.rs", ""),
            ("h/src/lib.rs", ""),
            ("h/src/bin/b.rs", ""),
            ("h/src/a/main.rs", ""),
            ("h/tests/t.rs", ""),
            ("h/tests/u/main.rs", ""),
            ("h/tests/u/more.rs", ""),
            (
                "t/Cargo.toml",
                "[package]\nname = \"three\"\n[[test]]\nname = \"t\"\npath = \"t.rs\"\n",
            ),
            ("t/t.rs", ""),
            ("t/u.rs", ""),
        ]);
        let found: Vec<(&str, &str, Vec<String>)> = packages(&tree)
            .into_iter()
            .map(|package| (package.name, package.folder, package.roots))
            .collect();
        let one = [
            "h/src/bin/b.rs",
            "h/src/lib.rs",
            "h/tests/t.rs",
            "h/tests/u/main.rs",
        ];
        assert_eq!(
            found,
            [
                ("one", "h/", one.map(str::to_owned).to_vec()),
                (
                    "two",
                    "h/language/",
                    vec!["h/language/src/lib.rs".to_owned()]
                ),
                ("three", "t/", vec!["t/t.rs".to_owned()]),
            ]
        );
    }
}
