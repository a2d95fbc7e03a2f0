import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { grpcWithoutProxy, networkEnvironment } from "../../toolchain/network";
import { placeNodeHelpers } from "../../toolchain/nodeHelpers";
import { getPulumi, type Pulumi } from "../../toolchain/pulumiCli";

// Real commands on a machine that others use too: time is never what is tested here.
jest.setTimeout(1_800_000);

let pulumi: Pulumi;
let helpers: string;

beforeAll(async () => {
  pulumi = await getPulumi();
  helpers = await mkdtemp(path.join(tmpdir(), "node-helpers-"));
  await placeNodeHelpers(helpers, {
    languageHost: path.join(checkout, "dist/toolchain/languageHost.js"),
  });
});

afterAll(() => rm(helpers, { recursive: true }));

describe("the CLI that was found", () => {
  test("tells its version", async () => {
    await using project = await Project.create({});
    expect((await project.pulumi("version")).stdout).toBe(`v${pulumi.version}\n`);
  });
});

describe("our language host", () => {
  test("previews and ups a TypeScript program with configuration and a dynamic resource", async () => {
    await using project = await Project.create({
      "Pulumi.yaml": "{ name: tiny, runtime: nodejs }",
      "package.json": '{ "main": "index.ts" }',
      "index.ts": `
        import * as pulumi from "@pulumi/pulumi";
        const provider: pulumi.dynamic.ResourceProvider = {
          create: async (inputs) => ({ id: "an-id", outs: inputs }),
        };
        class Thing extends pulumi.dynamic.Resource {
          declare readonly word: pulumi.Output<string>;
          constructor(name: string, word: pulumi.Input<string>) {
            super(provider, name, { word });
          }
        }
        const config = new pulumi.Config();
        const thing = new Thing("thing", config.requireSecret("word"));
        console.log("said by the program", { dryRun: pulumi.runtime.isDryRun() });
        export = {
          id: thing.id,
          word: thing.word,
          plain: config.require("plain"),
          secretKeys: process.env.PULUMI_CONFIG_SECRET_KEYS,
          organization: pulumi.getOrganization(),
          project: pulumi.getProject(),
          stack: pulumi.getStack(),
          root: pulumi.runtime.getRootDirectory(),
        };`,
    });
    await project.pulumi("stack", "init", "dev");
    await project.pulumi("config", "set", "plain", "a plain one");
    await project.pulumi("config", "set", "--secret", "word", "a secret one");

    expect(await project.pulumi("preview")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("said by the program { dryRun: true }"),
    });
    expect(await project.pulumi("up", "--yes", "--skip-preview")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("said by the program { dryRun: false }"),
    });
    expect(await project.outputs()).toEqual({
      id: "an-id",
      word: "[secret]",
      plain: "a plain one",
      secretKeys: '["tiny:word"]',
      organization: "organization",
      project: "tiny",
      stack: "dev",
      root: project.folder,
    });
  });

  test("runs a plain program in a folder below, with Node's own arguments", async () => {
    await using project = await Project.create({
      "Pulumi.yaml":
        "{ name: plain, main: below, runtime: { name: nodejs, options: { typescript: false, nodeargs: \"--no-warnings --title='two words'\" } } }",
      "below/index.js": `
        exports.arguments = process.execArgv;
        exports.typescript = process.env.PULUMI_NODEJS_TYPESCRIPT ?? "off";
        exports.folder = process.cwd();`,
    });
    await project.pulumi("stack", "init", "dev");

    expect(await project.pulumi("up", "--yes", "--skip-preview")).toMatchObject({ status: 0 });
    expect(await project.outputs()).toEqual({
      arguments: ["--no-warnings", "--title=two words"],
      typescript: "off",
      folder: path.join(project.folder, "below"),
    });
  });

  test("lets a program's error be shown once", async () => {
    await using project = await Project.create({
      "Pulumi.yaml": "{ name: failing, runtime: nodejs }",
      "index.ts": `throw new Error("the program's own words");`,
    });
    await project.pulumi("stack", "init", "dev");
    const { status, stdout } = await project.pulumi("preview");

    expect(status).not.toBe(0);
    expect(stdout.match(/Error: the program's own words/g)).toHaveLength(1);
    expect(stdout).not.toContain("exited with status");
  });

  test("tells the status of a program that ended by itself", async () => {
    await using project = await Project.create({
      "Pulumi.yaml": "{ name: ending, runtime: { name: nodejs, options: { typescript: false } } }",
      "index.js": "process.exit(3);",
    });
    await project.pulumi("stack", "init", "dev");
    const { status, stdout } = await project.pulumi("preview");

    expect(status).not.toBe(0);
    expect(stdout).toContain("The program exited with status 3.");
  });

  test("says what to do where there is no SDK", async () => {
    await using project = await Project.create({
      "Pulumi.yaml": "{ name: bare, runtime: nodejs }",
    });
    await rm(path.join(project.folder, "node_modules"));
    await project.pulumi("stack", "init", "dev");
    const { status, stdout } = await project.pulumi("preview");

    expect(status).not.toBe(0);
    expect(stdout).toContain(`no @pulumi/pulumi for ${project.folder}: run npm install there.`);
  });

  test("installs a program's packages, for which it needs no SDK of the program's", async () => {
    await using project = await Project.create({
      "Pulumi.yaml": "{ name: fresh, runtime: nodejs }",
      "package.json": '{ "dependencies": { "near": "file:./near" } }',
      "near/package.json": '{ "name": "near", "version": "1.2.3" }',
    });
    await rm(path.join(project.folder, "node_modules"));

    expect(await project.pulumi("install")).toMatchObject({ status: 0 });
    await access(path.join(project.folder, "node_modules/near/package.json"));
  });

  test("tells pulumi about which Node and which packages there are", async () => {
    await using project = await Project.create({
      "Pulumi.yaml": "{ name: asked, runtime: nodejs }",
      "package.json": '{ "dependencies": { "@pulumi/pulumi": "*", "not-installed": "^1.0.0" } }',
    });
    const { stdout } = await project.pulumi("about", "--json");

    expect(JSON.parse(stdout)).toMatchObject({
      runtime: { language: "nodejs", executable: process.execPath, version: process.version },
      dependencies: [
        { name: "@pulumi/pulumi", version: require("@pulumi/pulumi/package.json").version },
        { name: "not-installed", version: "^1.0.0" },
      ],
    });
  });
});

/** A project of one test, with its own PULUMI_HOME and backend, and our helpers first on PATH. */
class Project implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  static async create(files: Readonly<Record<string, string>>): Promise<Project> {
    const project = new Project(await mkdtemp(path.join(tmpdir(), "tiny-project-")));
    await mkdir(path.join(project.folder, ".state"));
    await symlink(path.join(checkout, "node_modules"), path.join(project.folder, "node_modules"));
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(project.folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    return project;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  async outputs(): Promise<unknown> {
    return JSON.parse((await this.pulumi("stack", "output", "--json")).stdout);
  }

  pulumi(...words: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    const searchPath = [
      helpers,
      path.dirname(pulumi.command),
      path.dirname(process.execPath), // not node_modules/.bin: the SDK is to be found from the project
      ...["/usr/bin", "/bin"],
    ].join(path.delimiter);
    const env = {
      ...networkEnvironment(process.env),
      ...grpcWithoutProxy(process.env),
      PATH: searchPath,
      HOME: this.folder,
      PULUMI_HOME: path.join(this.folder, ".pulumi"),
      PULUMI_BACKEND_URL: `file://${this.folder}/.state`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    return new Promise((resolve) => {
      execFile(
        pulumi.command,
        [...words, ...(words[0] === "version" ? [] : ["--non-interactive", "--color=never"])],
        { cwd: this.folder, env },
        (error, stdout, stderr) => resolve({ status: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
  }
}
