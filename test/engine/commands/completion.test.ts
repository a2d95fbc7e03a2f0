import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "../../../toolchain/checkout";
import { Bench, until } from "../harness";
import { cli } from "./cliBench";

jest.setTimeout(300_000);

describe("pulumi-skaha completion", () => {
  let bench: Bench;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    bench = await Bench.open();
    bench.declare(
      ["calibrate-1", "calibrate-2", "study/method=mean:1", "two words"].map((name) => ({ name })),
    );
    await bench.succeed(bench.up());
    bench.skaha.clearJournal();
    const bin = path.join(bench.folder, "bin");
    mkdirSync(bin);
    const binary = path.join(checkout, "dist/cli/main.js");
    const wrapper = `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`;
    writeFileSync(path.join(bin, "pulumi-skaha"), wrapper, { mode: 0o755 });
    env = { ...bench.env, ...bench.jobsEnv, PATH: `${bin}:${bench.env.PATH}` };
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  /** What bash would put in the place of the last word; the words are as bash breaks the line. */
  function completed(line: string, words: readonly string[]): string[] {
    const script = `
      eval "$(pulumi-skaha completion bash)"
      complete -p pulumi-skaha
      COMP_LINE=$1 COMP_POINT=\${#1}; shift
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      _pulumi_skaha
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script, "bash", line, ...words], {
      cwd: bench.program,
      env,
      encoding: "utf8",
    });
    const [how, ...replies] = stdout.trimEnd().split("\n");
    expect({ how, stderr }).toEqual({
      how: "complete -F _pulumi_skaha pulumi-skaha",
      stderr: "",
    });
    return replies.filter((reply) => reply !== "");
  }

  test.each([
    ["pulumi-skaha sta", ["pulumi-skaha", "sta"], ["status", "stats"]],
    ["pulumi-skaha doctor --js", ["pulumi-skaha", "doctor", "--js"], ["--json"]],
    ["pulumi-skaha logs cal", ["pulumi-skaha", "logs", "cal"], ["calibrate-1", "calibrate-2"]],
    [
      "pulumi-skaha logs study/method=mean:",
      ["pulumi-skaha", "logs", "study/method", "=", "mean", ":"],
      ["1"],
    ],
    [
      "pulumi-skaha logs study/method=m",
      ["pulumi-skaha", "logs", "study/method", "=", "m"],
      ["mean:1"],
    ],
    ["pulumi-skaha logs tw", ["pulumi-skaha", "logs", "tw"], ["two\\ words"]],
    ["pulumi-skaha dev --config ind", ["pulumi-skaha", "dev", "--config", "ind"], ["index.js"]],
    ["pulumi-skaha logs --stack none cal", ["pulumi-skaha", "logs", "--stack", "none", "cal"], []],
  ])("bash completes %s", (line, words, replies) => {
    expect(completed(line, words)).toEqual(replies);
  });

  test("bash completes stacks, and asks the server nothing", () => {
    expect(completed("pulumi-skaha status -s ", ["pulumi-skaha", "status", "-s", ""])).toEqual([
      bench.stack,
    ]);
    expect(bench.counted()).toEqual({ GET: 0, POST: 0, DELETE: 0 });
  });

  test("a real bash does at the press of the key", async () => {
    const words = ["--quiet", "--command", "bash --norc --noprofile -i", "/dev/null"];
    const shell = spawn("script", words, {
      cwd: bench.program,
      env: { ...env, PS1: "ready> ", TERM: "dumb", SHELL: "/bin/sh", HISTFILE: "/dev/null" },
    });
    let shown = "";
    shell.stdout.on("data", (data) => {
      shown += data;
    });
    try {
      await until("it is ready", () => shown.includes("ready> "));
      shell.stdin.write('eval "$(pulumi-skaha completion bash)"; echo set-"up"\n');
      await until("it is set up", () => shown.includes("set-up"));
      shell.stdin.write("pulumi-skaha doc\t");
      await until("the command is whole", () => shown.includes("pulumi-skaha doctor "));
      shell.stdin.write("--he\t");
      await until("the option is whole", () => shown.includes("pulumi-skaha doctor --help "));
      shell.stdin.write("\n");
      await until("it ran", () => shown.includes("Checks Node and the Pulumi CLI"));
    } finally {
      shell.stdin.end("exit\n");
      await new Promise((resolve) => shell.once("exit", resolve));
    }
  });

  test("says which shells there are, and nothing at the press of a key that finds nothing", async () => {
    const { status, stderr } = await cli(bench, ["completion", "csh"]);
    expect(status).toBe(1);
    expect(stderr).toContain("Allowed choices are bash, zsh, fish.");
    const nowhere = await cli(bench, ["__complete", "--", "logs", ""], { cwd: bench.folder });
    expect(nowhere).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});
