// The crate of 1,000 jobs as others read it: by rocrate and runcrate from PyPI; and in a fresh clone the program gives each
// of the jobs the id that it ran under.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { replaySchema } from "../../cli/commands/replay/action";
import { cli } from "../engine/commands/cliBench";
import { Bench, linkedFolder } from "../engine/harness";
import { programsOf } from "./workflows/workflowBench";

jest.setTimeout(900_000);

const run = promisify(execFile);
const digest = `sha256:${"a1".repeat(32)}`;
const image = { id: "images.canfar.net/skaha/astroml:24.07", types: ["headless"], digest };
const program = `
const { Sweep } = require("pulumi-skaha");
new Sweep("fit", {
  over: Array.from({ length: 1000 }, (_, n) => ({ star: "star " + n, band: n % 7 / 2 })),
  array: true,
  image: "${image.id}",
  job: ({ star, band }) => ({ cmd: "fit", args: [star, band] }),
});
`;

let python: string;
beforeAll(async () => {
  python = await programsOf(["rocrate==0.16.0", "runcrate==0.6.2"]);
});

/** What rocrate finds in a crate: it refuses one that it does not understand. */
const look = `
import json, sys
from rocrate.rocrate import ROCrate
crate = ROCrate(sys.argv[1])
actions = [one for one in crate.get_entities() if one.type == "CreateAction"]
print(json.dumps({
    "version": crate.metadata.version,
    "profile": crate.root_dataset["conformsTo"].id,
    "actions": len(actions),
    "mentioned": len(crate.root_dataset["mentions"]),
    "statuses": sorted({one["actionStatus"] for one in actions}),
    "instruments": sorted({one["instrument"]["name"] for one in actions}),
    "images": sorted({one["containerImage"]["sha256"] for one in actions}),
    "params": sorted({param["name"] for one in actions for param in one["object"]}),
    "files": sorted(one.id for one in crate.data_entities if not one.id.startswith("program/")),
}))
`;

test("a crate of 1,000 jobs is read by rocrate and runcrate, and its ids are those of a fresh clone", async () => {
  const parent = await mkdtemp(path.join(tmpdir(), "crate-"));
  // After the bench, which tidies up in it.
  await using _parent = {
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, maxRetries: 5 }),
  };
  const folder = await linkedFolder(parent);
  const git = (...words: readonly string[]) =>
    run("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...words], {
      cwd: folder,
    });
  const settings = "name: thousand\nruntime: nodejs\noptions: { refresh: always }\n";
  await writeFile(path.join(folder, "Pulumi.yaml"), settings);
  await writeFile(path.join(folder, "index.js"), program);
  await writeFile(path.join(folder, "package.json"), '{ "private": true }\n');
  await writeFile(path.join(folder, ".gitignore"), "node_modules\n");
  await git("init", "--quiet");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "Fit a thousand stars");
  const capacity = { cores: 10_000, ramGiB: 100_000 };
  await using bench = await Bench.open({ program: folder, capacity, images: [image] });
  await bench.succeed(bench.up());
  for (const { id } of bench.skaha.jobs()) bench.runner.end(id, 0);
  const published = await cli(bench, ["publish", "../crate", "--license", "CC-BY-4.0"]);
  expect(published).toMatchObject({ status: 0 });

  const crate = path.join(parent, "crate");
  const options = { maxBuffer: 2 ** 26 };
  const seen = await run(path.join(python, "python"), ["-c", look, crate], options);
  expect(JSON.parse(seen.stdout)).toEqual({
    ...{ version: "1.2", profile: "https://w3id.org/ro/wfrun/process/0.5" },
    ...{ actions: 1_000, mentioned: 1_000 },
    statuses: ["http://schema.org/CompletedActionStatus"],
    ...{ instruments: ["fit"], images: ["a1".repeat(32)], params: ["band", "star"] },
    files: ["README.md", "checksums.sha256", "jobs.json", "lock.json", "manifest.csv"],
  });
  const report = await run(path.join(python, "runcrate"), ["report", crate], options);
  expect(report.stdout.match(/^action: #fit-/gm)).toHaveLength(1_000);
  expect(report.stdout).toMatch(/inputs:\n {4}star 999\n/);

  const clone = path.join(parent, "clone");
  await mkdir(clone);
  await run("git", ["clone", "--quiet", folder, clone]);
  await symlink(path.join(folder, "node_modules"), path.join(clone, "node_modules"));
  const replay = await cli(bench, ["replay", crate, "--check", "--json"], { cwd: clone });
  const { isSame, jobs = [] } = replaySchema.parse(JSON.parse(replay.stdout));
  expect({ status: replay.status, isSame }).toEqual({ status: 0, isSame: true });
  const ids = new Set(bench.skaha.jobs().map(({ name }) => name));
  expect(jobs.filter(({ now = "" }) => ids.has(now))).toHaveLength(1_000);
});
