//! A file on its way to a scenario: what is known of it so far, and what is wrong with it.

use std::collections::BTreeMap;
use std::ops::Range;

use bcr_protocol::identity::{ConfigurationId, Position};

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::scenario::ast::{Assignment, Pair};
use crate::scenario::overrides::Overridden;
use crate::scenario::parameter::Parameter;

/// Where a planned failure stands in the file.
pub(in crate::scenario) struct Mark {
    pub(in crate::scenario) trigger: Range<usize>,
    pub(in crate::scenario) failure: Range<usize>,
}

/// Assignments by parameter and indices.
pub(super) type Assignments<'a> = BTreeMap<(Parameter, Vec<u32>), &'a Assignment>;

/// The `failures` of one replica.
pub(super) struct ReplicaFailures<'a> {
    pub(super) configuration: ConfigurationId,
    pub(super) position: Position,
    pub(super) assignment: &'a Assignment,
    pub(super) pairs: &'a [Pair],
}

pub(super) struct Lowering<'a> {
    pub(super) source: &'a SourceFile,
    pub(super) overridden: &'a Overridden,
    pub(super) assignments: Assignments<'a>,
    /// Lines that may have been meant to be a parameter, by its name.
    pub(super) lookalikes: BTreeMap<&'static str, Range<usize>>,
    /// Parameters that were left to their defaults, where that is worth a remark.
    pub(super) defaulted: Vec<(Parameter, u64)>,
    pub(super) diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Lowering<'a> {
    /// The assignment of a parameter without indices.
    pub(super) fn assignment(&self, parameter: Parameter) -> Option<&'a Assignment> {
        self.assignments.get(&(parameter, Vec::new())).copied()
    }

    /// Where something that is missing is missed: behind the last word of the file.
    pub(super) fn end(&self) -> Range<usize> {
        let end = self.source.text().trim_end().len();
        end..end
    }

    /// The line that may have been meant to be this parameter, which is missing.
    pub(super) fn lookalike(&self, parameter: Parameter) -> Option<Range<usize>> {
        self.lookalikes.get(parameter.name()).cloned()
    }
}

/// What the numbers from 0 are for `count` of something; there is at least one.
pub(super) fn there_are(what: &str, count: u32) -> String {
    match count {
        1 => format!("there is {what} 0 alone"),
        _ => format!("the {what}s are 0 to {}", count - 1),
    }
}
