// What a refresh or a destroy did, told from states and the provider's report; that the log tells the same is
// tested with the real engine.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseRunReport } from "../../../cli/plan/reportReader";
import { effectsBetween } from "../../../cli/plan/stateDiff";
import { isOrdinary, knownFromStates, withoutLanguageHost } from "../../../cli/plan/statesSuffice";
import { resourcesIn, stateFileOf } from "../../../cli/stack/ownState";
import type { Entry } from "../../../provider/actions/runReport";

const urnOf = (type: string, name: string) => `urn:pulumi:dev::night::${type}::${name}`;
const sessionType = "pulumi-nodejs:dynamic/skaha:HeadlessSession";

function job(name: string, status: string) {
  const urn = urnOf(sessionType, name);
  const identity = `organization/${urn}`;
  return {
    urn,
    type: sessionType,
    id: `${name}-hash`,
    inputs: { identity },
    outputs: { status, sessionId: `s-${name}`, onRemove: "cancel" },
  };
}

const stack = { urn: urnOf("pulumi:pulumi:Stack", "dev"), type: "pulumi:pulumi:Stack" };
const bucket = { urn: urnOf("aws:s3:Bucket", "data"), type: "aws:s3:Bucket" };
const reported = (...entries: readonly Entry[]) =>
  parseRunReport(`${entries.map((entry) => JSON.stringify(entry)).join("\n")}\n{"kind":"rem`);
const begin = (job: string): Entry => ({ kind: "begin", job });
const removal = (job: string, status: "Running" | "Completed" | "Pending"): Entry => ({
  ...{ kind: "remove", job },
  state: { status, startTime: "2026-11-22T10:00:00Z", onRemove: "cancel" },
});

describe("effectsBetween", () => {
  test("tells of each job what it was before a refresh and after it", () => {
    const before = [stack, job("a", "Pending"), job("b", "Running"), bucket];
    const after = [stack, job("a", "Running"), job("b", "Running"), bucket];
    const run = effectsBetween("refresh", { before, after, report: reported(begin("b-hash")) });
    expect(run).toMatchObject({
      changes: [],
      others: 0,
      identity: `organization/${urnOf(sessionType, "a")}`,
      refreshed: [
        { name: "a", id: "a-hash", before: { status: "Pending" }, after: { status: "Running" } },
        { name: "b", id: "b-hash", before: { status: "Running" }, after: { status: "Running" } },
      ],
    });
  });

  test("tells of a destroy what its provider saw last, and what failed or did not end", () => {
    const names = ["gone", "failed", "begun", "untouched", "untold"] as const;
    const before = [stack, ...names.map((name) => job(name, "Pending")), bucket];
    const left = ["failed", "begun", "untouched"].map((name) => job(name, "Running"));
    const report = reported(
      begin("gone-hash"),
      removal("gone-hash", "Completed"),
      removal("failed-hash", "Running"),
      { kind: "removed", job: "gone-hash" },
      { kind: "notRemoved", job: "failed-hash" },
      removal("begun-hash", "Running"),
    );
    const run = effectsBetween("destroy", { before, after: left, report });
    expect(run?.others).toBe(1);
    expect(run?.refreshed).toEqual([]);
    const told = run?.changes.map(({ name, op, outcome, before: was }) => [
      ...[name, op, outcome],
      was?.status,
    ]);
    expect(told).toEqual([
      ["gone", "delete", "done", "Completed"],
      ["failed", "delete", "failed", "Running"],
      ["begun", "delete", "started", "Running"],
      ["untold", "delete", "done", "Pending"],
    ]);
    expect(run?.changes[0]?.before).toMatchObject({ sessionId: "s-gone", onRemove: "cancel" });
  });

  test("knows a session that only the run itself found", () => {
    const held = { ...job("a", "Held"), outputs: { status: "Held", onRemove: "leave" } };
    const state = { status: "Running", onRemove: "leave", sessionId: "found" } as const;
    const report = reported(
      begin("a-hash"),
      { kind: "remove", job: "a-hash", state },
      { kind: "removed", job: "a-hash" },
    );
    const run = effectsBetween("destroy", { before: [held], after: [], report });
    expect(run?.changes[0]?.before).toMatchObject({ status: "Running", sessionId: "found" });
  });

  test("does not tell of jobs that nobody asked about", () => {
    const before = [stack, job("a", "Pending")];
    expect(
      effectsBetween("refresh", { before, after: before, report: reported() }),
    ).toBeUndefined();
    expect(
      effectsBetween("refresh", { before: [stack], after: [stack], report: reported() }),
    ).toBeDefined();
  });

  test("does not tell where the run began with another state", () => {
    const before = [stack, job("a", "Pending")];
    const report = reported(begin("x-hash"));
    expect(effectsBetween("refresh", { before, after: before, report })).toBeUndefined();
    const later = reported(begin("a-hash"), removal("x-hash", "Running"));
    expect(effectsBetween("destroy", { before, after: [], report: later })).toBeUndefined();
  });
});

describe("knownFromStates", () => {
  test.each([
    [["refresh", "--yes", "--skip-preview"], undefined],
    [["destroy", "--yes", "--skip-preview", "--json"], undefined],
    [["destroy", "--yes", "--skip-preview", "--stack", "dev", "--debug"], "dev"],
  ])("is so for %j", (words, name) => {
    expect(knownFromStates(words)).toEqual({ operation: words[0], stack: name });
  });

  test.each([
    [["up", "--yes", "--skip-preview"]],
    [["refresh", "--preview-only"]],
    [["destroy", "--yes"]],
    [["destroy", "--yes", "--skip-preview", "--target", "urn"]],
    [["destroy", "--yes", "--skip-preview", "--exclude-protected"]],
    [["refresh", "--yes", "--skip-preview", "--clear-pending-creates"]],
  ])("is not so for %j", (words) => {
    expect(knownFromStates(words)).toBeUndefined();
  });

  test.each(["protect", "retainOnDelete", "delete", "pending_operations"])(
    "is not so where a resource has %j",
    (key) => {
      expect(
        isOrdinary(JSON.stringify({ resources: [{ ...job("a", "Running"), [key]: true }] })),
      ).toBe(false);
    },
  );

  test("is so for what a program calls alike", () => {
    const words = { args: ['"delete":'], env: { PROTECT: "delete" } };
    expect(isOrdinary(JSON.stringify({ ...job("a", "Running"), inputs: words }))).toBe(true);
  });
});

describe("stateFileOf", () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), "skaha-state-")));
    env = { PULUMI_HOME: path.join(folder, "home") };
    await mkdir(path.join(folder, "home"));
    await writeFile(path.join(folder, "Pulumi.yaml"), "name: night\nruntime: nodejs\n");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const named = (more: object) => stateFileOf({ folder, env, stack: "dev", ...more });
  const below = (backend: string) => path.join(folder, backend, ".pulumi/stacks/night/dev.json");

  test("is where the environment, the project or the login says, in this order", async () => {
    expect(named({})).toBeUndefined();
    const login = path.join(folder, "home/credentials.json");
    await writeFile(login, JSON.stringify({ current: `file://${folder}/login` }));
    expect(named({})).toBe(below("login"));
    const project = `name: "night" # of all\nbackend:\n  url: file://own\n`;
    await writeFile(path.join(folder, "Pulumi.yaml"), project);
    expect(named({})).toBe(below("own"));
    const set = { ...env, PULUMI_BACKEND_URL: `file://${folder}/set` };
    expect(named({ env: set })).toBe(below("set"));
  });

  test("is not known for another backend, or one that is written otherwise", async () => {
    expect(named({ env: { ...env, PULUMI_BACKEND_URL: "s3://bucket" } })).toBeUndefined();
    const project = `name: night\nbackend: { url: "file://own" }\n`;
    await writeFile(path.join(folder, "Pulumi.yaml"), project);
    await writeFile(
      path.join(folder, "home/credentials.json"),
      JSON.stringify({ current: `file://${folder}/login` }),
    );
    expect(named({})).toBeUndefined();
  });

  test("is not known for a stack of another project, or where none is selected", () => {
    const set = { ...env, PULUMI_BACKEND_URL: `file://${folder}/set` };
    expect(named({ env: set, stack: "organization/night/dev" })).toBe(below("set"));
    expect(named({ env: set, stack: "organization/other/dev" })).toBeUndefined();
    expect(named({ env: set, stack: undefined })).toBeUndefined();
    expect(named({ env: { ...set, PULUMI_STACK: "dev" }, stack: undefined })).toBe(below("set"));
  });

  const workspaceOf = (place: string) => {
    const hash = createHash("sha1").update(`${place}/Pulumi.yaml`).digest("hex");
    return path.join(folder, `home/workspaces/night-${hash}-workspace.json`);
  };

  test("is of the stack that was selected for the backend, as newer Pulumis write it", async () => {
    const url = `file://${folder}/backend`;
    await mkdir(path.join(folder, "home/workspaces"));
    const stackOf = async (workspace: object) => {
      await writeFile(workspaceOf(folder), JSON.stringify(workspace));
      const file = stateFileOf({ folder, env: { ...env, PULUMI_BACKEND_URL: url } });
      return file && path.basename(file);
    };
    const name = "organization/night/dev";
    expect(await stackOf({ stacks: { [url]: name, "s3://bucket": "x" } })).toBe("dev.json");
    expect(await stackOf({ stacks: { "s3://bucket": name } })).toBeUndefined();
    expect(await stackOf({ stack: name, stacks: { "s3://bucket": "x" } })).toBe("dev.json");
    expect(await stackOf({ stack: name, stacks: { [url]: name } })).toBe("dev.json");
    // Pulumi 3.250 takes the one, 3.276 the other.
    expect(await stackOf({ stack: "prod", stacks: { [url]: name } })).toBeUndefined();
    expect(await stackOf({ stacks: null })).toBeUndefined();
  });

  test("is of the stack that was selected where the shell is, be it through a link", async () => {
    const set = { ...env, PULUMI_BACKEND_URL: `file://${folder}/backend` };
    const link = `${folder}-link`;
    await symlink(folder, link);
    try {
      await mkdir(path.join(folder, "home/workspaces"));
      for (const [place, stack] of [
        [folder, "prod"],
        [link, "dev"],
      ] as const) {
        await writeFile(workspaceOf(place), JSON.stringify({ stack }));
      }
      const stackOf = (env: NodeJS.ProcessEnv, from = folder) =>
        path.basename(stateFileOf({ folder: from, env }) ?? "");
      expect(stackOf(set)).toBe("prod.json");
      expect(stackOf({ ...set, PWD: folder })).toBe("prod.json");
      expect(stackOf({ ...set, PWD: link })).toBe(""); // dev before 3.276, prod since then
      expect(stackOf({ ...set, PWD: "/" }, link)).toBe("prod.json");
      expect(stackOf({ ...set, PULUMI_STACK: "" })).toBe("");
      await rm(workspaceOf(folder));
      expect(stackOf({ ...set, PWD: link })).toBe("dev.json");
      expect(stackOf(set)).toBe("");
    } finally {
      await rm(link);
    }
  });

  test("is not known where there may be two homes, or a project file that comes first", async () => {
    const set = { PULUMI_BACKEND_URL: `file://${folder}/backend` };
    expect(named({ env: { ...set, HOME: folder }, stack: undefined })).toBeUndefined();
    await writeFile(path.join(folder, "Pulumi.json"), "{}");
    expect(named({ env: set })).toBeUndefined();
  });
});

test("resourcesIn knows a file that is cut from one without resources", () => {
  const state = JSON.stringify({ version: 3, checkpoint: { latest: { resources: [bucket] } } });
  expect(resourcesIn(state)).toEqual([bucket]);
  expect(resourcesIn(JSON.stringify({ version: 3, checkpoint: {} }))).toEqual([]);
  expect(resourcesIn(state.slice(0, -5))).toBeUndefined();
  expect(resourcesIn("")).toBeUndefined();
});

describe("withoutLanguageHost", () => {
  const jobs = '{"type": "pulumi-nodejs:dynamic/skaha:SessionArray"}';
  const others = `${jobs}, {"type": "aws:s3/bucket:Bucket"}`;
  const refresh = ["refresh", "--yes", "--skip-preview"];

  test("leaves it out of a refresh of jobs alone", () => {
    expect(withoutLanguageHost(refresh, jobs)).toEqual(["--exec-kind", "auto.inline"]);
  });

  test.each([
    ["something else is in the stack", refresh, others],
    ["the state is no file", refresh, undefined],
    ["the program is run", [...refresh, "--run-program"], jobs],
    ["it is no refresh", ["destroy", "--yes", "--skip-preview"], jobs],
    ["it is an up", ["up", "--yes", "--skip-preview"], jobs],
  ])("and not where %s", (_, args, state) => {
    expect(withoutLanguageHost(args, state)).toEqual([]);
  });
});
