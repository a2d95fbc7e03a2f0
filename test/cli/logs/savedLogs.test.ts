import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { saveSnapshot, saveWhole } from "../../../cli/logs/savedLogs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "keep-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const file = (name: string) => path.join(folder, name);

async function* log(text: string, breaksOff = false) {
  yield Buffer.from(text);
  if (breaksOff) throw new Error("the connection broke");
}

describe("saveWhole", () => {
  test("leaves neither half a log nor a draft where it breaks off", async () => {
    writeFileSync(file("x.live.log"), "as it was");
    const saving = saveWhole(file("x.log"), file("x.live.log"), log("half", true));
    await expect(saving).rejects.toThrow("the connection broke");
    expect(readdirSync(folder)).toEqual(["x.live.log"]);
  });

  test("keeps what was saved before and is more", async () => {
    writeFileSync(file("x.live.log"), "what the server has cut off, and the rest");
    await saveWhole(file("x.log"), file("x.live.log"), log("the rest"));
    expect(readdirSync(folder).sort()).toEqual(["x.live.log", "x.log"]);
  });
});

describe("saveSnapshot", () => {
  test("makes its folder, and writes nothing of a log that is empty", async () => {
    expect(await saveSnapshot(file("deep/x.live.log"), log(""))).toBe(false);
    expect(readdirSync(file("deep"))).toEqual([]);
  });

  test("keeps each that was longer", async () => {
    for (const text of ["123", "12", "1"]) await saveSnapshot(file("x.live.log"), log(text));
    const saved = readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(file(name), "utf8")]);
    expect(saved).toEqual([
      ["x.live-1.log", "123"],
      ["x.live-2.log", "12"],
      ["x.live.log", "1"],
    ]);
  });
});
