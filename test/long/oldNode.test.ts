// Windows and nights under the oldest Node that is promised, whose own rules of time zones are of 2025.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../toolchain/checkout";

const run = promisify(execFile);
const program = `
const { parseWindow, isOpen } = require(process.argv[2] + "/dist/provider/job/decisions/window.js");
const { nights } = require(process.argv[2] + "/dist/provider/sweep/nights.js");
const night = (zone) => nights({ from: "2026-12-15", to: "today", timeZone: zone }, Date.parse("2026-12-16T07:30Z")).at(-1).night;
const open = (text, time) => isOpen(parseWindow(text), Date.parse(time));
console.log(JSON.stringify({
  tz: process.versions.tz,
  own: new Date("2026-12-16T07:30Z").toLocaleString("en-US", { timeZone: "America/Vancouver" }),
  vancouver: [open("20:00-06:00 America/Vancouver", "2026-12-16T03:00Z"), open("20:00-06:00 America/Vancouver", "2026-12-16T02:59Z")],
  winnipeg: [open("20:00-06:00 America/Winnipeg", "2026-12-16T01:00Z"), open("20:00-06:00 America/Winnipeg", "2026-12-16T00:59Z")],
  paranal: [open("20:00-06:00 America/Santiago", "2026-12-15T23:00Z"), open("20:00-06:00 America/Santiago", "2026-12-15T22:59Z")],
  maunakea: [open("20:00-06:00 Pacific/Honolulu", "2026-12-16T06:00Z"), open("20:00-06:00 Pacific/Honolulu", "2026-12-16T05:59Z")],
  laPalma: [open("20:00-06:00 Atlantic/Canary", "2026-12-16T20:00Z"), open("20:00-06:00 Atlantic/Canary", "2026-12-16T19:59Z")],
  nights: [night("America/Vancouver"), night("America/Winnipeg"), night("America/Santiago"), night("Pacific/Honolulu"), night("Atlantic/Canary")],
}));`;

describe("December 2026", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "old-node-"));
    await writeFile(path.join(folder, "package.json"), "{}");
    await writeFile(path.join(folder, "program.cjs"), program);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const said = async (node: string) => {
    const { stdout } = await run(node, [path.join(folder, "program.cjs"), checkout]);
    return JSON.parse(stdout);
  };
  const right = {
    ...{ vancouver: [true, false], winnipeg: [true, false], paranal: [true, false] },
    ...{ maunakea: [true, false], laPalma: [true, false] },
    nights: ["2026-12-16", "2026-12-16", "2026-12-16", "2026-12-15", "2026-12-16"],
  };

  test("is right under Node 22.19, which itself has Vancouver an hour behind", async () => {
    const words = ["install", "--no-audit", "--no-fund", "node@22.19.0"];
    await run("npm", words, { cwd: folder });
    const found = await said(path.join(folder, "node_modules/node/bin/node"));
    expect(found).toEqual({ ...right, tz: "2025b", own: "12/15/2026, 11:30:00 PM" });
  }, 300_000);

  test("is right under this Node", async () => {
    expect(await said(process.execPath)).toMatchObject(right);
  });
});
