// Building the Pulumi CLI from its Go module, which is to be had where only package registries are.
// `go install` refuses this module because of its `replace` lines; those of a dependency are ignored,
// so cli-from-go/ is a module of our own that depends on it: the newest, and in oldest/ the oldest that is promised.

import { spawn } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "./checkout";
import { findExecutable } from "./executables";

const modules = path.join(checkout, "toolchain/cli-from-go");
const minuteMs = 60_000;

export async function buildFromGo(
  output: string,
  version: string,
  {
    env,
    say,
    progressMs,
  }: { env: NodeJS.ProcessEnv; say: (line: string) => void; progressMs: number },
): Promise<void> {
  if (process.platform === "win32") {
    throw new Error("not on Windows, where the official installer is the way.");
  }
  insistOnGo(env);
  say(
    `Building the Pulumi CLI ${version} from its Go module (about 5 to 10 minutes on two cores, once) ...`,
  );
  const module = await mkdtemp(path.join(tmpdir(), "pulumi-from-go-"));
  const started = Date.now();
  const progress = setInterval(() => {
    const minutes = Math.round((Date.now() - started) / minuteMs);
    say(`Still building the Pulumi CLI (${minutes} min) ...`);
  }, progressMs);
  try {
    // A copy, because settings such as GOFLAGS=-mod=mod would let go edit the checkout's.
    const source = await moduleOf(version);
    for (const name of ["go.mod", "go.sum"]) {
      await copyFile(path.join(source, name), path.join(module, name));
    }
    await copyFile(path.join(modules, "tools.go"), path.join(module, "tools.go"));
    const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
    await runGo(
      ["build", "-o", output, "-ldflags", flags, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
      { cwd: module, env: { ...env, PWD: module, CGO_ENABLED: "0", GOWORK: "off" } },
    );
  } finally {
    clearInterval(progress);
    await rm(module, { recursive: true, force: true });
  }
}

/** @returns the folder of the go.mod that requires this version, and of its checksums */
async function moduleOf(version: string): Promise<string> {
  for (const folder of [modules, path.join(modules, "oldest")]) {
    const text = await readFile(path.join(folder, "go.mod"), "utf8").catch(() => "");
    if (text.includes(`require github.com/pulumi/pulumi/pkg/v3 v${version}\n`)) return folder;
  }
  throw new Error(`this checkout has no go.mod for Pulumi ${version}.`);
}

function insistOnGo(env: NodeJS.ProcessEnv): string {
  const go = findExecutable("go", env.PATH);
  if (!go) throw new Error("`go` is not on PATH.");
  return go;
}

/** @throws Error with what Go said, or that there is none */
export async function runGo(
  words: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  const go = insistOnGo(options.env);
  const child = spawn(go, words, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  const said: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
  const end = await new Promise<number | string | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(signal ?? code));
  });
  if (end !== 0) throw new Error(`go ${words[0]} ended with ${end}: ${ownWords(said.join(""))}`);
}

/** Without the list of what it downloaded, and not all that a failed build may print. */
function ownWords(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines
    .filter((line) => line && !line.startsWith("go: downloading"))
    .slice(0, 10)
    .join(" / ");
}
