// What holds for every command, by the real binary: where there is no project, nothing else can decide it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createProgram } from "../../../cli/program";
import { checkout } from "../../../toolchain/checkout";
import { networkEnvironment } from "../../../toolchain/network";

jest.setTimeout(300_000);

const folder = mkdtempSync(path.join(tmpdir(), "rules-"));
afterAll(() => rmSync(folder, { recursive: true }));

const program = createProgram();
const commands = program
  .createHelp()
  .visibleCommands(program)
  .filter((one) => one.name() !== "help");

function run(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const binary = path.join(checkout, "dist/cli/main.js");
  return spawnSync(process.execPath, [binary, ...words], {
    cwd: folder,
    encoding: "utf8",
    env: { ...networkEnvironment(process.env), PATH: process.env.PATH, HOME: folder, ...env },
  });
}

test("a command or option that is not understood is exit status 1, one complaint and a hint on stderr", () => {
  expect(run(["statsu"])).toMatchObject({
    ...{ status: 1, stdout: "" },
    stderr: expect.stringMatching(
      /^error: unknown command 'statsu'\n\(Did you mean .*stat.*\?\)\n/,
    ),
  });
  expect(run(["status", "--jsn"])).toMatchObject({
    ...{ status: 1, stdout: "" },
    stderr: expect.stringMatching(/^error: unknown option '--jsn'\n\(Did you mean --json\?\)\n/),
  });
  expect(run(["logs"])).toMatchObject({ status: 1, stdout: "" });
  expect(run([])).toMatchObject({ status: 1, stdout: "" });
});

test("--help and --version go to stdout, with exit status 0", () => {
  expect(run(["--version"])).toMatchObject({
    status: 0,
    stderr: "",
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
  expect(run(["--help"])).toMatchObject({ status: 0, stderr: "" });
  expect(run(["help", "status"]).stdout).toBe(run(["status", "--help"]).stdout);
});

const aboutStacks = commands.filter(
  (command) =>
    command.options.some(({ long }) => long === "--stack") &&
    !["init", "doctor"].includes(command.name()),
);
test.each(aboutStacks.map((command) => [command.name(), command] as const))(
  "%s without a project is a sentence on stderr, with no colours in a pipe and no stack trace",
  (name, { registeredArguments }) => {
    const words = registeredArguments.map(() => "a-job");
    const { status, stdout, stderr } = run([name, ...words]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^pulumi-skaha: there is no Pulumi\.yaml in .* pulumi-skaha init\n$/);
  },
);

test("a Node that is too old is told so, in a sentence", () => {
  const older = path.join(folder, "older.cjs");
  const versions =
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } })';
  writeFileSync(older, versions);
  expect(run(["status"], { NODE_OPTIONS: `--require ${older}` })).toMatchObject({
    ...{ status: 1, stdout: "" },
    stderr:
      "pulumi-skaha: this Node is too old: 20.19.0 is not >=22.19; install a newer one (https://nodejs.org)\n",
  });
});

test("NO_COLOR keeps a terminal plain, and there are colours in one otherwise", () => {
  const line = `'${process.execPath}' '${path.join(checkout, "dist/cli/main.js")}' status`;
  const inTerminal = (env: NodeJS.ProcessEnv) =>
    spawnSync("script", ["--quiet", "--command", line, "/dev/null"], {
      ...{ cwd: folder, encoding: "utf8", input: "" },
      env: {
        ...networkEnvironment(process.env),
        PATH: process.env.PATH,
        HOME: folder,
        SHELL: "/bin/sh",
        TERM: "xterm-256color",
        ...env,
      },
    }).stdout;
  expect(inTerminal({})).toContain("\u001b[31mpulumi-skaha:");
  expect(inTerminal({ NO_COLOR: "1" })).toMatch(/^pulumi-skaha: there is no Pulumi\.yaml/);
});
