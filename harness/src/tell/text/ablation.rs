//! What each failure did, in words.

use std::fmt::Write as _;

use crate::diagnostic::visible;
use crate::outcome::words::list;
use crate::outcome::{Ablation, Cause, Role};

/// Which failure did what, then what ended each configuration. Empty where no failure is configured.
pub(super) fn ablation(ablation: &Ablation) -> String {
    let mut text = String::new();
    if ablation.without.is_empty() {
        return text;
    }
    let mut line = |content: &str| {
        let _infallible = writeln!(text, "{}", visible::line(content));
    };
    line("what each failure did, found by running without it:");
    for without in &ablation.without {
        let breaks = without.breaks.iter();
        let breaks = breaks.map(|broken| format!("{broken} holds"));
        let differs: Vec<String> = breaks.chain(without.changes.iter().cloned()).collect();
        let leads = if differs.is_empty() {
            ""
        } else {
            "; without it"
        };
        let line_number = without.configured.line;
        let (name, role) = (&without.configured, role(without.role));
        line(&format!("{name} (line {line_number}) {role}{leads}"));
        for change in differs {
            line(&format!("  {change}"));
        }
    }
    for cause in &ablation.causes {
        line(&sentence(cause, ablation));
    }
    text
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::NotApplied => "was not applied",
        Role::Masked => "was masked: everything comes to the same without it",
        Role::Felt => "was felt",
        Role::Reconfigures => "caused a reconfiguration",
    }
}

fn sentence(cause: &Cause, ablation: &Ablation) -> String {
    let needed = cause.needs.iter();
    let needed = needed.filter_map(|&index| ablation.without.get(index));
    let needed: Vec<String> = needed
        .map(|without| without.configured.to_string())
        .collect();
    let number = cause.configuration;
    if cause.needs_none {
        format!("configuration {number} ends without any failure as well")
    } else if needed.is_empty() {
        format!("configuration {number} ends whichever one failure is left out: others suffice")
    } else {
        format!("configuration {number} ended because of {}", list(needed))
    }
}

#[cfg(test)]
mod tests;
