import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { type LoggedAttempt, loggedAttemptOf, loggedAttemptsOf } from "../../../cli/logs/attempt";
import { findLog, type LogPlaces } from "../../../cli/logs/source";
import type { ObservedJob } from "../../../cli/stack/observe";
import type { JobState } from "../../../provider/job/state";

const program = mkdtempSync(path.join(os.tmpdir(), "logs-"));
afterAll(() => rmSync(program, { recursive: true }));
mkdirSync(path.join(program, "logs"));
mkdirSync(path.join(program, "kept"));
writeFileSync(path.join(program, "logs/saved-1.log"), "from the usual folder");
writeFileSync(path.join(program, "kept/saved-1.log"), "from its folder");
writeFileSync(path.join(program, "logs/cut-1.live.log"), "as far as it was");

const server: Readonly<Record<string, string>> = { live: "from the server", quiet: "" };
const record: Readonly<Record<string, string>> = { "/arc/r/saved/1/log": "from the record" };

const places: LogPlaces = {
  program,
  client: { log: async (session) => Readable.from([Buffer.from(server[session] ?? "")]) },
  arc: {
    stream: async (file) =>
      record[file] === undefined ? undefined : Readable.from([record[file]]),
  },
  isListed: (session) => session in server,
};

const attempt = (more: Partial<LoggedAttempt>): LoggedAttempt => ({
  ...{ job: "saved", id: "saved", attempt: 1, status: "Completed", isOver: true },
  ...more,
});

describe("findLog", () => {
  test.each<[string, Partial<LoggedAttempt>, string, string]>([
    ["a saved file first", { logs: "kept", recordedIn: "/arc/r/saved/1" }, "file", "its folder"],
    ["where state says", { logPath: "kept/saved-1.log" }, "file", "from its folder"],
    ["what save-logs saved", { sessionId: "live" }, "file", "the usual folder"],
    [
      "the record where no file is",
      { logs: "elsewhere", logPath: "/arc/r/saved/1/log", recordedIn: "/arc/r/saved/1" },
      ...(["record", "from the record"] as const),
    ],
    ["the server's while it has it", { id: "new", sessionId: "live" }, "server", "the server"],
    ["an empty log that the server has", { id: "new", sessionId: "quiet" }, "server", ""],
    ["what was saved while it ran", { id: "cut", sessionId: "old" }, "snapshot", "as far as"],
    [
      "the server's of one that runs, though a file is there",
      { status: "Running", isOver: false, sessionId: "live" },
      ...(["server", "from the server"] as const),
    ],
  ])("reads %s", async (_, given, from, text) => {
    const found = await findLog(attempt(given), places);
    if ("why" in found) throw new Error(found.why);
    const chunks: Uint8Array[] = [];
    for await (const chunk of found.chunks) chunks.push(chunk);
    expect(found.from).toBe(from);
    expect(Buffer.concat(chunks).toString()).toContain(text);
  });

  test.each<[string, Partial<LoggedAttempt>, RegExp]>([
    [
      "was not launched",
      { status: "Held", isOver: false, reason: "waits for a slot" },
      /^saved is Held and has no log yet: waits for a slot$/,
    ],
    ["keeps no logs", { id: "x", sessionId: "old" }, /an hour .* old; declare `logs` or `record`/],
    ["was seen too late", { id: "x", sessionId: "old", logs: "kept" }, /in that time saved it to/],
    ["has an empty record", { id: "x", sessionId: "old", recordedIn: "/arc/r/x/1" }, /has none/],
    [
      "was saved elsewhere",
      { id: "x", logPath: "kept/x.log", sessionId: "old" },
      /other machine|another machine/,
    ],
  ])("says why there is none of a job that %s", async (_, given, why) => {
    expect(await findLog(attempt(given), places)).toEqual({ why: expect.stringMatching(why) });
  });
});

describe("loggedAttemptOf", () => {
  const state = {
    ...{ status: "Running", attempt: 3, sessionId: "s3", recordedIn: "/arc/r/job/3" },
    attempts: [
      { sessionId: "s1", status: "Failed" },
      { sessionId: "s2", status: "Lost" },
    ],
  } as unknown as JobState;
  const job: ObservedJob = { name: "job", urn: "urn", id: "job", state, inputs: {}, isKnown: true };

  test("knows the attempts before the one that runs", () => {
    expect(loggedAttemptOf(job, 2)).toMatchObject({
      ...{ attempt: 2, status: "Lost", sessionId: "s2", isOver: true },
      recordedIn: "/arc/r/job/2",
    });
    expect(loggedAttemptsOf(job).map(({ sessionId, isOver }) => [sessionId, isOver])).toEqual([
      ["s1", true],
      ["s2", true],
      ["s3", false],
    ]);
  });

  test("refuses one that there was not", () => {
    expect(() => loggedAttemptOf(job, 4)).toThrow(
      "job has no attempt 4: it has the attempts 1 to 3",
    );
  });
});
