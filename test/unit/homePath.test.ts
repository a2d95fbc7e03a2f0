import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os, { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { expandHome, resolveWritten } from "../../provider/homePath";
import { LogKeeper } from "../../provider/lifecycle/logKeeper";
import type { SkahaClient } from "../../provider/skaha/client";

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
