use super::*;
use crate::cases::place::is_reserved;

#[test]
fn names_are_paths_below_the_nearest_scenarios() {
    let cases = [
        ("scenarios/crash/head_crashes.conf", "crash/head_crashes"),
        ("./scenarios/x.conf", "x"),
        ("../../suite/scenarios/x.y.txt", "x.y"),
        ("/a/scenarios/b/scenarios/c/x.conf", "c/x"),
        ("scenarios/a/../b/x.conf", "b/x"),
        ("scenarios/../other/x.conf", "other/x"),
        ("scenarios", "scenarios"),
        ("examples/x.conf", "examples/x"),
        ("./examples/x.conf", "examples/x"),
        ("../../examples/x.conf", "examples/x"),
        ("/tmp/x.conf", "/tmp/x"),
        ("x", "x"),
    ];
    for (path, name) in cases {
        assert_eq!(scenario_name(Path::new(path)), name, "{path}");
    }
}

#[test]
fn expected_files_lie_below_expected_or_beside() {
    let cases = [
        ("scenarios/crash/x.conf", "expected/crash/x.yaml"),
        ("./scenarios/x.conf", "expected/x.yaml"),
        ("../s/scenarios/x.y.txt", "../s/expected/x.y.yaml"),
        (
            "/a/scenarios/b/scenarios/c/x.conf",
            "/a/scenarios/b/expected/c/x.yaml",
        ),
        ("examples/x.conf", "examples/x.yaml"),
        ("./x", "./x.yaml"),
        ("/tmp/x.txt", "/tmp/x.yaml"),
    ];
    for (path, expected) in cases {
        assert_eq!(
            expected_path(Path::new(path)),
            Path::new(expected),
            "{path}"
        );
    }
}

#[test]
fn the_suite_is_where_scenarios_is() {
    let cases = [
        ("scenarios/x.conf", Some("")),
        ("../s/scenarios/a/x.conf", Some("../s")),
        ("/tmp/x.conf", None),
    ];
    for (path, folder) in cases {
        assert_eq!(
            suite_folder(Path::new(path)),
            folder.map(PathBuf::from),
            "{path}"
        );
    }
}

/// A folder of a test's own with empty files in it, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, files: &[&str]) -> Self {
        let path = std::env::temp_dir().join(format!("bcr-names-{}-{name}", std::process::id()));
        drop(std::fs::remove_dir_all(&path));
        for file in files {
            let file = path.join(file);
            std::fs::create_dir_all(file.parent().expect("below the folder")).expect("a folder");
            std::fs::write(file, "").expect("a file");
        }
        Self(path)
    }

    fn discover(
        &self,
        paths: &[&str],
        expected: Option<&str>,
    ) -> Result<Vec<ScenarioFile>, DiscoverError> {
        let paths: Vec<PathBuf> = paths.iter().map(|path| self.0.join(path)).collect();
        discover(&paths, expected.map(|path| self.0.join(path)).as_deref())
    }

    /// The paths of what was found and of their expected files, below the folder.
    fn found(&self, paths: &[&str], expected: Option<&str>) -> Vec<(String, String)> {
        let below = |path: &Path| text(path.strip_prefix(&self.0).expect("below the folder"));
        self.discover(paths, expected)
            .expect("scenarios")
            .iter()
            .map(|file| (below(&file.path), below(&file.expected)))
            .collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs
        .map(|(path, expected)| (path.to_owned(), expected.to_owned()))
        .into()
}

#[test]
fn a_folder_means_its_scenarios_sorted_by_bytes() {
    let scratch = Scratch::new(
        "folder",
        &[
            "scenarios/b/x.conf",
            "scenarios/b-c/x.txt",
            "scenarios/B.conf",
            "scenarios/b/readme.md",
            "scenarios/b/.hidden.conf",
            "scenarios/.git/x.conf",
            "scenarios/odd",
        ],
    );
    let expected = pairs([
        ("scenarios/B.conf", "expected/B.yaml"),
        ("scenarios/b-c/x.txt", "expected/b-c/x.yaml"),
        ("scenarios/b/x.conf", "expected/b/x.yaml"),
    ]);
    assert_eq!(scratch.found(&["scenarios"], None), expected);
    let names: Vec<String> = scratch
        .discover(&["scenarios"], None)
        .expect("scenarios")
        .into_iter()
        .map(|file| file.name)
        .collect();
    assert_eq!(names, ["B", "b-c/x", "b/x"]);
}

#[test]
fn arguments_keep_their_order_and_a_file_counts_once() {
    let scratch = Scratch::new("order", &["scenarios/a.conf", "scenarios/odd", "z/y.txt"]);
    let paths = ["z", "scenarios/odd", "scenarios", "z/../scenarios/a.conf"];
    let expected = pairs([
        ("z/y.txt", "z/y.yaml"),
        ("scenarios/odd", "expected/odd.yaml"),
        ("scenarios/a.conf", "expected/a.yaml"),
    ]);
    assert_eq!(scratch.found(&paths, None), expected);
}

#[test]
fn expected_files_can_be_elsewhere() {
    let scratch = Scratch::new(
        "elsewhere",
        &["scenarios/a/x.conf", "own/b/y.txt", "answers/z.yaml"],
    );
    let in_folder = pairs([
        ("scenarios/a/x.conf", "answers/a/x.yaml"),
        ("own/b/y.txt", "answers/b/y.yaml"),
    ]);
    assert_eq!(
        scratch.found(&["scenarios", "own"], Some("answers")),
        in_folder
    );
    let cases = [
        ("own/b/y.txt", "answers", "answers/y.yaml"),
        ("own/b/y.txt", "answers/z.yaml", "answers/z.yaml"),
        ("own", "answers/new.yaml", "answers/new.yaml"),
    ];
    for (path, given, expected) in cases {
        let found = scratch.found(&[path], Some(given));
        assert_eq!(found, pairs([("own/b/y.txt", expected)]), "{path}");
    }
}

#[test]
fn what_cannot_be_found_is_named() {
    let scratch = Scratch::new(
        "errors",
        &[
            "empty/readme.md",
            "scenarios/a.conf",
            "scenarios/b.conf",
            "e.yaml",
        ],
    );
    let at = |name: &str| scratch.0.join(name);
    let cases: [(&str, Option<&str>, DiscoverError); 3] = [
        ("nowhere", None, DiscoverError::Missing(at("nowhere"))),
        ("empty", None, DiscoverError::NoScenarios(at("empty"))),
        (
            "scenarios",
            Some("e.yaml"),
            DiscoverError::OneExpectedFile {
                file: at("e.yaml"),
                scenarios: 2,
            },
        ),
    ];
    for (path, expected, error) in cases {
        assert_eq!(scratch.discover(&[path], expected), Err(error.clone()));
        let named = expected.unwrap_or(path);
        assert!(error.to_string().contains(named), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn links_lead_to_files_and_not_round_in_circles() {
    let scratch = Scratch::new("links", &["scenarios/a.conf", "b.conf"]);
    let link = |to: &str, at: &str| {
        std::os::unix::fs::symlink(scratch.0.join(to), scratch.0.join(at)).expect("a link");
    };
    link("b.conf", "scenarios/b.conf");
    link("scenarios", "scenarios/again");
    link("nowhere", "scenarios/broken.conf");
    let names: Vec<String> = scratch
        .found(&["scenarios"], None)
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(names, ["scenarios/a.conf", "scenarios/b.conf"]);
}

#[cfg(unix)]
#[test]
fn a_file_counts_once_whatever_the_way_to_it() {
    let scratch = Scratch::new("ways", &["suite/scenarios/a/v.conf", "suite/w.conf"]);
    let link = scratch.0.join("link");
    std::os::unix::fs::symlink(scratch.0.join("suite/scenarios"), &link).expect("a link");
    let paths = [
        "suite/scenarios/a/v.conf",
        "link/a/v.conf",
        "suite/scenarios/../scenarios/a/./v.conf",
    ];
    let expected = pairs([("suite/scenarios/a/v.conf", "suite/expected/a/v.yaml")]);
    assert_eq!(scratch.found(&paths, None), expected);
    // Only the system knows where `..` leads behind a link.
    let paths = ["suite/w.conf", "suite/scenarios/../w.conf"];
    assert_eq!(
        scratch.found(&paths, None),
        pairs([("suite/w.conf", "suite/w.yaml")])
    );
}

#[test]
fn no_two_scenarios_of_a_call_have_one_place() {
    let file = |path: &str| ScenarioFile {
        path: path.into(),
        name: scenario_name(Path::new(path)),
        expected: expected_path(Path::new(path)),
    };
    let paths = [
        "scenarios/t.conf",
        "scenarios/t/seed-1.conf",
        "scenarios/t/seed-1_.conf",
        "scenarios/t/seed-x.conf",
        "scenarios/t/trace.jsonl.conf",
        "scenarios/t.html/a.conf",
        "scenarios/index.conf",
        "scenarios/index_.conf",
        "scenarios/_.conf",
        "scenarios/__.conf",
        "scenarios/.next-1.conf",
        "x/v.conf",
        "x/../y/v.conf",
        "/nowhere/v.conf",
    ];
    let mut files: Vec<ScenarioFile> = paths.map(file).into();
    assert_eq!(take_namesakes(&mut files), []);
    let places: BTreeSet<PathBuf> = files.iter().map(|file| place(&file.name)).collect();
    assert_eq!(places.len(), paths.len(), "{places:?}");
    for place in &places {
        let parts: Vec<_> = place.iter().filter_map(|part| part.to_str()).collect();
        let is_taken = |part: &&str| is_reserved(part) || part.starts_with('.');
        assert!(
            !parts.iter().any(is_taken) && parts[0] != "index",
            "{place:?}"
        );
    }
    files.push(file("nowhere/v.conf"));
    let mistakes = take_namesakes(&mut files);
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
}
