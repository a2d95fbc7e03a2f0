import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { invocationIn, runnable } from "../../cli/invocation";
import { suggested } from "../../cli/suggested";

const onPath = { skaha: "pulumi-skaha", pulumi: "pulumi" };

test("a suggested command is about the stack and folder that were asked about", () => {
  const text = "to learn why: pulumi-skaha why a; pulumi-skaha up --until-done goes on";
  expect(suggested(text, {}, onPath)).toBe(text);
  expect(suggested(text, { stack: "prod", cwd: "my survey" }, onPath)).toBe(
    "to learn why: pulumi-skaha why --stack prod -C 'my survey' a; pulumi-skaha up --stack prod -C 'my survey' --until-done goes on",
  );
  expect(suggested("pulumi-skaha doctor; pulumi-skaha upwards", { stack: "prod" }, onPath)).toBe(
    "pulumi-skaha doctor; pulumi-skaha upwards",
  );
});

test("what only a stack can do is not suggested of a record", () => {
  const text =
    "it is not to blame: run it again with pulumi-skaha rerun 'a b', or declare retry: { limit: 2, on: [\"Killed\"] }";
  expect(suggested(text, { record: "/arc/x" }, onPath)).toBe(
    "it is not to blame: submit it again with --rerun failed",
  );
  expect(suggested("pulumi-skaha logs a", { record: "/arc/x" }, onPath)).toBe(
    "pulumi-skaha logs --record /arc/x a",
  );
});

describe("a suggested command works where the user is", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "suggested-"));
    for (const name of [
      "bin/pulumi-skaha",
      "bin/pulumi",
      "project/node_modules/.bin/pulumi-skaha",
    ]) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, "#!/bin/sh\n");
      await chmod(file, 0o755);
    }
    await mkdir(path.join(folder, "project/night"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const at = (cwd: string, env: NodeJS.ProcessEnv, script?: string) =>
    invocationIn({
      cwd: path.join(folder, cwd),
      env,
      script: script === undefined ? undefined : path.join(folder, script),
    });

  test("by its name where it is on PATH", () => {
    expect(at(".", { PATH: path.join(folder, "bin") })).toEqual(onPath);
  });

  test("by npx in a project that has it, and below", () => {
    for (const cwd of ["project", "project/night"]) {
      expect(at(cwd, { PATH: "/nowhere" })).toEqual({ skaha: "npx pulumi-skaha" });
    }
  });

  test("by npx where npx has started it: what that puts on PATH is not the user's", () => {
    const PATH = path.join(folder, "project/node_modules/.bin");
    expect(at("project", { PATH, npm_command: "exec" }).skaha).toBe("npx pulumi-skaha");
    expect(at("project", { PATH }).skaha).toBe("pulumi-skaha");
  });

  test("by its path from another folder", () => {
    const script = "project/node_modules/.bin/pulumi-skaha";
    expect(at(".", { PATH: "" }, script).skaha).toBe(`./${script}`);
    expect(at("bin/..", { PATH: "" }, "project/main.js").skaha).toBe("pulumi-skaha");
  });

  test("in every sentence, once", () => {
    const byNpx = { skaha: "npx pulumi-skaha" };
    const shown = (text: string) => runnable(text, byNpx);
    expect(shown("To learn why: pulumi-skaha why a; then pulumi-skaha save-logs --to x.")).toBe(
      "To learn why: npx pulumi-skaha why a; then npx pulumi-skaha save-logs --to x.",
    );
    expect(shown("run `pulumi config set --secret skaha:token T`, then `pulumi up`")).toBe(
      "run `npx pulumi-skaha pulumi config set --secret skaha:token T`, then `npx pulumi-skaha up`",
    );
    expect(shown("pulumi stack select dev")).toBe("npx pulumi-skaha pulumi stack select dev");
    for (const text of ["pulumi-skaha: no stack", "pulumi-skaha 1.2", "pulumi is old"]) {
      expect(shown(text)).toBe(text);
    }
    expect(shown(shown("pulumi-skaha up and pulumi login"))).toBe(
      shown("pulumi-skaha up and pulumi login"),
    );
    expect(runnable("pulumi-skaha up, pulumi up", onPath)).toBe("pulumi-skaha up, pulumi up");
  });

  test("about the stack that was asked about", () => {
    expect(suggested("pulumi-skaha why a", { stack: "prod" }, { skaha: "npx pulumi-skaha" })).toBe(
      "npx pulumi-skaha why --stack prod a",
    );
  });
});
