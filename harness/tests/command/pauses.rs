//! `bcr run --pauses`: what real time would break is found in the simulator.

use super::Folder;

/// One client has four requests, the other has one.
const TWO: &str = "t = 1\nnum_client = 2\nclient_timeout = 3000\nhead_timeout = 3000\n\
                   nonhead_timeout = 3000\ncheckpt_interval = 10\n\
                   workload[0] = put('a','1'); put('a','2'); put('a','3'); put('a','4')\n\
                   workload[1] = put('b','1')\n";

/// Four journeys take longer than one, unless something holds up whoever makes the one.
const HASTY: &str = "final: {a: 4, b: 1}\nschedules: 50\norder:\n\
                     - {event: accepted, client: 1}\n\
                     - {event: accepted, client: 0, request: 3}\n";

#[test]
fn an_order_that_nothing_guarantees_breaks_and_the_replay_repeats_it() {
    let folder = Folder::new("pauses");
    folder.scenario("hasty", TWO, Some(HASTY));
    let run = ["run", "scenarios/hasty.conf", "--logs", "logs"];
    assert_eq!(folder.bcr(&run).status, 0);
    let documents = folder.documents(&["--pauses", "80", "--schedules", "50", "scenarios"]);
    let document = &documents[0];
    assert_eq!(document["verdict"], "fail");
    let (seed, replay) = (document["seed"].to_string(), document["replay"].as_str());
    assert_ne!(seed, "0", "nobody pauses in the canonical schedule");
    let replay = replay.expect("a command");
    assert!(
        replay.ends_with(&format!("--seed {seed} --pauses 80")),
        "{replay}"
    );
    let again = folder.documents(&["--pauses", "80", "--seed", &seed, "scenarios"]);
    assert_eq!(again[0]["clauses"], document["clauses"]);
    let stored = ["check-run", "target/scenario-logs/simulated/hasty"];
    assert_eq!(folder.bcr(&stored).status, 1);
}

#[test]
fn durations_are_allowed_for_as_in_real_time() {
    let folder = Folder::with_calm("pauses-allowed");
    let expected = "final: {k: v}\ncompleted_within_ms: {0: 20}\n";
    folder.write("expected/calm.yaml", expected);
    let documents = folder.documents(&["--pauses", "80", "--schedules", "30", "scenarios"]);
    assert_eq!(documents[0]["verdict"], "fail");
    let seed = documents[0]["seed"].to_string();
    folder.write("bcr.toml", "real_time_allowance_ms = 2000\n");
    let documents = folder.documents(&["--pauses", "80", "--seed", &seed, "scenarios"]);
    assert_eq!(documents[0]["verdict"], "pass");
    // So is a stored run, judged again.
    let stored = ["check-run", "target/scenario-logs/simulated/calm"];
    assert_eq!(folder.bcr(&stored).status, 0);
}

#[test]
fn scenarios_for_the_simulator_alone_are_left_out() {
    let folder = Folder::with_calm("pauses-ignored");
    let expected = "final: {k: v}\nruntimes: {only: [simulated], because: it is told so}\n";
    folder.write("expected/calm.yaml", expected);
    let call = folder.bcr(&["run", "scenarios", "--pauses", "80", "--logs", "logs"]);
    call.says("ignored  calm: it is told so");
    let call = folder.bcr(&["run", "scenarios", "--pauses", "80", "--runtime", "tcp"]);
    assert_eq!(call.status, 2);
}
