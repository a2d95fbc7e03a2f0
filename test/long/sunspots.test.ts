// examples/sunspots, on real data, by the commands of docs/files.md. It takes over a minute: each edit is a run until all is done.
import { appendFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { cli } from "../engine/commands/cliBench";
import { Bench, linkedFolder } from "../engine/harness";

jest.setTimeout(600_000);

test("the commands of docs/files.md find the period of the sunspots, and an edit runs exactly what uses the script", async () => {
  const page = await readFile(path.join(checkout, "docs/files.md"), "utf8");
  const [, example = ""] = page.split("\n## An example\n");
  const [, block = ""] = /```sh\n([^`]*)```/.exec(example) ?? [];
  const commands = block.trim().split("\n");
  expect(commands).toHaveLength(2);
  const parent = await mkdtemp(path.join(tmpdir(), "sunspots-"));
  try {
    const program = await linkedFolder(parent);
    await cp(path.join(checkout, "examples/sunspots"), program, { recursive: true });
    await using bench = await Bench.open({ program, real: true });
    const followed = async () => {
      const said: string[] = [];
      for (const command of commands) {
        const words = command.replace(/^npx pulumi-skaha /, "").split(" ");
        const { status, stdout, stderr } = await cli(bench, words);
        expect(status === 0 ? "" : stdout + stderr).toBe("");
        said.push(stdout);
      }
      return { said: said.at(-1), launched: bench.counted().POST };
    };
    const found = /3 bands: best period 11\.\d\d years, power \d+\.\d \(period\/from=10,to=12\)/;
    const first = await followed();
    expect(first).toEqual({ said: expect.stringMatching(found), launched: 4 });
    expect(first.said).toContain("3 bands: best period 11.00 years");
    expect((await followed()).launched).toBe(0);
    await appendFile(path.join(program, "best.py"), "# edited\n");
    expect(await followed()).toEqual({ said: expect.stringMatching(found), launched: 1 });
    await appendFile(path.join(program, "periodogram.py"), "# edited\n");
    expect(await followed()).toEqual({ said: expect.stringMatching(found), launched: 4 });
  } finally {
    await rm(parent, { recursive: true, maxRetries: 5 });
  }
});
