//! A small scenario examined and told, for tests of what is said about runs.

use crate::cases::case::Case;
use crate::cases::testing;
use crate::tell::result::{Account, Stories};

/// Three requests of one client, `t = 1`, a checkpoint every two slots, and these failures: examined
/// under seed 0 alone, its story told.
pub(crate) fn told(failures: &str, expected: &str) -> (Case, Account) {
    told_text(&testing::small(failures), expected)
}

/// The same for a whole scenario file.
pub(crate) fn told_text(text: &str, expected: &str) -> (Case, Account) {
    let (case, examination) = testing::examined(text, expected);
    let account = Account::new(&case, &examination, None, Stories::All);
    (case, account)
}
