//! "Did you mean": the candidate that lies nearest to a name.

/// Longer names are nobody's slip of the finger, and the distance costs the product of the lengths.
const LENGTH_MAX: usize = 64;

/// How many letters two words share at their beginning before one may be meant for the other.
const BEGINNING_MIN: usize = 4;

/// The candidate within a third of the name's length (at least 1) of edits, the first of the
/// nearest; else the only one that begins like it, for more than half of the name. Case is ignored.
///
/// An edit is an insertion, a deletion, a substitution, or a swap of neighbours.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name: Vec<char> = name
        .chars()
        .take(LENGTH_MAX + 1)
        .flat_map(char::to_lowercase)
        .collect();
    if name.is_empty() || name.len() > LENGTH_MAX {
        return None;
    }
    let limit = (name.len() / 3).max(1);
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let near = candidates
        .iter()
        // The distance is at least the difference in length, which costs nothing to know.
        .filter(|candidate| candidate.chars().count().abs_diff(name.len()) <= limit)
        .map(|candidate| {
            let lower: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
            (distance(&name, &lower), *candidate)
        })
        .filter(|(distance, _)| *distance <= limit && *distance < name.len())
        .min_by_key(|(distance, _)| *distance);
    match near {
        Some((_, candidate)) => Some(candidate),
        None => begins_alike(&name, &candidates),
    }
}

/// Whether a name is at most so many edits from a word. Case is ignored.
pub(crate) fn is_within(name: &str, word: &str, edits: usize) -> bool {
    let lower = |text: &str| -> Vec<char> { text.chars().flat_map(char::to_lowercase).collect() };
    // A name that is much longer costs nothing.
    name.len() <= LENGTH_MAX && distance(&lower(name), &lower(word)) <= edits
}

/// The one candidate that begins like the name, `crashed` for `crash`.
fn begins_alike<'c>(name: &[char], candidates: &[&'c str]) -> Option<&'c str> {
    let least = BEGINNING_MIN.max(name.len() / 2 + 1);
    let mut alike = candidates.iter().filter(|candidate| {
        let lower = candidate.chars().flat_map(char::to_lowercase);
        let shared = name
            .iter()
            .zip(lower)
            .take_while(|(one, other)| *one == other);
        shared.count() >= least
    });
    match (alike.next(), alike.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Optimal string alignment distance.
fn distance(a: &[char], b: &[char]) -> usize {
    // Three rows of the table, used in turn.
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut row = vec![0; b.len() + 1];
    for (i, x) in a.iter().enumerate() {
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let mut best = (above[j] + usize::from(x != y))
                .min(above[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row[j + 1] = best;
        }
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_candidate_is_few_edits_away_or_begins_alike() {
        let known = ["shuttle", "result_shuttle", "checkpoint", "crash", "t"];
        let cases = [
            ("shutle", Some("shuttle")),
            ("Shuttle", Some("shuttle")),
            ("resultshuttle", Some("result_shuttle")),
            ("chekcpoint", Some("checkpoint")),
            ("check", Some("checkpoint")),
            ("checklists", None),
            ("crsah", Some("crash")),
            ("checkpointing", Some("checkpoint")),
            ("explode", None),
            ("", None),
            ("T", Some("t")),
            ("z", None),
        ];
        for (name, expected) in cases {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
        assert_eq!(nearest(&"x".repeat(1_000_000), known), None);
    }
}
