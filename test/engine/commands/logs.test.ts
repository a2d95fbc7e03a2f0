import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Bench, until } from "../harness";
import { cli, cliInTerminal } from "./cliBench";

const record = "/arc/projects/survey/.jobs";

describe("pulumi-skaha logs", () => {
  let bench: Bench;
  const sessionOf = (name: string) =>
    bench.skaha.jobs().find((job) => job.name.startsWith(name))?.id ?? "";

  beforeAll(async () => {
    bench = await Bench.open({ lasting: true });
    bench.declare([
      { name: "talker" },
      { name: "saved", args: { logs: path.join(bench.folder, "saved logs") } },
      { name: "recorded", args: { record } },
      { name: "forgotten" },
      { name: "later", after: ["talker"] },
    ]);
    await bench.succeed(bench.up());
    bench.runner.write(sessionOf("talker"), "one \u001b[31mred\u001b[0m\nError 2\nthree\n");
    bench.runner.write(sessionOf("saved"), "saved line\nError in saved");
    bench.runner.write(sessionOf("forgotten"), "nobody saw this\n");
    const ids = Object.fromEntries(
      (await bench.state()).map(({ urn, id }) => [urn.split("::").at(-1), id]),
    );
    const folder = path.join(bench.folder, "data", record, `${ids.recorded}/1`);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "start.json"), '{"start":"2026-11-22T20:00:00Z"}');
    await writeFile(path.join(folder, "end.json"), '{"exitCode":1,"end":"2026-11-22T20:10:00Z"}');
    await writeFile(path.join(folder, "log"), "Error as recorded\n");
    for (const name of ["saved", "recorded", "forgotten"]) bench.runner.end(sessionOf(name), 1);
    bench.skaha.vanish(sessionOf("recorded"));
    await bench.succeed(bench.on("refresh"));
    bench.skaha.vanish(sessionOf("saved"));
    bench.skaha.vanish(sessionOf("forgotten"));
    bench.skaha.clearJournal();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  test("hands the bytes of one log on as they are, into a pipe", async () => {
    const { status, stdout, stderr } = await cli(bench, ["logs", "talker"]);
    expect(stdout).toBe("one \u001b[31mred\u001b[0m\nError 2\nthree\n");
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  test("shows control characters on a terminal", async () => {
    const { stdout } = await cliInTerminal(bench, ["logs", "talker", "--tail", "3"]);
    expect(stdout).toBe("one \\x1b[31mred\\x1b[0m\r\nError 2\r\nthree\r\n");
  });

  test("finds logs where they are, several with prefixes, and says why one is nowhere", async () => {
    const { status, stdout, stderr } = await cli(bench, ["logs", "*", "--grep", "^Error|saw"]);
    expect(stdout.trimEnd().split("\n").sort()).toEqual([
      "recorded | Error as recorded",
      "saved | Error in saved",
      "talker | Error 2",
    ]);
    expect(stderr).toMatch(
      /^the log of forgotten \(attempt 1, Failed\) is gone: the server keeps it/m,
    );
    expect(stderr).toMatch(/^later is Held and has no log yet: waits for its predecessors$/m);
    expect(status).toBe(1);
  });

  test("shows an attempt of those that had it, and names the others", async () => {
    const { status, stdout, stderr } = await cli(bench, ["logs", "*", "--attempt", "2"]);
    expect(stderr).toMatch(/^saved has no attempt 2: it has only attempt 1$/m);
    expect(stderr).toMatch(/^recorded has no attempt 2: it has only attempt 1$/m);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  });

  test("needs no server for what was saved", async () => {
    const env = { CANFAR_URL: "http://127.0.0.1:1/skaha/v1" };
    const { status, stdout } = await cli(bench, ["logs", "saved", "--tail", "1"], { env });
    expect([stdout, status]).toEqual(["Error in saved\n", 0]);
  });

  test.each([
    [
      ["logs", "saved", "--grep", "("],
      /--grep .* must be a JavaScript regular expression: Unterminated group/i,
    ],
    [["logs", "saved", "--tail", "0"], /must be a whole number above 0/],
    [["logs", "saved", "--attempt", "2"], /saved has no attempt 2: it has only attempt 1/],
    [["logs", "savd"], /there is no job savd in the stack; is it saved\?/],
    [["logs"], /name the jobs, or give --where/],
  ])("refuses %j in a sentence", async (words, reason) => {
    const { status, stdout, stderr } = await cli(bench, words);
    expect(stderr).toMatch(reason);
    expect(stdout).toBe("");
    expect(status).toBe(1);
  });

  test("follows what is written until the job has ended, and shows each byte once", async () => {
    const id = sessionOf("talker");
    const { status, stdout, stderr } = await cli(
      bench,
      ["logs", "talker", "--follow", "--every", "0.1s", "--tail", "1"],
      {
        started: async (_, printed) => {
          await until("the last line is shown", () => printed().includes("three\n"));
          bench.runner.write(id, "four\nfi");
          await until("a whole line is shown", () => printed().includes("four\n"));
          bench.runner.write(id, "ve\nlast");
          bench.runner.end(id, 0);
        },
      },
    );
    expect(stdout).toBe("three\nfour\nfive\nlast\n");
    expect(stderr).toContain("talker is Completed");
    expect(status).toBe(0);
  });

  test("follows several on a terminal until Ctrl-C", async () => {
    const { stdout } = await cliInTerminal(
      bench,
      ["logs", "talker", "later", "saved", "--follow", "--every", "0.1s"],
      {
        started: async (process, printed) => {
          const all = ["later is Held: waits", "saved is Failed", "talker is Completed"];
          await until("all is shown", () => all.every((text) => printed().includes(text)));
          process.stdin?.write("\u0003");
        },
      },
    );
    expect(stdout).toContain("talker |\u001b[39m Error 2\r\n");
    expect(stdout).toContain("saved  |\u001b[39m saved line\r\n");
    expect(stdout).not.toContain("pulumi-skaha:");
  });

  test("follows on when the server fails for a while", async () => {
    bench.skaha.faults.add({ kind: "garbage", method: "GET", times: 1 });
    const { stderr, stdout } = await cli(bench, ["logs", "talker", "--follow", "--every", "0.1s"]);
    expect(stderr).toMatch(/not whole JSON.*looking again in 0.1 s/);
    expect(stdout).toMatch(/last$/);
  });
});
