// The judgements of `pulumi-skaha up`: from the engine's events to a sentence, without an engine. It is long,
// because it is a list of events and their sentences.

import { completedActions } from "../../../cli/plan/completedActions";
import { describeRefresh } from "../../../cli/plan/describeRefresh";
import { readEventLog } from "../../../cli/plan/eventLog";
import { describeActions, jobsByAction } from "../../../cli/plan/jobActions";
import { plannedActions } from "../../../cli/plan/plannedActions";
import type { Announcement } from "../../../provider/actions/actions";
import { unknownValue } from "../../../provider/engine/unknown";
import type { LaunchPolicy } from "../../../provider/job/decisions/hold";
import { sessionType } from "../../../provider/job/identity";
import type { JobState } from "../../../provider/job/state";

type Props = Record<string, unknown>;

const now = Date.parse("2026-11-22T20:00:00Z");
const free: LaunchPolicy = { now, window: undefined, maxInFlight: undefined };
const sixHours = "2026-11-22T14:00:00Z";

const urnOf = (name: string) => `urn:pulumi:s::p::${sessionType}::${name}`;
const inputsOf = (name: string, more: Props = {}): Props => ({
  identity: `organization/${urnOf(name)}`,
  jobName: `${name}-abcdef12345678`,
  image: "images.canfar.net/skaha/terminal:1.1.2",
  onRemove: "cancel",
  ...more,
});
const stateOf = (name: string, status: string, more: Props = {}): Props => ({
  ...inputsOf(name),
  status,
  attempt: 1,
  sessionId: `${name}-session`,
  ...more,
});

interface Step {
  readonly name: string;
  readonly op: string;
  readonly old?: Props;
  readonly inputs?: Props;
  readonly outputs?: Props;
  readonly end?: "done" | "failed" | "none";
}

function lines({ name, op, old, inputs, outputs, end = "done" }: Step): string[] {
  const resource = (state: object) => ({
    urn: urnOf(name),
    id: `${name}-abcdef12345678`,
    ...state,
  });
  const metadata = {
    op,
    urn: urnOf(name),
    type: sessionType,
    old: old && resource({ inputs: inputsOf(name), outputs: old }),
    new: (inputs || outputs) && resource({ inputs, outputs }),
  };
  const kinds = { done: "resOutputsEvent", failed: "resOpFailedEvent" };
  return [
    JSON.stringify({ resourcePreEvent: { metadata } }),
    ...(end === "none" ? [] : [JSON.stringify({ [kinds[end]]: { metadata } })]),
  ];
}

const run = (...steps: readonly Step[]) => readEventLog(steps.flatMap(lines).join("\n"));
const done = (reported: readonly Announcement[], ...steps: readonly Step[]) =>
  describeActions(completedActions({ ...run(...steps), reported }, now), "done");
const plan = (policy: LaunchPolicy, inFlight: number | undefined, ...steps: Step[]) =>
  describeActions(plannedActions(run(...steps).changes, policy, { inFlight }), "todo");

const launchOf = (name: string, more: Props = {}): Step => ({
  name,
  op: "create",
  inputs: inputsOf(name, { cores: 4, ram: 16, ...more }),
});

describe("plannedActions", () => {
  test("judges each kind of step as the provider does", () => {
    const resized = inputsOf("pending", { cores: 8 });
    expect(
      plan(
        free,
        undefined,
        launchOf("new"),
        launchOf("adopted", { adopt: "abcd1234" }),
        launchOf("after", { after: ["x-abcdef12345678"], afterStatus: ["Running"] }),
        launchOf("unknown", { after: unknownValue, afterStatus: unknownValue }),
        launchOf("night", { window: "02:00-03:00 UTC" }),
        { name: "same", op: "same", old: stateOf("same", "Running"), inputs: inputsOf("same") },
        { name: "held", op: "same", old: stateOf("held", "Held"), inputs: inputsOf("held") },
        {
          name: "failed",
          op: "update",
          old: stateOf("failed", "Failed", { ram: 4 }),
          inputs: inputsOf("failed", { ram: 4, retry: { limit: 1, ramFactor: 2 } }),
        },
        { name: "pending", op: "update", old: stateOf("pending", "Pending"), inputs: resized },
        { name: "running", op: "update", old: stateOf("running", "Running"), inputs: resized },
        {
          name: "logs",
          op: "update",
          old: stateOf("logs", "Running"),
          inputs: inputsOf("logs", { logs: "logs" }),
        },
        { name: "gone", op: "delete", old: stateOf("gone", "Running", { startTime: sixHours }) },
        { name: "left", op: "delete", old: stateOf("left", "Running", { onRemove: "leave" }) },
        { name: "over", op: "delete", old: stateOf("over", "Completed") },
        { name: "unlaunched", op: "delete", old: stateOf("unlaunched", "Held") },
      ),
    ).toBe(
      "launch 1 (4 cores, 16 GiB), take over 1, retry 1 (8 GiB, 1 of them with sizes that the server chooses), launch 1 anew (8 cores, 1 of them with sizes that the server chooses), cancel 1 running (6 h 00 min in), leave 1 running, remove 1 finished (session and log), drop 1 held, keep 1 running in the old size (a next attempt has the new one), change 1 in place, keep 1, hold 4",
    );
  });

  test("tells of jobs that share sessions in which they will be, and counts those against the limits", () => {
    const pack = { name: "study", jobs: 3, parallel: 2 };
    const jobs = ["a", "b", "c", "d", "e"].map((name) => launchOf(name, { pack }));
    expect(plan(free, undefined, ...jobs, launchOf("alone"))).toBe(
      "launch 6 (20 cores, 80 GiB; in 2 sessions of up to 3 jobs, 2 at a time, each with 8 cores and 32 GiB)",
    );
    const inPack = (name: string, place: number) => ({
      ...{ name, op: "same" },
      old: stateOf(name, "Running", { sessionId: `abcd1234.${place}`, pack }),
      inputs: inputsOf(name, { pack }),
    });
    const limited = { ...free, maxInFlight: 2 };
    expect(plan(limited, undefined, inPack("x", 1), inPack("y", 2), ...jobs)).toBe(
      "launch 3 (8 cores, 32 GiB; in 1 session of 3 jobs, 2 at a time, each with 8 cores and 32 GiB), keep 2, hold 2",
    );
  });

  test("counts a replaced job as one that goes and one that comes", () => {
    const old = stateOf("job", "Running", { startTime: sixHours, onRemove: "leave" });
    const inputs = inputsOf("job", { cores: 2, ram: 8 });
    expect(
      plan(
        free,
        undefined,
        { name: "job", op: "delete-replaced", old },
        { name: "job", op: "replace", old, inputs },
        { name: "job", op: "create-replacement", old, inputs },
      ),
    ).toBe("launch 1 (2 cores, 8 GiB), cancel 1 running (6 h 00 min in)");
  });

  test.each([
    [0, "launch 3 (12 cores, 48 GiB)"],
    [8, "launch 2 (8 cores, 32 GiB), hold 1"],
    [12, "hold 3"],
  ])("with 10 slots and %i sessions in flight: %s", (inFlight, sentence) => {
    const limited = { ...free, maxInFlight: 10 };
    expect(plan(limited, inFlight, launchOf("a"), launchOf("b"), launchOf("c"))).toBe(sentence);
  });

  test("counts the stack's own sessions where the server's are not known, and the slots of what is replaced", () => {
    const limited = { ...free, maxInFlight: 1 };
    const old = stateOf("job", "Running");
    const inputs = inputsOf("job", { cores: 2, ram: 8 });
    const replacement = ["delete-replaced", "replace", "create-replacement"].map((op) => ({
      name: "job",
      op,
      old,
      inputs,
    }));
    expect(plan(limited, undefined, ...replacement, launchOf("b"))).toBe(
      "launch 1 (2 cores, 8 GiB), cancel 1 running, hold 1",
    );
  });

  test("holds what a group has no room for", () => {
    const group = { name: "sweep", maxInFlight: 2 };
    expect(
      plan(free, undefined, launchOf("a", { group }), launchOf("b", { group }), launchOf("other"), {
        name: "c",
        op: "same",
        old: stateOf("c", "Running", { group }),
        inputs: inputsOf("c"),
      }),
    ).toBe("launch 2 (8 cores, 32 GiB), keep 1, hold 1");
  });

  test("removes a finished session while the server has it, and forgets the job afterwards", () => {
    const gone = (name: string, status: string, more: Props = {}): Step => ({
      ...{ name, op: "delete", old: stateOf(name, status, more) },
    });
    const steps = [
      ...[gone("there", "Completed"), gone("expired", "Failed"), gone("lost", "Lost")],
      gone("left", "Completed", { onRemove: "leave" }),
    ];
    const sessionIds = new Set(["there", "left"].map((name) => `${name}-session`));
    const { changes } = run(...steps);
    const planned = describeActions(plannedActions(changes, free, { sessionIds }), "todo");
    expect(planned).toBe("remove 1 finished (session and log), forget 3 finished");
    const purge = { kind: "purge", job: "there-abcdef12345678", session: "there-session" } as const;
    expect(done([{ ...purge, status: "Completed" }], ...steps)).toBe(
      "removed 1 finished (session and log), forgot 3 finished",
    );
  });

  test("says of a finished job in a pack that its log stays: its session may go on", () => {
    const gone = (place: number): Step => {
      const old = stateOf(`n-${place}`, "Completed", { sessionId: `abcd1234.${place}` });
      return { name: `n-${place}`, op: "delete", old };
    };
    const alone: Step = { name: "alone", op: "delete", old: stateOf("alone", "Completed") };
    expect(plan(free, undefined, gone(1))).toBe(
      "remove 1 finished that shares its session (its log stays in its record)",
    );
    expect(plan(free, undefined, gone(1), gone(2), alone)).toBe(
      "remove 1 finished (session and log), remove 2 finished that share sessions (their logs stay in their records)",
    );
    const { changes } = run(gone(1), alone);
    const sessionIds = new Set(["abcd1234"]);
    expect(describeActions(plannedActions(changes, free, { sessionIds }), "todo")).toBe(
      "remove 1 finished that shares its session (its log stays in its record), forget 1 finished",
    );
    const purged = [1, 2].map((place) => ({
      ...{ kind: "purge" as const, job: `n-${place}-abcdef12345678` },
      ...{ session: `abcd1234.${place}`, status: "Completed" },
    }));
    expect(done(purged, gone(1), gone(2))).toBe(
      "removed 2 finished that share sessions (their logs stay in their records)",
    );
  });

  test("notes a size for jobs that run or are over, and resizes nothing", () => {
    const size = { cores: 1, ram: 4 };
    const steps = ["Running", "Running", "Completed", "Completed"].map((status, n): Step => {
      const [name, inputs] = [`job-${n}`, inputsOf(`job-${n}`, { ...size, ram: 8 })];
      const old = stateOf(name, status, size);
      return { name, op: "update", old, inputs, outputs: { ...old, ram: 8 } };
    });
    expect(plan(free, undefined, ...steps)).toBe(
      "keep 2 running in the old size (a next attempt has the new one), keep 2 finished (a run again has the new size)",
    );
    expect(done([], ...steps)).toBe(
      "kept 2 running in the old size (a next attempt has the new one), kept 2 finished (a run again has the new size)",
    );
  });

  test("says of jobs whose sweep may run more at a time that they are kept", () => {
    const group = { name: "fit", maxInFlight: 3 };
    const steps = ["Running", "Completed"].map((status, n): Step => {
      const [name, inputs] = [`job-${n}`, inputsOf(`job-${n}`, { group })];
      const old = stateOf(name, status, { group: { ...group, maxInFlight: 2 } });
      return { name, op: "update", old, inputs, outputs: { ...old, group } };
    });
    expect(plan(free, undefined, ...steps)).toBe("keep 2 (new limits of their sweep)");
    expect(done([], ...steps)).toBe("kept 2 (new limits of their sweep)");
    const stopAfter = { name: "fit", failed: 5 };
    const stopping = steps.map(
      ({ inputs, outputs, ...step }): Step => ({
        ...step,
        inputs: { ...inputs, stopAfter },
        outputs: { ...outputs, stopAfter },
      }),
    );
    expect(plan(free, undefined, ...stopping)).toBe("keep 2 (new limits of their sweep)");
    expect(done([], ...stopping)).toBe("kept 2 (new limits of their sweep)");
    const renewed = steps.map(
      ({ inputs, outputs, ...step }): Step => ({
        ...step,
        inputs: { ...inputs, renew: true },
        outputs: { ...outputs, renew: true },
      }),
    );
    expect(plan(free, undefined, ...renewed)).toBe("change 2 in place");
    expect(done([], ...renewed)).toBe("changed 2 in place");
  });

  test("says of failures that count no longer since their sweep goes on", () => {
    const stopAfter = { name: "fit", failed: 1 };
    const inputs = inputsOf("job-0", { stopAfter });
    const old = stateOf("job-0", "Failed", { stopAfter });
    const outputs = { ...old, isForgiven: true };
    const step: Step = { name: "job-0", op: "update", old, inputs, outputs };
    const stops = { of: () => undefined, isKnown: () => true, isReleased: () => true };
    expect(plan({ ...free, stops }, undefined, step)).toBe("forget the failure of 1 for stopAfter");
    expect(done([], step)).toBe("forgot the failure of 1 for stopAfter");
    const held = inputsOf("job-1", { stopAfter });
    const stopped = { ...stops, of: () => ({ cause: "ExitCode" as const, failed: 1, ended: 1 }) };
    const fresh: Step = { name: "job-1", op: "create", inputs: held };
    expect(plan({ ...free, stops: stopped }, undefined, fresh)).toBe("hold 1");
    expect(plan({ ...free, stops }, undefined, fresh)).toMatch(/^launch 1\b/);
  });

  test("says the longest time of several that are cancelled, and Running before Pending", () => {
    const jobs: Step[] = [
      { name: "a", op: "delete", old: stateOf("a", "Pending") },
      { name: "b", op: "delete", old: stateOf("b", "Running", { startTime: sixHours }) },
      { name: "c", op: "delete", old: stateOf("c", "Running") },
    ];
    expect(plan(free, undefined, ...jobs)).toBe(
      "cancel 2 running (up to 6 h 00 min in), cancel 1 pending",
    );
  });
});

describe("completedActions", () => {
  test("compares state before and after", () => {
    const retried = stateOf("retried", "Pending", { attempt: 2, sessionId: "new", cores: 1 });
    const sentence = done(
      [],
      { ...launchOf("new"), outputs: stateOf("new", "Pending", { cores: 4, ram: 16 }) },
      { ...launchOf("held"), outputs: stateOf("held", "Held") },
      { ...launchOf("refused"), end: "failed" },
      { ...launchOf("cut"), end: "none" },
      {
        name: "freed",
        op: "update",
        old: stateOf("freed", "Held", { sessionId: undefined }),
        inputs: inputsOf("freed"),
        outputs: stateOf("freed", "Pending", { sessionId: "fresh", cores: 1, ram: 2 }),
      },
      {
        name: "retried",
        op: "update",
        old: stateOf("retried", "Failed"),
        inputs: inputsOf("retried"),
        outputs: { ...retried, attemptSize: { ram: 8 } },
      },
      { name: "gone", op: "delete", old: stateOf("gone", "Running", { startTime: sixHours }) },
    );
    expect(sentence).toBe(
      "launched 2 (5 cores, 18 GiB), retried 1 (1 core, 8 GiB), cancelled 1 running (6 h 00 min in), held 1, failed with 1 (refused), did not finish 1 (cut)",
    );
  });

  test("calls no failure what the user did not let begin, though the engine does", () => {
    const jobs = ["one", "two"].map((name): Step => ({ ...launchOf(name), end: "failed" }));
    const interrupted = new Set(["two-abcdef12345678"]);
    const effects = { ...run(...jobs), reported: [], interrupted };
    expect(describeActions(completedActions(effects, now), "done")).toBe(
      "failed with 1 (one), did not finish 1 (two)",
    );
  });

  test("knows from the provider's report how each job came by its session", () => {
    const job = (name: string) => `${name}-abcdef12345678`;
    const found = { kind: "adopt", session: "s1", status: "Running" } as const;
    const launch = {
      ...{ session: "s2", attempt: 1, size: { cores: 2, ram: 4 }, isDeclaredRam: true },
      job: job("launched"),
    };
    const steps = ["found", "recorded", "launched", "unreported", "again"].map((name) => ({
      ...launchOf(name),
      outputs: stateOf(name, "Running", { cores: 1, ram: 1 }),
    }));
    const held: Step = {
      name: "held",
      op: "update",
      old: stateOf("held", "Held", { sessionId: undefined }),
      inputs: inputsOf("held"),
      outputs: stateOf("held", "Running", { attempt: 2 }),
    };
    expect(
      done(
        [
          { ...found, job: job("found") },
          { kind: "adopt", job: job("recorded"), status: "Completed", record: "/arc/x" },
          { ...launch, kind: "launch" },
          { ...found, job: job("again") },
          { ...launch, kind: "retry", job: job("again") },
          { ...found, job: job("held") },
          { ...found, job: job("of another stack") },
          { kind: "hold", job: job("unreported"), why: "it waited" },
        ],
        ...steps,
        held,
      ),
    ).toBe("launched 2 (3 cores, 5 GiB), found 4 already there");
  });

  test("takes a job that is held in the end for held, whatever was begun for it", () => {
    const [name, job] = ["cut", "cut-abcdef12345678"];
    const cancelled: Step = {
      ...{ name, op: "update", old: stateOf(name, "Pending"), inputs: inputsOf(name) },
      outputs: stateOf(name, "Held", { sessionId: undefined }),
    };
    expect(done([{ kind: "hold", job, why: "no slot" }], cancelled)).toBe("held 1");
  });
});

describe("readEventLog", () => {
  test("keeps what a refresh found apart from what follows it", () => {
    const before = stateOf("job", "Running");
    const after = stateOf("job", "Failed");
    const log = run(
      { name: "job", op: "refresh", old: before, inputs: inputsOf("job"), outputs: after },
      { name: "job", op: "same", old: after, inputs: inputsOf("job"), outputs: after },
    );
    expect(describeRefresh(log.refreshed)).toBe("1 Running -> Failed (job)");
    expect(log.changes).toMatchObject([
      { name: "job", op: "same", before: { status: "Failed" }, outcome: "done" },
    ]);
  });

  test("takes the result of a plain refresh, whatever it is called, for one", () => {
    const old = stateOf("job", "Running");
    const [begun] = lines({ name: "job", op: "refresh", old, outputs: old, end: "none" });
    const [, ended] = lines({ name: "job", op: "update", old, outputs: stateOf("job", "Lost") });
    const log = readEventLog([begun, ended].join("\n"));
    expect(log.changes).toEqual([]);
    expect(describeRefresh(log.refreshed)).toBe("1 Running -> Lost (job)");
  });

  test("skips events that are not as Pulumi writes them", () => {
    const { metadata } = JSON.parse(lines(launchOf("job"))[0] ?? "").resourcePreEvent;
    const log = [
      ...["op", "urn", "type"].map((name) => ({
        resourcePreEvent: { metadata: { ...metadata, [name]: undefined } },
      })),
      { resourcePreEvent: null, resOutputsEvent: { metadata } },
      { resOpFailedEvent: { metadata: null } },
    ];
    const result = readEventLog(log.map((one) => JSON.stringify(one)).join("\n"));
    expect(result).toMatchObject({ changes: [], refreshed: [], others: 0 });
  });

  test("reads a log that was cut, and counts what is no job", () => {
    const other = { op: "create", urn: "urn:x", type: "random:index:RandomId", new: {} };
    const log = [
      JSON.stringify({ resourcePreEvent: { metadata: other } }),
      ...lines(launchOf("job")),
      lines(launchOf("other"))[0]?.slice(0, 200),
    ];
    const result = readEventLog(log.join("\n"));
    expect(result.others).toBe(1);
    expect(result.changes.map(({ name }) => name)).toEqual(["job"]);
  });
});

test("a refresh is told in the order of a job's life, whatever was read first", () => {
  const moved = (name: string, to: string) => ({
    ...{ name, id: name },
    before: { status: "Pending" } as JobState,
    after: { status: to } as JobState,
  });
  const jobs = [moved("a", "Failed"), moved("b", "Running"), moved("c", "Completed")];
  const words = "1 Pending -> Running, 1 Pending -> Completed, 1 Pending -> Failed (a)";
  expect(describeRefresh(jobs)).toBe(words);
  expect(describeRefresh(jobs.toReversed())).toBe(words);
});

test("each job is named in the list of what happens to it, and one that is replaced in three", () => {
  const actions = [
    { kind: "keep", name: "a" },
    { kind: "cancel", name: "b", status: "Running" },
    { kind: "launch", name: "b" },
    { kind: "launch", name: "c" },
    { kind: "purge", name: "d", status: "Failed" },
    { kind: "hold", name: "d" },
  ] as const;
  expect(jobsByAction(actions)).toEqual({
    launch: ["b", "c"],
    cancel: ["b"],
    purge: ["d"],
    keep: ["a"],
    hold: ["d"],
    replace: ["b", "d"],
  });
  expect(jobsByAction([])).toEqual({});
});

test("a plan launches what the limit on costs has room for, beside what was spent and what runs", () => {
  const price = { coreHours: 1, gibHours: 0, gpuHours: 0, sessions: 1 };
  const size = { cores: 2, ram: 4 };
  const done = {
    ...{
      name: "fit/0",
      op: "same",
      old: stateOf("fit/0", "Completed", {
        ...size,
        exitCode: 0,
        startTime: sixHours,
        endTime: "2026-11-22T16:00:00Z",
      }),
    },
    inputs: inputsOf("fit/0", size),
  };
  const running = { ...done, name: "fit/1", old: stateOf("fit/1", "Running", size) };
  const more = [2, 3, 4, 5].map((n) => ({
    ...{ name: `fit/${n}`, op: "create", inputs: inputsOf(`fit/${n}`, size), end: "none" as const },
  }));
  const { changes } = run(done, running, ...more);
  // Each takes two hours: 5. With what is spent and what runs, 10 are gone.
  const kinds = (maxCost: number) =>
    plannedActions(changes, { ...free, maxCost }, { price }).map(({ kind }) => kind);
  expect(kinds(20)).toEqual(["keep", "keep", "launch", "launch", "hold", "hold"]);
  expect(kinds(19.9)).toEqual(["keep", "keep", "launch", "hold", "hold", "hold"]);
  expect(kinds(5)).toEqual(["keep", "keep", "hold", "hold", "hold", "hold"]);
});
