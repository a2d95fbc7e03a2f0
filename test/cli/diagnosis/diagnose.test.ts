// What `why` concludes from what is known of a job. It is long, because it is a list of endings.
import { diagnose } from "../../../cli/diagnosis/diagnose";
import { type Diagnosis, diagnosisSchema, type Evidence } from "../../../cli/diagnosis/evidence";
import type { JobState } from "../../../provider/job/state";
import type { SessionEvent } from "../../../provider/server/sessionEvents";

const now = Date.parse("2026-11-22T20:00:00Z");
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

function why(
  state: Partial<JobState>,
  more: Partial<Omit<Evidence, "job">> & { isKnown?: boolean; cwd?: string } = {},
): Diagnosis {
  const { isKnown = true, cwd, ...rest } = more;
  const full = {
    ...{ image: "images.canfar.net/skaha/casa:6.5", server: "s", onRemove: "cancel", attempt: 1 },
    ...{ sessionId: "abcd1234", cores: 2, ram: 8 },
    ...state,
  } as unknown as JobState;
  const inputs = { cmd: "python reduce.py", cwd };
  const job = { name: "night 3", urn: "urn", id: "night-3", state: full, inputs, isKnown };
  return diagnosisSchema.parse(diagnose({ job, events: [], waitsFor: [], now, ...rest }));
}

const event = (reason: string, message: string, minutes = 5): SessionEvent => ({
  ...{ type: /Fail|Back|Err|OOM|Evict/.test(reason) ? "Warning" : "Normal", reason, message },
  firstTime: minutesAgo(minutes),
});
const scheduled = event("Scheduled", "Successfully assigned skaha-workload/x to node-7", 9);
const offer = (cores: number, ram: number) => ({
  context: {
    ...{ cores: { options: [1, 2, 4, 8, 16] }, memoryGB: { options: [1, 4, 8, 24, 192] } },
    gpus: { options: [1] },
  },
  stats: {
    cores: { requestedCPUCores: 60, cpuCoresAvailable: cores },
    ram: { requestedRAM: 200, ramAvailable: ram },
  },
});

test("diagnose says of a job that its user cancelled nothing of how its program ended", () => {
  const { kind, cause, remedy } = why({ status: "Failed", cause: "Cancelled" }, { logTail: "x" });
  expect([kind, cause, remedy]).toEqual([
    "cancelled",
    "night 3 was cancelled with pulumi-skaha submit --cancel.",
    "To run it, submit it again as it was: that launches its next attempt.",
  ]);
});

describe("diagnose, of a job that shares its session", () => {
  const shared = { session: "abcd1234", jobs: 50, running: 4, ended: 1, before: 12 };

  test("it waits in a session that has not come to it", () => {
    const { kind, cause, remedy } = why(
      { status: "Pending" },
      { pack: shared, events: [scheduled] },
    );
    expect([kind, cause, remedy]).toEqual([
      "inPack",
      "night 3 is Pending: its session abcd1234 runs, and has not come to it; 4 jobs run there, 1 has ended, and 12 more come before this one.",
      "Wait: it begins when one of those before it ends.",
    ]);
    const next = why(
      { status: "Pending" },
      { pack: { ...shared, running: 1, ended: 2, before: 0 } },
    );
    expect(next.cause).toMatch(/; 1 job runs there, 2 have ended, and this is the next\.$/);
  });

  test("it waits with its session, whose place is not that of one job", () => {
    const waiting = { ...shared, running: 0, ended: 0 };
    const { kind, cause } = why({ status: "Pending" }, { pack: waiting });
    expect([kind, cause]).toEqual([
      "queued",
      "night 3 is Pending: it waits for a place for the session abcd1234, which 50 jobs share.",
    ]);
  });

  test("it was killed with its session, or preempted", () => {
    const killed = why({ status: "Failed", cause: "Killed" }, { pack: shared });
    expect(killed.cause).toMatch(
      /^night 3 failed: its session abcd1234, which it shared with other jobs, was killed from outside/,
    );
    const preempted = why({ status: "Failed", cause: "Preempted", exitCode: 143, signal: "TERM" });
    expect([preempted.kind, preempted.cause]).toEqual([
      "evicted",
      "night 3 failed: the cluster took its place for work of a higher priority.",
    ]);
    expect(preempted.remedy).toMatch(/on: \["Preempted"\]/);
  });
});

describe("diagnose, of a job that failed", () => {
  const failed = (state: Partial<JobState>, more?: Parameters<typeof why>[1]) =>
    why({ status: "Failed", ...state }, more);

  test.each<[string, Diagnosis, Diagnosis["kind"], RegExp, RegExp]>([
    [
      "memory, as recorded",
      failed(
        { cause: "OutOfMemory", exitCode: 137, usage: { peakRamGiB: 7.96 } },
        { offer: offer(9, 9) },
      ),
      "outOfMemory",
      /^night 3 failed: it ran out of memory \(its peak was 8 GiB of the 8 GiB that it asked for\)\.$/,
      /^Ask for more, like ram: 24, or let retry/,
    ],
    [
      "memory, from the peak of one that was killed",
      failed({ cause: "Killed", usage: { peakRamGiB: 7.5 } }),
      ...(["outOfMemory", /peak was 7.5 GiB/, /ram: 16/] as const),
    ],
    [
      "memory, from an event",
      failed({ ram: undefined }, { events: [event("OOMKilling", "Killed process 41 (wsclean)")] }),
      ...(["outOfMemory", /ran out of memory\.$/, /^Say how much it needs with ram/] as const),
    ],
    [
      "memory, from the log",
      failed({ exitCode: 1 }, { logTail: "terminate called\nstd::bad_alloc\n" }),
      ...(["outOfMemory", /ran out of memory/, /ram: 16/] as const),
    ],
    [
      "a kill that was not for memory",
      failed({ exitCode: 137, usage: { peakRamGiB: 1 } }, { logTail: "working\n" }),
      ...(["killed", /signal KILL \(exit status 137\)/, /memory/] as const),
    ],
    [
      "an image that is not there",
      failed(
        {},
        { events: [scheduled, event("Failed", 'Failed to pull image "x": manifest unknown')] },
      ),
      ...([
        "image",
        /its image images.canfar.net\/skaha\/casa:6.5 cannot be pulled/,
        /name and tag/,
      ] as const),
    ],
    [
      "no such program, from the exit status",
      failed({ exitCode: 127, cause: "NotStarted" }, { logTail: "" }),
      ...(["noSuchProgram", /there is no program python in its image/, /whole path/] as const),
    ],
    [
      "no such program, from the log",
      failed({}, { logTail: "sh: 1: casa: not found\n" }),
      ...(["noSuchProgram", /there is no program casa/, /^Check cmd/] as const),
    ],
    [
      "no such program, from an event",
      failed(
        {},
        {
          events: [
            event(
              "Failed",
              'Error: failed to create containerd task: runc create failed: exec: "pyhton": executable file not found in $PATH',
            ),
          ],
        },
      ),
      ...(["noSuchProgram", /not on its PATH/, /./] as const),
    ],
    [
      "a program that cannot be run",
      failed({ exitCode: 126 }, { logTail: "sh: 1: /arc/x.sh: Permission denied\n" }),
      ...(["notExecutable", /\/arc\/x.sh is there, but cannot be run/, /chmod \+x/] as const),
    ],
    [
      "a folder that is not there",
      failed(
        { exitCode: 1, cause: "NotStarted" },
        { logTail: "pulumi-skaha: no\n", cwd: "/arc/no" },
      ),
      ...(["noSuchFile", /its command was not started in \/arc\/no/, /cwd exists/] as const),
    ],
    [
      "a traceback",
      failed(
        { exitCode: 1 },
        {
          logTail:
            'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\n    f()\nValueError: no rows\n',
        },
      ),
      ...([
        "exception",
        /ended with an error of its own \(exit status 1\)/,
        /logs 'night 3'.*rerun 'night 3'/,
      ] as const),
    ],
    [
      "missing outputs",
      failed({ exitCode: 0, cause: "MissingOutputs", missingOutputs: ["/arc/a", "/arc/b"] }),
      ...([
        "missingOutputs",
        /did not write \/arc\/a and 1 more/,
        /outputs.*runs nothing, so then run it again: pulumi-skaha rerun 'night 3'\.$/,
      ] as const),
    ],
    [
      "the server's limit",
      failed({ cause: "Deadline", expiryTime: "2026-11-22T19:00:00Z" }),
      ...(["deadline", /ended it at its limit \(2026-11-22T19:00:00Z\)/, /renew: true/] as const),
    ],
    [
      "the server's limit, from an event",
      failed(
        {},
        { events: [event("DeadlineExceeded", "Job was active longer than specified deadline")] },
      ),
      ...(["deadline", /at its limit/, /./] as const),
    ],
    [
      "its own limit",
      failed({ cause: "Timeout", exitCode: 143, maxRunSeconds: 600 }),
      ...([
        "timeout",
        /after 600 seconds, which is its own maxRunSeconds/,
        /raise maxRunSeconds/i,
      ] as const),
    ],
    [
      "a fault, not the error that its log mentions",
      failed({ exitCode: 139 }, { logTail: "ERROR: retrying\n" }),
      ...(["crash", /signal SEGV \(exit status 139\)/, /fault/] as const),
    ],
    [
      "an eviction",
      failed(
        { cause: "Killed" },
        { events: [event("Evicted", "The node was low on resource: ephemeral-storage")] },
      ),
      ...(["evicted", /took it off its node/, /rerun 'night 3'/] as const),
    ],
    [
      "a kill from outside",
      failed({ cause: "Killed" }),
      ...(["killed", /killed from outside/, /rerun/] as const),
    ],
    [
      "an exit status with a last line",
      failed({ exitCode: 3 }, { logTail: "no stars\n" }),
      ...(["exitStatus", /ended with status 3\.$/, /logs/] as const),
    ],
    [
      "an exit status without a word",
      failed({ exitCode: 3 }, { logTail: "" }),
      ...(["exitStatus", /with status 3 and wrote nothing/, /let it say/i] as const),
    ],
    [
      "a last line only",
      failed({}, { logTail: "no stars\n" }),
      ...(["failed", /says no more/, /`record`/] as const),
    ],
    ["nothing but silence", failed({}, { logTail: "" }), "failed", /wrote nothing/, /record/],
    ["nothing", failed({}), "failed", /its log is gone/, /record/],
    [
      "a last line only, of one with a record that has no end",
      failed({ recordedIn: "/arc/r/x/1" }, { logTail: "no stars\n" }),
      ...([
        "failed",
        /no more than that, and nor does its record\.$/,
        /^See what .*3'\.$/,
      ] as const),
    ],
    [
      "silence of one with a record that has no end",
      failed({ recordedIn: "/arc/r/x/1" }, { logTail: "" }),
      ...(["failed", /it may never have begun; it wrote nothing/, /events 'night 3'/] as const),
    ],
    [
      "what is retried",
      failed({ exitCode: 3, retry: { limit: 2 } }, { logTail: "x\n" }),
      ...([
        "exitStatus",
        /status 3/,
        /^The next pulumi-skaha up launches it again by itself \(Failed: retry 1 of 2\); if that/,
      ] as const),
    ],
  ])("names %s", (_, diagnosis, kind, cause, remedy) => {
    expect(diagnosis.kind).toBe(kind);
    expect(diagnosis.cause).toMatch(cause);
    expect(diagnosis.remedy).toMatch(remedy);
  });

  test("quotes the line that says so", () => {
    const { line } = failed(
      {},
      { logTail: "one\n  OSError: [Errno 28] No space left on device\n" },
    );
    expect(line).toBe("OSError: [Errno 28] No space left on device");
  });
});

describe("diagnose, of a job that waits", () => {
  test.each<[string, Diagnosis, Diagnosis["kind"], RegExp, RegExp]>([
    [
      "a place",
      why(
        { status: "Pending", startTime: minutesAgo(90) },
        {
          events: [
            event(
              "FailedScheduling",
              "0/12 nodes are available: 4 Insufficient cpu, 8 Insufficient memory.",
              90,
            ),
          ],
          offer: offer(64, 1_000),
        },
      ),
      "queued",
      /^night 3 is Pending for 1 h 30 min: it waits for a place for 2 cores, 8 GiB, and of the whole server 4 cores and 745 GiB are free; no node has enough cores or memory left\.$/,
      /stats/,
    ],
    [
      "nothing that is known",
      why({ status: "Pending", cores: undefined, ram: undefined }),
      ...([
        "queued",
        /is Pending: it waits for a place for the server's usual size\.$/,
        /./,
      ] as const),
    ],
    [
      "what will never be",
      why({ status: "Pending", cores: 128 }, { offer: offer(64, 1_000) }),
      ...([
        "tooLarge",
        /asks for 128 cores, and the whole server has 64/,
        /ask for less/i,
      ] as const),
    ],
    [
      "its image",
      why({ status: "Pending" }, { events: [scheduled, event("Pulling", 'Pulling image "x"', 4)] }),
      ...([
        "starting",
        /for 9 min: it has its place, and its image is being pulled/,
        /minutes/,
      ] as const),
    ],
    [
      "an image that it may not have",
      why(
        { status: "Pending" },
        {
          events: [
            scheduled,
            event("Failed", 'Failed to pull image "x": unauthorized'),
            event("BackOff", 'Back-off pulling image "x"'),
          ],
        },
      ),
      ...(["image", /does not start: its image \S+ cannot be pulled/, /registryAuth/] as const),
    ],
    [
      "a volume",
      why(
        { status: "Pending" },
        { events: [scheduled, event("FailedMount", "MountVolume.SetUp failed")] },
      ),
      ...(["starting", /is kept from starting there/, /operators/] as const),
    ],
    [
      "a predecessor that failed",
      why(
        { status: "Held", heldBy: "after", reason: "predecessor a-1 is Failed: ..." },
        { waitsFor: [{ name: "a", status: "Failed", cause: "a failed: it ran out of memory." }] },
      ),
      ...([
        "held",
        /^night 3 is Held because a failed: it ran out of memory\.$/,
        /rerun a\.$/,
      ] as const),
    ],
    [
      "predecessors that failed for different causes",
      why(
        { status: "Held", heldBy: "after", reason: "predecessor a-1 is Failed: ..." },
        {
          waitsFor: [
            {
              name: "a",
              status: "Failed",
              cause: "a failed: it ran out of memory (its peak was 4 GiB).",
            },
            { name: "b", status: "Failed", cause: "b failed: its program ended with status 3." },
            {
              name: "c",
              status: "Failed",
              cause: "c failed: it ran out of memory (its peak was 2 GiB).",
            },
            { name: "d", status: "Lost" },
            ...["e", "f"].map((name) => ({
              name,
              status: "Failed",
              cause: `${name} failed: ${name}.`,
            })),
          ],
        },
      ),
      ...([
        "held",
        /Held because a failed: it ran out of memory \(its peak was 4 GiB\) \(and 1 more like it\), and because b failed: its program ended with status 3, and because d is Lost, and 2 more for other causes\.$/,
        /rerun a b c \.\.\.\.$/,
      ] as const),
    ],
    [
      "predecessors that run",
      why(
        {
          ...{ status: "Held", heldBy: "after", reason: "waits for its predecessors" },
          heldSince: minutesAgo(30),
        },
        {
          waitsFor: [
            { name: "a", status: "Running" },
            { name: "b", status: "Completed" },
          ],
        },
      ),
      ...([
        "held",
        /Held for 30 min: waits for its predecessors \(a is Running\)/,
        /--until-done/,
      ] as const),
    ],
    [
      "its window",
      why({ status: "Held", heldBy: "window", reason: "waits for its window, weekends" }),
      ...(["held", /waits for its window, weekends/, /"always"/] as const),
    ],
    [
      "its window, which opens at an hour of its time zone",
      // It is 13:00 in Vancouver.
      why({
        ...{ status: "Held", heldBy: "window", window: "03:00-06:00 America/Vancouver" },
        reason: "waits for its window, 03:00-06:00 America/Vancouver",
      }),
      "held",
      /Vancouver, which opens in 14 h, 03:00 in Vancouver \(by the time zone rules 20\d\d[a-z] of \S+\)\.$/,
      /"always"/,
    ],
    [
      "the stack's window, which has opened since",
      why(
        { status: "Held", heldBy: "window", reason: "waits for its window, weekends UTC" },
        { window: "weekends UTC" },
      ),
      ...(["held", /, weekends UTC, which is open now\.$/, /up --until-done/] as const),
    ],
    [
      "the limit on costs",
      why({
        ...{ status: "Held", heldBy: "maxCost" },
        reason: "would cost more than is left: skaha:maxCost is 5",
      }),
      ...(["held", /skaha:maxCost is 5\.$/, /config set skaha:maxCost/] as const),
    ],
    [
      "a slot",
      why({ status: "Held", heldBy: "maxInFlight", reason: "waits for a slot: maxInFlight is 2" }),
      ...(["held", /waits for a slot: maxInFlight is 2\.$/, /raise the limit/] as const),
    ],
    [
      "a sweep that is stopped",
      why(
        { status: "Held", heldBy: "stopAfter", reason: "study is stopped: of its jobs" },
        {
          stopped: {
            ...{ sweep: "study", cause: "ExitCode", failed: 7, ended: 9, held: 190 },
            ...{ example: "study/n=1", release: "pulumi-skaha up --release study" },
          },
        },
      ),
      "stopped",
      /study is stopped: 7 of its jobs failed for the same cause, ExitCode, as did study\/n=1\.$/,
      /^See what that is: pulumi-skaha why study\/n=1; .*rerun study\/n=1; .*: pulumi-skaha up --release study\.$/,
    ],
    [
      "a sweep that was stopped",
      why({ status: "Held", heldBy: "stopAfter", reason: "study is stopped: of its jobs" }),
      ...(["held", /study is stopped: of its jobs\.$/, /up decides anew/] as const),
    ],
    [
      "a slot that others take",
      why(
        { status: "Held", heldBy: "maxInFlight", reason: "waits for a slot: maxInFlight is 2" },
        { foreign: 2 },
      ),
      ...(["held", /is 2; 2 of the sessions .* are not of this stack\.$/, /raise/] as const),
    ],
  ])("names %s", (_, diagnosis, kind, cause, remedy) => {
    expect(diagnosis.kind).toBe(kind);
    expect(diagnosis.cause).toMatch(cause);
    expect(diagnosis.remedy).toMatch(remedy);
  });
});

describe("diagnose, of the others", () => {
  const heartbeat = (minutes: number, more = {}) => ({ time: now - minutes * 60_000, ...more });
  const runs = { status: "Running", startTime: minutesAgo(120) } as const;

  test.each<[string, Diagnosis, Diagnosis["kind"], RegExp]>([
    [
      "one that runs well",
      why(runs, { heartbeat: heartbeat(0, { memoryBytes: 3 * 2 ** 30, cpuSeconds: 7_200 }) }),
      ...(["running", /is Running for 2 h 00 min, and uses 3 of its 8 GiB\.$/] as const),
    ],
    [
      "one that is silent",
      why(runs, { quietSince: now - 43 * 60_000, heartbeat: heartbeat(0, { cpuSeconds: 72 }) }),
      ...([
        "silent",
        /has written nothing for 43 min, and has used 0.01 cores on average/,
      ] as const),
    ],
    [
      "one that wrote a minute ago",
      why(runs, { quietSince: now - 60_000 }),
      ...(["running", /is Running for 2 h/] as const),
    ],
    [
      "one that is idle",
      why(runs, { heartbeat: heartbeat(0, { cpuSeconds: 10 }) }),
      "idle",
      /waits for/,
    ],
    ["one not heard of", why(runs, { heartbeat: heartbeat(12) }), "heartbeatStopped", /12 min old/],
    [
      "one that vanished",
      why(runs, { isKnown: false }),
      "gone",
      /was Running, and the server does not/,
    ],
    [
      "a lost one",
      why({ status: "Lost" }),
      "lost",
      /is Lost: the server forgot its session abcd1234/,
    ],
    ["a completed one", why({ status: "Completed" }), "completed", /nothing wrong/],
    [
      "a skipped one",
      why({ status: "Completed", skipped: true }),
      "completed",
      /outputs existed already/,
    ],
    ["one on its way out", why({ status: "Terminating" }), "terminating", /taken down/],
    ["a new word", why({ status: "Suspended" }), "unknown", /is "Suspended", a word/],
  ])("names %s", (_, diagnosis, kind, cause) => {
    expect(diagnosis).toMatchObject({ kind, cause: expect.stringMatching(cause) });
  });

  test("tells of an end that is near", () => {
    const expiryTime = new Date(now + 3 * 3_600_000).toISOString();
    expect(why({ ...runs, expiryTime }).remedy).toBe(
      "The server ends it in 3 h 00 min: to extend that, pulumi-skaha renew 'night 3'.",
    );
    expect(why({ ...runs, expiryTime, renew: true }).remedy).toBeUndefined();
  });
});

describe("diagnose, of a job without a record, by what its log says", () => {
  const said = (line: string, more = "") =>
    why({ status: "Failed" }, { logTail: `working\n${line}\n${more}`, cwd: "/arc/home/me/x" });

  test("it was ended by its own maxRunSeconds", () => {
    const found = said("pulumi-skaha: was ended after 2 seconds (maxRunSeconds)");
    expect(found).toMatchObject({ kind: "timeout" });
    expect(found.cause).toContain("ended after 2 seconds, which is its own maxRunSeconds");
  });

  test("its folder is missing", () => {
    const found = said("pulumi-skaha: cannot change to the folder /arc/home/me/x");
    expect(found).toMatchObject({ kind: "noSuchFile" });
    expect(found.cause).toContain("was not started in /arc/home/me/x");
  });

  test("outputs are missing", () => {
    const found = said('pulumi-skaha: missing outputs: "/arc/a b.fits","/arc/c.fits"', "  \n");
    expect(found).toMatchObject({ kind: "missingOutputs" });
    expect(found.cause).toMatch(/did not write \/arc\/a b.fits and 1 more/);
  });

  test("and not by a line of its program that only looks like it", () => {
    const found = said("x pulumi-skaha: was ended after 2 seconds (maxRunSeconds)");
    expect(found.kind).not.toBe("timeout");
  });
});
