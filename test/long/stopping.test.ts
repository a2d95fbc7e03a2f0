// docs/stopping.md as a user follows it, with the real sunspot numbers.
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { cli } from "../engine/commands/cliBench";
import { openPage } from "../engine/commands/docPage";
import { Bench, linkedFolder } from "../engine/harness";

jest.setTimeout(600_000);

test("docs/stopping.md: a sweep with a wrong path stops, says why, and goes on when it is corrected", async () => {
  const parent = await mkdtemp(path.join(tmpdir(), "stopping-"));
  try {
    const program = await linkedFolder(parent);
    const example = path.join(checkout, "examples");
    await cp(path.join(example, "one-job/Pulumi.yaml"), path.join(program, "Pulumi.yaml"));
    await cp(path.join(example, "one-job/index.js"), path.join(program, "index.js"));
    await using bench = await Bench.open({
      ...{ program, real: true, capacity: { cores: 64, ramGiB: 512 } },
    });
    const project = path.join(bench.folder, "data/arc/projects/sunspots");
    await cp(path.join(example, "parameter-study"), project, { recursive: true });
    const page = openPage(bench, "stopping.md");

    const stopped = await page.run(0);
    const posts = bench.counted().POST;
    expect(posts).toBeGreaterThanOrEqual(5);
    expect(posts).toBeLessThan(10);
    expect(stopped).toMatch(
      /periods is stopped: [5-9] of its jobs failed for the same cause, (Failed|ExitCode)/,
    );
    expect(stopped).toMatch(/; 3[1-5] jobs are held for that/);
    expect(stopped).toContain("pulumi-skaha up --release periods");
    expect(stopped).toMatch(/periods\/from=40,to=41 is Held .*as did periods\/from=\d+,to=\d+\./);
    const { stdout } = await cli(bench, ["status", "--json"]);
    expect(JSON.parse(stdout).stopped).toMatchObject([{ sweep: "periods", failed: posts }]);

    await page.run(1);
    expect(bench.counted().POST).toBe(40);
    expect(await readdir(path.join(project, "results"))).toHaveLength(40);

    // The same once more, and on as it is.
    const wrong = openPage(bench, "stopping.md");
    await wrong.run(0);
    bench.counted();
    const refused = await cli(bench, ["up", "--yes", "--release", "period"]);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringMatching(/is it periods\?/) });
    expect(await page.run(2)).toMatch(/forgot the failure of [5-9] for stopAfter/);
    expect(bench.counted().POST).toBe(5);
    expect(page.blocks).toBe(3);
  } finally {
    await rm(parent, { recursive: true, maxRetries: 5 });
  }
});
