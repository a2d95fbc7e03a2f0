// What a run of chaos makes of a pack: each of its jobs as a session of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { SessionSummary } from "../../embedded";
import { folder, Packs } from "./packs";

const dataDir = mkdtempSync(path.join(tmpdir(), "skaha-chaos-packs-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const ids = ["a", "b"].map((key) => `first-job-${key}-tagtag12345678`);
const members = JSON.stringify(ids.map((id) => [id, 1]));

const toTheEnd = ["begin pack0001 a 1 10 4000000", "end pack0001 a 1 20 0"];

/** A pack of two jobs. @param truth by default the first began at 10, and ended with 0 at 20 */
function unpacked(more: Partial<SessionSummary>, truth = toTheEnd, packs = new Packs(dataDir)) {
  const sessionFolder = path.join(dataDir, "sessions/pack0001");
  mkdirSync(sessionFolder, { recursive: true });
  writeFileSync(path.join(sessionFolder, "session.json"), `"pack":1,"jobs":${members}`);
  mkdirSync(path.join(dataDir, folder), { recursive: true });
  const lines = truth.map((line) => `${line.replace(" a ", ` ${ids[0]} `)}\n`);
  writeFileSync(path.join(dataDir, folder, "truth"), lines.join(""));
  const name = "first-tagtag-pack-0123456789abcp";
  const pack = { id: "pack0001", name, user: "alice", status: "", image: "", created: 5 };
  return packs.unpacked([{ ...pack, ...more }]);
}

test("a job that its pack did not come to vanished when the pack was over, and not when that was deleted later", () => {
  const over = { ended: 30, exitCode: 137 };
  const vanished = { isUnbegun: true, forgotten: { at: 30, why: "vanished" } };
  expect(unpacked(over)).toMatchObject([{ ended: 20, exitCode: 0 }, vanished]);
  const deleted = { forgotten: { at: 90, why: "deleted" as const } };
  expect(unpacked({ ...over, ...deleted })).toMatchObject([{ ended: 20, ...deleted }, vanished]);
});

test("it vanished with a pack that vanished while it ran, where a job of that had begun", () => {
  const vanished = { forgotten: { at: 15, why: "vanished" as const } };
  const begun = toTheEnd.slice(0, 1);
  expect(unpacked(vanished, begun)[1]).toMatchObject({ isUnbegun: true, ...vanished });
  // Where none had begun all of them were lost with it.
  expect(unpacked(vanished, [])[1]).not.toHaveProperty("isUnbegun");
});

test("it went with a pack that was deleted while it ran", () => {
  const deleted = { forgotten: { at: 25, why: "deleted" as const } };
  expect(unpacked({ ended: 30, exitCode: 143, ...deleted })[1]).toMatchObject(deleted);
});

test("a job that was killed alone has ended when it was seen dead, and not when its pack was over", () => {
  const packs = new Packs(dataDir);
  const killed = toTheEnd.slice(0, 1);
  const [seen] = unpacked({}, killed, packs);
  expect(seen).toMatchObject({ exitCode: 137, ended: expect.any(Number) });
  const over = { ended: Date.now() + 1_000, exitCode: 0 };
  expect(unpacked(over, killed, packs)[0]?.ended).toBe(seen?.ended);
});

test("one that was killed with its pack ended with that", () => {
  const over = { ended: 30, exitCode: 137 };
  expect(unpacked(over, toTheEnd.slice(0, 1))[0]).toMatchObject(over);
});

test("one whose wrapper was killed before the job could tell that it began has ended", async () => {
  const packs = new Packs(dataDir);
  const waits = "console.log('ready'); setInterval(() => {}, 1_000)";
  const words = ["-e", waits, "skaha-record", `/records/${ids[1]}/1`];
  const env = { ...process.env, skaha_sessionid: "pack0001" };
  const wrapper = spawn(process.execPath, words, { env, stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(wrapper, "exit");
  await once(wrapper.stdout, "data");
  const [, seen] = unpacked({}, toTheEnd, packs);
  expect(seen).toMatchObject({ hasBegun: false });
  expect(packs.kill(seen as NonNullable<typeof seen>, "job")).toBe(true);
  await ended;
  expect(unpacked({}, toTheEnd, packs)[1]).toMatchObject({ exitCode: 137, hasBegun: true });
});
