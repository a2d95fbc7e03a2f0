// Jobs of an array that share sessions, through the real lifecycle and the embedded server. What a pack would write is
// laid by hand. It is long because each way in which a pack can end, or be edited, is a claim about the same few jobs.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { leaveFile, ledgerFile } from "../../provider/record/ledger";
import { arcReads, record, recordedWorld } from "../world/recorded";
import { hour, type World } from "../world/world";

const shared = { name: "all", jobs: 4, parallel: 2 };
const size = { cores: 1, ram: 2 };
const begin = "2026-11-22T12:00:10Z";

function program(count: number, more: Record<string, unknown> = {}) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `job-${n}`,
      { args: [n], record, pack: shared, ...size, ...more },
    ]),
  );
}

const packedWorld = () => recordedWorld({ form: "array" });

interface LaunchedPack {
  readonly session: string;
  readonly name: string;
  /** Ids and attempts. */
  readonly members: readonly [string, number][];
  readonly requests: Readonly<Record<string, string>>;
}

/** The packs that were launched. */
function packsOf(w: World): Promise<LaunchedPack[]> {
  return Promise.all(
    w.skaha.jobs().map(async ({ id: session, name }) => {
      const { args, requests } = await w.launch(session);
      const head = args?.find((word) => word.startsWith('"pack":1')) ?? "";
      return { session, name, members: JSON.parse(`{${head}}`).jobs, requests };
    }),
  );
}

async function onlyPack(w: World): Promise<LaunchedPack> {
  const [pack, ...others] = await packsOf(w);
  if (pack === undefined || others.length > 0) throw new Error("there is not one pack");
  return pack;
}

/** Launches so many jobs in one pack, of which the first has begun. */
async function begunPack(w: World, jobs: number): Promise<LaunchedPack> {
  await w.engine.up(program(jobs));
  const pack = await onlyPack(w);
  ledger(w, pack, { 1: "begun" });
  return pack;
}

/** Writes a pack's ledger anew: what became of each of its places. */
function ledger(
  w: World,
  { session, members }: LaunchedPack,
  places: Record<number, Record<string, unknown> | "begun">,
  isOver = false,
): void {
  const lines = [
    { pack: 1, jobs: members, session, start: begin },
    ...Object.entries(places).flatMap(([place, end]) => {
      const job = Number(place);
      const whole = {
        exitCode: 0,
        signal: null,
        start: begin,
        end: "2026-11-22T12:30:00Z",
        samples: 0,
        missingOutputs: [],
      };
      return [{ job, begin }, ...(end === "begun" ? [] : [{ job, end: { ...whole, ...end } }])];
    }),
    ...(isOver ? [{ over: "2026-11-22T12:31:00Z" }] : []),
  ];
  const file = path.join(w.dataDir, ledgerFile(record, session));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/** Writes down that the pack began, as it does before its first job. */
function listPack(w: World, { session, name }: LaunchedPack): void {
  const index = name.replace(/-pack-.*/, ".packs");
  writeFileSync(path.join(w.dataDir, record, index), `${session}\n`);
}

test("ten jobs in packs of four are three sessions, each as large as two jobs", async () => {
  await using w = await packedWorld();
  await w.engine.preview(program(10));
  expect(w.said().join("\n")).toContain(
    "launch 10 (6 cores, 12 GiB; in 3 sessions of up to 4 jobs, 2 at a time, each with 2 cores and 4 GiB)",
  );
  await w.engine.up(program(10));
  const packs = await packsOf(w);
  expect(packs.map(({ members }) => members.length)).toEqual([4, 4, 2]);
  expect(packs.flatMap(({ members }) => members.map(([id]) => id))).toEqual(
    Array.from({ length: 10 }, (_, n) => w.engine.id(`job-${n}`)),
  );
  expect(packs[0]?.requests).toMatchObject({
    cpu: "2",
    memory: String(4 * 2 ** 30),
  });
  expect(packs[2]?.requests).toMatchObject({ cpu: "2", memory: String(4 * 2 ** 30) });
  expect(w.engine.outputs("job-5").sessionId).toBe(`${packs[1]?.session}.2`);
  await w.engine.up(program(10));
  await w.engine.refresh();
  await w.engine.up(program(10));
  expect(w.posts()).toBe(3);
  expect(new Set(Object.values(w.engine.statuses()))).toEqual(new Set(["Pending"]));
});

test("a last pack of fewer jobs than run at a time asks for what they can use", async () => {
  await using w = await packedWorld();
  await w.engine.up(program(5));
  const [, last] = await packsOf(w);
  expect(last?.members).toHaveLength(1);
  expect(last?.requests).toMatchObject({ cpu: "1", memory: String(2 * 2 ** 30) });
});

test("a retry with more memory than the server has for two at a time runs one at a time", async () => {
  await using w = await packedWorld();
  const jobs = program(4, { ram: 40, retry: { limit: 1, ramFactor: 3 } });
  await w.engine.up(jobs);
  const pack = await onlyPack(w);
  const failed = { exitCode: 1, cause: "ExitCode" };
  ledger(w, pack, { 1: failed, 2: failed, 3: {}, 4: {} }, true);
  w.runner.end(pack.session, 0);
  await w.engine.refresh();
  await w.engine.up(jobs);
  const [, again] = await packsOf(w);
  expect(again?.members).toHaveLength(2);
  expect(again?.requests).toMatchObject({ memory: String(128 * 2 ** 30) });
});

test("a pack that was preempted: what ran is Preempted, and is what `retry` says of that", async () => {
  await using w = await packedWorld();
  const jobs = program(4, { retry: { limit: 1, on: ["Preempted"] } });
  await w.engine.up(jobs);
  const pack = await onlyPack(w);
  ledger(w, pack, { 1: {}, 2: { exitCode: 3, cause: "ExitCode" }, 3: "begun" });
  w.clock.pass(2 * hour);
  const message = "Preempted by pod 7f3 on node n-1";
  w.runner.event(pack.session, { type: "Normal", reason: "Preempted", message });
  w.runner.end(pack.session, 137);
  w.skaha.clearJournal();
  await w.engine.refresh();
  expect(w.requests("GET", /view=events/)).toHaveLength(1);
  expect(w.engine.outputs("job-1")).toMatchObject({ status: "Failed", cause: "ExitCode" });
  expect(w.engine.outputs("job-2")).toMatchObject({ status: "Failed", cause: "Preempted" });
  await w.engine.up(jobs);
  const [, again] = await packsOf(w);
  expect(again?.members).toEqual([
    [w.engine.id("job-2"), 2],
    [w.engine.id("job-3"), 1],
  ]);
});

test.each([
  [{ record: "none" }, "pack needs a record: it alone tells the jobs of a session apart"],
  [{ ram: undefined }, "pack needs ram: the session gets as much"],
  [
    { cores: 9 },
    "cores 9 times pack.parallel 2 is 18, which no session can have: lower one of both, so that it is one of 1, 2",
  ],
  [{ cmd: undefined, args: [] }, "pack needs cmd or script"],
])("with %j the preview refuses, and says why", async (more, reason) => {
  await using w = await packedWorld();
  await expect(w.engine.preview(program(2, more))).rejects.toThrow(reason);
  await expect(w.engine.up(program(2, more))).rejects.toThrow(reason);
  expect(w.posts()).toBe(0);
});

test("a refresh costs one list and one read for each pack, and tells of each job by itself", async () => {
  await using w = await packedWorld();
  await w.engine.up(program(8));
  const [one, two] = await packsOf(w);
  ledger(w, one as LaunchedPack, {
    1: {},
    2: { exitCode: 3, cause: "ExitCode", meanCores: 0.5 },
    3: "begun",
  });
  ledger(w, two as LaunchedPack, {});
  w.skaha.clearJournal();
  await w.engine.refresh();
  expect(Object.values(w.engine.statuses())).toEqual([
    "Completed",
    "Failed",
    "Running",
    "Pending",
    ...Array(4).fill("Pending"),
  ]);
  expect(w.engine.outputs("job-1")).toMatchObject({
    exitCode: 3,
    cause: "ExitCode",
    usage: { meanCores: 0.5 },
  });
  expect(w.engine.outputs("job-2")).toMatchObject({ startTime: begin });
  expect([w.requests("GET", /\/session\b/).length, arcReads(w)]).toEqual([1, 2]);
});

test("a pack whose session was forgotten is known by its ledger alone", async () => {
  await using w = await packedWorld();
  await w.engine.up(program(4));
  const pack = await onlyPack(w);
  ledger(w, pack, { 1: {}, 2: {}, 3: { exitCode: 1, cause: "ExitCode" }, 4: {} }, true);
  w.runner.end(pack.session, 0);
  w.clock.pass(2 * hour);
  await w.engine.refresh();
  expect(Object.values(w.engine.statuses())).toEqual([
    "Completed",
    "Completed",
    "Failed",
    "Completed",
  ]);
});

test("only what failed is retried, in a pack of its own", async () => {
  await using w = await packedWorld();
  const jobs = program(4, { retry: { limit: 1 } });
  await w.engine.up(jobs);
  const pack = await onlyPack(w);
  ledger(w, pack, { 1: {}, 2: { exitCode: 3, cause: "ExitCode" }, 3: {}, 4: {} }, true);
  w.runner.end(pack.session, 0);
  await w.engine.refresh();
  await w.engine.up(jobs);
  const [, again] = await packsOf(w);
  expect(again?.members).toEqual([[w.engine.id("job-1"), 2]]);
  expect(w.engine.outputs("job-1")).toMatchObject({
    attempt: 2,
    status: "Pending",
    sessionId: `${again?.session}.1`,
  });
});

test.each(["Failed and listed", "gone"])(
  "a pack that died (%s) keeps what ended, calls what ran Killed, and launches the rest as the same attempt",
  async (how) => {
    await using w = await packedWorld();
    await w.engine.up(program(4));
    const pack = await onlyPack(w);
    ledger(w, pack, { 1: {}, 2: "begun" });
    const folder = path.join(w.dataDir, record, w.engine.id("job-1"), "1");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "start.json"), JSON.stringify({ argv: ["x"], start: begin }));
    w.runner.end(pack.session, 137);
    if (how === "gone") w.clock.pass(2 * hour);
    await w.engine.refresh();
    expect(w.engine.outputs("job-0")).toMatchObject({ status: "Completed" });
    expect(w.engine.outputs("job-1")).toMatchObject({ status: "Failed", cause: "Killed" });
    expect(w.engine.outputs("job-2")).toMatchObject({ status: "Held", attempt: 1 });
    await w.engine.up(program(4));
    const [, again] = await packsOf(w);
    expect(again?.members).toEqual([
      [w.engine.id("job-2"), 1],
      [w.engine.id("job-3"), 1],
    ]);
    expect(w.engine.statuses()).toMatchObject({ "job-1": "Failed", "job-2": "Pending" });
  },
);

test("a job that leaves the program is taken away from its pack, which goes on; with the last the session goes", async () => {
  await using w = await packedWorld();
  const pack = await begunPack(w, 4);
  await w.engine.refresh();
  const { "job-3": _gone, ...three } = program(4);
  await w.engine.up(three);
  const leave = path.join(w.dataDir, leaveFile(record, pack.session));
  expect(readFileSync(leave, "utf8")).toBe("4 .\n");
  expect(w.requests("DELETE")).toEqual([]);
  await w.engine.up({});
  expect(w.requests("DELETE")).toHaveLength(1);
});

test("a session that the server goes on listing after its last job was cancelled is cancelled again", async () => {
  await using w = await packedWorld();
  await begunPack(w, 4);
  w.skaha.faults.add({ kind: "deleteLies", method: "DELETE", times: 1 });
  await w.engine.up({});
  expect(w.requests("DELETE")).toHaveLength(2);
  expect(w.skaha.jobs()).toMatchObject([{ forgotten: { why: "deleted" } }]);
});

test("what is written down for a pack is written once, however long it takes to obey", async () => {
  await using w = await packedWorld();
  const pack = await begunPack(w, 4);
  await w.engine.refresh();
  const { "job-0": _gone, ...three } = program(4);
  await expect(w.engine.up(three)).rejects.toThrow(
    `session ${pack.session}, in which it runs, was told to end it, and goes on`,
  );
  expect(w.requests("PUT", /\.leave/)).toHaveLength(1);
});

test("the first update of 40 jobs asks for no record of each", async () => {
  await using w = await packedWorld();
  await w.engine.up(program(40));
  expect(w.posts()).toBe(10);
  expect(arcReads(w)).toBeLessThanOrEqual(2);
});

test("where state and sessions are gone, the ledgers tell what has run: nothing runs again", async () => {
  await using w = await packedWorld();
  await w.engine.up(program(4));
  const pack = await onlyPack(w);
  ledger(w, pack, { 1: {}, 2: { exitCode: 3, cause: "ExitCode" }, 3: {} });
  listPack(w, pack);
  w.runner.end(pack.session, 1);
  w.clock.pass(2 * hour);
  w.engine.loseState();
  await w.engine.up(program(4));
  expect(Object.values(w.engine.statuses())).toEqual([
    "Completed",
    "Failed",
    "Completed",
    "Pending",
  ]);
  const [, again] = await packsOf(w);
  expect(again?.members).toEqual([[w.engine.id("job-3"), 1]]);
});

test("after a state that was lost the packs are found again, by what they hold", async () => {
  await using w = await packedWorld();
  await w.engine.up(program(8));
  const [one, two] = await packsOf(w);
  ledger(w, one as LaunchedPack, { 1: {}, 2: "begun" });
  ledger(w, two as LaunchedPack, {});
  w.engine.loseState();
  await w.engine.up(program(8));
  expect(w.posts()).toBe(2);
  await w.engine.refresh();
  expect(w.engine.statuses()).toMatchObject({
    "job-0": "Completed",
    "job-1": "Running",
    "job-7": "Pending",
  });
});

test("packs that were launched by a run that was killed, and have not begun, are found by their names", async () => {
  await using w = await recordedWorld({ form: "array", autoReady: false });
  await w.engine.up(program(8));
  w.engine.loseState();
  await w.engine.up(program(8));
  expect(w.posts()).toBe(2);
  const [one, two] = await packsOf(w);
  expect(w.engine.outputs("job-7").sessionId).toBe(`${two?.session}.4`);

  // With other jobs they are other packs: what nobody can know of goes before anything is launched.
  w.engine.loseState();
  const { "job-0": _gone, ...seven } = program(8);
  await w.engine.up(seven);
  expect(w.posts()).toBe(4);
  const deleted = w.requests("DELETE").map(({ path: asked }) => asked.split("/").at(-1));
  expect(deleted.sort()).toEqual([one?.session, two?.session].sort());
});

test("a finished job that was removed runs again where it is declared again", async () => {
  await using w = await packedWorld();
  await w.engine.up(program(4));
  const pack = await onlyPack(w);
  ledger(w, pack, { 1: {}, 2: {}, 3: {}, 4: {} }, true);
  listPack(w, pack);
  mkdirSync(path.join(w.dataDir, record, w.engine.id("job-3"), "1"), { recursive: true });
  w.runner.end(pack.session, 0);
  await w.engine.refresh();
  const { "job-3": _gone, ...three } = program(4);
  await w.engine.up(three);
  await w.engine.up(program(4));
  const [, again] = await packsOf(w);
  expect(again?.members).toEqual([[w.engine.id("job-3"), 1]]);
  expect(w.engine.statuses()).toMatchObject({ "job-0": "Completed", "job-3": "Pending" });
});

test.each([
  ["launched", undefined],
  ["held", { window: "20:30-20:31 America/Vancouver" }],
])(
  "jobs whose next attempt is %s leave no pack of the one before when they are removed: declared again they run anew",
  async (_, hold) => {
    await using w = await packedWorld();
    const jobs = program(2, { retry: { limit: 1 } });
    await w.engine.up(jobs);
    const first = await onlyPack(w);
    w.runner.end(first.session, 1);
    await w.engine.up(hold ? program(2, { retry: { limit: 1 }, ...hold }) : jobs);
    expect(w.posts()).toBe(hold ? 1 : 2);
    expect(w.engine.outputs("job-0")).toMatchObject({ attempt: 2 });
    await w.engine.destroy();
    await w.engine.up(jobs);
    const last = (await packsOf(w)).at(-1);
    expect(last?.members.map(([, attempt]) => attempt)).toEqual([1, 1]);
    expect(w.engine.statuses()).toEqual({ "job-0": "Pending", "job-1": "Pending" });
  },
);

test("a refresh of packs that are over, and known to be, reads nothing", async () => {
  await using w = await packedWorld();
  await w.engine.up(program(4));
  const pack = await onlyPack(w);
  ledger(w, pack, { 1: {}, 2: {}, 3: {}, 4: {} }, true);
  w.runner.end(pack.session, 0);
  await w.engine.refresh();
  const before = arcReads(w);
  await w.engine.refresh();
  await w.engine.up(program(4));
  expect([arcReads(w), w.posts()]).toEqual([before, 1]);
});

test("a job whose own record has an end that its pack did not live to tell has ended", async () => {
  await using w = await packedWorld();
  const pack = await begunPack(w, 2);
  const folder = path.join(w.dataDir, record, w.engine.id("job-0"), "1");
  mkdirSync(folder, { recursive: true });
  const end = { exitCode: 0, signal: null, start: begin, end: "2026-11-22T12:30:00Z" };
  writeFileSync(path.join(folder, "start.json"), JSON.stringify({ start: begin }));
  writeFileSync(path.join(folder, "end.json"), JSON.stringify(end));
  w.runner.end(pack.session, 137);
  w.clock.pass(2 * hour);
  await w.engine.refresh();
  expect(w.engine.statuses()).toEqual({ "job-0": "Completed", "job-1": "Held" });
});

test("a job whose beginning its pack did not write down whole before it died is not run once more", async () => {
  await using w = await packedWorld();
  const pack = await begunPack(w, 4);
  appendFileSync(path.join(w.dataDir, ledgerFile(record, pack.session)), '{"job":2,"beg');
  for (const name of ["job-0", "job-1"]) {
    const folder = path.join(w.dataDir, record, w.engine.id(name), "1");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "start.json"), JSON.stringify({ start: begin }));
  }
  w.runner.end(pack.session, 137);
  await w.engine.refresh();
  expect(w.engine.outputs("job-1")).toMatchObject({ status: "Failed", cause: "Killed" });
  await w.engine.up(program(4));
  const [, again] = await packsOf(w);
  expect(again?.members.map(([id]) => id)).toEqual([w.engine.id("job-2"), w.engine.id("job-3")]);
});

test("what another machine launched at the same time is ended by the next up, before it begins", async () => {
  await using w = await recordedWorld({ form: "array", autoReady: false });
  await w.engine.up(program(4));
  const first = await onlyPack(w);
  w.engine.loseState();
  w.skaha.faults.add({ kind: "omitFromList", names: [first.name] });
  await w.engine.up(program(4));
  w.skaha.faults.clear();
  expect(w.posts()).toBe(2);
  const [one, two] = await packsOf(w);
  expect(two?.name).toBe(one?.name);
  await w.engine.up(program(4));
  expect(w.posts()).toBe(2);
  expect(w.requests("DELETE")).toHaveLength(1);
  const kept = new Set(
    Array.from({ length: 4 }, (_, n) => `${w.engine.outputs(`job-${n}`).sessionId}`.split(".")[0]),
  );
  expect(kept.size).toBe(1);
});

test("a pack of another machine that holds one job of several is found by a refresh, and the job runs once", async () => {
  await using w = await packedWorld();
  await w.engine.up(program(4));
  const first = await onlyPack(w);
  ledger(w, first, { 1: "begun" });
  await w.engine.refresh();
  const back = w.engine.snapshot();
  w.engine.loseState();
  w.skaha.faults.add({ kind: "omitFromList", names: [first.name] });
  const { "job-0": _0, "job-1": _1, "job-2": _2, ...last } = program(4);
  await w.engine.up(last);
  w.skaha.faults.clear();
  const [, second] = await packsOf(w);
  back();
  // Before its ledger is there nobody knows what it holds, and it is no job's.
  await w.engine.refresh();
  expect(w.requests("DELETE")).toEqual([]);
  ledger(w, second as LaunchedPack, {});
  await w.engine.up(program(4));
  expect(w.posts()).toBe(2);
  const kept = `${w.engine.outputs("job-3").sessionId}`;
  const leave = path.join(w.dataDir, leaveFile(record, first.session));
  if (kept.startsWith(first.session)) expect(w.requests("DELETE")).toHaveLength(1);
  else expect(readFileSync(leave, "utf8")).toBe("4 .\n");
});

test("a pack that failed before any of its jobs began is taken over as that by a run that does not know it", async () => {
  await using w = await packedWorld();
  await w.engine.up(program(4));
  const pack = await onlyPack(w);
  w.runner.end(pack.session, 1);
  w.engine.loseState();
  await w.engine.up(program(4));
  expect(w.posts()).toBe(1);
  expect(w.said()).toContain(
    `all/job-0: already launched as session ${pack.session}.1 (Failed), taken over`,
  );
  expect(new Set(Object.values(w.engine.statuses()))).toEqual(new Set(["Failed"]));
  expect(w.engine.outputs("job-3")).toMatchObject({
    sessionId: `${pack.session}.4`,
    recordedIn: `${record}/${w.engine.id("job-3")}/1`,
  });
  expect(w.engine.outputs("job-3").launchTime).toBeUndefined();
});

test("its jobs are retried at once where they may be, and a further up changes nothing", async () => {
  await using w = await packedWorld();
  const jobs = program(4, { retry: { limit: 1 } });
  await w.engine.up(jobs);
  const { session } = await onlyPack(w);
  w.runner.end(session, 1);
  w.engine.loseState();
  await w.engine.up(jobs);
  const [, again, ...more] = await packsOf(w);
  expect([again?.members.map(([, attempt]) => attempt), more]).toEqual([[2, 2, 2, 2], []]);
  expect(w.engine.outputs("job-3")).toMatchObject({
    attempts: [{ sessionId: `${session}.4`, status: "Failed" }],
  });
  await w.engine.up(jobs);
  expect(w.posts()).toBe(2);
});

test("a pack that nobody knew and that is gone when it is looked at is launched", async () => {
  await using w = await recordedWorld({ form: "array", autoReady: false });
  await w.engine.up(program(4));
  const { name } = await onlyPack(w);
  w.engine.loseState();
  w.skaha.faults.add({ kind: "omitFromList", names: [name], path: "type=headless", after: 1 });
  await w.engine.up(program(4));
  expect(w.posts()).toBe(2);
  expect(w.said().join("\n")).not.toContain("taken over");
});

test("a pack that failed while the answer to its launch was lost is retried at once", async () => {
  await using w = await packedWorld();
  w.skaha.faults.add({ kind: "lostAnswer", method: "POST", times: 1 });
  const isOver = setInterval(() => {
    const [first] = w.skaha.jobs();
    if (first === undefined) return;
    clearInterval(isOver);
    w.runner.end(first.id, 1);
  }, 1);
  const jobs = program(4, { retry: { limit: 1 } });
  try {
    await w.engine.up(jobs);
  } finally {
    clearInterval(isOver);
  }
  expect(w.posts()).toBe(2);
  expect(w.engine.outputs("job-0")).toMatchObject({ status: "Pending", attempt: 2 });
});

test("a retry that a state of before does not know of is found with its end, and what follows is done at once", async () => {
  await using w = await packedWorld();
  const jobs = program(2, { retry: { limit: 2 } });
  await w.engine.up(jobs);
  const failed = { exitCode: 3, cause: "ExitCode" };
  const first = await onlyPack(w);
  ledger(w, first, { 1: failed, 2: {} }, true);
  w.runner.end(first.session, 0);
  await w.engine.refresh();
  const back = w.engine.snapshot();
  await w.engine.up(jobs);
  const [, second] = await packsOf(w);
  ledger(w, second as LaunchedPack, { 1: failed }, true);
  w.runner.end(second?.session ?? "", 0);
  back();
  await w.engine.up(jobs);
  const [, , third, ...more] = await packsOf(w);
  expect([third?.members, more]).toEqual([[[w.engine.id("job-0"), 3]], []]);
});

test("a pack that could not write down what it holds tells it in its log, and is no attempt that is made twice", async () => {
  await using w = await packedWorld();
  const retry = { limit: 2 };
  await w.engine.up(program(2, { retry }));
  const back = w.engine.snapshot();
  const first = await onlyPack(w);
  ledger(w, first, { 1: { exitCode: 3, cause: "ExitCode" }, 2: {} }, true);
  w.runner.end(first.session, 0);
  await w.engine.up(program(2, { retry }));
  const { session = "", members } = (await packsOf(w))[1] ?? {};
  const head = JSON.stringify({ pack: 1, jobs: members });
  w.runner.write(session, `pulumi-skaha: ${head}\npulumi-skaha: the pack runs no job: why\n`);
  w.runner.end(session, 1);
  back();
  // With another job it is another pack, of another name.
  await w.engine.up(program(3, { retry }));
  const [, , third, ...more] = await packsOf(w);
  const [again, fresh] = ["job-0", "job-2"].map((name) => w.engine.id(name));
  expect([third?.members, more]).toEqual([
    [
      [again, 3],
      [fresh, 1],
    ],
    [],
  ]);
  await w.engine.up(program(3, { retry }));
  expect([w.posts(), w.requests("GET", /view=logs/).length]).toEqual([3, 1]);
});

test("where a pack that nobody knows cannot be cancelled nothing is launched beside it", async () => {
  await using w = await recordedWorld({ form: "array", autoReady: false });
  await w.engine.up(program(4));
  w.engine.loseState();
  const { "job-0": _gone, ...three } = program(4);
  w.skaha.faults.add({ kind: "status", code: 500, method: "DELETE" });
  const other = Object.fromEntries(
    Object.entries(three).map(([name, args], n) => [name, { ...args, cores: 1 + n }]),
  );
  await expect(w.engine.up(other)).rejects.toThrow();
  expect(w.posts()).toBe(1);
});

test("a job that takes its time to end when it is taken away is waited for", async () => {
  await using w = await packedWorld();
  const pack = await begunPack(w, 4);
  await w.engine.refresh();
  const { "job-0": _gone, ...three } = program(4);
  const start = w.clock.now();
  const ended = setInterval(() => {
    if (w.clock.now() - start < 20_000) return;
    ledger(w, pack, { 1: { exitCode: 143, signal: "TERM", cause: "Signal" } });
  }, 1);
  try {
    await w.engine.up(three);
  } finally {
    clearInterval(ended);
  }
  expect(Object.keys(w.engine.statuses())).toEqual(["job-1", "job-2", "job-3"]);
  expect(w.requests("DELETE")).toEqual([]);
});

test("jobs that have sessions of their own keep them when packs are declared", async () => {
  await using w = await packedWorld();
  const alone = Object.fromEntries(
    Object.entries(program(4)).map(([name, { pack: _pack, ...args }]) => [name, args]),
  );
  await w.engine.up(alone);
  expect(w.posts()).toBe(4);
  await w.engine.up(program(6));
  expect(w.posts()).toBe(5);
  expect(w.requests("DELETE")).toEqual([]);
});

test.each([
  ["was lost", { kind: "lostAnswer" } as const],
  ["was cut short", { kind: "truncatedBody" } as const],
])("an answer to a pack's launch that %s launches it once", async (_, fault) => {
  await using w = await packedWorld();
  w.skaha.faults.add({ ...fault, method: "POST", times: 1 });
  await w.engine.up(program(4));
  const { session } = await onlyPack(w);
  expect(w.engine.outputs("job-0").sessionId).toContain(session);
  expect(new Set(Object.values(w.engine.statuses()))).toEqual(new Set(["Pending"]));
});

test("a sweep that is stopped launches no further pack, and tells of the jobs that it holds", async () => {
  await using w = await packedWorld();
  const more = {
    group: { name: "all", maxInFlight: 1 },
    stopAfter: { name: "all", failed: 3 },
  };
  await w.engine.up(program(10, more));
  const pack = await onlyPack(w);
  const failed = { exitCode: 1, cause: "ExitCode" };
  ledger(w, pack, { 1: failed, 2: {}, 3: failed, 4: failed }, true);
  listPack(w, pack);
  w.runner.end(pack.session, 0);
  await w.engine.up(program(10, more));
  expect(w.posts()).toBe(1);
  expect(w.engine.outputs("job-9")).toMatchObject({
    ...{ status: "Held", heldBy: "stopAfter" },
    reason: expect.stringMatching(/^all is stopped: of its jobs 3 or more failed .* ExitCode;/),
  });
  await w.engine.up(program(10, { ...more, cmd: "corrected" }));
  expect(w.posts()).toBe(2);
});

test("jobs whose rows hold blanks are told in packs before they are launched", async () => {
  await using w = await packedWorld();
  const named = Object.fromEntries(
    Object.entries(program(4)).map(([key, one], n) => [key, { ...one, args: [`night ${n}`] }]),
  );
  await w.engine.up(named);
  expect(w.said()).toContainEqual(
    expect.stringMatching(/^all: launch 4 .*; in 1 session of 4 jobs/),
  );
  expect((await onlyPack(w)).members).toHaveLength(4);
});
