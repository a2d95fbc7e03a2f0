// Hosts that a killed Pulumi leaves, as a real one does: with a plain dynamic resource, whose host has loaded nothing
// of this package and so cannot notice the end of its engine.
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Bench, linkedFolder, until } from "../harness";
import { cli } from "./cliBench";

jest.setTimeout(600_000);

const slow = `
const pulumi = require("@pulumi/pulumi");
const provider = {
  create: async () => {
    await new Promise((resolve) => setTimeout(resolve, 1e6));
    return { id: "x" };
  },
};
new (class Slow extends pulumi.dynamic.Resource {})(provider, "slow", {});
`;

const settings = "name: variables\nruntime: nodejs\n";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

test.each([
  [["doctor"], /^ok +hosts: +ended a host of dynamic providers that a killed Pulumi had/m],
  [
    ["preview"],
    /^Ended a host of dynamic providers that a killed Pulumi had left \(process \d+; /m,
  ],
])("a host that a killed Pulumi has left is named and ended by %j", async (words, sentence) => {
  const folder = await mkdtemp(path.join(tmpdir(), "hosts-"));
  folders.push(folder);
  const program = await linkedFolder(folder);
  await writeFile(path.join(program, "index.js"), slow);
  await writeFile(path.join(program, "Pulumi.yaml"), settings);
  await using bench = await Bench.open({ program });
  /** And the shell that Pulumi starts it with, which ends with it. */
  const hosts = async () =>
    (await bench.processes())
      .filter(({ command }) => command.includes("dynamic-provider"))
      .map(({ pid }) => String(pid));
  let pulumi: ChildProcess | undefined;
  const running = bench.pulumi(bench.up(), {
    started: (process) => {
      pulumi = process;
    },
  });
  await until("the host is there", async () => (await hosts()).length > 0);
  const other = await cli(bench, ["doctor"]);
  expect(other.stdout).not.toMatch(/ hosts: /); // its engine lives
  const left = await hosts();
  pulumi?.kill("SIGKILL");
  await running;
  const { stdout, stderr } = await cli(bench, words);
  expect(stdout + stderr).toMatch(sentence);
  const [, pid] = /\(process (\d+); \d+ MB\)/.exec(stdout + stderr) ?? [];
  expect(left).toContain(pid);
  await until("it has ended", async () => (await hosts()).length === 0);
});
