// How the Pulumi CLI is found, fetched or built. It is long, because each state of a machine is a case of its own.
import { existsSync, writeFileSync } from "node:fs";
import { access, mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { oldestPulumi, pulumiVersion } from "../../toolchain/pulumiCli";
import { FakeMachine } from "./fakeMachine";

const goBuilt = `home/.pulumi/pulumi-skaha/v${pulumiVersion}-go`;
const goBuiltOldest = `home/.pulumi/pulumi-skaha/v${oldestPulumi}-go`;

describe("getPulumi", () => {
  test("takes the one on PATH and asks for no other", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placePulumi(machine.at("bin"), { answer: "echo v3.261.1" });
    await machine.placeGo();

    expect(await machine.getPulumi()).toEqual({
      command: machine.at("bin/pulumi"),
      version: "3.261.1",
      origin: "path",
      env: {
        PATH: [machine.at("bin"), path.join(checkout, "node_modules/.bin"), machine.at("bin")].join(
          path.delimiter,
        ),
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    });
    expect([await machine.calls("release"), await machine.calls("go")]).toEqual([0, 0]);
    expect(machine.said).toEqual([]);
  });

  test("lets something else be done while one is asked for its version", async () => {
    await using machine = await FakeMachine.boot();
    const isAnswered = machine.at("answered");
    const mayAnswer = machine.at("may-answer");
    // It answers only after that: without, it would end with a status.
    const waits = `i=0; while [ ! -e ${mayAnswer} ]; do i=$((i+1)); [ $i -lt 500 ] || exit 3; sleep 0.02; done`;
    await machine.placePulumi(machine.at("bin"), {
      answer: `${waits}; : > ${isAnswered}; echo v3.261.1`,
    });
    const calls: boolean[] = [];
    const meanwhile = () => {
      calls.push(existsSync(isAnswered));
      writeFileSync(mayAnswer, "");
    };
    expect(await machine.getPulumi({ meanwhile })).toMatchObject({ version: "3.261.1" });
    expect([calls, existsSync(isAnswered)]).toEqual([[false], true]);
  });

  test.each([
    ["is too old", { answer: "echo v3.249.9" }, "is version 3.249.9"],
    ["is of another age", { answer: "echo v4.0.0" }, "is version 4.0.0"],
    ["does not start", { answer: "echo broken >&2; exit 3" }, "does not start"],
    ["says something else", { answer: "echo hello" }, 'says "hello" instead of its version'],
    ["cannot run Node programs", { helpers: false }, "has no pulumi-language-nodejs and no"],
  ])("passes over one on PATH that %s, and says so", async (_, pulumi, reason) => {
    await using machine = await FakeMachine.boot();
    await machine.placePulumi(machine.at("bin"), pulumi);
    await machine.placeGo();

    expect(await machine.getPulumi()).toMatchObject({ origin: "go" });
    expect(machine.said[0]).toContain("The pulumi on PATH is not used: ");
    expect(machine.said[0]).toContain(reason);
  });

  test("finds what the Automation API installed, the newest that will do", async () => {
    await using machine = await FakeMachine.boot();
    const versions = machine.at("home/.pulumi/versions");
    await machine.placePulumi(path.join(versions, "3.251.0/bin"), { answer: "echo v3.251.0" });
    await machine.placePulumi(path.join(versions, "3.260.0/bin"), { answer: "echo v3.260.0" });
    await machine.placePulumi(path.join(versions, "3.270.0/bin"), { answer: "exit 1" });

    expect(await machine.getPulumi()).toMatchObject({
      command: path.join(versions, "3.260.0/bin/pulumi"),
      version: "3.260.0",
      origin: "installed",
    });
  });

  test("takes one that is older than what it would install, but promised", async () => {
    await using onPath = await FakeMachine.boot();
    await onPath.placePulumi(onPath.at("bin"), { answer: `echo v${oldestPulumi}` });
    await onPath.placeGo();
    expect(await onPath.getPulumi()).toMatchObject({ version: oldestPulumi, origin: "path" });

    await using before = await FakeMachine.boot();
    await before.placePulumi(before.at(goBuiltOldest, "bin"), { answer: `echo v${oldestPulumi}` });
    await before.placeGo();
    const found = await before.getPulumi();
    expect(found).toMatchObject({ version: oldestPulumi, origin: "installed" });
    expect(found.command).toBe(before.at(goBuiltOldest, "bin/pulumi"));
    expect([await onPath.calls("go"), await before.calls("go")]).toEqual([0, 0]);
  });

  test("takes the newest of releases and those that were built, whoever installed them", async () => {
    await using machine = await FakeMachine.boot();
    const versions = machine.at("home/.pulumi/versions");
    await machine.placePulumi(path.join(versions, "3.260.0/bin"), { answer: "echo v3.260.0" });
    await machine.placePulumi(machine.at(goBuiltOldest, "bin"), {
      answer: `echo v${oldestPulumi}`,
    });
    expect(await machine.getPulumi()).toMatchObject({ version: "3.260.0" });
    await machine.placePulumi(machine.at(goBuilt, "bin"));
    expect(await machine.getPulumi()).toMatchObject({ version: pulumiVersion });
  });

  test("installs the newest over an older one where that is preferred, and else takes the older", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placePulumi(machine.at(goBuiltOldest, "bin"), {
      answer: `echo v${oldestPulumi}`,
    });
    const preferred = `>=${pulumiVersion} <4`;
    expect(await machine.getPulumi({ preferred })).toMatchObject({
      version: oldestPulumi,
      origin: "installed",
    });
    await machine.placeGo();
    expect(await machine.getPulumi({ preferred })).toMatchObject({
      version: pulumiVersion,
      origin: "go",
    });
    expect(await machine.getPulumi({ preferred })).toMatchObject({ origin: "installed" });
  });

  test("gets one version alone where that is asked for", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placePulumi(machine.at("bin"));
    await machine.placePulumi(machine.at(goBuilt, "bin"));
    await machine.placeGo();
    const only = { version: oldestPulumi, accepted: oldestPulumi };
    expect(await machine.getPulumi(only)).toMatchObject({
      command: machine.at(goBuiltOldest, "bin/pulumi"),
      version: oldestPulumi,
      origin: "go",
    });
    expect(await machine.getPulumi(only)).toMatchObject({ origin: "installed" });
    expect(await machine.calls("go")).toBe(1);
    expect(await machine.getPulumi()).toMatchObject({ version: pulumiVersion, origin: "path" });
  });

  test("builds no version that it has no checksums for", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placeGo();
    const only = { version: "3.251.0", accepted: "3.251.0" };
    await expect(machine.getPulumi(only)).rejects.toThrow(
      "built from its Go module: this checkout has no go.mod for Pulumi 3.251.0.",
    );
    expect(await machine.calls("go")).toBe(0);
  });

  test("promises the oldest that package.json does", () => {
    const { peerDependencies } = require("../../package.json");
    expect(peerDependencies["@pulumi/pulumi"]).toBe(`>=${oldestPulumi} <4`);
  });

  test("downloads the release rather than building", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placeGo();
    const found = await machine.getPulumi({
      installRelease: (folder) => machine.placePulumi(path.join(folder, "bin")),
    });

    expect(found).toMatchObject({
      command: machine.at(`home/.pulumi/versions/${pulumiVersion}/bin/pulumi`),
      origin: "release",
    });
    await access(found.command);
    expect(await machine.calls("go")).toBe(0);
    expect(await machine.getPulumi()).toMatchObject({ ...found, origin: "installed" });
  });

  test("builds where the release is unusable, and keeps nothing of it", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placeGo();

    expect(
      await machine.getPulumi({
        installRelease: (folder) =>
          machine.placePulumi(path.join(folder, "bin"), { answer: "exit 1" }),
      }),
    ).toMatchObject({ origin: "go" });
    expect(await readdir(machine.at("home/.pulumi/versions"))).toEqual([]);
  });

  test("builds once; the next run finds it", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placeGo();
    const first = await machine.getPulumi();
    const second = await machine.getPulumi();

    expect(first).toMatchObject({ command: machine.at(goBuilt, "bin/pulumi"), origin: "go" });
    expect(second).toEqual({ ...first, origin: "installed" });
    expect([await machine.calls("release"), await machine.calls("go")]).toEqual([1, 1]);
    expect(machine.said).toEqual([
      expect.stringMatching(/^Downloading .*seconds/),
      expect.stringMatching(/^Building .*about 5 to 10 minutes on two cores, once/),
    ]);
  });

  test("says now and then that it is still building", async () => {
    await using machine = await FakeMachine.boot();
    const goOn = machine.at("go-on");
    await machine.placeGo({ before: `while [ ! -e ${goOn} ]; do sleep 0.01; done` });
    const result = machine.getPulumi({ progressMs: 5 });
    await machine.hears("Still building");
    await writeFile(goOn, "");

    expect(await result).toMatchObject({ origin: "go" });
  });

  test("installs below PULUMI_HOME where that is set", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placeGo();
    const env = { PATH: machine.at("bin"), PULUMI_HOME: machine.at("elsewhere") };

    expect(await machine.getPulumi({ env })).toMatchObject({
      command: machine.at(`elsewhere/pulumi-skaha/v${pulumiVersion}-go/bin/pulumi`),
    });
  });

  test.each([
    ["does not start", { answer: "exit 1" }],
    ["is of another version", { answer: "echo v3.249.0" }],
    ["was cut off", { answer: "echo v3.2" }],
  ])("does an installation over that %s", async (_, pulumi) => {
    await using machine = await FakeMachine.boot();
    await machine.placePulumi(machine.at(goBuilt, "bin"), pulumi);
    await machine.placeGo();

    expect(await machine.getPulumi()).toMatchObject({ origin: "go", version: pulumiVersion });
    expect(await machine.getPulumi()).toMatchObject({
      origin: "installed",
      version: pulumiVersion,
    });
    expect(await machine.calls("go")).toBe(1);
  });

  test("clears away what an interrupted installation left", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placePulumi(machine.at(goBuilt, `../.v${pulumiVersion}-go.part-1/bin`));
    await mkdir(machine.at(goBuilt, "bin"), { recursive: true });
    await machine.placeGo();

    expect(await machine.getPulumi()).toMatchObject({ origin: "go" });
    expect(await readdir(machine.at(goBuilt, ".."))).toEqual([`v${pulumiVersion}-go`]);
  });

  test("two at once build once, and the second says that it waits", async () => {
    await using machine = await FakeMachine.boot();
    const goOn = machine.at("go-on");
    await machine.placeGo({ before: `while [ ! -e ${goOn} ]; do sleep 0.01; done` });
    const waiting = machine.hears("Waiting for another run");
    const both = Promise.all([machine.getPulumi(), machine.getPulumi()]);
    await waiting;
    await writeFile(goOn, "");

    expect((await both).map(({ origin }) => origin).sort()).toEqual(["go", "installed"]);
    expect(await machine.calls("go")).toBe(1);
  });

  test("takes over the lock of a run that died", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placeGo();
    const lock = machine.at("home/.pulumi/pulumi-skaha/installing.lock");
    await mkdir(lock, { recursive: true });
    await utimes(lock, new Date(0), new Date(0));

    expect(await machine.getPulumi()).toMatchObject({ origin: "go" });
    expect(machine.said).not.toContainEqual(expect.stringContaining("Waiting"));
  });

  test("keeps the user's Pulumi settings away from the question for the version", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placePulumi(machine.at("bin"), {
      answer: '[ "$PULUMI_SKIP_UPDATE_CHECK$PULUMI_DEBUG_COMMANDS" = true ] && echo v3.250.0',
    });
    const env = {
      PATH: machine.at("bin"),
      HOME: machine.at("home"),
      PULUMI_DEBUG_COMMANDS: "1",
      PULUMI_SKIP_UPDATE_CHECK: "false",
    };

    expect(await machine.getPulumi({ env })).toMatchObject({ origin: "path" });
  });

  test("puts copies of the Node helpers beside what it built, and renews them", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placeGo();
    await machine.getPulumi();
    await writeFile(machine.at("languageHost.js"), "// the second language host\n");
    await machine.getPulumi();

    const bin = machine.at(goBuilt, "bin");
    const texts = await Promise.all(
      ["pulumi-language-nodejs.js", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"].map(
        (name) => readFile(path.join(bin, name), "utf8"),
      ),
    );
    expect(texts[0]).toBe("// the second language host\n");
    expect(texts.join("")).not.toContain(checkout);
    expect(await readdir(bin)).toHaveLength(4);
  });

  test("names each way that failed, why, and what to install", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placePulumi(machine.at("bin"), { answer: "echo v3.100.0" });
    await machine.placePulumi(machine.at(goBuilt, "bin"), { answer: "echo v3.200.0" });
    await machine.placeGo({
      before: [
        "echo 'go: downloading example.com/x v1.0.0' >&2",
        "echo 'go: go.mod requires go >= 1.25.11 (running go 1.20; GOTOOLCHAIN=local)' >&2",
        "exit 1",
      ].join("\n"),
    });

    const message = await machine.getPulumi().catch((error: Error) => error.message);
    expect(message).toBe(
      [
        "There is no usable Pulumi CLI, and none could be installed. Tried:",
        `  - pulumi on PATH: ${machine.at("bin/pulumi")} is version 3.100.0; wanted is >=3.250.0 <4.`,
        `  - installed before, below ${machine.at("home/.pulumi")}: ${machine.at(goBuilt, "bin/pulumi")} is version 3.200.0; wanted is >=3.250.0 <4.`,
        "  - the official release: get.pulumi.com cannot be reached (fake).",
        "  - built from its Go module: go build ended with 1: go: go.mod requires go >= 1.25.11 (running go 1.20; GOTOOLCHAIN=local)",
        `Install Pulumi ${pulumiVersion} (https://www.pulumi.com/docs/install), or Go (https://go.dev/dl) with a way to its module proxy, and run this again.`,
      ].join("\n"),
    );
  });

  test("says so where there is no go", async () => {
    await using machine = await FakeMachine.boot();

    await expect(machine.getPulumi()).rejects.toThrow(
      "built from its Go module: `go` is not on PATH.",
    );
  });

  test("asks for another PULUMI_HOME where that one cannot be written", async () => {
    await using machine = await FakeMachine.boot();
    const env = { PATH: machine.at("bin"), PULUMI_HOME: machine.at("languageHost.js") };

    await expect(machine.getPulumi({ env })).rejects.toThrow(
      "set PULUMI_HOME to a folder that can be written",
    );
  });

  test("lets the next run try again after a failure", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placeGo({ before: "exit 1" });
    await expect(machine.getPulumi()).rejects.toThrow("go build ended with 1");
    await machine.placeGo();

    expect(await machine.getPulumi()).toMatchObject({ origin: "go" });
  });
});
