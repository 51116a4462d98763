//! Writing scenarios and expected files: `bcr new`, `bcr bless`, `bcr fmt`.

use crate::{CALM, CALM_EXPECTED, Folder};

#[test]
fn fmt_keeps_comments_and_has_nothing_left_to_do_the_second_time() {
    let folder = Folder::new("fmt");
    let untidy = "# why\nt=1\n  num_client =   1\n\n# what\nworkload[0]=put( 'k' , 'v' );get('k')\n\
                  client_timeout=3000\nhead_timeout=3000\nnonhead_timeout=3000\ncheckpt_interval=10\n\
                  failures[0,1]=shuttle(0,0),crash()\n";
    folder.scenario("untidy", untidy, None);
    let check = || folder.bcr(&["fmt", "--check", "scenarios"]);
    let call = check();
    assert_eq!(call.status, 1);
    call.says("scenarios/untidy.conf");
    assert_eq!(folder.read("scenarios/untidy.conf"), untidy, "only a check");
    assert_eq!(folder.bcr(&["fmt", "scenarios"]).status, 0);
    let tidy = folder.read("scenarios/untidy.conf");
    assert_ne!(tidy, untidy);
    for comment in ["# why\n", "# what\n"] {
        assert!(tidy.contains(comment), "{tidy}");
    }
    let call = check();
    assert_eq!((call.status, call.stdout.as_str()), (0, ""));
    assert_eq!(folder.bcr(&["fmt", "scenarios"]).status, 0);
    assert_eq!(folder.read("scenarios/untidy.conf"), tidy);

    folder.scenario("wrong", "t = 1\nnum_client\n = = 3\nworkload[0 = x\n", None);
    let before = folder.read("scenarios/wrong.conf");
    let call = folder.bcr(&["fmt", "scenarios"]);
    assert_eq!(call.status, 2);
    call.says("scenarios/wrong.conf:");
    assert_eq!(folder.read("scenarios/wrong.conf"), before);
}

#[test]
fn fmt_keeps_a_byte_order_mark() {
    let folder = Folder::new("fmt-mark");
    let untidy = format!("\u{feff}{}\n\n", CALM.replace(" = ", "="));
    folder.scenario("marked", &untidy, None);
    assert_eq!(folder.bcr(&["fmt", "scenarios"]).status, 0);
    let tidy = folder.read("scenarios/marked.conf");
    assert!(tidy.starts_with("\u{feff}") && tidy != untidy, "{tidy}");
    let call = folder.bcr(&["fmt", "--check", "scenarios"]);
    assert_eq!((call.status, call.stdout.as_str()), (0, ""));
}

#[test]
fn new_writes_a_scenario_and_an_expected_file_that_pass() {
    let folder = Folder::new("new");
    let call = folder.bcr(&[
        "new",
        "crash/tail",
        "--workload",
        "put('k','v'); get('k')",
        "--failure",
        "0,2: shuttle(0,1), crash()",
    ]);
    assert_eq!(call.status, 0, "{}{}", call.stdout, call.stderr);
    assert_eq!(
        folder.files("."),
        ["expected/crash/tail.yaml", "scenarios/crash/tail.conf"]
    );
    call.says("wrote scenarios/crash/tail.conf");
    call.says("replica 2 (configuration 0) fails at shuttle(0,1): crash()");
    assert!(
        folder
            .read("expected/crash/tail.yaml")
            .contains("final: {k: v}")
    );
    assert_eq!(folder.bcr(&["run", "scenarios"]).status, 0);
}

#[test]
fn new_never_overwrites_and_refuses_names_that_are_none() {
    let folder = Folder::with_calm("refuses");
    folder.write("expected/lonely.yaml", "final: {}\n");
    let before = folder.files(".");
    for (name, why) in [
        ("calm", "scenarios/calm.conf is there already"),
        ("calm.conf", "scenarios/calm.conf is there already"),
        ("lonely", "expected/lonely.yaml is there already"),
        ("", "is no name"),
        ("../up", "is no name"),
        ("a/../b", "is no name"),
        ("/root", "is no name"),
        ("Upper", "is no name"),
        ("two words", "is no name"),
        ("dot.ted", "is no name"),
    ] {
        let call = folder.bcr(&["new", name]);
        assert_eq!(call.status, 2, "{name}");
        call.says(why);
        assert_eq!(folder.files("."), before, "{name}");
    }
    assert_eq!(folder.read("scenarios/calm.conf"), CALM);
    assert_eq!(folder.read("expected/calm.yaml"), CALM_EXPECTED);
}

#[test]
fn new_leaves_nothing_behind_where_its_arguments_make_no_scenario() {
    for (number, arguments) in [
        &["--failure", "0,9: shuttle(0,0), crash()"][..],
        &["--failure", "0,0: shuttle(0,0), explode()"],
        &["--failure", "shuttle(0,0), crash()"],
        &["--workload", "jump('x')"],
        &["--clients", "0"],
    ]
    .into_iter()
    .enumerate()
    {
        let folder = Folder::new(&format!("nothing-{number}"));
        let mut call = vec!["new", "deep/down/scenario"];
        call.extend(arguments);
        let call = folder.bcr(&call);
        assert_eq!(call.status, 2, "{arguments:?}: {}", call.stdout);
        assert!(!call.stdout.is_empty() || !call.stderr.is_empty());
        assert!(!folder.exists("scenarios"), "{arguments:?}");
        assert!(!folder.exists("expected"), "{arguments:?}");
    }
}

#[test]
fn new_records_nothing_where_nothing_is_promised() {
    let folder = Folder::new("vacuous");
    let call = folder.bcr(&[
        "new",
        "never",
        "--failure",
        "0,1: wedge_request(0), crash()",
    ]);
    assert_eq!(call.status, 1);
    call.says("wrote no expected file");
    assert_eq!(folder.files("."), ["scenarios/never.conf"]);
}

const STALE: &str = "# Why this is so.\nfinal: {k: old}  # stale\n\n# The client's view.\n\
                     results: {0: [OK, v]}   # right\nreconfigurations: 0\n";

#[test]
fn bless_replaces_the_broken_clause_and_nothing_else() {
    let folder = Folder::with_calm("bless");
    folder.scenario("stale", CALM, Some(STALE));
    let call = folder.bcr(&["bless", "--yes"]);
    assert_eq!(call.status, 0, "{}{}", call.stdout, call.stderr);
    call.says("2 scenarios, 1 expected file written");
    call.says("- final: {k: old}");
    call.says("+ final: {k: v}");
    let blessed = folder.read("expected/stale.yaml");
    let expected = STALE.replace("final: {k: old}  # stale\n", "final: {k: v}\n");
    assert_eq!(blessed, expected);
    assert_eq!(folder.read("expected/calm.yaml"), CALM_EXPECTED);
    assert_eq!(folder.files("expected").len(), 2, "nothing beside them");
    folder
        .bcr(&["bless", "--yes"])
        .says("2 scenarios, 0 expected files written");
    assert_eq!(folder.bcr(&["run", "scenarios"]).status, 0);
}

#[test]
fn bless_asks_first_and_takes_a_filter() {
    let folder = Folder::new("asks");
    folder.scenario("stale", CALM, Some(STALE));
    for (arguments, answer, status, is_written) in [
        (&["bless"][..], "", 1, false),
        (&["bless"], "n\n", 1, false),
        (&["bless", "other", "--yes"], "", 2, false),
        (&["bless", "sta"], "y\n", 0, true),
    ] {
        let call = folder.bcr_told(arguments, answer);
        assert_eq!(call.status, status, "{arguments:?} {answer:?}");
        let is_same = folder.read("expected/stale.yaml") == STALE;
        assert_eq!(is_same, !is_written, "{arguments:?} {answer:?}");
    }
}

#[test]
fn bless_writes_the_file_that_is_missing_and_refuses_what_breaks_the_promise() {
    let folder = Folder::new("writes");
    folder.scenario("fresh", CALM, None);
    assert_eq!(folder.bcr(&["bless", "fresh", "--yes"]).status, 0);
    assert!(folder.read("expected/fresh.yaml").contains("final: {k: v}"));
    let never = format!("{CALM}failures[0,1] = wedge_request(0), crash()\n");
    folder.scenario("vacuous", &never, None);
    let call = folder.bcr(&["bless", "vacuous", "--yes"]);
    assert_eq!(call.status, 1);
    call.says("vacuous: nothing recorded");
    assert!(!folder.exists("expected/vacuous.yaml"));
    folder.scenario("malformed", "t = x\n", None);
    assert_eq!(folder.bcr(&["bless", "--yes"]).status, 2);
}

#[test]
fn every_template_makes_a_scenario_that_passes() {
    let folder = Folder::new("templates");
    let list = folder.bcr(&["new", "--list-templates"]);
    assert_eq!(list.status, 0);
    let names: Vec<&str> = list
        .stdout
        .lines()
        .filter_map(|line| line.split("  ").next())
        .collect();
    assert!(names.len() > 10, "{}", list.stdout);
    for name in &names {
        let scenario = format!("from/{name}_again");
        let call = folder.bcr(&["new", &scenario, "--from", name]);
        assert_eq!(call.status, 0, "{name}: {}{}", call.stdout, call.stderr);
        let text = folder.read(&format!("scenarios/{scenario}.conf"));
        assert!(text.contains(&format!("test_case_name = {name}_again\n")));
    }
    let checked = folder.bcr(&["check", "scenarios", "--deny-warnings"]);
    assert_eq!(checked.status, 0, "{}", checked.stdout);
    let run = folder.bcr(&["run", "scenarios"]);
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert_eq!(folder.bcr(&["fmt", "--check", "scenarios"]).status, 0);
}

#[test]
fn new_and_bless_read_files_as_their_suite_does() {
    let allowed = "allow = [\"no-effect\"]\ndeny_warnings = true\n";
    for (settings, is_told) in [("", true), (allowed, false)] {
        let folder = Folder::new(&format!("of-suite-{is_told}"));
        folder.write("bcr.toml", settings);
        let failure = ["--failure", "0,1: shuttle(0,0), increment_slot()"];
        let call = folder.bcr(&[&["new", "calm", "--workload", "get('k')"], &failure[..]].concat());
        let said = call.stdout.contains("warning[no-effect]");
        assert_eq!(
            (call.status, said),
            (1, is_told),
            "{}{}",
            call.stdout,
            call.stderr
        );
    }
    // What an expected file is about to excuse is no error yet.
    let folder = Folder::new("of-suite-denied");
    folder.write("bcr.toml", "deny_warnings = true\n");
    let text = format!("{CALM}failures[0,1] = shuttle(0,0), increment_slot()\n");
    folder.scenario("calm", &text, None);
    let call = folder.bcr(&["bless", "--yes"]);
    assert_eq!(call.status, 1, "{}{}", call.stdout, call.stderr);
    call.says("no_effect: [\"failures[0,1] shuttle(0,0), increment_slot()\"]");
    // A mistake in the settings is told, and nothing is written.
    folder.write("bcr.toml", "schedule = 4\n");
    assert_eq!(folder.bcr(&["new", "other"]).status, 2);
    assert!(!folder.exists("scenarios/other.conf"));
}

#[test]
fn new_takes_another_scenario_as_its_template_and_refuses_what_is_neither() {
    let folder = Folder::with_calm("from");
    let call = folder.bcr(&["new", "calmer", "--from", "scenarios/calm.conf"]);
    assert_eq!(call.status, 0, "{}{}", call.stdout, call.stderr);
    assert_eq!(folder.read("scenarios/calmer.conf"), CALM);
    let call = folder.bcr(&["new", "other", "--from", "crush"]);
    assert_eq!(call.status, 2);
    call.says("`crush` is neither a template");
    let call = folder.bcr(&["new", "other", "--from", "crash", "--t", "2"]);
    assert_eq!(call.status, 2);
    assert!(!folder.exists("scenarios/other.conf"));
}

#[test]
fn new_pins_what_happened_and_in_which_order() {
    let folder = Folder::new("pins");
    let lie = ["--failure", "1,2: shuttle(0,1), change_result()"];
    let crash = ["--failure", "0,0: client_request(0,1), crash()"];
    let call = folder.bcr(&[&["new", "lies/later"], &crash[..], &lie[..]].concat());
    assert_eq!(call.status, 0, "{}{}", call.stdout, call.stderr);
    let expected = folder.read("expected/lies/later.yaml");
    for clause in [
        "reconfigurations: 2\n",
        "convicted: {0: [], 1: [2]}\n",
        "  - {event: failure_applied, configuration: 0, replica: 0, failure: crash()}\n",
        "  - {event: configuration_started, configuration: 2}\n",
    ] {
        assert!(expected.contains(clause), "{clause}\n{expected}");
    }
    assert_eq!(folder.bcr(&["run", "scenarios"]).status, 0);
}

#[test]
fn new_draws_the_same_scenario_for_the_same_seed_and_it_passes() {
    let folder = Folder::new("random");
    for name in ["one", "two"] {
        let call = folder.bcr(&["new", name, "--random", "7"]);
        assert_eq!(call.status, 0, "{}{}", call.stdout, call.stderr);
    }
    let one = folder.read("scenarios/one.conf");
    assert!(one.contains("failures["), "{one}");
    assert_eq!(
        folder.read("scenarios/two.conf"),
        one.replace("= one\n", "= two\n")
    );
    assert_eq!(
        folder.read("expected/one.yaml"),
        folder.read("expected/two.yaml")
    );
    assert_eq!(folder.bcr(&["run", "scenarios"]).status, 0);
}

#[test]
fn what_excuses_a_vacuous_scenario_is_said_and_bless_adds_the_rest() {
    let folder = Folder::new("excuse");
    let lie = ["--failure", "0,2: shuttle(0,0), change_result()"];
    let call = folder.bcr(&[&["new", "lies/truth"], &lie[..]].concat());
    assert_eq!(call.status, 1);
    let excuse = "no_effect: [\"failures[0,2] shuttle(0,0), change_result()\"]";
    call.says(excuse);
    folder.write(
        "expected/lies/truth.yaml",
        format!("# It is OK.\n{excuse}\n"),
    );
    assert_eq!(folder.bcr(&["bless", "lies/truth", "--yes"]).status, 0);
    let expected = folder.read("expected/lies/truth.yaml");
    let beginning = format!("# It is OK.\n{excuse}\nfinal: ");
    assert!(expected.starts_with(&beginning), "{expected}");
    assert_eq!(folder.bcr(&["run", "scenarios"]).status, 0);
}

#[test]
fn outside_the_promise_new_says_what_an_expected_file_has_to() {
    let folder = Folder::new("outside");
    let crash = ["--failure", "0,0: client_request(0,2), crash()"];
    let other = ["--failure", "0,1: shuttle(0,1), crash()"];
    let call = folder.bcr(&[&["new", "both"], &crash[..], &other[..]].concat());
    assert_eq!(call.status, 1);
    call.says("outside_promise: {broken: [liveness], held: [");
}

#[test]
fn check_finds_files_without_their_other_half() {
    let folder = Folder::with_calm("strays");
    let check = |arguments: &[&str]| folder.bcr(&[&["check"], arguments].concat());
    assert_eq!(
        check(&["scenarios"]).stdout,
        "1 scenario checked, 0 invalid\n"
    );
    folder.scenario("alone", CALM, None);
    folder.write("expected/deep/orphan.yaml", "final: {}\n");
    let call = check(&["scenarios"]);
    assert_eq!(call.status, 0);
    call.says("warning[no-expected-file]");
    call.says("scenarios/alone.conf");
    call.says("warning[stray-expected-file]");
    call.says("expected/deep/orphan.yaml");
    assert_eq!(check(&["scenarios", "--deny-warnings"]).status, 2);
    assert_eq!(check(&["scenarios/calm.conf", "--deny-warnings"]).status, 0);
}
