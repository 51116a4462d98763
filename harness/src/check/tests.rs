//! Every invariant against a run in which all hold, and against one violation planted in it.

use super::testing::{calm, crashed};

#[test]
fn all_invariants_hold_in_a_calm_run_and_across_a_crash() {
    for (name, run) in [("calm", calm()), ("crashed", crashed())] {
        let undecided: Vec<_> = run
            .judge()
            .into_iter()
            .filter(|invariant| invariant.held != Some(true))
            .collect();
        assert_eq!(undecided, [], "{name}");
    }
}
