// This package as it is published: packed, installed from the tarball, run by the engine; and the story that each template has to pass.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../toolchain/checkout";
import { networkEnvironment } from "../../toolchain/network";
import { getPulumi, pulumiVersion } from "../../toolchain/pulumiCli";
import { Bench, until } from "./harness";

const run = promisify(execFile);

export class InstalledPackage {
  private constructor(
    /** Where its projects are. */
    readonly folder: string,
    readonly packed: { readonly filename: string; readonly files: readonly { path: string }[] },
  ) {}

  static async pack(): Promise<InstalledPackage> {
    const folder = await mkdtemp(path.join(tmpdir(), "template-"));
    const { stdout } = await npm(checkout, "pack", "--json", "--pack-destination", folder);
    return new InstalledPackage(folder, JSON.parse(stdout)[0]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A project as `pulumi new` makes it, with this package from its tarball. */
  async created(form: string): Promise<string> {
    const folder = path.join(this.folder, form);
    await mkdir(folder);
    const { command, env } = await getPulumi();
    const template = path.join(checkout, "template", form);
    const named = ["--name", "my-study", "--description", "Searches bands"];
    await run(command, ["new", template, "--generate-only", "--yes", "--dir", folder, ...named], {
      env: { ...process.env, ...env, PULUMI_HOME: path.join(this.folder, "home") },
    });
    const quick = ["--no-audit", "--no-fund", "--prefer-offline"];
    await npm(folder, "install", ...quick, path.join(this.folder, this.packed.filename));
    return folder;
  }

  /** Where a Pulumi CLI is that was built from Go, without its helpers. */
  get cliFolder(): string {
    return path.join(this.folder, "pulumi home", `pulumi-skaha/v${pulumiVersion}-go/bin`);
  }

  /** The installed command, where the only `pulumi` is that one. */
  async cli(program: string, words: string[], env: NodeJS.ProcessEnv = {}) {
    const { command } = await getPulumi();
    const bin = this.cliFolder;
    await mkdir(bin, { recursive: true });
    if (!existsSync(path.join(bin, "pulumi"))) await symlink(command, path.join(bin, "pulumi"));
    return run(path.join(program, "node_modules/.bin/pulumi-skaha"), words, {
      cwd: program,
      env: {
        ...networkEnvironment(process.env),
        ...env,
        PATH: [path.dirname(process.execPath), "/usr/bin", "/bin"].join(path.delimiter),
        PULUMI_HOME: path.join(this.folder, "pulumi home"),
      },
    });
  }
}

export function npm(cwd: string, ...words: string[]) {
  return run("npm", words, { cwd, maxBuffer: 64 * 1024 * 1024 });
}

/** @param program a project of a template, with six jobs at once and the others after them */
export async function launchesAndEnds(
  installed: InstalledPackage,
  program: string,
  jobs: number,
): Promise<void> {
  for (const file of [".gitignore", "README.md"]) {
    expect(existsSync(path.join(program, file))).toBe(true);
  }
  expect(await readFile(path.join(program, "Pulumi.yaml"), "utf8")).toMatch(/^name: my-study\n/);
  await using bench = await Bench.open({ program, real: true });
  await bench.succeed(["config", "set", "skaha:maxInFlight", "20", "--stack", bench.stack]);
  await bench.succeed(bench.up(), { keepsCompiled: false });
  expect(bench.counted()).toMatchObject({ POST: 6, DELETE: 0 });
  const shown = await installed.cli(program, ["status", "--json", "--stack", bench.stack], {
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
}
