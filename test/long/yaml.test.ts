// Programs in Pulumi YAML, through the native provider: the example of docs/doors.md, with the real engine and the language
// host of Pulumi YAML, which is built once where the Pulumi CLI brings none along.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../toolchain/checkout";
import { yamlHost } from "../../toolchain/yamlHost";
import { Bench, linkedFolder } from "../engine/harness";

jest.setTimeout(900_000);

const page = path.join(checkout, "docs/doors.md");

/** The program that the page shows. */
async function example(): Promise<string> {
  const [, program] =
    /## In Pulumi YAML\n.*?```yaml\n(.*?)```/s.exec(await readFile(page, "utf8")) ?? [];
  if (program === undefined) throw new Error(`${page} shows no program in YAML`);
  return program;
}

function edited(program: string, line: string, others: string): string {
  if (!program.includes(`${line}\n`)) throw new Error(`the example has no line ${line}`);
  return program.replace(`${line}\n`, `${others}\n`);
}

test("the example of docs/doors.md comes up, a wrong property is refused by its name, and one edited line is one launch", async () => {
  const parent = await mkdtemp(path.join(tmpdir(), "yaml-"));
  try {
    const folder = await linkedFolder(parent);
    const write = (text: string) => writeFile(path.join(folder, "Pulumi.yaml"), text);
    const program = await example();
    await write(program);
    await using bench = await Bench.open({ program: folder, door: "native" });
    const host = await yamlHost(bench.command);
    bench.env.PATH = [bench.env.PATH, host].join(path.delimiter);

    for (const [line, others, complaint] of [
      ["      ram: 8", "      memory: 8", /memory.*skaha:index:HeadlessSession/s],
      ["      columns: [tile]", "      colums: [tile]", /colums.*skaha:index:SessionArray/s],
      ["      cmd: python calibrate.py", "      args: { a: 1 }", /args/],
    ] as const) {
      await write(edited(program, line, others));
      expect(await bench.fail(bench.up())).toMatch(complaint);
    }
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

    await write(program);
    await bench.succeed(bench.up());
    expect(bench.counted()).toMatchObject({ POST: 3, DELETE: 0 });
    expect(await bench.statuses()).toMatchObject({ calibrate: "Pending", extract: "Held" });
    const command = [path.join(checkout, "dist/cli/main.js"), "status", "--stack", bench.stack];
    const options = { cwd: folder, env: bench.env };
    const { stdout } = await promisify(execFile)(process.execPath, command, options);
    expect(stdout).toMatch(/calibrate\s+Running/);
    expect(await bench.succeed(bench.up())).toMatch(/\d+ unchanged/);
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

    const [calibrate] = bench.skaha.jobs().filter(({ name }) => name.startsWith("calibrate-"));
    bench.runner.end(calibrate?.id ?? "", 0);
    await bench.succeed(bench.up());
    expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 0 });

    const longer = edited(
      program,
      "        tile=8: [8]",
      "        tile=8: [8]\n        tile=9: [9]",
    );
    await write(longer);
    const shown = await bench.succeed(bench.on("preview", "--diff"));
    expect(shown).toMatch(/\+ tile=9\s*:/);
    expect(shown).not.toMatch(/tile=7\s*:/);
    await bench.succeed(bench.up());
    expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 0 });

    const secret = "      cmd: python extract.py\n      secretEnv: { TOKEN: hunter2 }";
    await write(edited(longer, "      cmd: python extract.py", secret));
    await bench.succeed(bench.up());
    expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 1 });
    expect(await readFile(await bench.stateFile(), "utf8")).not.toContain("hunter2");

    await bench.succeed(bench.on("destroy"));
    expect(bench.alive()).toEqual([]);
  } finally {
    await rm(parent, { recursive: true, maxRetries: 5 });
  }
});
