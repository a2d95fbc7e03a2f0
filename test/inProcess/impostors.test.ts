// What answers in VOSpace's place, or VOSpace without its files: of four recorded jobs none is lost, and none runs again.
import { existsSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  arcReads,
  endRecorded,
  program,
  record,
  recordedWorld,
  recordFolder,
} from "../world/recorded";
import { hour, type World } from "../world/world";

const names = ["one", "two", "three", "four"];
const sweep = Object.fromEntries(names.map((name) => [name, { args: [name], record }]));
const page = "<!doctype html><html><title>Log in</title><form>...</form></html>";
const path404 = "^/arc/";

/** Each with how it begins; what ends it undoes it. */
const impostors: readonly (readonly [string, (w: World) => () => void])[] = [
  ["an empty 404", (w) => faulty(w, 404, "")],
  ["another server's Not Found", (w) => faulty(w, 404, "Not Found")],
  ["a gateway's JSON 404", (w) => faulty(w, 404, '{"message":"no Route matched"}')],
  ["a portal's 200", (w) => faulty(w, 200, page)],
  ["a portal's 200 in plain text", (w) => faulty(w, 200, "Welcome to the guest network")],
  ["a portal's empty 200", (w) => faulty(w, 200, "")],
  ["a redirect to a login page", redirected],
  ["a mount that is empty", (w) => without(w, "arc/projects")],
  ["a mount that is gone", (w) => without(w, "arc")],
  ["an I/O error", (w) => faulty(w, 404, "NodeNotFound: vos://cadc.nrc.ca~arc/projects/survey\n")],
];

function faulty(w: World, code: number, body: string): () => void {
  w.skaha.faults.add({ kind: "status", code, body, path: path404 });
  return () => w.skaha.faults.clear();
}

/** The page is on the same server: what a redirect to another one does is told by the transport's tests. */
function redirected(w: World): () => void {
  const location = "/skaha/login";
  w.skaha.faults.add({ kind: "status", code: 302, body: "", location, path: path404 });
  w.skaha.faults.add({ kind: "status", code: 200, body: page, path: location });
  return () => w.skaha.faults.clear();
}

function without(w: World, folder: string): () => void {
  const from = path.join(w.dataDir, folder);
  renameSync(from, `${from}.away`);
  return () => renameSync(`${from}.away`, from);
}

describe.each(impostors)("with %s in place of the record", (_, begin) => {
  test("jobs whose sessions are gone stay as they were, and are known once it is over", async () => {
    await using w = await recordedWorld();
    await w.engine.up(sweep);
    await w.engine.refresh();
    for (const name of names) endRecorded(w, name, { exitCode: 0 });
    w.clock.pass(2 * hour);
    const end = begin(w);
    await w.engine.refresh();
    expect(new Set(Object.values(w.engine.statuses()))).toEqual(new Set(["Running"]));
    expect(w.engine.lines.join("\n")).toMatch(/its record was not read: /);
    end();
    await w.engine.up(sweep);
    expect(new Set(Object.values(w.engine.statuses()))).toEqual(new Set(["Completed"]));
    expect(w.posts()).toBe(4);
  });

  test("jobs that are listed as ended get what it adds once it is over", async () => {
    await using w = await recordedWorld();
    await w.engine.up({ ...sweep, ...program });
    for (const name of names) endRecorded(w, name, { exitCode: 0, peakMemoryBytes: 2 ** 30 });
    endRecorded(w, "night", { exitCode: 3 });
    const end = begin(w);
    await w.engine.refresh();
    expect(w.engine.outputs("one")).toMatchObject({ status: "Completed", isRecordUnread: true });
    expect(w.engine.outputs("night")).toMatchObject({ status: "Failed", isRecordUnread: true });
    end();
    await w.engine.refresh();
    expect(w.engine.outputs("one")).toMatchObject({ exitCode: 0, usage: { peakRamGiB: 1 } });
    expect(w.engine.outputs("night")).toMatchObject({ status: "Failed", exitCode: 3 });
  });

  test("jobs that the state has lost sight of are not run again", async () => {
    await using w = await recordedWorld();
    await w.engine.up(sweep);
    for (const name of names) endRecorded(w, name, { exitCode: 0 });
    w.clock.pass(2 * hour);
    w.engine.loseState();
    const end = begin(w);
    await expect(w.engine.up(sweep)).rejects.toThrow(
      /read \/arc\/projects|the record \/arc\/projects/,
    );
    expect(w.posts()).toBe(4);
    end();
    await w.engine.up(sweep);
    expect(w.posts()).toBe(4);
    expect(new Set(Object.values(w.engine.statuses()))).toEqual(new Set(["Completed"]));
  });

  test("a removal says that it could not mark the record", async () => {
    await using w = await recordedWorld();
    await w.engine.up(program);
    endRecorded(w, "night", { exitCode: 0 });
    await w.engine.refresh();
    const end = begin(w);
    await w.engine.up({});
    end();
    expect(existsSync(path.join(recordFolder(w, "night"), "voided"))).toBe(false);
    expect(w.engine.lines.join("\n")).toMatch(/was not voided: .*would be taken for done/);
  });
});

test.each(["", "\n", "not a time\n", "2026-13-45T99:99:99Z\n"])(
  "a record whose mark holds no time is not voided: %j",
  async (mark) => {
    await using w = await recordedWorld();
    await w.engine.up(program);
    endRecorded(w, "night", { exitCode: 0 });
    writeFileSync(path.join(recordFolder(w, "night"), "voided"), mark);
    w.clock.pass(2 * hour);
    w.engine.loseState();
    await w.engine.up(program);
    expect(w.engine.outputs("night")).toMatchObject({ status: "Completed" });
    expect(w.posts()).toBe(1);
  },
);

test("a project that is nowhere is told of before anything is launched in it", async () => {
  await using w = await recordedWorld({ projects: { survey: ["alice"] } });
  const typo = { night: { args: ["a"], record: "/arc/projects/survye/.jobs" } };
  await expect(w.engine.up(typo)).rejects.toThrow(/no \/arc\/projects\/survye either/);
  expect(w.posts()).toBe(0);
  await w.engine.up(program);
  expect(w.posts()).toBe(1);
});

test("of a group's member that the service refuses once, the record is read all the same", async () => {
  await using w = await recordedWorld();
  await w.engine.up(program);
  endRecorded(w, "night", { exitCode: 0 });
  w.clock.pass(2 * hour);
  w.skaha.faults.add({
    kind: "status",
    code: 403,
    body: "PermissionDenied",
    path: "^/arc/",
    times: 1,
  });
  await w.engine.refresh();
  expect(w.engine.outputs("night")).toMatchObject({ status: "Completed", exitCode: 0 });
});

test("a project that lets nobody in is not asked twice for each job", async () => {
  await using w = await recordedWorld();
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [`job-${n}`, { args: [n], record }]),
  );
  await w.engine.up(many);
  w.clock.pass(2 * hour);
  for (const name of Object.keys(many)) endRecorded(w, name, { exitCode: 0 });
  w.clock.pass(2 * hour);
  w.skaha.faults.add({ kind: "status", code: 403, body: "PermissionDenied", path: "^/arc/" });
  w.skaha.clearJournal();
  await w.engine.refresh();
  expect(arcReads(w)).toBeLessThan(60);
  expect(new Set(Object.values(w.engine.statuses()))).toEqual(new Set(["Pending"]));
});
