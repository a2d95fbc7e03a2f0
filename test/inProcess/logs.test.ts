import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { LogKeeper } from "../../provider/server/logKeeper";
import { hour, minute, type World, world } from "../world/world";

const program = { a: { logs: "logs" } };
const logRequests = (w: World) => w.requests("GET", /view=logs/).length;
const eventRequests = (w: World) => w.requests("GET", /view=events/).length;
const file = (w: World, attempt = 1) => `${w.engine.id("a")}-${attempt}.log`;

/** A job that ran and wrote something. */
async function ended(w: World, exitCode: number, text: string | Buffer = "hello\n"): Promise<void> {
  await w.engine.up(program);
  w.runner.write(w.session("a"), text);
  w.end("a", exitCode);
}

describe("the log of a finished job", () => {
  test("is saved whole by the refresh that sees the end, with one request", async () => {
    await using w = await world();
    const text = "line\n".repeat(100_000);
    await ended(w, 0, text);
    await w.engine.refresh();
    expect(w.files("logs")).toEqual({ [file(w)]: text });
    expect(w.engine.outputs("a")).toMatchObject({
      status: "Completed",
      logPath: path.join("logs", file(w)),
    });
    expect(w.engine.outputs("a")).not.toHaveProperty("logTail");
    await w.engine.up(program);
    await w.engine.refresh();
    expect([logRequests(w), eventRequests(w)]).toEqual([1, 0]);
  });

  test("of one that failed has its last lines and events in state, with two requests", async () => {
    await using w = await world();
    await w.engine.up(program);
    const lines = Array.from({ length: 1_000 }, (_, n) => `line ${n}`).join("\n");
    w.runner.write(w.session("a"), `${lines}\nTraceback: it broke\n`);
    w.runner.event(w.session("a"), { type: "Warning", reason: "BackOff", message: "gave up" });
    w.end("a", 1);
    await w.engine.up(program);
    const { logTail, events } = w.engine.outputs("a");
    expect(logTail).toMatch(/^line \d+\n[\s\S]*line 999\nTraceback: it broke\n$/);
    expect(Buffer.byteLength(String(logTail))).toBeLessThanOrEqual(4_096);
    expect(Buffer.byteLength(String(logTail))).toBeGreaterThan(4_000);
    expect(events).toMatch(/BackOff/);
    await w.engine.up(program);
    expect([logRequests(w), eventRequests(w)]).toEqual([1, 1]);
  });

  test.each([
    ["one long line", "x".repeat(10_000)],
    ["one long line and its end", `${"x".repeat(10_000)}\n`],
    ["no text at all", Buffer.alloc(10_000, 0xff)],
    ["characters of several bytes", "日本".repeat(3_000)],
    ["zeros", Buffer.alloc(10_000)],
  ])("has a tail of at most 4 KB for %s", async (what, text) => {
    await using w = await world();
    await ended(w, 1, text);
    await w.engine.up(program);
    const tail = String(w.engine.outputs("a").logTail);
    expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(4_096);
    if (what !== "zeros") expect(tail.length).toBeGreaterThan(1_000);
    expect(tail).not.toContain("\0");
  });

  test("is saved by a create that finds the job finished", async () => {
    await using w = await world();
    await ended(w, 0);
    const name = file(w);
    w.engine.loseState();
    await w.engine.up(program);
    expect(w.files("logs")).toEqual({ [name]: "hello\n" });
    expect(w.engine.outputs("a")).toMatchObject({ logPath: path.join("logs", name) });
  });

  test("is saved for each attempt", async () => {
    await using w = await world();
    const retried = { a: { logs: "logs", retry: { limit: 1 } } };
    await w.engine.up(retried);
    w.runner.write(w.session("a"), "first\n");
    w.end("a", 1);
    await w.engine.up(retried);
    expect(w.engine.outputs("a")).not.toHaveProperty("logPath");
    w.runner.write(w.session("a"), "second\n");
    w.end("a", 0);
    await w.engine.up(retried);
    expect(w.files("logs")).toEqual({ [file(w, 1)]: "first\n", [file(w, 2)]: "second\n" });
  });

  test("is saved before a job that runs is deleted, and before it is replaced", async () => {
    await using w = await world();
    await w.engine.up(program);
    const first = file(w);
    w.runner.write(w.session("a"), "half done\n");
    await w.engine.up({ a: { logs: "logs", args: ["other"] } });
    expect(w.files("logs")).toEqual({ [first]: "half done\n" });
    const second = file(w);
    w.runner.write(w.session("a"), "half done again\n");
    await w.engine.destroy();
    expect(w.files("logs")).toEqual({ [first]: "half done\n", [second]: "half done again\n" });
  });

  test("is saved before the delete of one whose end was not seen yet", async () => {
    await using w = await world();
    await ended(w, 0);
    const name = file(w);
    await w.engine.destroy();
    expect(w.files("logs")).toEqual({ [name]: "hello\n" });
  });

  test("is not asked for again by the delete of one that has it", async () => {
    await using w = await world();
    await ended(w, 0);
    await w.engine.up(program);
    await w.engine.destroy();
    expect(logRequests(w)).toBe(1);
  });

  test("is never overwritten by the empty answer for one that is forgotten", async () => {
    await using w = await world();
    await ended(w, 0);
    await w.engine.refresh();
    const back = w.engine.snapshot();
    const name = file(w);
    // A colleague's state that has not seen the end: the file is there already.
    await w.engine.up(program);
    back();
    w.skaha.faults.add({ kind: "status", code: 200, body: "", path: "view=logs" });
    w.engine.loseState();
    await w.engine.up(program);
    expect(w.files("logs")).toEqual({ [name]: "hello\n" });
    expect(w.engine.outputs("a")).toMatchObject({ logPath: path.join("logs", name) });
  });

  test("is not taken for that of a later run which wrote none", async () => {
    await using w = await world();
    await ended(w, 1, "Traceback of the first run\n");
    await w.engine.up(program);
    await w.engine.up({});
    w.clock.pass(minute);
    await w.engine.up(program);
    w.end("a", 1);
    await w.engine.up(program);
    expect(w.engine.outputs("a")).toMatchObject({ status: "Failed", logTail: "" });
    expect(w.files("logs")).toEqual({ [file(w)]: "" });
  });

  test("that is truly empty is saved as an empty file", async () => {
    await using w = await world();
    await w.engine.up(program);
    w.end("a", 0);
    await w.engine.up(program);
    expect(w.files("logs")).toEqual({ [file(w)]: "" });
    expect(w.said().join("\n")).not.toMatch(/forgotten/);
  });

  test("that the server has forgotten is warned of once, and leaves no file", async () => {
    await using w = await world();
    const plain = { a: {} };
    await w.engine.up(plain);
    w.runner.write(w.session("a"), "hello\n");
    w.end("a", 0);
    await w.engine.up(plain);
    w.clock.pass(2 * hour);
    await w.engine.up(program); // `logs` comes too late
    await w.engine.up(program);
    expect(w.said().filter((line) => /had forgotten the log/.test(line))).toHaveLength(1);
    expect(w.engine.outputs("a")).toMatchObject({ status: "Completed", logGone: true });
    expect(w.engine.outputs("a")).not.toHaveProperty("logPath");
    expect(w.files("logs")).toEqual({});
    await w.engine.up(program);
    expect(logRequests(w)).toBe(1);
  });

  test("is written whole or not at all, and leaves what is there", async () => {
    await using w = await world();
    const broken = async () => {
      async function* pieces() {
        yield "first half";
        throw new Error("other side closed");
      }
      return Readable.from(pieces());
    };
    const keeper = new LogKeeper({} as never, w.engine.folder, w.clock);
    const save = () =>
      keeper.save({ folder: "logs", id: "a", attempt: 1 }, broken, async () => false);
    await expect(save()).rejects.toThrow("other side closed");
    expect(w.files("logs")).toEqual({});
    writeFileSync(path.join(w.engine.folder, "logs", "a-1.log"), "whole\n");
    await expect(save()).rejects.toThrow("other side closed");
    expect(w.files("logs")).toEqual({ "a-1.log": "whole\n" });
  });

  test("that could not be read is tried again by the next refresh", async () => {
    await using w = await world();
    await ended(w, 0);
    w.skaha.faults.add({ kind: "status", code: 400, body: "no\n", path: "view=logs", times: 1 });
    await w.engine.refresh();
    expect(w.said()).toContainEqual(
      expect.stringMatching(
        /its log was not saved to logs: could not read the log .* answered 400: "no"$/,
      ),
    );
    expect(w.engine.statuses()).toEqual({ a: "Completed" });
    await w.engine.refresh();
    expect(w.files("logs")).toEqual({ [file(w)]: "hello\n" });
  });

  test("in a folder that cannot be written is only warned of", async () => {
    await using w = await world();
    writeFileSync(path.join(w.engine.folder, "logs"), "a file in its place");
    await ended(w, 1);
    await w.engine.up(program);
    expect(w.engine.statuses()).toEqual({ a: "Failed" });
    expect(w.said()).toContainEqual(
      expect.stringMatching(/^a-\w+: its log was not saved to logs: /),
    );
    rmSync(path.join(w.engine.folder, "logs"));
    await w.engine.up(program);
    expect(w.files("logs")).toEqual({ [file(w)]: "hello\n" });
    expect(w.engine.outputs("a").logTail).toBe("hello\n");
  });

  test("that cannot be saved keeps no job from being deleted", async () => {
    await using w = await world();
    await w.engine.up(program);
    mkdirSync(path.join(w.engine.folder, "logs"));
    chmodSync(path.join(w.engine.folder, "logs"), 0o500);
    w.skaha.faults.add({ kind: "status", code: 400, path: "view=logs" });
    await w.engine.destroy();
    expect(w.runner.running).toEqual([]);
    expect(w.engine.names()).toEqual([]);
  });

  test("is saved where an absolute path says", async () => {
    await using w = await world();
    const logs = path.join(w.engine.folder, "else", "where");
    await w.engine.up({ a: { logs } });
    w.runner.write(w.session("a"), "hello\n");
    w.end("a", 0);
    w.clock.pass(minute);
    await w.engine.refresh();
    expect(w.files("else/where")).toEqual({ [file(w)]: "hello\n" });
  });

  test("is asked for of no job without `logs`", async () => {
    await using w = await world();
    await w.engine.up({ a: {} });
    w.end("a", 1);
    await w.engine.up({ a: {} });
    await w.engine.destroy();
    expect([logRequests(w), eventRequests(w)]).toEqual([0, 0]);
  });
});
