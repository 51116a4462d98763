//! What real runs cost in CPU time, against the signatures that no implementation can do without.
//!
//! `cargo bench -p bcr-harness --bench processes` (Linux). Three clients with 300 pseudorandom requests
//! each; every run is timed between two rounds of signing and verifying, so that both see the same
//! machine. Seconds wander from machine to machine and from minute to minute: compare ratios. Nothing
//! here passes or fails.
//!
//! The bound counts what a request costs by the rules: each of `n` replicas signs two statements and
//! verifies the client's signature and two statements of every other replica (P4.3, P4.4); the client
//! signs its request and verifies `n` order statements and `t + 1` result statements (P4.5).

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark starts processes, reads what they cost and prints it"
)]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bcr_protocol::identity::ProcessId;
use bcr_protocol::signature::{RunSecret, Scheme};

/// The requests of a run.
const REQUESTS: u64 = 900;
/// Runs of each kind.
const ROUNDS: usize = 3;
/// How often each primitive is timed before and after a run.
const SAMPLES: u32 = 2_000;
/// Ticks of the times in `/proc/self/stat`, in a second.
const TICKS: f64 = 100.0;

fn main() {
    if !Path::new("/proc/self/schedstat").exists() {
        println!("skipped: CPU time is read from /proc/self/schedstat, which is not there");
        return;
    }
    println!("runtime  t  CPU s  bound s  ratio  sign µs  verify µs");
    for t in [1, 2] {
        let scenario = scenario(t);
        for runtime in ["tcp", "process"] {
            for _ in 0..ROUNDS {
                let before = Primitives::timed();
                let spent = cpu_of_run(&scenario, runtime);
                let primitives = before.mean(&Primitives::timed());
                let bound = primitives.bound(t) * REQUESTS as f64;
                println!(
                    "{runtime:7}  {t}  {spent:5.2}  {bound:7.2}  {:5.2}  {:7.1}  {:9.1}",
                    spent / bound,
                    primitives.sign * 1e6,
                    primitives.verify * 1e6,
                );
            }
        }
    }
}

/// CPU seconds of one signature and of one verification.
struct Primitives {
    sign: f64,
    verify: f64,
}

impl Primitives {
    fn timed() -> Self {
        let key = RunSecret([7; 32]).key(Scheme::Ed25519, ProcessId::Olympus);
        let public = key.public();
        let statement = [9; 200];
        let signature = key.sign(&statement);
        let each = |work: &dyn Fn()| {
            let began = own_cpu();
            (0..SAMPLES).for_each(|_| work());
            (own_cpu() - began) / f64::from(SAMPLES)
        };
        Self {
            sign: each(&|| {
                black_box(key.sign(black_box(&statement)));
            }),
            verify: each(&|| {
                black_box(public.verifies(black_box(&statement), &signature));
            }),
        }
    }

    fn mean(&self, other: &Self) -> Self {
        Self {
            sign: f64::midpoint(self.sign, other.sign),
            verify: f64::midpoint(self.verify, other.verify),
        }
    }

    /// The least that one request costs in a chain of `2t + 1`, its client included.
    fn bound(&self, t: u32) -> f64 {
        let n = f64::from(2 * t + 1);
        let quorum = f64::from(t + 1);
        let signed = 2.0 * n + 1.0;
        let verified = n * (2.0 * (n - 1.0) + 1.0) + n + quorum;
        signed * self.sign + verified * self.verify
    }
}

/// Writes the scenario, with timeouts that no machine is too slow for.
fn scenario(t: u32) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("three_clients_t_{t}.conf"));
    let text = format!(
        "t = {t}\nnum_client = 3\nclient_timeout = 60000\nhead_timeout = 60000\n\
         nonhead_timeout = 60000\ncheckpt_interval = 100\nworkload[0] = pseudorandom(1,300)\n\
         workload[1] = pseudorandom(2,300)\nworkload[2] = pseudorandom(3,300)\n"
    );
    fs::write(&path, text).expect("the target folder can be written");
    path
}

/// The CPU seconds of a run: of all its processes, its judging and its logs.
fn cpu_of_run(scenario: &Path, runtime: &str) -> f64 {
    let began = children_cpu();
    let status = Command::new(env!("CARGO_BIN_EXE_bcr"))
        .args(["run", "--runtime", runtime, "--logs"])
        .args([Path::new(env!("CARGO_TARGET_TMPDIR")), scenario])
        .stdout(Stdio::null())
        .status()
        .expect("the command was built");
    assert!(status.success(), "a calm run passes");
    children_cpu() - began
}

/// CPU seconds of this thread.
fn own_cpu() -> f64 {
    let text = fs::read_to_string("/proc/self/schedstat").expect("it was there");
    let nanoseconds = text.split_whitespace().next();
    let nanoseconds: f64 = nanoseconds
        .and_then(|it| it.parse().ok())
        .expect("a number");
    nanoseconds / 1e9
}

/// CPU seconds of all children that have ended, and of theirs.
fn children_cpu() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").expect("Linux");
    // Behind the name, which may hold anything: the state is the first, their two times are
    // the fourteenth and the fifteenth.
    let (_, fields) = text.rsplit_once(") ").expect("a name in brackets");
    let times = fields.split_whitespace().skip(13).take(2);
    let ticks: f64 = times.filter_map(|it| it.parse::<f64>().ok()).sum();
    ticks / TICKS
}
