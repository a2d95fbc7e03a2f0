// The file that a run's provider writes and the command reads.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseRunReport } from "../../../cli/plan/reportReader";
import { type Announcement, linesOf } from "../../../provider/actions/actions";
import { Announcer } from "../../../provider/actions/announcer";
import { ReportWriter } from "../../../provider/actions/runReport";
import type { Session } from "../../../provider/api";
import { trustedState } from "../../../provider/job/state";

const session = (id: string, more: Partial<Session> = {}): Session => ({
  id,
  userid: "alice",
  name: `night-${id}-abcdef12345678`,
  image: "i",
  type: "headless",
  status: "Running",
  startTime: "2026-11-22T10:00:00Z",
  expiryTime: undefined,
  ...more,
});
const state = trustedState({ status: "Running", startTime: "2026-11-22T10:00:00Z" });
const turn = () => new Promise((resolve) => setImmediate(resolve));

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "skaha-report-"));
  file = path.join(folder, "report.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

const written = async () => parseRunReport(await readFile(file, "utf8"));
const launch = (job: string): Announcement => ({
  ...{ kind: "launch", job, session: `s-${job}`, attempt: 2 },
  ...{ size: { cores: 1, ram: 8 }, isDeclaredRam: false, why: "it failed" },
});

test("has the first job, and of each removal its beginning and its end", async () => {
  const report = new ReportWriter(file);
  report.begin("a");
  report.begin("b");
  await report.removal("a", state, async () => {});
  const failing = report.removal("b", state, () => Promise.reject(new Error("no answer")));
  await expect(failing).rejects.toThrow("no answer");
  void report.removal("c", state, () => new Promise(() => {}));
  await turn();
  const { firstJobs, removals } = await written();
  expect(firstJobs).toEqual(["a"]);
  const was = { status: "Running", startTime: "2026-11-22T10:00:00Z" };
  expect([...removals]).toEqual([
    ["a", { state: was, outcome: "done" }],
    ["b", { state: was, outcome: "failed" }],
    ["c", { state: was, outcome: "started" }],
  ]);
});

test("has all that was said, each once, also what was only counted for the user", async () => {
  const lines: string[] = [];
  const announcer = new Announcer((line) => lines.push(line), 10, new ReportWriter(file));
  await announcer.during(async () => {
    for (let n = 0; n < 12; n += 1) announcer.say(launch(`job-${n}`));
    announcer.say(launch("job-0"));
    announcer.say({ kind: "hold", job: "later", why: "waits for job-0" });
  });
  await turn();
  const { said } = await written();
  expect(said).toHaveLength(13);
  expect(said[0]).toEqual(launch("job-0"));
  expect(lines[0]).toBe("job-0: launched as session s-job-0, attempt 2, 8 GiB (it failed)");
  expect(lines.slice(10)).toEqual(["later: held; waits for job-0", "launched: 2 more"]);
  expect(linesOf(said)).toEqual(lines);
});

test("the command reads the list that was asked for last, whichever was answered last", async () => {
  const report = new ReportWriter(file);
  report.list([session("a")], 1_000);
  report.list([session("b"), session("c")], 3_000);
  report.list([session("d")], 2_000);
  expect((await written()).lastList?.map(({ id }) => id)).toEqual(["b", "c"]); // at once
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("of a list it has the sessions that live and are named like jobs", async () => {
  const report = new ReportWriter(file);
  const listed = [
    session("mine"),
    session("over", { status: "Succeeded" }),
    session("notebook", { name: "notebook", type: "notebook" }),
  ];
  report.list(listed, 1_000);
  expect((await written()).lastList).toEqual([
    { id: "mine", name: "night-mine-abcdef12345678", type: "headless", status: "Running" },
  ]);
});

test("tells which jobs were not begun because the user ended the run", async () => {
  const report = new ReportWriter(file);
  report.interrupted("a");
  await turn();
  expect((await written()).interrupted).toEqual(new Set(["a"]));
});

test("a report that was cut by a kill is read as far as it goes", async () => {
  const text = `${JSON.stringify(launch("a"))}\n{"kind":"launch","job":"b"`;
  expect(parseRunReport(text)).toEqual({
    ...{ firstJobs: [], removals: new Map(), interrupted: new Set(), lastList: undefined },
    said: [launch("a")],
  });
});

test("is not written where nobody asks for it, and stops nothing where it cannot be written", async () => {
  for (const one of [undefined, "", path.join(folder, "missing/report.jsonl")]) {
    const report = new ReportWriter(one);
    report.begin("a");
    report.list([session("a")], 1);
    await expect(report.removal("a", state, async () => "done")).resolves.toBe("done");
    await turn();
  }
  expect(existsSync(file)).toBe(false);
});
