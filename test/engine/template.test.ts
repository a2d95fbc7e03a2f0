// The templates with the package as it is published: packed, installed from the tarball, run by the engine.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { scriptedRunner, startSkaha } from "../../embedded";
import { checkout } from "../../toolchain/checkout";
import { networkEnvironment } from "../../toolchain/network";
import { getPulumi, pulumiVersion } from "../../toolchain/pulumiCli";
import { Bench, until } from "./harness";

jest.setTimeout(600_000);

const run = promisify(execFile);

let parent = "";
let packed: { filename: string; files: { path: string }[] };

beforeAll(async () => {
  parent = await mkdtemp(path.join(tmpdir(), "template-"));
  const { stdout } = await npm(checkout, "pack", "--json", "--pack-destination", parent);
  [packed] = JSON.parse(stdout);
});

afterAll(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));

function npm(cwd: string, ...words: string[]) {
  return run("npm", words, { cwd, maxBuffer: 64 * 1024 * 1024 });
}

/** A project as `pulumi new` makes it, with this package from its tarball. */
async function created(form: string): Promise<string> {
  const folder = path.join(parent, form);
  await mkdir(folder);
  const { command, env } = await getPulumi();
  const template = path.join(checkout, "template", form);
  const named = ["--name", "my-study", "--description", "Searches bands"];
  await run(command, ["new", template, "--generate-only", "--yes", "--dir", folder, ...named], {
    env: { ...process.env, ...env, PULUMI_HOME: path.join(parent, "home") },
  });
  const quick = ["--no-audit", "--no-fund", "--prefer-offline"];
  await npm(folder, "install", ...quick, path.join(parent, packed.filename));
  return folder;
}

/** The installed command, where the only `pulumi` is one that was built from Go, without its helpers. */
async function installedCli(program: string, words: string[], env: NodeJS.ProcessEnv = {}) {
  const { command } = await getPulumi();
  const home = path.join(parent, "pulumi home");
  const bin = path.join(home, `pulumi-skaha/v${pulumiVersion}-go/bin`);
  await mkdir(bin, { recursive: true });
  if (!existsSync(path.join(bin, "pulumi"))) await symlink(command, path.join(bin, "pulumi"));
  return run(path.join(program, "node_modules/.bin/pulumi-skaha"), words, {
    cwd: program,
    env: {
      ...networkEnvironment(process.env),
      ...env,
      PATH: [path.dirname(process.execPath), "/usr/bin", "/bin"].join(path.delimiter),
      PULUMI_HOME: home,
    },
  });
}

test("the package holds what is built, the schema, the templates, and no more", () => {
  const paths = packed.files.map((file) => file.path);
  const rooms =
    /^(dist\/(cli|embedded|machine|provider|toolchain)|schema|template|toolchain\/cli-from-go)\//;
  expect(paths.filter((file) => !rooms.test(file)).sort()).toEqual([
    "LICENSE",
    "README.md",
    "package.json",
    "plugin/pulumi-resource-skaha",
    "plugin/pulumi-resource-skaha.cmd",
    "provider/record/bundle.sh",
    "provider/record/pack.sh",
    "provider/record/wrapper.sh",
  ]);
  const unwanted = /\.map$|\.tsbuildinfo$|\btest\b|testCount|oldest|dist\/(?!provider).*\.d\.ts$/;
  expect(paths.filter((file) => unwanted.test(file))).toEqual([]);
  expect(paths).toEqual(
    expect.arrayContaining([
      "dist/provider/index.js",
      "dist/provider/index.d.ts",
      "dist/provider/runtime.js",
      "dist/provider/fleet.js",
      "dist/cli/main.js",
      "dist/embedded/index.js",
      "dist/toolchain/installRelease.js",
      "dist/toolchain/languageHost.js",
      "toolchain/cli-from-go/go.mod",
      "toolchain/cli-from-go/go.sum",
      "toolchain/cli-from-go/tools.go",
      "schema/fleet.schema.json",
    ]),
  );
});

test.each([
  ["yaml", 7],
  ["typescript", 6],
])(
  "template/%s launches, ends and is taken down with the installed package",
  async (form, jobs) => {
    const program = await created(form);
    for (const file of [".gitignore", "README.md"]) {
      expect(existsSync(path.join(program, file))).toBe(true);
    }
    expect(await readFile(path.join(program, "Pulumi.yaml"), "utf8")).toMatch(/^name: my-study\n/);
    await using bench = await Bench.open({ program, real: true });
    await bench.succeed(["config", "set", "skaha:maxInFlight", "20", "--stack", bench.stack]);
    await bench.succeed(bench.up(), { keepsCompiled: false });
    expect(bench.counted()).toMatchObject({ POST: 6, DELETE: 0 });
    const shown = await installedCli(program, ["status", "--json", "--stack", bench.stack], {
      ...bench.env,
    });
    expect(Object.keys(JSON.parse(shown.stdout).jobs)).toHaveLength(jobs);
    bench.skaha.clearJournal();
    await until("the sessions ended", () => bench.alive().length === 0);
    await bench.succeed(bench.up());
    expect(bench.counted()).toMatchObject({ POST: jobs - 6, DELETE: 0 });
    await until("the sessions ended", () => bench.alive().length === 0);
    await bench.succeed(bench.on("refresh"));
    expect(Object.values(await bench.statuses())).toEqual(Array(jobs).fill("Completed"));
    await bench.succeed(bench.on("destroy"));
    expect(await bench.state()).toEqual([]);
    expect(bench.counted()).toMatchObject({ POST: 0 });
  },
);

test("the installed command runs by itself, and brings the helpers of a CLI that has none", async () => {
  const program = path.join(parent, "yaml");
  const { version } = JSON.parse(await readFile(path.join(checkout, "package.json"), "utf8"));
  const { stdout } = await installedCli(program, ["--version"]);
  expect(stdout).toBe(`${version}\n`);
  const bin = path.join(parent, "pulumi home", `pulumi-skaha/v${pulumiVersion}-go/bin`);
  expect((await readdir(bin)).sort()).toEqual([
    "pulumi",
    "pulumi-language-nodejs",
    "pulumi-language-nodejs.js",
    "pulumi-resource-pulumi-nodejs",
  ]);
});

test("the installed command makes a project with itself in it, which compiles", async () => {
  const program = path.join(parent, "made by init");
  const skaha = await startSkaha({ runner: scriptedRunner() });
  try {
    const { stderr } = await installedCli(
      path.join(parent, "yaml"),
      ["init", "--typescript", "--no-launch", "--cwd", program],
      { HOME: process.env.HOME, CANFAR_URL: skaha.url, CANFAR_TOKEN: skaha.token },
    );
    expect(stderr).toMatch(/^ok +packages: /m);
  } finally {
    await skaha.close();
  }
  const manifest = JSON.parse(await readFile(path.join(program, "package.json"), "utf8"));
  expect(manifest.dependencies["pulumi-skaha"]).toBe(`file:${packed.filename}`);
  await npm(program, "run", "check");
});

test("template/typescript finds a mistyped parameter before anything runs", async () => {
  const program = path.join(parent, "typescript");
  await npm(program, "run", "check");
  const index = path.join(program, "index.ts");
  const text = await readFile(index, "utf8");
  await writeFile(index, text.replace("({ method, band })", "({ metod: method, band })"));
  await expect(npm(program, "run", "check")).rejects.toMatchObject({
    stdout: expect.stringContaining("Property 'metod' does not exist on type"),
  });
});
