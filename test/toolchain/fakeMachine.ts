// A machine of one's own: a PATH, a home, and a `pulumi` and a `go` that are small shell scripts, note
// that they were called, and do what a test wants.

import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { findExecutable } from "../../toolchain/executables";
import {
  getPulumi,
  type Pulumi,
  pulumiVersion,
  type Surroundings,
} from "../../toolchain/pulumiCli";

export class FakeMachine implements AsyncDisposable {
  readonly said: string[] = [];
  readonly #heard: { readonly start: string; readonly hear: () => void }[] = [];

  private constructor(readonly folder: string) {}

  static async boot(): Promise<FakeMachine> {
    const machine = new FakeMachine(await mkdtemp(path.join(tmpdir(), "fake-machine-")));
    await mkdir(machine.at("bin"));
    for (const tool of ["chmod", "dirname", "env", "mkdir", "sed", "sleep"]) {
      const real = findExecutable(tool, process.env.PATH);
      if (real) await symlink(real, machine.at("bin", tool));
    }
    await writeFile(machine.at("languageHost.js"), "// the first language host\n");
    return machine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  at(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  async getPulumi(options: Partial<Surroundings> = {}): Promise<Pulumi> {
    return await getPulumi({
      env: { PATH: this.at("bin"), HOME: this.at("home") },
      say: (line) => {
        this.said.push(line);
        for (const { start, hear } of this.#heard) if (line.startsWith(start)) hear();
      },
      installRelease: async () => {
        await this.#note("release");
        throw new Error("get.pulumi.com cannot be reached (fake).");
      },
      languageHost: this.at("languageHost.js"),
      pollMs: 5,
      progressMs: 60_000,
      ...options,
    });
  }

  /** Resolves when a line that begins so is said. */
  hears(start: string): Promise<void> {
    return new Promise((hear) => this.#heard.push({ start, hear }));
  }

  /** How often `go`, `release` or a `pulumi` was called. */
  async calls(name: string): Promise<number> {
    const notes = await readFile(this.at(`${name}.calls`), "utf8").catch(() => "");
    return notes.split("\n").length - 1;
  }

  async placePulumi(
    bin: string,
    {
      answer = `echo v${pulumiVersion}`,
      helpers = true,
    }: { answer?: string; helpers?: boolean } = {},
  ): Promise<void> {
    await this.#script(path.join(bin, "pulumi"), `echo >> ${this.at("pulumi.calls")}; ${answer}`);
    if (!helpers) return;
    await this.#script(path.join(bin, "pulumi-language-nodejs"), "exit 0");
    await this.#script(path.join(bin, "pulumi-resource-pulumi-nodejs"), "exit 0");
  }

  /** A `go` that first does `before`, then builds a working `pulumi` of the version that go.mod requires. */
  async placeGo({ before = ":" }: { before?: string } = {}): Promise<void> {
    const required = "sed -n 's/^require github.com.*pkg.v3 //p' go.mod";
    await this.placePulumi(this.at("what-go-builds"), {
      helpers: false,
      answer: "echo @VERSION@",
    });
    await this.#script(
      this.at("bin/go"),
      [
        `echo >> ${this.at("go.calls")}`,
        before,
        'while [ $# -gt 0 ]; do [ "$1" = -o ] && output=$2; shift; done',
        'mkdir -p "$(dirname "$output")"',
        `sed "s/@VERSION@/$(${required})/" ${this.at("what-go-builds/pulumi")} > "$output"`,
        'chmod +x "$output"',
      ].join("\n"),
    );
  }

  async #script(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\n${text}\n`);
    await chmod(file, 0o755);
  }

  async #note(name: string): Promise<void> {
    await writeFile(this.at(`${name}.calls`), "\n", { flag: "a" });
  }
}
