//! What came of one scenario of a suite, told: for whoever reports on suites.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bcr_language::words::counted;

use crate::cases::case::{Case, InvalidCase};
use crate::cases::examine::Examination;
use crate::cases::find::ScenarioFile;
use crate::judge::Judged;
use crate::judge::clauses::{self, Points};
use crate::outcome::{Outcome, Verdict};
use crate::tell::story;

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

/// Whether these are the results of all scenarios of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Nothing is missing.
    Whole,
    /// So many scenarios there are, and the call has not come to its end: nor will it, perhaps.
    Begun {
        /// How many scenarios there are.
        of: usize,
    },
}

impl Extent {
    /// What to say of results that are not all: `incomplete: 141 of 2000 scenarios, as the call did not end`.
    #[must_use]
    pub(crate) fn incomplete(self, results: usize) -> Option<String> {
        match self {
            Self::Whole => None,
            Self::Begun { of } => {
                let of = counted(of, "scenario");
                Some(format!(
                    "incomplete: {results} of {of}, as the call did not end"
                ))
            }
        }
    }
}

/// What came of a scenario.
#[derive(Clone, Debug)]
pub enum Ending {
    /// It ran and was judged.
    Examined(Box<Examined>),
    /// It could not be run: a file is wrong.
    Invalid(InvalidCase),
    /// It broke off where nothing was left to judge, for this reason.
    Error(String),
    /// Its expected file leaves this runtime out, for this reason.
    Ignored(String),
}

/// A scenario that ran.
#[derive(Clone, Debug)]
pub struct Examined {
    /// What was run.
    pub case: Case,
    /// What came of it.
    pub account: Account,
}

impl Examined {
    /// Whether it passed although no file says what is expected of it.
    #[must_use]
    pub fn expects_nothing(&self) -> bool {
        self.case.expectation.is_none() && self.account.outcome.verdict == Verdict::Pass
    }
}

/// What there is to say of a scenario that ran: the document, and in words what is told from the events of
/// its run, which are forgotten by then.
#[derive(Clone, Debug)]
pub struct Account {
    /// The document: of the first run that did not pass, else of the first.
    pub outcome: Outcome,
    /// What everybody was waiting for, where that run did not come to rest.
    pub waiting: Vec<String>,
    /// What happened in that run: where it did not pass, or where somebody asked for it.
    pub story: String,
    /// Which dictionaries differ from what is expected or from each other, in the same cases.
    pub difference: String,
    /// What each client saw, in the same cases.
    pub clients: String,
    /// Three lines of its logs, where it did not pass.
    pub log_lines: String,
    /// What each clause earned over all runs; empty where nothing is expected.
    pub points: Vec<Points>,
    /// Where that run's logs are.
    pub logs: Option<PathBuf>,
    /// Where the page of that run is.
    pub report: Option<PathBuf>,
}

/// Which runs have their story told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stories {
    /// Those that did not pass.
    #[default]
    Failing,
    /// All.
    All,
}

impl Account {
    /// Tells what came of a case. `logs` is where its logs are.
    #[must_use]
    pub fn new(
        case: &Case,
        examination: &Examination,
        logs: Option<PathBuf>,
        stories: Stories,
    ) -> Self {
        let Judged {
            outcome,
            trace,
            waiting,
        } = &examination.run;
        let mut account = Self {
            outcome: outcome.clone(),
            waiting: waiting.clone(),
            story: String::new(),
            difference: String::new(),
            clients: String::new(),
            log_lines: String::new(),
            points: examination.points.clone(),
            logs,
            report: None,
        };
        let has_passed = outcome.verdict == Verdict::Pass;
        if stories == Stories::All || !has_passed {
            account.story = story::story(outcome, trace);
            account.difference = story::difference(outcome, case.expectation.as_ref());
            account.clients = story::clients(outcome);
        }
        if !has_passed {
            account.log_lines = story::log_lines(outcome, trace);
        }
        account
    }
}

impl ScenarioResult {
    /// The verdict; none on a scenario that is left out.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        match &self.ending {
            Ending::Examined(examined) => Some(examined.account.outcome.verdict),
            Ending::Invalid(_) => Some(Verdict::Invalid),
            Ending::Error(_) => Some(Verdict::Error),
            Ending::Ignored(_) => None,
        }
    }

    /// Whether a suite with it can pass.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.verdict()
            .is_none_or(|verdict| verdict == Verdict::Pass)
    }

    /// Whether it passed although no file says what is expected of it.
    #[must_use]
    pub fn expects_nothing(&self) -> bool {
        match &self.ending {
            Ending::Examined(examined) => examined.expects_nothing(),
            Ending::Invalid(_) | Ending::Error(_) | Ending::Ignored(_) => false,
        }
    }

    /// How many points it earned, of how many; none where its expected file weighs nothing.
    #[must_use]
    pub fn points(&self) -> Option<(u32, u32)> {
        let Ending::Examined(examined) = &self.ending else {
            return None;
        };
        examined.case.expectation.as_ref()?.weights.as_ref()?;
        Some(clauses::total(&examined.account.points))
    }

    /// What there is to say of its run, where there was one.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        match &self.ending {
            Ending::Examined(examined) => Some(&examined.account),
            Ending::Invalid(_) | Ending::Error(_) | Ending::Ignored(_) => None,
        }
    }
}

/// What the scenarios of one folder came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FolderTally {
    /// How many passed.
    pub passed: usize,
    /// How many have a verdict, invalid ones among them.
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
    pub fn by_folder<'r>(
        results: impl IntoIterator<Item = &'r ScenarioResult>,
    ) -> BTreeMap<&'r str, Self> {
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
        if let Some(account) = result.account() {
            self.schedules += account.outcome.schedules.len();
        }
        self.points = sum_of_points([self.points, result.points()]);
    }
}

/// What all of them earned, of how many points; none where no expected file weighs anything.
pub fn sum_of_points(points: impl IntoIterator<Item = Option<(u32, u32)>>) -> Option<(u32, u32)> {
    let points = points.into_iter().flatten();
    points.reduce(|(sum, all), (earned, of)| (sum.saturating_add(earned), all.saturating_add(of)))
}
