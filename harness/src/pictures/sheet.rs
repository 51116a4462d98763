//! One HTML file around data, style and scripts.

use super::html;

/// The parts of a page.
pub(super) struct Sheet<'a> {
    /// For the browser's tab; text.
    pub(super) title: &'a str,
    pub(super) style: &'a str,
    /// In the order in which they run, all in one scope.
    pub(super) scripts: &'a [&'a str],
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

/// What draws a run.
pub(super) const PAGE_SCRIPTS: &[&str] = &[
    include_str!("page/element.js"),
    include_str!("page/model.js"),
    include_str!("page/words.js"),
    include_str!("page/fold.js"),
    include_str!("page/layout.js"),
    include_str!("page/draw.js"),
    include_str!("page/diagram.js"),
    include_str!("page/detail.js"),
    include_str!("page/summary.js"),
    include_str!("page/operations.js"),
    include_str!("page/judgement.js"),
    include_str!("page/log.js"),
    include_str!("page/page.js"),
];

/// The style of an index.
pub(super) const INDEX_STYLE: &str = concat!(
    include_str!("page/theme.css"),
    include_str!("page/index.css"),
);

/// What draws an index.
pub(super) const INDEX_SCRIPTS: &[&str] = &[
    include_str!("page/element.js"),
    include_str!("page/index.js"),
];

/// The file. Nothing in it is fetched: its policy forbids that.
pub(super) fn document(sheet: &Sheet<'_>) -> String {
    let Sheet {
        style,
        without_script,
        ..
    } = sheet;
    let title = html::escape(sheet.title);
    let data = html::embed(sheet.data);
    let scripts = sheet.scripts.concat();
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
