//! Pages in a real browser: they are drawn without errors, show what the run was, fold, filter, and
//! treat whatever a scenario holds as text.
//!
//! Needs `chromedriver` and a Chromium; where there is none each test says so and ends.

mod browser;
mod index;
mod large;
mod pages;
mod run;
