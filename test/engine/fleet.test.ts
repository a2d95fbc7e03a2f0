// fleet.yaml with the real engine: edits, sources, refusals. It is long, because one engine's set-up serves them all.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { cli } from "./commands/cliBench";
import { Bench, linkedFolder, until } from "./harness";

jest.setTimeout(600_000);

const image = "images.canfar.net/skaha/terminal:1.1.2";
const throughYaml = 'module.exports = require("pulumi-skaha/fleet");\n';

/** A user's project, in a folder of its own. */
class Project implements AsyncDisposable {
  private constructor(
    readonly parent: string,
    readonly folder: string,
  ) {}

  static async make(main = "index.js"): Promise<Project> {
    const parent = await mkdtemp(path.join(tmpdir(), "fleet-"));
    const project = new Project(parent, await linkedFolder(parent));
    const options = "{ name: nodejs, options: { typescript: false } }";
    await project.write(
      "Pulumi.yaml",
      `name: survey\nruntime: ${options}\nmain: ${main}\noptions: { refresh: always }\n`,
    );
    await project.write("index.js", throughYaml);
    await project.write("package.json", "{}");
    return project;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.parent, { recursive: true, maxRetries: 5 });
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(path.join(this.folder, name), text);
  }
}

const namesOf = async (bench: Bench) => Object.keys(await bench.statuses()).sort();

test("the example comes up once, and stays", async () => {
  await using bench = await Bench.open({ program: path.join(checkout, "examples/fleet") });
  expect(await bench.succeed(bench.on("preview"))).toContain("18 to create");
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  await bench.succeed(bench.up());
  // The canary's followers and the summary are held.
  expect(bench.counted()).toMatchObject({ POST: 11, DELETE: 0 });
  expect(await namesOf(bench)).toEqual(
    [
      ...[2, 4, 6, 8, 10, 12, 14, 16, 18, 20].map((n) => `period/from=${n},to=${n + 2}`),
      "fine/cycle=hale,step=0.005",
      "fine/cycle=schwabe,step=0.001",
      "fine/cycle=schwabe,step=0.005",
      "fine/cycle=schwabe,step=0.01",
      "summary",
    ].sort(),
  );
  expect(await bench.succeed(bench.on("preview", "--expect-no-changes"))).toContain("unchanged");
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
});

const typescript = `
  const pulumi = require("@pulumi/pulumi");
  const { concat, csv, exclude, grid, HeadlessSession, linspace, list, nights, range, replicas, Sweep, zip } =
    require("pulumi-skaha");
  const config = new pulumi.Config();
  const image = "${image}";
  const calibrate = new HeadlessSession("calibrate", {
    image,
    cmd: "sleep 600",
    args: [1, true, "{x}"],
    env: { SHARED: 1, TOKEN: config.requireSecret("token") },
    group: { name: "few", maxInFlight: 5 },
  });
  const study = new Sweep("study", {
    image,
    env: { SHARED: 1 },
    over: exclude(
      grid({ method: ["ls", "bls"], band: range(2, 6, 2), flag: [true, null] }),
      { method: "bls", band: 4 },
    ),
    paramsInEnv: true,
    job: ({ method, band, flag }) => ({
      script: \`echo \${method} "\\\${HOME}" {print} \${flag}\`,
      args: [band, \`--band=\${band}\`],
      cores: band,
      after: [calibrate],
    }),
  });
  new Sweep("galaxies", {
    image,
    env: { SHARED: 1 },
    over: csv("galaxies.csv", { key: "galaxy", columns: { ram: "number" } }),
    job: ({ galaxy, gaia, ram }) => ({ cmd: "sleep 600", args: [galaxy, gaia], ram }),
  });
  new Sweep("mixed", {
    image,
    env: { SHARED: 1 },
    over: concat(
      zip({ ra: [10.68, 23.46], dec: linspace(0, 1, 2) }),
      list([{ ra: "0.10", dec: "0123" }]),
    ),
    key: ({ ra, dec }) => \`at \${ra} \${dec}\`,
    maxInFlight: 10,
    job: ({ ra, dec }) => ({ cmd: "sleep 600", args: [ra, dec], env: { RA: ra } }),
  });
  new Sweep("nightly", {
    image,
    env: { SHARED: 1 },
    over: nights({ from: "2026-02-27", to: "2026-03-02", timeZone: "UTC" }),
    job: ({ night }) => ({ cmd: "sleep 600", args: [night] }),
  });
  new Sweep("copies", {
    image,
    env: { SHARED: 1 },
    over: replicas(2),
    replicaEnv: true,
    job: () => ({ cmd: "sleep 600" }),
  });
  new HeadlessSession("collect", {
    image,
    cmd: "sleep 600",
    env: { SHARED: 1 },
    after: [...study.jobs, calibrate, { sessionId: "abcd1234" }],
  });
`;

const yaml = `
defaults:
  image: ${image}
  cmd: sleep 600
  env: { SHARED: 1 }
jobs:
  collect:
    after: [study, calibrate, { sessionId: abcd1234 }]
  calibrate:
    args: [1, true, "{x}"]
    env: { TOKEN: { fromConfig: token } }
    group: { name: few, maxInFlight: 5 }
sweeps:
  study:
    grid: { flag: [true, null], method: [bls, ls], band: { range: [2, 6, 2] } }
    exclude: [{ band: 4, method: bls }]
    paramsInEnv: true
    script: echo {method} "\${HOME}" {{print}} {flag}
    args: ["{band}", "--band={band}"]
    cores: "{band}"
    after: [calibrate]
  galaxies:
    csv: { path: galaxies.csv, key: galaxy, columns: { ram: number } }
    args: ["{galaxy}", "{gaia}"]
    ram: "{ram}"
  mixed:
    concat:
      - list: [{ ra: 0.10, dec: "0123" }]
      - zip: { ra: [10.68, 23.46], dec: { linspace: [0, 1, 2] } }
    key: at {ra} {dec}
    maxInFlight: 10
    args: ["{ra}", "{dec}"]
    env: { RA: "{ra}" }
  nightly:
    nights: { from: 2026-02-27, to: 2026-03-02, timeZone: UTC }
    args: ["{night}"]
  copies:
    replicas: 2
    replicaEnv: true
`;

const galaxies = "galaxy,gaia,ram,comment\nM31,4472832130942575872,4,near\nM33,0123,8,\n";

test("the move from TypeScript to YAML and back launches and changes nothing", async () => {
  await using project = await Project.make();
  await project.write("index.js", typescript);
  await project.write("galaxies.csv", galaxies);
  await using bench = await Bench.open({ program: project.folder });
  await bench.secret("token", "sesame");
  await bench.succeed(bench.up());
  await bench.succeed(bench.up()); // the session outside the stack is missed twice before it counts as Lost
  const before = await bench.state();
  expect(before).toHaveLength(19);
  expect(bench.counted()).toMatchObject({ POST: 12, DELETE: 0 });

  await project.write("index.js", 'require("pulumi-skaha/fleet");\n');
  await project.write("fleet.yaml", yaml);
  await bench.succeed(bench.on("preview", "--expect-no-changes"));
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  const idsOf = (jobs: typeof before) => jobs.map(({ urn, id }) => `${urn} ${id}`).sort();
  expect(idsOf(await bench.state())).toEqual(idsOf(before));

  await project.write("index.js", typescript);
  await bench.succeed(bench.on("preview", "--expect-no-changes"));
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
});

test("without any JavaScript of one's own, paths start from the project's folder", async () => {
  // The working directory becomes the package's.
  await using project = await Project.make("node_modules/pulumi-skaha/dist/provider/fleet.js");
  await project.write("galaxies.csv", galaxies);
  await project.write(
    "fleet.yaml",
    `sweeps:
  galaxies:
    image: ${image}
    csv: { path: galaxies.csv, key: galaxy }
    cmd: sleep 600
    args: ["{galaxy}"]
    logs: logs
`,
  );
  await using bench = await Bench.open({ program: project.folder });
  const output = await bench.succeed(bench.up());
  expect(output).toMatch(/galaxies: \{\s+cores +: 0\s+counts: \{\s+Pending: 2/);
  for (const { outputs } of await bench.state()) bench.runner.end(String(outputs.sessionId), 0);
  await bench.succeed(bench.up());
  expect(new Set(Object.values(await bench.statuses()))).toEqual(new Set(["Completed"]));
  expect(await readdir(path.join(project.folder, "logs"))).toHaveLength(2);
  expect(bench.counted()).toMatchObject({ POST: 2, DELETE: 0 });
});

test("all that is wrong with the file is one readable error, and nothing is launched", async () => {
  await using project = await Project.make();
  await project.write(
    "fleet.yaml",
    `jobs:
  first:
    imgae: ${image}
    env: { TOKEN: { fromConfig: token } }
  second: { image: ${image}, after: [frist] }
`,
  );
  await using bench = await Bench.open({ program: project.folder });
  const output = await bench.fail(bench.on("preview"));
  expect(
    output.replace(/^ {4}/gm, ""),
  ).toContain(`error: fleet.yaml:3:5: a job has no key "imgae": did you mean image?
  3 |     imgae: ${image}
    |     ^

fleet.yaml:4:33: the stack's configuration has no token: npx pulumi-skaha pulumi config set --secret token
  4 |     env: { TOKEN: { fromConfig: token } }
    |                                 ^

fleet.yaml:5:68: no job or sweep is called "frist": did you mean first?
  5 |   second: { image: ${image}, after: [frist] }
    |                                                                    ^
`);
  expect(output).not.toMatch(/^\s+at |unhandled|\[object/m);
  await bench.fail(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

  await project.write(
    "fleet.yaml",
    `jobs: { a: { image: ${image}, env: { A: { fromConfig: b } } } }`,
  );
  expect(await bench.fail(bench.on("preview"))).toContain(
    "the stack's configuration has no b: npx pulumi-skaha pulumi config set --secret b",
  );

  await rm(path.join(project.folder, "fleet.yaml"));
  expect(await bench.fail(bench.on("preview"))).toContain(
    `error: there is no fleet.yaml in ${project.folder}: write one there, or begin in an empty folder with npx pulumi-skaha init`,
  );
});

test("a type that is declared later for a table's column runs nothing again", async () => {
  await using project = await Project.make();
  const fleet = (columns: string) =>
    project.write(
      "fleet.yaml",
      `sweeps:\n  s:\n    image: ${image}\n    cmd: sleep 600\n    args: ["{sample}"]\n    csv: { path: t.csv, key: sample${columns} }\n`,
    );
  await project.write("t.csv", "sample\n8\n0123\n9\n");
  await fleet("");
  await using bench = await Bench.open({ program: project.folder });
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 3, DELETE: 0 });
  const ids = (await bench.state()).map(({ id }) => id).sort();
  await fleet(", columns: { sample: string }");
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  expect((await bench.state()).map(({ id }) => id).sort()).toEqual(ids);
  expect((await bench.state()).map(({ urn }) => urn).join("\n")).toContain('s/sample="8"');
  await fleet("");
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  expect((await bench.state()).map(({ id }) => id).sort()).toEqual(ids);
});

test("faults that only the engine's check finds carry their places in the file", async () => {
  await using project = await Project.make();
  await using bench = await Bench.open({ program: project.folder, images: [{ id: image }] });
  await project.write(
    "fleet.yaml",
    `defaults:
  image: images.canfar.net/skaha/none:1
jobs:
  large:
    cmd: "true"
    image: ${image}
    cores: 17
  recorded:
    cmd: "true"
    image: ${image}
    record: /arc/projects/x
    env:
      A.B: 1
sweeps:
  study:
    grid: { band: [2, 300] }
    cmd: "true"
    ram: "{band}"
`,
  );
  const refused = await bench.fail(bench.on("preview"));
  expect(refused).toMatch(/17 is not offered: [^\n]* \(fleet\.yaml:7:12\)/);
  expect(refused).toMatch(/A\.B[^\n]* \(fleet\.yaml:13:12\)/);
  expect(refused).toMatch(/300 is not offered: [^\n]* \(fleet\.yaml:18:10\)/);
  // How often the engine shows it while it is at work depends on the machine; in the end it is told once.
  const [, told = ""] = refused.split("\nDiagnostics:\n");
  expect(told.match(/none:1 [^\n]* \(fleet\.yaml:2:10\)/g)).toHaveLength(1);
});

test("identifiers of 64 bits go from a FITS table to the process and into the manifest", async () => {
  await using project = await Project.make();
  const file = path.join(checkout, "test/golden/tables/astropy-8.0.2-fits-int64-masked.fits");
  const seen = path.join(project.parent, "seen");
  await mkdir(seen);
  await project.write(
    "fleet.yaml",
    `sweeps:
  gaia:
    table: { path: ${JSON.stringify(file)}, key: source_id, default: { hip: -1 } }
    image: ${image}
    cmd: sh
    args: [-c, 'printf "%s %s" "$1" "$2" > "$0"', "${seen}/{source_id}", "{source_id}", "hip={hip}"]
`,
  );
  await using bench = await Bench.open({ program: project.folder, real: true });
  await bench.succeed(bench.up());
  const wanted = [
    ["-9223372036854775807", "hip=-1"],
    ["4295806720038285001", "hip=1"],
    ["4295806720038285002", "hip=-1"],
    ["9007199254740993", "hip=3"],
  ];
  await until("all processes have printed", async () => (await readdir(seen)).length === 4);
  await until("all processes have ended", () => bench.alive().length === 0);
  const printed = (await readdir(seen)).sort().map(async (name) => {
    const text = await readFile(path.join(seen, name), "utf8");
    return text.split(" ");
  });
  expect(await Promise.all(printed)).toEqual(wanted);
  const { status, stdout } = await cli(bench, ["manifest", "--json"]);
  expect(status).toBe(0);
  const { jobs } = JSON.parse(stdout) as { jobs: { params: { source_id: string; hip: number } }[] };
  expect(jobs.map(({ params }) => [params.source_id, `hip=${params.hip}`]).sort()).toEqual(wanted);
});
