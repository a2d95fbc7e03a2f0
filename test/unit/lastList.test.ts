import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { lastListIn } from "../../cli/plan/lastList";
import type { Session } from "../../provider/api";
import { leaveLastList } from "../../provider/lifecycle/lastList";

const session = (id: string): Session => ({
  id,
  userid: "alice",
  name: `night-${id}`,
  image: "i",
  type: "headless",
  status: "Running",
  startTime: "2026-11-22T10:00:00Z",
  expiryTime: undefined,
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "skaha-last-list-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("the command reads the list that was asked for last, whichever was answered last", async () => {
  const file = path.join(folder, "sessions.json");
  const leave = leaveLastList(file);
  leave([session("a")], 1_000);
  leave([session("b")], 3_000);
  leave([session("c")], 2_000);
  expect((await lastListIn(file))?.map(({ id }) => id)).toEqual(["b"]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["sessions.json"]);
});

test("a run that asked for none leaves none, and one that cannot write goes on", async () => {
  const file = path.join(folder, "sessions.json");
  expect(await lastListIn(file)).toBeUndefined();
  leaveLastList(undefined)([session("a")], 1);
  leaveLastList(path.join(folder, "nowhere/sessions.json"))([session("a")], 1);
  expect(existsSync(file)).toBe(false);
});
