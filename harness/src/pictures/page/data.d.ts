// What the pages are given: JSON that Rust writes. A field of the outcome that no page shows is left out here.
// `outcome` is `outcome.json`, described in harness/src/outcome.rs; the rest is put together in data.rs,
// events.rs and index.rs beside this folder.

/** The page of a run. */
export interface RunData {
  description: string;
  outcome: Outcome;
  story: { title: string; lines: { n: number; text: string }[]; left_out: number };
  clients: string;
  difference: string;
  log_lines: string;
  waiting: string[];
  /** The scenario first. */
  files: { name: string; text: string }[];
  /** Names: `client-0`, `olympus`, `replica-0-1`. */
  processes: string[];
  /** Microseconds, an index into the processes, the event's name, its other fields. */
  events: [number, number, string, Record<string, unknown>][];
  /** Signed statements, which `{"~": place}` refers to. */
  pool: unknown[];
}

export type Verdict = "pass" | "fail" | "vacuous" | "outside" | "unknown" | "invalid" | "error";

export interface Outcome {
  scenario: string;
  runtime: string;
  seed: number;
  verdict: Verdict;
  schedules: { seed: number; verdict: Verdict }[];
  replay: string;
  parameters: { t: number; num_client: number };
  /** Absent where time was real. */
  virtual_ms?: number;
  messages: number;
  clauses: { clause: string; status: "held" | "broken"; detail: string; event?: number }[];
  invariants: { name: string; held: boolean | null; detail: string; event?: number }[];
  budget: { configuration: number; faulty: number[]; t: number }[];
  configurations: Configuration[];
  requests: Request[];
  failures: Failure[];
  suspicions: { configuration: number; replica: number; by: Somebody; reason: string; event: number }[];
  convictions: { configuration: number; replica: number; evidence: string; event: number }[];
  replicas: Replica[];
  ablation?: Ablation;
}

export interface Somebody {
  kind: "client" | "olympus" | "replica";
  number: number;
}

export interface Configuration {
  number: number;
  first_slot: number;
  started_ms: number;
  reconfiguration: Reconfiguration | null;
  ruled_out: { replica: number; why: string }[];
  set_aside: number[];
  quorum: number[];
}

export interface Reconfiguration {
  requested_by: Somebody;
  reason: string;
  suspect: number | null;
}

export interface Operation {
  name: string;
  key: string;
  value?: string;
  slice?: string;
}

export interface Request {
  client: number;
  id: number;
  operation: Operation;
  invoked_ms: number;
  completed_ms: number | null;
  result: string | null;
  slot: number | null;
  answered_by: "tail" | "cache" | "olympus" | null;
  attempts: number;
}

export interface Failure {
  configuration: number;
  replica: number;
  trigger: string;
  failure: string;
  line: number;
  status: "applied" | "armed" | "not_triggered";
  effect: boolean;
  at_ms: number | null;
  event: number | null;
  note: string;
}

export interface Replica {
  configuration: number;
  replica: number;
  mode: string;
  correct: boolean;
  next_slot?: number;
  dictionary?: Record<string, string>;
}

export interface Ablation {
  without: Without[];
  causes: Cause[];
}

/** The run without one of its failures. */
export interface Without {
  configuration: number;
  replica: number;
  trigger: string;
  failure: string;
  role: "not_applied" | "reconfigures" | "masked" | "felt";
  changes: string[];
  breaks: string[];
}

export interface Cause {
  configuration: number;
  /** Indices into the runs without a failure. */
  needs: number[];
  needs_none: boolean;
}

/** The index of a suite. */
export interface IndexData {
  /** Why scenarios are missing, where some are. */
  incomplete?: string;
  scenarios: Scenario[];
  triggers: string[];
  failures: string[];
}

/** One that did not run says why, and has no numbers. */
export interface Scenario {
  name: string;
  verdict: Verdict | "ignored";
  why?: string;
  took_ms: number;
  /** Its page's address, without extension. */
  place: string;
  /** Earned, and of how many. */
  points?: [number, number];
  schedules?: number;
  passed?: number;
  /** Null where time was real. */
  virtual_ms?: number | null;
  messages?: number;
  requests?: number;
  reconfigurations?: number;
  convicted?: number;
  failures?: { trigger: string; failure: string; status: Failure["status"]; effect: boolean }[];
}
