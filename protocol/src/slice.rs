//! The argument of `slice`: what it means and when it is valid.
//!
//! Source: docs/protocol.md P2. Lengths and indices count Unicode scalar values.

/// The part of `value` that `bounds` names; `None` where the slice is not valid.
///
/// `bounds` is Python's `start:stop[:step]`, either bound may be omitted and a negative one counts
/// from the end; one integer means that one character. A bound is valid within `-len ..= len`, an
/// index within `-len .. len`; the step is positive; once normalised, `start <= stop`. Blanks around
/// a number are free, as in Python.
#[must_use]
pub fn slice(value: &str, bounds: &str) -> Option<String> {
    let len = i64::try_from(value.chars().count()).ok()?;
    let parts: Vec<&str> = bounds.split(':').collect();
    let (start, stop, step) = match parts[..] {
        [index] => {
            let index = number(index)?;
            let index = if index < 0 {
                index.checked_add(len)?
            } else {
                index
            };
            if !(0..len).contains(&index) {
                return None;
            }
            (index, index + 1, 1)
        }
        [start, stop] => (bound(start, 0, len)?, bound(stop, len, len)?, 1),
        [start, stop, step] => {
            let step = if step.trim().is_empty() {
                1
            } else {
                number(step)?
            };
            (bound(start, 0, len)?, bound(stop, len, len)?, step)
        }
        _ => return None,
    };
    if step < 1 || start > stop {
        return None;
    }
    let characters = value
        .chars()
        .skip(usize::try_from(start).ok()?)
        .take(usize::try_from(stop - start).ok()?)
        .step_by(usize::try_from(step).ok()?);
    Some(characters.collect())
}

/// A bound counted from the start; `default` where it is omitted, `None` where it is out of range.
fn bound(text: &str, default: i64, len: i64) -> Option<i64> {
    if text.trim().is_empty() {
        return Some(default);
    }
    let given = number(text)?;
    if !(-len..=len).contains(&given) {
        return None;
    }
    Some(if given < 0 { given + len } else { given })
}

fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_slices_cut_as_python_does() {
        let cases = [
            ("0:4", "star"),
            ("0:0", ""),
            ("9:9", ""),
            (":", "star wars"),
            ("5:", "wars"),
            (":-5", "star"),
            ("-4:", "wars"),
            ("-9:-5", "star"),
            ("::2", "sa as"),
            ("1:8:3", "t r"),
            ("0:9:100", "s"),
            ("0", "s"),
            ("-1", "s"),
            ("8", "s"),
            (" 0 : 4 ", "star"),
        ];
        for (bounds, expected) in cases {
            assert_eq!(
                slice("star wars", bounds).as_deref(),
                Some(expected),
                "{bounds}"
            );
        }
    }

    #[test]
    fn invalid_slices_are_refused() {
        let cases = [
            "",
            "9",
            "-10",
            "0:10",
            "-10:",
            "10:",
            "4:0",
            "-1:0",
            "0:4:0",
            "0:4:-1",
            "a:b",
            "1:2:3:4",
            "1.5:2",
            "0:99999999999999999999",
        ];
        for bounds in cases {
            assert_eq!(slice("star wars", bounds), None, "{bounds}");
        }
    }

    #[test]
    fn indices_count_unicode_scalar_values() {
        assert_eq!(slice("日本語", "1:3").as_deref(), Some("本語"));
        assert_eq!(slice("", ":").as_deref(), Some(""));
        assert_eq!(slice("", "0:0").as_deref(), Some(""));
    }
}
