//! The page of mistakes: what each draws is on it, word for word.
//!
//! Behind each example stands a block `text` with what reading it says. `BCR_BLESS=1` writes these
//! blocks anew; the difference is read like code.
//!
//! An example is a block `conf`, `yaml` (with the scenario of the page's `conf base`) or `toml`. Its info
//! string may say how the file differs from what is shown: `crlf` (each line ends so), `latin1` (the
//! encoding), `made=NAME` (it is too large to be shown; see [`made`]).

#![expect(
    clippy::disallowed_methods,
    reason = "reads whether to write the page, and writes it"
)]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;

use bcr_harness::diagnostic::{Code, Colour, Diagnostic, SourceFile};
use bcr_harness::expectation::{self, ExpectedMistake, check_against, check_against_fragment};
use bcr_harness::scenario::{self, ScenarioMistake};
use bcr_harness::settings::{Settings, SettingsMistake};

use super::examples::joined;
use super::page::{Block, Page};

/// Of a made file only so many messages are shown, and how many there are.
const SHOWN: usize = 1;

pub(crate) const PAGE: Page = Page {
    name: "mistakes.md",
    text: include_str!("../../../docs/mistakes.md"),
};

#[test]
fn every_mistake_draws_what_the_page_shows() {
    let said = said();
    let mut blocks = PAGE.blocks().into_iter().peekable();
    let mut said = said.iter();
    let mut page = PAGE.text.to_owned();
    let mut wrong = Vec::new();
    while let Some(block) = blocks.next() {
        if block.has("base") || block.language() == "text" {
            continue;
        }
        let said = &said.next().expect("an answer for each example").text;
        let shown = blocks.next_if(|next| next.language() == "text");
        let shown = shown.unwrap_or_else(|| panic!("docs/mistakes.md:{}: no answer", block.line));
        if shown.text != *said {
            wrong.push(format!("docs/mistakes.md:{}:\n{said}", shown.line));
            let example = format!("```{}\n{}```\n", block.info, block.text);
            let old = format!("{example}\n```text\n{}```\n", shown.text);
            page = page.replacen(&old, &format!("{example}\n```text\n{said}```\n"), 1);
        }
    }
    if env::var_os("BCR_BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/mistakes.md");
        fs::write(path, page).expect("the page can be written");
    } else {
        let wrong = wrong.join("\n");
        assert!(
            wrong.is_empty(),
            "BCR_BLESS=1 writes what is said now:\n{wrong}"
        );
    }
}

#[test]
fn every_kind_of_mistake_is_on_the_page() {
    let said: BTreeSet<Code> = said().into_iter().flat_map(|said| said.codes).collect();
    let settings = [
        SettingsMistake::Syntax,
        SettingsMistake::UnknownKey,
        SettingsMistake::WrongValue,
        SettingsMistake::MissingFilter,
    ];
    let all = (ScenarioMistake::ALL.iter().map(|kind| Code::from(*kind)))
        .chain(ExpectedMistake::ALL.iter().map(|kind| kind.code()))
        .chain(settings.map(Code::from));
    let unseen: Vec<_> = all.filter(|code| !said.contains(code)).collect();
    assert!(unseen.is_empty(), "no example draws {unseen:?}");
}

/// What reading an example says.
struct Said {
    codes: Vec<Code>,
    text: String,
}

/// What is said to each example of the page, in its order.
fn said() -> Vec<Said> {
    let mut base = String::new();
    let mut all = Vec::new();
    for block in PAGE.blocks() {
        match block.language() {
            "conf" if block.has("base") => base.clone_from(&block.text),
            "conf" => {
                let text = if block.has("part") {
                    joined(&base, &block.text)
                } else {
                    block.text.clone()
                };
                let source = SourceFile::from_bytes("scenario.conf", &bytes(&block, text));
                let diagnostics = scenario::read(&source, &[]).diagnostics;
                all.push(say(&block, &source, diagnostics));
            }
            "yaml" => {
                let source =
                    SourceFile::from_bytes("expected.yaml", &bytes(&block, block.text.clone()));
                let diagnostics = expected(&base, &source);
                all.push(say(&block, &source, diagnostics));
            }
            "toml" => {
                let source = SourceFile::from_bytes("bcr.toml", &bytes(&block, block.text.clone()));
                let diagnostics = Settings::parse(&source).err().unwrap_or_default();
                all.push(say(&block, &source, diagnostics));
            }
            _ => {}
        }
    }
    all
}

/// What is wrong with an expected file of the scenario `base`.
fn expected(base: &str, source: &SourceFile) -> Vec<Diagnostic> {
    let scenario = scenario::read(&SourceFile::new("scenario.conf", base), &[]).scenario;
    let scenario = scenario.expect("the base has no error");
    let reading = expectation::read(source);
    let mut diagnostics = reading.diagnostics;
    if let Some(expectation) = &reading.expectation {
        diagnostics.extend(check_against(expectation, &scenario));
    }
    if let Some(fragment) = &reading.fragment {
        diagnostics.extend(check_against_fragment(fragment, &scenario));
    }
    diagnostics
}

fn say(block: &Block, source: &SourceFile, diagnostics: Vec<Diagnostic>) -> Said {
    let human = |found: &Diagnostic| found.human(source, Colour::None);
    let mut texts: Vec<String> = diagnostics.iter().map(human).collect();
    if block.value("made").is_some() && texts.len() > SHOWN {
        let more = texts.len() - SHOWN;
        texts.truncate(SHOWN);
        texts.push(format!("and {more} more\n"));
    }
    Said {
        codes: diagnostics.iter().map(|found| found.code).collect(),
        text: texts.join("\n"),
    }
}

/// The file that an example stands for.
fn bytes(block: &Block, text: String) -> Vec<u8> {
    let text = match block.value("made") {
        Some(name) => text.replace("…", &made(name)),
        None => text,
    };
    if block.has("crlf") {
        text.replace('\n', "\r\n").into_bytes()
    } else if block.has("latin1") {
        let byte = |c| u8::try_from(u32::from(c)).expect("it is in Latin-1");
        text.chars().map(byte).collect()
    } else {
        text.into_bytes()
    }
}

/// What the `…` of an example stands for.
fn made(name: &str) -> String {
    match name {
        "10-megabytes" => "x".repeat(10_000_000),
        "100000-entries" => "shutle(0,0), crash(); ".repeat(100_000),
        "100000-brackets" => "[".repeat(100_000),
        "70000-letters" => "y".repeat(70_000),
        "60000-letters" => "y".repeat(60_000),
        "carriage-return" => "\r".to_owned(),
        "line-separator" => "\u{2028}".to_owned(),
        "all-bytes" => (0..=255_u8).map(char::from).collect(),
        other => panic!("nobody knows how `{other}` is made"),
    }
}
