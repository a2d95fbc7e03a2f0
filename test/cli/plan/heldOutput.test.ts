// What Pulumi prints before it is known whether it is to be shown. In a process of its own, whose streams are a test's.
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { checkout } from "../../../toolchain/checkout";

const compiled = path.join(checkout, "dist/cli/plan/heldOutput.js");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "held-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** @param script may use `held`, and `print(stream, text)` as Pulumi would */
function program(script: string, options = "{}"): readonly string[] {
  return [
    "-e",
    `const { HeldOutput } = require(${JSON.stringify(compiled)});
    const fs = require("node:fs");
    const held = new HeldOutput(${JSON.stringify(folder)}, ${options});
    const print = (stream, text) => {
      const to = held.stdio[stream - 1];
      if (to !== "ignore") fs.writeSync(to, text);
    };
    const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    (async () => { ${script} })();`,
  ];
}

interface Heard {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(words: readonly string[], readAfterMs = 0): Promise<Heard> {
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  const heard = { stdout: "", stderr: "" };
  setTimeout(() => {
    child.stdout.on("data", (data) => {
      heard.stdout += data;
    });
  }, readAfterMs);
  child.stderr.on("data", (data) => {
    heard.stderr += data;
  });
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, ...heard })));
}

test("what was never to be shown is not", async () => {
  const script = 'print(1, "seen\\n"); print(2, "read\\n"); await nap(100); await held.end();';
  expect(await run(program(script))).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("what is to be shown is shown whole, before and after that is known", async () => {
  const script =
    'print(1, "one "); held.show(); print(1, "two "); await nap(100); print(1, "three"); print(2, "four"); await held.end();';
  expect(await run(program(script))).toEqual({
    status: 0,
    stdout: "one two three",
    stderr: "four",
  });
});

test("of what is dropped only the errors are shown", async () => {
  const script = 'print(1, "one"); print(2, "two"); held.show(); await held.end();';
  const heard = await run(program(script, '{ stdout: "ignore" }'));
  expect(heard).toEqual({ status: 0, stdout: "", stderr: "two" });
});

test("a reader who is slow gets all of it", async () => {
  const script =
    'held.show(); for (let n = 0; n < 300; n += 1) print(1, "x".repeat(9999) + "\\n"); await held.end();';
  const { status, stdout } = await run(program(script), 500);
  expect([status, stdout.length]).toEqual([0, 3_000_000]);
});

test("a reader who leaves is no error, and what was begun goes on", async () => {
  const line = `${process.execPath} "$@" | head -c 5; echo " \${PIPESTATUS[0]}"`;
  const script =
    'held.show(); for (let n = 0; n < 20; n += 1) { print(1, "xxxxx\\n"); await nap(20); } await held.end(); process.stderr.write("to the end");';
  const child = spawn("bash", ["-c", line, "bash", ...program(script)]);
  const printed = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(printed).toEqual(["xxxxx 0\n", "to the end"]);
});

test("with both streams in one place their order stays", async () => {
  const place = path.join(folder, "both");
  const fd = openSync(place, "w");
  const script =
    'print(1, "1 "); print(2, "2 "); held.show(); await nap(60); print(2, "3 "); print(1, "4"); await held.end();';
  const child = spawn(process.execPath, program(script), { stdio: ["ignore", fd, fd] });
  closeSync(fd);
  await new Promise((ended) => child.once("exit", ended));
  expect(readFileSync(place, "utf8")).toBe("1 2 3 4");
});
