// Records, read and judged by the real lifecycle code, over the embedded server's VOSpace files.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  arcReads,
  endRecorded,
  program,
  record,
  recordedWorld,
  recordFolder,
} from "../world/recorded";
import { hour } from "../world/world";

describe("a recorded job", () => {
  test("whose end nobody saw is Completed, with exit code, use and log", async () => {
    await using w = await recordedWorld();
    await w.engine.up(program);
    endRecorded(w, "night", {
      exitCode: 0,
      peakMemoryBytes: 3 * 2 ** 30,
      meanCores: 1.5,
      samples: 60,
    });
    w.clock.pass(2 * hour);
    await w.engine.refresh();
    expect(w.engine.outputs("night")).toMatchObject({
      status: "Completed",
      exitCode: 0,
      startTime: "2026-11-22T12:00:10Z",
      endTime: "2026-11-22T12:30:00Z",
      usage: { peakRamGiB: 3, meanCores: 1.5, samples: 60 },
      logPath: `${record}/${w.engine.id("night")}/1/log`,
    });
  });

  test.each([
    [{ exitCode: 3 }, { exitCode: 3, cause: "ExitCode" }],
    [
      { exitCode: 137, signal: "KILL", cause: "OutOfMemory" },
      { signal: "KILL", cause: "OutOfMemory" },
    ],
    [
      { exitCode: 0, cause: "MissingOutputs", missingOutputs: ["/arc/x.fits"] },
      { cause: "MissingOutputs", missingOutputs: ["/arc/x.fits"] },
    ],
    [undefined, { cause: "Killed" }],
  ])("that left %j is Failed, and says why", async (end, expected) => {
    await using w = await recordedWorld();
    await w.engine.up(program);
    endRecorded(w, "night", end);
    w.clock.pass(2 * hour);
    await w.engine.refresh();
    expect(w.engine.outputs("night")).toMatchObject({ status: "Failed", ...expected });
  });

  test("is asked for once, when its end is seen", async () => {
    await using w = await recordedWorld();
    await w.engine.up(program);
    await w.engine.refresh();
    const before = arcReads(w);
    endRecorded(w, "night", { exitCode: 7 });
    await w.engine.refresh();
    expect(w.engine.outputs("night")).toMatchObject({ status: "Failed", exitCode: 7 });
    const asked = arcReads(w);
    expect(asked).toBeGreaterThan(before);
    await w.engine.refresh();
    expect(arcReads(w)).toBe(asked);
  });

  test("that ended is known again when the state is gone: nothing is launched", async () => {
    await using w = await recordedWorld();
    const names = Array.from({ length: 50 }, (_, n) => `job-${n}`);
    const sweep = Object.fromEntries(names.map((name, n) => [name, { args: [n], record }]));
    await w.engine.up(sweep);
    for (const [n, name] of names.entries()) endRecorded(w, name, { exitCode: n % 5 });
    w.clock.pass(2 * hour);
    w.engine.loseState();
    w.skaha.clearJournal();
    await w.engine.up(sweep);
    expect(w.posts()).toBe(0);
    for (const [n, name] of names.entries()) {
      expect(w.engine.outputs(name)).toMatchObject({
        status: n % 5 === 0 ? "Completed" : "Failed",
        exitCode: n % 5,
        logPath: expect.stringMatching(/\/1\/log$/),
      });
    }
  });

  test("that began and is not listed by one list only is taken over, not declared dead", async () => {
    await using w = await recordedWorld();
    await w.engine.up(program);
    mkdirSync(recordFolder(w, "night"), { recursive: true });
    writeFileSync(
      path.join(recordFolder(w, "night"), "start.json"),
      '{"start":"2026-11-22T12:00:10Z"}',
    );
    w.engine.loseState();
    w.skaha.faults.add({ kind: "omitFromList", times: 1 });
    await w.engine.up(program);
    expect(w.engine.outputs("night")).toMatchObject({ status: "Running" });
    expect(w.posts()).toBe(1);
  });

  test("runs again when it was removed and is declared again", async () => {
    await using w = await recordedWorld();
    await w.engine.up(program);
    endRecorded(w, "night", { exitCode: 0 });
    await w.engine.refresh();
    const folder = recordFolder(w, "night");
    await w.engine.up({});
    expect(existsSync(path.join(folder, "voided"))).toBe(true);
    expect(readFileSync(path.join(folder, "log"), "utf8")).toBe("log of night\n");
    w.clock.pass(2 * hour);
    await w.engine.up(program);
    expect(w.posts()).toBe(2);
  });

  test("stays as it was while its record cannot be read", async () => {
    await using w = await recordedWorld();
    await w.engine.up(program);
    await w.engine.refresh();
    endRecorded(w, "night", { exitCode: 0 });
    w.clock.pass(2 * hour);
    w.skaha.faults.add({ kind: "status", code: 403, path: "^/arc/", times: 2 });
    await w.engine.refresh();
    expect(w.engine.outputs("night")).toMatchObject({ status: "Running" });
    expect(w.engine.lines.join("\n")).toContain("its record was not read");
    await w.engine.refresh();
    expect(w.engine.outputs("night")).toMatchObject({ status: "Completed", exitCode: 0 });
  });

  test("is retried for its cause", async () => {
    await using w = await recordedWorld();
    const hungry = {
      night: { ram: 8, record, retry: { limit: { OutOfMemory: 1 }, ramFactor: 2 } },
    };
    await w.engine.up(hungry);
    endRecorded(w, "night", { exitCode: 137, signal: "KILL", cause: "OutOfMemory" });
    await w.engine.up(hungry);
    expect(w.engine.outputs("night")).toMatchObject({
      attempt: 2,
      attemptSize: { ram: 16 },
      attempts: [{ status: "Failed", cause: "OutOfMemory", exitCode: 137, ram: 8 }],
    });
    endRecorded(w, "night", { exitCode: 1 }, 2);
    await w.engine.up(hungry);
    expect(w.engine.outputs("night")).toMatchObject({ attempt: 2, status: "Failed", exitCode: 1 });
  });

  test("that a killed run launched keeps its record where a refresh sees it first", async () => {
    await using w = await recordedWorld({ stack: { "skaha:record": record } });
    const again = { night: { args: ["a"], retry: { limit: 1 } } };
    await w.engine.up(again);
    endRecorded(w, "night", { exitCode: 1 });
    const before = w.engine.snapshot();
    await w.engine.up(again);
    before(); // the engine was killed before it wrote state
    await w.engine.refresh();
    expect(w.engine.outputs("night")).toMatchObject({
      status: "Running",
      attempt: 2,
      recordedIn: `${record}/${w.engine.id("night")}/2`,
    });
    endRecorded(w, "night", { exitCode: 0 }, 2);
    w.clock.pass(2 * hour);
    await w.engine.refresh();
    expect(w.engine.outputs("night")).toMatchObject({ status: "Completed", exitCode: 0 });
  });

  test("that was removed while its retry waited runs again when it is declared again", async () => {
    await using w = await recordedWorld();
    const window = "00:00-01:00 UTC";
    const waiting = { night: { args: ["a"], record, retry: { limit: 1 } } };
    await w.engine.up(waiting);
    endRecorded(w, "night", { exitCode: 1 });
    await w.engine.up({ night: { ...waiting.night, window } });
    expect(w.engine.outputs("night")).toMatchObject({ status: "Held", attempt: 2 });
    await w.engine.up({});
    w.clock.pass(2 * hour);
    await w.engine.up({ night: { args: ["a"], record } });
    expect(w.posts()).toBe(2);
  });

  test("whose first attempt never began is known by its second when the state is gone", async () => {
    await using w = await recordedWorld();
    const again = { night: { args: ["a"], record, retry: { limit: 1 } } };
    await w.engine.up(again);
    w.runner.end(String(w.engine.outputs("night").sessionId), 1); // its image was not pulled
    await w.engine.up(again);
    endRecorded(w, "night", { exitCode: 0 }, 2);
    w.clock.pass(2 * hour);
    w.engine.loseState();
    await w.engine.up(again);
    expect(w.posts()).toBe(2);
    expect(w.engine.outputs("night")).toMatchObject({ status: "Completed", attempt: 2 });
  });

  test.each(["<html>not here</html>", "404 page not found\n"])(
    "stays as it was where another web server answers: %j",
    async (body) => {
      await using w = await recordedWorld();
      await w.engine.up(program);
      await w.engine.refresh();
      endRecorded(w, "night", { exitCode: 0 });
      w.clock.pass(2 * hour);
      w.skaha.faults.add({ kind: "status", code: 404, body, path: "^/arc/" });
      await w.engine.refresh();
      expect(w.engine.outputs("night")).toMatchObject({ status: "Running" });
      expect(w.engine.lines.join("\n")).toMatch(
        /its record was not read: .*nothing is served at .*CANFAR_ARC_URL and skaha:arcUrl/,
      );
      w.skaha.faults.clear();
      await w.engine.refresh();
      expect(w.engine.outputs("night")).toMatchObject({ status: "Completed" });
    },
  );

  test("of the stack's skaha:record can say no", async () => {
    await using w = await recordedWorld({ stack: { "skaha:record": record } });
    await w.engine.up({ yes: { args: [1] }, no: { args: [2], record: "none" } });
    expect(w.engine.outputs("yes").recordedIn).toBe(`${record}/${w.engine.id("yes")}/1`);
    expect(w.engine.outputs("no").recordedIn).toBeUndefined();
  });
});
