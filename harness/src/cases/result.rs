//! What came of one scenario of a suite, for whoever reports on suites.

use std::collections::BTreeMap;

use crate::cases::case::{Case, InvalidCase};
use crate::cases::find::ScenarioFile;
use crate::judge::clauses;
use crate::outcome::Verdict;
use crate::suite::examine::Examination;

/// A scenario and what came of it.
#[derive(Clone, Debug)]
pub struct ScenarioResult {
    /// Its files.
    pub file: ScenarioFile,
    /// What came of it.
    pub ending: Ending,
    /// How long all of it took on the wall clock, in milliseconds.
    pub wall_ms: f64,
}

/// What came of a scenario.
#[derive(Clone, Debug)]
pub enum Ending {
    /// It ran and was judged.
    Examined(Box<Examined>),
    /// It could not be run: a file is wrong, or its run came to no end.
    Invalid(InvalidCase),
    /// Its expected file leaves this runtime out, for this reason.
    Ignored(String),
}

/// A scenario that ran.
#[derive(Clone, Debug)]
pub struct Examined {
    /// What was run.
    pub case: Case,
    /// What came of it.
    pub examination: Examination,
}

impl ScenarioResult {
    /// The verdict; none on a scenario that is left out.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        match &self.ending {
            Ending::Examined(examined) => Some(examined.examination.outcome.verdict),
            Ending::Invalid(_) => Some(Verdict::Invalid),
            Ending::Ignored(_) => None,
        }
    }

    /// Whether a suite with it can pass.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.verdict()
            .is_none_or(|verdict| verdict == Verdict::Pass)
    }

    /// How many points it earned, of how many; none where its expected file weighs nothing.
    #[must_use]
    pub fn points(&self) -> Option<(u32, u32)> {
        let Ending::Examined(examined) = &self.ending else {
            return None;
        };
        examined.case.expectation.as_ref()?.weights.as_ref()?;
        Some(clauses::total(&examined.examination.points))
    }

    /// The run that is reported, where there was one.
    #[must_use]
    pub fn examination(&self) -> Option<&Examination> {
        match &self.ending {
            Ending::Examined(examined) => Some(&examined.examination),
            Ending::Invalid(_) | Ending::Ignored(_) => None,
        }
    }
}

/// What the scenarios of one folder came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FolderTally {
    /// How many passed.
    pub passed: usize,
    /// How many were judged, invalid ones among them.
    pub judged: usize,
    /// How many are left out in this runtime.
    pub ignored: usize,
    /// How many schedules were run.
    pub schedules: usize,
    /// How long all of them took on the wall clock, in milliseconds.
    pub wall_ms: f64,
    /// How many points they earned, of how many; none where no expected file weighs anything.
    pub points: Option<(u32, u32)>,
}

impl FolderTally {
    /// The tallies of all folders that the results are from, by the folder's name; `""` is the folder of
    /// scenarios that lie in none.
    #[must_use]
    pub fn by_folder(results: &[ScenarioResult]) -> BTreeMap<&str, Self> {
        let mut folders: BTreeMap<&str, Self> = BTreeMap::new();
        for result in results {
            let (folder, _) = result.file.name.rsplit_once('/').unwrap_or_default();
            folders.entry(folder).or_default().add(result);
        }
        folders
    }

    fn add(&mut self, result: &ScenarioResult) {
        self.wall_ms += result.wall_ms;
        match result.verdict() {
            None => self.ignored += 1,
            Some(verdict) => {
                self.judged += 1;
                self.passed += usize::from(verdict == Verdict::Pass);
            }
        }
        if let Some(examination) = result.examination() {
            self.schedules += examination.outcome.schedules.len();
        }
        self.points = sum_of_points([self.points, result.points()]);
    }
}

/// What all of them earned, of how many points; none where no expected file weighs anything.
pub fn sum_of_points(points: impl IntoIterator<Item = Option<(u32, u32)>>) -> Option<(u32, u32)> {
    let points = points.into_iter().flatten();
    points.reduce(|(sum, all), (earned, of)| (sum.saturating_add(earned), all.saturating_add(of)))
}
