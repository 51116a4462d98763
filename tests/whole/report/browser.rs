//! A browser, driven by the WebDriver protocol over plain HTTP.
//!
//! Source: <https://www.w3.org/TR/webdriver2/>.

#![expect(
    clippy::disallowed_methods,
    reason = "a browser is a process behind a socket"
)]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// The key of an element in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How often a page is asked whether it is ready; each time takes a millisecond or more.
const ASKED_MAX: usize = 10_000;

/// Keys as the protocol sends them.
pub(crate) const ENTER: &str = "\u{e007}";
/// Closes what is open.
pub(crate) const ESCAPE: &str = "\u{e00c}";
/// One on.
pub(crate) const DOWN: &str = "\u{e015}";

/// A browser with one window. It ends with this value.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// A window of `width` by `height` pixels; none, with a message, where no browser is installed.
    pub(crate) fn start(width: u32, height: u32) -> Option<Self> {
        let Some((driver, port)) = start_driver() else {
            eprintln!("skipped: chromedriver is not installed (Debian: chromium-driver)");
            return None;
        };
        let mut browser = Self {
            driver,
            port,
            session: String::new(),
        };
        let session = browser.call("POST", "/session", &capabilities(width, height));
        let id = session["sessionId"].as_str();
        browser.session = id.expect("a session has an id").to_owned();
        Some(browser)
    }

    /// Opens a file and waits until it is loaded.
    pub(crate) fn open(&self, file: &Path) {
        self.post(
            "/url",
            &json!({"url": format!("file://{}", file.display())}),
        );
        // The driver may answer before a large page has drawn itself; the page says when it has.
        let is_ready = || self.run("return document.documentElement.dataset.ready") == "true";
        assert!(
            (0..ASKED_MAX).any(|_| is_ready()),
            "{} is never ready: {}, the console says {}",
            file.display(),
            self.run("return document.readyState + ' ' + location.href"),
            self.post("/se/log", &json!({"type": "browser"}))
        );
        self.settle();
    }

    /// What the script returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// The number that the script returns.
    pub(crate) fn count(&self, script: &str) -> u64 {
        let value = self.run(script);
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        number.unwrap_or_else(|| panic!("{script} is no number: {value}"))
    }

    /// The text that the script returns.
    pub(crate) fn text(&self, script: &str) -> String {
        let value = self.run(script);
        let text = value.as_str();
        text.unwrap_or_else(|| panic!("{script} is no text: {value}"))
            .to_owned()
    }

    /// Waits until what a change has set off is drawn.
    pub(crate) fn settle(&self) {
        let script = "const done = arguments[0]; \
                      requestAnimationFrame(() => requestAnimationFrame(() => done(null)))";
        self.post("/execute/async", &json!({"script": script, "args": []}));
    }

    /// Clicks the first element that `selector` means, as a person would.
    pub(crate) fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.post(&format!("/element/{element}/click"), &json!({}));
        self.settle();
    }

    /// Types into the first element that `selector` means.
    pub(crate) fn press(&self, selector: &str, keys: &str) {
        let element = self.find(selector);
        self.post(&format!("/element/{element}/value"), &json!({"text": keys}));
        self.settle();
    }

    /// Presses keys with the focus left where it is.
    pub(crate) fn press_focused(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            let key = key.to_string();
            [
                json!({"type": "keyDown", "value": key}),
                json!({"type": "keyUp", "value": key}),
            ]
        });
        let strokes: Vec<Value> = strokes.collect();
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": strokes});
        self.post("/actions", &json!({"actions": [keyboard]}));
        self.settle();
    }

    /// Chooses the option with this value.
    pub(crate) fn choose(&self, select: &str, value: &str) {
        self.click(&format!("{select} option[value='{value}']"));
    }

    /// Fails if the browser has complained since it was last asked.
    pub(crate) fn assert_quiet(&self) {
        let log = self.post("/se/log", &json!({"type": "browser"}));
        assert_eq!(log, json!([]), "the console of the browser is empty");
    }

    fn find(&self, selector: &str) -> String {
        let found = self.post(
            "/element",
            &json!({"using": "css selector", "value": selector}),
        );
        let id = found[ELEMENT].as_str();
        id.unwrap_or_else(|| panic!("nothing is {selector}"))
            .to_owned()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call("POST", &format!("/session/{}{path}", self.session), body)
    }

    /// The answer's value. A call that the browser refuses is a failure of the test.
    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.exchange(method, path, body);
        let answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let value = answer["value"].clone();
        assert!(
            value.get("error").is_none(),
            "{method} {path} {body}: {}",
            value["message"]
        );
        value
    }

    fn exchange(&self, method: &str, path: &str, body: &Value) -> io::Result<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        let body = body.to_string();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )?;
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        let mut line = String::new();
        while reader.read_line(&mut line)? > 2 {
            let header = line.to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            line.clear();
        }
        let mut content = vec![0; length];
        reader.read_exact(&mut content)?;
        Ok(serde_json::from_slice(&content)?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let path = format!("/session/{}", self.session);
            let _already_gone = self.exchange("DELETE", &path, &json!({}));
        }
        let _already_gone = self.driver.kill();
        let _reaped = self.driver.wait();
    }
}

/// How often a driver may find that somebody else has the port which it was given.
const STARTS_MAX: usize = 10;

/// How long a driver may take to say where it listens: far longer than any does.
const PATIENCE: Duration = Duration::from_secs(60);

/// A driver and where it listens; none where it is not installed.
///
/// It asks for a free port in one family of addresses and needs the same in the other: where that one
/// is taken it ends, and the next is likely to be luckier. One that says nothing is ended.
fn start_driver() -> Option<(Child, u16)> {
    for _ in 0..STARTS_MAX {
        let driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut driver = match driver {
            Ok(driver) => driver,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => panic!("chromedriver does not start: {error}"),
        };
        if let Some(port) = port_of(&mut driver) {
            return Some((driver, port));
        }
        let _already_gone = driver.kill();
        let _reaped = driver.wait();
    }
    panic!("chromedriver ended {STARTS_MAX} times before it listened");
}

/// The port that the driver says it has taken; none where it ends or says nothing for too long.
fn port_of(driver: &mut Child) -> Option<u16> {
    let output = BufReader::new(driver.stdout.take()?);
    let port = |line: String| {
        let rest = line.split("successfully on port ").nth(1)?;
        rest.trim_end_matches('.').trim().parse().ok()
    };
    let (sender, said) = mpsc::channel();
    thread::spawn(move || sender.send(output.lines().map_while(Result::ok).find_map(port)));
    said.recv_timeout(PATIENCE).ok().flatten()
}

fn capabilities(width: u32, height: u32) -> Value {
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];
    json!({"capabilities": {"alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": {
            "args": arguments,
            "mobileEmulation": {"deviceMetrics": {
                "width": width, "height": height, "pixelRatio": 1.0, "touch": false, "mobile": false,
            }},
        },
        "goog:loggingPrefs": {"browser": "ALL"},
    }}})
}
