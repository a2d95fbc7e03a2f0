// A page of the documents as a user follows it: its files are written, and its commands typed into a shell, in their order.
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "../../../toolchain/checkout";
import type { Bench } from "../harness";

export interface DocPage {
  /** What each block of commands printed, to stdout and stderr. */
  readonly run: (block: number) => Promise<string>;
  /** How many blocks of commands there are. */
  readonly blocks: number;
}

/**
 * Writes the files of a page, those of which the first line of a block is a comment with the name, into the Bench's program.
 * @param page in docs/
 */
export function openPage(bench: Bench, page: string): DocPage {
  const text = readFileSync(path.join(checkout, "docs", page), "utf8");
  const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  const commands: string[] = [];
  for (const [, language, body = ""] of blocks) {
    const [head = "", name] = /^(?:#|\/\/) ([\w.-]+)\n/.exec(body) ?? [];
    if (name !== undefined) {
      const file = path.join(bench.program, name);
      writeFileSync(file, body.slice(head.length));
      if (name.endsWith(".sh")) chmodSync(file, 0o755);
    } else if (language === "sh") commands.push(body);
  }
  const bin = path.join(bench.folder, "bin");
  mkdirSync(bin, { recursive: true });
  const npx = path.join(bin, "npx");
  const main = path.join(checkout, "dist/cli/main.js");
  writeFileSync(npx, `#!/bin/sh\nshift\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(npx, 0o755);
  return {
    blocks: commands.length,
    run: (block) => shell(bench, bin, commands[block] ?? ""),
  };
}

/** @throws an error with what was printed where a command fails */
function shell(bench: Bench, bin: string, commands: string): Promise<string> {
  const env = { ...bench.env, ...bench.jobsEnv };
  const child = spawn("sh", ["-e", "-c", commands], {
    cwd: bench.program,
    env: { ...env, PATH: `${bin}:${env.PATH}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      printed += data.toString();
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", async (status) => {
      await new Promise((turn) => setImmediate(turn));
      if (status === 0) resolve(printed);
      else reject(new Error(`ended with ${status}:\n${commands}\n${printed}`));
    });
  });
}
