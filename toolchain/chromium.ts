// A Chromium to open the report in: one that is on the machine, or Debian's, where it may be installed.
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const minute = 60_000;

/** @returns the program's path, or undefined */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env.PULUMI_SKAHA_CHROMIUM;
  if (named) return isProgram(named) ? named : undefined;
  const folders = (env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return names
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((file) => isProgram(file));
}

export interface Installing {
  readonly say: (line: string) => void;
  /** @default 6 minutes */
  readonly timeoutMs?: number;
}

/**
 * The same, installed with apt where there is none, where that is possible and ends in time.
 * @returns undefined where none can be had; it has said why
 */
export async function getChromium({
  say,
  timeoutMs = 6 * minute,
}: Installing): Promise<string | undefined> {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) {
    say("There is no Chromium, and only root may install one.");
    return undefined;
  }
  const deadline = AbortSignal.timeout(timeoutMs);
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    say(`apt-get ${words.join(" ")} ...`);
    const problem = await apt(words, deadline);
    if (problem !== undefined) {
      say(`There is no Chromium, and apt-get ${words[0]} did not bring one: ${problem}`);
      if (deadline.aborted || words[0] !== "update") return undefined;
    }
  }
  return findChromium();
}

/** @returns what went wrong */
function apt(words: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn("apt-get", ["-q", ...words], {
      signal,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    let said = "";
    child.stderr.on("data", (data: Buffer) => {
      said = (said + data.toString()).slice(-500);
    });
    child.once("error", (error) => resolve(signal.aborted ? "it took too long" : error.message));
    child.once("close", (status) => {
      const last = said.trim().split("\n").at(-1) ?? "";
      resolve(status === 0 ? undefined : `${last} (status ${status})`);
    });
  });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
