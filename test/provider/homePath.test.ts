import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os, { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { createProgram } from "../../cli/program";
import { planFleet } from "../../provider/fleet/plan";
import { expandHome, resolveWritten } from "../../provider/homePath";
import { LogKeeper } from "../../provider/server/logKeeper";
import type { SkahaClient } from "../../provider/skaha/client";
import { csv } from "../../provider/sweep/csv";
import { table } from "../../provider/sweep/table";

test.each([
  ["~", "/home/me"],
  ["~/a b", "/home/me/a b"],
  ["~other/a", "~other/a"],
  ["a/~/b", "a/~/b"],
  ["/~", "/~"],
])("%s is %s", (written, path) => {
  expect(expandHome(written, "/home/me")).toBe(path);
});

test("a log that is declared to go to ~/logs is there, and found there again", async () => {
  const home = mkdtempSync(path.join(tmpdir(), "home-"));
  const spied = jest.spyOn(os, "homedir").mockReturnValue(home);
  try {
    const keeper = new LogKeeper({} as SkahaClient, "/nowhere", { now: () => Date.now() });
    const open = async () => Readable.from(["it was said\n"]);
    const to = { folder: "~/logs", id: "a", attempt: 1 };
    expect(await keeper.save(to, open, async () => false)).toBe("~/logs/a-1.log");
    expect(readFileSync(path.join(home, "logs/a-1.log"), "utf8")).toBe("it was said\n");
    expect(await keeper.tail("~/logs/a-1.log")).toBe("it was said\n");
    expect(resolveWritten("/program", "~/logs", "x")).toBe(path.join(home, "logs/x"));
    expect(resolveWritten("/program", "logs", "x")).toBe("/program/logs/x");
  } finally {
    spied.mockRestore();
    rmSync(home, { recursive: true });
  }
});

test("tables of programs and of fleet.yaml are found below ~, and so are the command's own paths", () => {
  const home = mkdtempSync(path.join(tmpdir(), "home-"));
  const spied = jest.spyOn(os, "homedir").mockReturnValue(home);
  try {
    writeFileSync(path.join(home, "x.csv"), "band\n7\n");
    writeFileSync(path.join(home, "x.ecsv"), ecsv);
    expect(csv("~/x.csv", { key: "band" })).toMatchObject([{ band: 7 }]);
    expect(table("~/x.ecsv", { key: "band" })).toMatchObject([{ band: 8 }]);
    const text = (source: string) =>
      `sweeps:\n  s:\n    ${source}\n    image: images.canfar.net/skaha/terminal:1.1.2\n    cmd: "echo {band}"\n`;
    const options = { file: "fleet.yaml", folder: "/nowhere", now: 0, isConfigured: () => false };
    for (const [source, key] of [
      ["csv: { path: ~/x.csv, key: band }", '{"band":7}'],
      ["table: { path: ~/x.ecsv, key: band }", '{"band":8}'],
    ] as const) {
      const { declarations } = planFleet(text(source), options);
      expect(JSON.stringify(declarations)).toContain(key);
    }
    const status = createProgram().commands.find((one) => one.name() === "status");
    status?.parseOptions(["--cwd=~/survey"]);
    expect(status?.opts()).toMatchObject({ cwd: path.join(home, "survey") });
  } finally {
    spied.mockRestore();
    rmSync(home, { recursive: true });
  }
});

const ecsv = `# %ECSV 1.0
# ---
# datatype:
# - {name: band, datatype: int64}
band
8
`;
