//! Text made harmless: in markup and in a script's data.

/// `text` as the content of an element or of a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// JSON as the content of a `script` element: nothing in it can end the element or open a comment.
/// In JSON `<` stands inside strings alone, where `\u003c` means the same.
pub(super) fn embed(json: &str) -> String {
    json.replace('<', "\\u003c")
}
