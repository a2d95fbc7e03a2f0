// Where the Python package finds `pulumi-skaha`, and what it says where something is missing.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { describePython, inPython } from "./python";

const saysOf = (call: string, env: Readonly<Record<string, string>> = {}) => `
import os
os.environ.update(${JSON.stringify(env)})
try:
    answer = str(${call})
except skaha.CommandError as error:
    answer = str(error)`;

describePython("the package pulumi", () => {
  test.each([
    ["resources", "resources"],
    ["automation", "stacks"],
  ])("is said to be missing by pulumi_skaha.%s, with how to get it", (module, what) => {
    const program = `
import importlib
sys.modules["pulumi"] = None
try:
    answer = str(importlib.import_module("pulumi_skaha.${module}"))
except ModuleNotFoundError as error:
    answer = str(error)`;
    expect(inPython(program, [])).toBe(
      `${what} need the package pulumi: pip install "pulumi-skaha[pulumi]", or pip install pulumi`,
    );
  });
});

describePython("the command that Python runs", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "skaha-command-"));
  });
  afterEach(() => rm(folder, { recursive: true, maxRetries: 5 }));

  test("is that of the project, also from a folder inside it", async () => {
    const inside = path.join(folder, "scripts");
    await mkdir(path.join(folder, "node_modules/.bin"), { recursive: true });
    await mkdir(inside);
    const command = path.join(folder, "node_modules/.bin/pulumi-skaha");
    await writeFile(command, "#!/bin/sh\n", { mode: 0o755 });
    const call = `__import__("pulumi_skaha._command")._command.find_command(${JSON.stringify(inside)})`;
    expect(inPython(saysOf(call), [])).toBe(command);
    expect(inPython(saysOf(call, { PATH: "" }), [])).toBe(
      `${command} needs Node.js, but there is no node on the PATH: install Node 22.19 or newer`,
    );
  });

  test("is said to be missing, with how to get it", () => {
    const call = `skaha.manifest(folder=${JSON.stringify(folder)})`;
    expect(inPython(saysOf(call, { PATH: "" }), [])).toMatch(
      /^there is no pulumi-skaha in \S+: install it there, by `npm install/,
    );
    const program = saysOf(call, { PULUMI_SKAHA_COMMAND: "/nowhere/pulumi-skaha" });
    expect(inPython(program, [])).toBe(
      "PULUMI_SKAHA_COMMAND is /nowhere/pulumi-skaha, but there is no such program",
    );
  });

  test("says last what the error says, too, where it shows its output", async () => {
    const command = path.join(folder, "pulumi-skaha");
    const text =
      '#!/bin/sh\necho "one: $*" >&2\necho "error: no language plugin" >&2\necho >&2\nexit 3\n';
    await writeFile(command, text, { mode: 0o755 });
    const call = `skaha.until_done(${JSON.stringify(folder)})`;
    expect(inPython(saysOf(call, { PULUMI_SKAHA_COMMAND: command }), [])).toBe(
      "pulumi-skaha up --until-done: exit status 3: error: no language plugin",
    );
  });

  test("is the real one, whose own words are the error's", async () => {
    const command = path.join(folder, "pulumi-skaha");
    const text = `#!/bin/sh\nexec ${process.execPath} ${path.join(checkout, "dist/cli/main.js")} "$@"\n`;
    await writeFile(command, text, { mode: 0o755 });
    await symlink(path.join(checkout, "node_modules"), path.join(folder, "node_modules"));
    const call = `skaha.manifest("study", folder=${JSON.stringify(folder)}, where={"x": True})`;
    expect(inPython(saysOf(call, { PULUMI_SKAHA_COMMAND: command }), [])).toMatch(
      /^pulumi-skaha manifest: .*Pulumi\.yaml/,
    );
  });
});
