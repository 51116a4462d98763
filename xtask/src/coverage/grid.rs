//! The grid: which cells the suite's runs have covered, and what is to be said of the others.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::cell::{Cell, FAILURES, Position, TRIGGERS, known};
use super::impossible::Reason;

/// What has become of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status<'a> {
    /// These scenarios cover it, by name.
    Covered(&'a BTreeSet<String>),
    /// No run can.
    Impossible(&'a Reason),
    /// A run could, and none does.
    NoScenario,
}

/// The grid.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    covered: BTreeMap<Cell, BTreeSet<String>>,
    impossible: BTreeMap<Cell, Reason>,
    /// Scenarios that did not pass, by name.
    not_passed: Vec<String>,
}

impl Grid {
    /// An empty grid with these impossible cells.
    pub(crate) fn new(impossible: BTreeMap<Cell, Reason>) -> Self {
        Self {
            impossible,
            ..Self::default()
        }
    }

    /// Adds one document of `bcr run --format json`: each failure that was applied with effect in a
    /// run that passed. What did not pass covers nothing.
    ///
    /// # Errors
    /// The text is no such document, or it names a trigger or failure that the grid does not know.
    pub(crate) fn add(&mut self, document: &str) -> anyhow::Result<()> {
        let document: Value = serde_json::from_str(document).context("no JSON document")?;
        let scenario = text(&document, "scenario")?;
        if text(&document, "verdict")? != "pass" {
            self.not_passed.push(scenario.to_owned());
            return Ok(());
        }
        self.add_failures(&document, scenario)
            .with_context(|| scenario.to_owned())
    }

    fn add_failures(&mut self, document: &Value, scenario: &str) -> anyhow::Result<()> {
        let t = number(&document["parameters"], "t")?;
        let failures = document["failures"].as_array().context("no `failures`")?;
        for failure in failures {
            let trigger = known(&TRIGGERS, text(failure, "trigger")?)?;
            let name = known(&FAILURES, text(failure, "failure")?)?;
            let is_applied = text(failure, "status")? == "applied";
            let has_effect = failure["effect"].as_bool().context("no `effect`")?;
            let position = Position::of(number(failure, "replica")?, t);
            if let Some(position) = position.filter(|_| is_applied && has_effect) {
                let cell = Cell {
                    trigger,
                    failure: name,
                    position,
                };
                self.covered
                    .entry(cell)
                    .or_default()
                    .insert(scenario.to_owned());
            }
        }
        Ok(())
    }

    pub(crate) fn status(&self, cell: Cell) -> Status<'_> {
        match (self.covered.get(&cell), self.impossible.get(&cell)) {
            (Some(scenarios), _) => Status::Covered(scenarios),
            (None, Some(reason)) => Status::Impossible(reason),
            (None, None) => Status::NoScenario,
        }
    }

    /// Scenarios that did not pass, by name.
    pub(crate) fn not_passed(&self) -> &[String] {
        &self.not_passed
    }

    /// Cells that could be covered and are not.
    pub(crate) fn empty(&self) -> Vec<Cell> {
        Cell::all()
            .filter(|cell| self.status(*cell) == Status::NoScenario)
            .collect()
    }

    /// Cells that are called impossible and are covered.
    pub(crate) fn contradicted(&self) -> Vec<Cell> {
        let is_covered = |cell: &&Cell| self.covered.contains_key(cell);
        self.impossible.keys().filter(is_covered).copied().collect()
    }

    /// How many cells are covered, impossible, and neither.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let (covered, empty) = (self.covered.len(), self.empty().len());
        (covered, Cell::all().count() - covered - empty, empty)
    }

    /// Every cell as one JSON document, for pages and programs.
    pub(crate) fn json(&self) -> Value {
        let cells: Vec<Value> = Cell::all()
            .map(|cell| {
                let mut object = json!({
                    "trigger": cell.trigger,
                    "failure": cell.failure,
                    "position": cell.position.name(),
                });
                match self.status(cell) {
                    Status::Covered(scenarios) => {
                        object["status"] = "covered".into();
                        object["scenarios"] = scenarios.iter().cloned().collect();
                    }
                    Status::Impossible(Reason { rule, why }) => {
                        object["status"] = "impossible".into();
                        object["rule"] = rule.as_str().into();
                        object["why"] = why.as_str().into();
                    }
                    Status::NoScenario => object["status"] = "no_scenario".into(),
                }
                object
            })
            .collect();
        let (covered, impossible, empty) = self.counts();
        json!({ "covered": covered, "impossible": impossible, "no_scenario": empty, "cells": cells })
    }
}

fn text<'a>(object: &'a Value, field: &str) -> anyhow::Result<&'a str> {
    object[field]
        .as_str()
        .with_context(|| format!("no `{field}`"))
}

fn number(object: &Value, field: &str) -> anyhow::Result<u64> {
    object[field]
        .as_u64()
        .with_context(|| format!("no `{field}`"))
}
