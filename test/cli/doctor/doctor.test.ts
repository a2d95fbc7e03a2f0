import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { backendFinding } from "../../../cli/doctor/backend";
import { withoutPassword } from "../../../cli/doctor/finding";
import { nodeFinding } from "../../../cli/doctor/machine";
import { opens, passphraseFindings } from "../../../cli/doctor/passphrase";
import { packageFindings, projectFinding, readProjectFile } from "../../../cli/doctor/project";
import { pulumiLogsFinding } from "../../../cli/doctor/pulumiLogs";
import { clockFinding, credentialsFinding } from "../../../cli/doctor/server";
import { safeEnvironment } from "../../../cli/plan/environment";
import type { Project } from "../../../cli/project";
import { PulumiProcess } from "../../../cli/pulumiProcess";
import { connect } from "../../../provider/connect";

// Of a stack that Pulumi 3.250 made with the passphrase `a`.
const salt = "v1:VA7tJPUUTYw=:v1:JnMveu0u0KqU0emU:ObjF+CcI2eXPOaPvHGoGRe1sXsN3Cw==";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "doctor-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a Node that is too old is a fault", () => {
  expect(nodeFinding("20.19.0")).toMatchObject({
    verdict: "fault",
    text: "20.19.0 is not >=22.19",
  });
  expect(nodeFinding("22.19.0").verdict).toBe("ok");
});

describe("Pulumi's logs", () => {
  const logs = () => path.join(folder, "logs");
  const log = (name: string, megabytes: number) => {
    mkdirSync(logs(), { recursive: true });
    writeFileSync(path.join(logs(), name), "");
    truncateSync(path.join(logs(), name), megabytes * 1024 * 1024);
  };

  test("are named, with what they take", async () => {
    expect(await pulumiLogsFinding({ PULUMI_HOME: folder })).toMatchObject({
      verdict: "ok",
      text: `0.0 MB in 0 files in ${logs()}`,
    });
    log("pulumi-20261128T150000-1-up.log", 2.5);
    log("pulumi-20261128T150001-2.log", 1);
    log("notes.txt", 200);
    const { verdict, text } = await pulumiLogsFinding({ HOME: "/", PULUMI_HOME: folder });
    expect([verdict, text]).toEqual(["ok", `3.5 MB in 2 files in ${logs()}`]);
  });

  test("are warned of where they are more than pulumi-skaha lets stand", async () => {
    log("pulumi-20261128T150000-1-up.log", 101);
    expect(await pulumiLogsFinding({ PULUMI_HOME: folder })).toMatchObject({
      verdict: "warning",
      text: `101.0 MB in 1 file in ${logs()}: plain pulumi keeps up to 500 MB there, pulumi-skaha 50 MB`,
      remedy: `rm ${logs()}/*.log; for plain pulumi: export PULUMI_LOG_ROTATION_MAX_TOTAL_MB=50`,
    });
    for (const own of ["80", "0", "many"]) {
      const env = { PULUMI_HOME: folder, PULUMI_LOG_ROTATION_MAX_TOTAL_MB: own };
      expect(await pulumiLogsFinding(env)).toMatchObject({ verdict: "ok" });
    }
  });

  test("are kept as the user has set it", () => {
    const name = "PULUMI_LOG_ROTATION_MAX_TOTAL_MB";
    expect(safeEnvironment({})[name]).toBe("50");
    expect(safeEnvironment({ [name]: "7" })[name]).toBeUndefined();
  });
});

test("passwords in URLs are not shown", () => {
  expect(withoutPassword("postgres://me:s3cret@host/db")).toBe("postgres://[...]@host/db");
  expect(withoutPassword("file:///arc/home/a@b")).toBe("file:///arc/home/a@b");
});

describe("the passphrase", () => {
  test("is tried on what state has of it", async () => {
    expect(await opens(salt, "a")).toBe(true);
    expect(await opens(salt, "b")).toBe(false);
    expect(await opens("v2:of:another:form", "a")).toBeUndefined();
  });

  test("may come from the environment", async () => {
    const [finding] = await passphraseFindings(folder, { PULUMI_CONFIG_PASSPHRASE: "a" }, salt);
    expect(finding).toMatchObject({ verdict: "ok" });
    const [wrong] = await passphraseFindings(folder, { PULUMI_CONFIG_PASSPHRASE: "mark" }, salt);
    expect(wrong).toMatchObject({ verdict: "fault", text: expect.not.stringContaining("mark") });
  });

  test("is not needed where another service keeps the secrets", async () => {
    expect(await passphraseFindings(folder, {}, undefined)).toMatchObject([{ verdict: "ok" }]);
  });

  test("is missed where there is none", async () => {
    expect(await passphraseFindings(folder, {}, salt)).toMatchObject([{ verdict: "fault" }]);
    const env = { PULUMI_CONFIG_PASSPHRASE_FILE: "none" };
    expect(await passphraseFindings(folder, env, salt)).toMatchObject([
      { verdict: "fault", text: `${path.join(folder, "none")} cannot be read` },
    ]);
  });

  test("in a file is for its owner only, and not for git", async () => {
    const file = path.join(folder, ".pulumi-passphrase");
    writeFileSync(file, "a\n", { mode: 0o600 });
    expect(await passphraseFindings(folder, {}, salt)).toMatchObject([{ verdict: "ok" }]);
    chmodSync(file, 0o644);
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    expect(await passphraseFindings(folder, {}, salt)).toMatchObject([
      { verdict: "warning", remedy: `chmod 600 ${file}` },
      { verdict: "fault", text: expect.stringContaining("not ignored") },
    ]);
    chmodSync(file, 0o600);
    writeFileSync(path.join(folder, ".gitignore"), ".pulumi-passphrase\n");
    expect(await passphraseFindings(folder, {}, salt)).toMatchObject([{ verdict: "ok" }]);
  });
});

describe("the project", () => {
  async function projectWith(yaml: string) {
    writeFileSync(path.join(folder, "Pulumi.yaml"), yaml);
    return readProjectFile(folder);
  }
  function install(name: string, manifest: object): void {
    const place = path.join(folder, "node_modules", name);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, "package.json"), JSON.stringify(manifest));
  }
  const peers = { peerDependencies: { "@pulumi/pulumi": ">=3.250.0 <4" } };

  test("has to look at the jobs first", async () => {
    const without = await projectWith("name: p\nruntime: nodejs\n");
    expect(projectFinding(folder, without)).toMatchObject({ verdict: "warning" });
    const always = await projectWith("name: p\nruntime: nodejs\noptions: { refresh: always }\n");
    expect(projectFinding(folder, always)).toMatchObject({ verdict: "ok" });
  });

  test("is told in a sentence where its file is no project", async () => {
    await expect(projectWith("runtime: nodejs\n")).rejects.toThrow(
      /Pulumi\.yaml is not a Pulumi project, at name: it must be text; it needs at least name: /,
    );
    await expect(projectWith("")).rejects.toThrow(/at its top: it must be a map; it needs/);
  });

  const ours = { version: "0.0.1", ...peers };
  test.each([
    ["nothing", {}, "fault", "has no pulumi-skaha and no @pulumi/pulumi"],
    [
      "an old SDK",
      { "pulumi-skaha": ours, "@pulumi/pulumi": { version: "3.100.0" } },
      "fault",
      "@pulumi/pulumi is 3.100.0; it must be >=3.250.0 <4",
    ],
    [
      "another release than the command's",
      { "pulumi-skaha": ours, "@pulumi/pulumi": { version: "3.270.0" } },
      "warning",
      "pulumi-skaha 0.0.1, @pulumi/pulumi 3.270.0, but this command is of pulumi-skaha ",
    ],
  ])("with %s installed is told so", async (_what, packages, verdict, text) => {
    for (const [name, manifest] of Object.entries(packages)) install(name, manifest);
    const project = await projectWith("name: p\nruntime: { name: nodejs }\nmain: index.ts\n");
    expect(packageFindings(folder, project)).toMatchObject([
      { verdict, text: expect.stringContaining(text) },
    ]);
  });

  test("is a program for Node", async () => {
    const project = await projectWith("name: p\nruntime: python\n");
    expect(packageFindings(folder, project)).toMatchObject([{ verdict: "fault" }]);
  });
});

describe("the backend", () => {
  /** A `pulumi` that says this. */
  function projectSaying(stdout: string, stderr = "", status = 0): Project {
    const command = path.join(folder, "pulumi");
    const script = `#!/bin/sh\ncat <<'END'\n${stdout}\nEND\ncat >&2 <<'END'\n${stderr}\nEND\nexit ${status}\n`;
    writeFileSync(command, script, { mode: 0o755 });
    return { folder, program: folder, pulumi: new PulumiProcess(command, folder, process.env) };
  }
  const saying = (url: string) => projectSaying(JSON.stringify({ user: "me", url }));

  test("in a git work tree is a warning, as long as git does not ignore it", async () => {
    const project = saying("file://./state");
    mkdirSync(path.join(folder, "state"));
    expect(await backendFinding(project)).toMatchObject({ verdict: "ok" });
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    expect(await backendFinding(project)).toMatchObject({
      verdict: "warning",
      text: "file://./state as me is in a git work tree: two clones would each believe their own state",
    });
    writeFileSync(path.join(folder, ".gitignore"), "state/\n");
    expect(await backendFinding(project)).toMatchObject({ verdict: "ok" });
  });

  test("is named without its password", async () => {
    const finding = await backendFinding(saying("postgres://me:s3cret@host/db"));
    expect(finding).toMatchObject({ verdict: "ok", text: "postgres://[...]@host/db as me" });
  });

  test("that cannot be had is a fault with a remedy", async () => {
    for (const opening of ["bucket file:///a?no_tmp_dir=true", 'state directory "file:///a"']) {
      const missing = `error: unable to open ${opening}: stat /a/b c: no such file or directory`;
      expect(await backendFinding(projectSaying("", missing, 255))).toMatchObject({
        ...{
          verdict: "fault",
          text: "its folder /a/b c does not exist",
          remedy: "mkdir -p '/a/b c'",
        },
      });
    }
    const login =
      "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions";
    expect(await backendFinding(projectSaying("", login, 255))).toMatchObject({
      ...{ verdict: "fault", text: expect.stringMatching(/^PULUMI_ACCESS_TOKEN must be set/) },
      remedy: expect.stringContaining("pulumi login"),
    });
  });
});

describe("the credentials", () => {
  const now = Date.UTC(2026, 10, 22);
  const finding = (expires: number) => {
    const payload = Buffer.from(JSON.stringify({ exp: expires / 1_000 })).toString("base64url");
    const env = {
      CANFAR_TOKEN: `marker.${payload}.marker`,
      CANFAR_URL: "http://127.0.0.1:1/skaha/v1",
    };
    const clock = { now: () => now, sleep: async () => {} };
    return credentialsFinding(
      connect(() => undefined, env, { clock, home: folder }),
      now,
    );
  };

  test.each([
    ["ok", 30 * 24],
    ["warning", 3],
    ["fault", -1],
  ])("are %s when they are good for %d hours", async (verdict, hours) => {
    const found = await finding(now + hours * 3_600_000);
    expect(found).toMatchObject({ verdict, text: expect.stringContaining("CANFAR_TOKEN") });
    expect(JSON.stringify(found)).not.toContain("marker");
    expect(JSON.stringify(found)).toContain(new Date(now + hours * 3_600_000).toISOString());
  });
});

describe("the clock", () => {
  test.each([
    [0, "ok", "agrees with the server's"],
    [-50_000, "ok", "agrees with the server's"],
    [630_000, "warning", "10 min behind the server's"],
    [-7_230_000, "warning", "2 h 00 min ahead of the server's"],
    [undefined, "ok", "the server does not say its time"],
  ])("when the server's differs by %p ms is %s", async (by, verdict, text) => {
    const server = createServer((_request, response) => {
      response.sendDate = false;
      if (by !== undefined) response.setHeader("date", new Date(Date.now() + by).toUTCString());
      response.writeHead(401).end("who is there?");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const env = { CANFAR_URL: `http://127.0.0.1:${port}/skaha/v1` };
      const found = await clockFinding(connect(() => undefined, env, { home: folder }));
      expect(found).toMatchObject({ verdict, text: expect.stringContaining(text) });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
