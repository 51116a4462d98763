//! Pages in a real browser: they are drawn without errors, show what the run was, fold, filter, and
//! treat whatever a scenario holds as text.
//!
//! Needs `chromedriver` and a Chromium; where there is none each test says so and ends.

#[path = "report/browser.rs"]
mod browser;
#[path = "report/index.rs"]
mod index;
#[path = "report/large.rs"]
mod large;
#[path = "report/pages.rs"]
mod pages;
#[path = "report/run.rs"]
mod run;
