// What a result depends on besides the code: the machine, and the versions of what is run.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { checkout } from "../toolchain/checkout";
import type { Pulumi } from "../toolchain/pulumiCli";
import { canfarVersion } from "./contestants/python";
import type { Results } from "./results";

export const load = () => os.loadavg()[0] ?? 0;

export function machine(loadBefore: number): Results["machine"] {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model ?? "",
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.platform()} ${os.release()} ${os.arch()}`,
    load: [loadBefore, load()],
  };
}

export function versions(pulumi: Pulumi): Record<string, string> {
  return {
    "pulumi-skaha": versionOf(checkout),
    pulumi: pulumi.version,
    "@pulumi/pulumi": versionOf(path.join(checkout, "node_modules/@pulumi/pulumi")),
    node: process.versions.node,
    canfar: canfarVersion,
    python: said("python3", ["--version"]).replace("Python ", ""),
    curl: said("curl", ["--version"]).split(" ")[1] ?? "",
  };
}

export function commit(): { readonly commit: string; readonly isDirty: boolean } {
  return {
    commit: said("git", ["rev-parse", "--short=9", "HEAD"]),
    isDirty: said("git", ["status", "--porcelain", "--untracked-files=no"]) !== "",
  };
}

function versionOf(folder: string): string {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")).version;
}

/** Empty where there is no such program. */
function said(file: string, words: readonly string[]): string {
  try {
    return execFileSync(file, words, { cwd: checkout, encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
