//! One HTML file around data, style and scripts.

use super::html;
use super::modules::{self, Module};

/// The parts of a page.
pub(super) struct Sheet<'a> {
    /// For the browser's tab; text.
    pub(super) title: &'a str,
    pub(super) style: &'a str,
    /// Each after those that it imports from; the last is started with the data.
    pub(super) scripts: &'a [Module],
    /// JSON.
    pub(super) data: &'a str,
    /// Markup for browsers that run no scripts.
    pub(super) without_script: &'a str,
}

/// The style of every page.
pub(super) const PAGE_STYLE: &str = concat!(
    include_str!("page/theme.css"),
    include_str!("page/page.css"),
    include_str!("page/diagram.css"),
);

/// The modules of these names.
macro_rules! modules {
    ($($name:literal),+ $(,)?) => {
        &[$(Module {
            path: concat!("./", $name),
            text: include_str!(concat!("page/", $name)),
        }),+]
    };
}

/// What draws a run.
pub(super) const PAGE_SCRIPTS: &[Module] = modules![
    "element.js",
    "run.js",
    "words.js",
    "marks.js",
    "fold.js",
    "layout.js",
    "draw.js",
    "controls.js",
    "diagram.js",
    "detail.js",
    "summary.js",
    "operations.js",
    "judgement.js",
    "log.js",
    "page.js",
];

/// The style of an index.
pub(super) const INDEX_STYLE: &str = concat!(
    include_str!("page/theme.css"),
    include_str!("page/index.css"),
);

/// What draws an index.
pub(super) const INDEX_SCRIPTS: &[Module] = modules!["element.js", "index.js"];

/// The file. Nothing in it is fetched: its policy forbids that.
pub(super) fn document(sheet: &Sheet<'_>) -> String {
    let Sheet {
        style,
        without_script,
        ..
    } = sheet;
    let title = html::escape(sheet.title);
    let data = html::embed(sheet.data);
    let scripts = modules::join(sheet.scripts);
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<noscript>{without_script}</noscript>
<script type="application/json" id="data">
{data}
</script>
<script>
"use strict";
(() => {{
{scripts}}})();
</script>
</body>
</html>
"#
    )
}
