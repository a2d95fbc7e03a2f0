// `pulumi-skaha completion SHELL` prints what a shell has to be told; `pulumi-skaha __complete` is what the
// shell asks then, at each press of the key: it must be quick, install nothing and say nothing else.
import type { Command } from "commander";
import { parse } from "shell-quote";
import { jobsOf } from "../../../provider/job/deployment";
import { findPulumi } from "../../../toolchain/pulumiCli";
import { type Candidate, type Completion, completionAt } from "../../completion/candidates";
import { type Shell, scripts } from "../../completion/scripts";
import { type GlobalOptions, openProject, type Project } from "../../project";
import { plain } from "../../terminal";

export function completion(shell: Shell): void {
  process.stdout.write(scripts[shell]);
}

/** @param line with the program's name, as far as the cursor, instead of the words after it */
export async function complete(
  program: Command,
  words: readonly string[],
  line?: string,
): Promise<void> {
  const written = line === undefined ? words : wordsOf(line).slice(1);
  const wanted = completionAt(program, written);
  if (wanted.things === "files" || wanted.things === "folders") {
    process.stdout.write(`:${wanted.things}\n`);
    return;
  }
  const candidates = [...wanted.words, ...(await found(wanted))];
  const current = written.at(-1) ?? "";
  for (const [word, about] of candidates) {
    const whole = `${wanted.head ?? ""}${word}`;
    // What a shell could not take back as it is, is left to the user.
    if (!whole.startsWith(current) || plain(word) !== word || /[\n\t]/.test(word)) continue;
    process.stdout.write(`${whole}\t${plain(about).replace(/\s+/g, " ")}\n`);
  }
}

function wordsOf(line: string): string[] {
  const words = parse(line, (name) => `$${name}`).map((word) =>
    typeof word === "string" ? word : "pattern" in word ? word.pattern : "",
  );
  return /\s$/.test(line) ? [...words, ""] : words;
}

async function found({ things, given }: Completion): Promise<Candidate[]> {
  try {
    if (things === "jobs") return await jobs(given);
    if (things === "stacks") return await stacks(given);
  } catch {
    // There is nobody to tell: at the press of a key no sentence can be read.
  }
  return [];
}

async function jobs(given: GlobalOptions): Promise<Candidate[]> {
  const { pulumi } = await opened(given);
  const selection = given.stack === undefined ? [] : ["--stack", given.stack];
  const { deployment } = JSON.parse(await pulumi.read(["stack", "export", ...selection]));
  return jobsOf(deployment).map(({ name, state }) => [name, state.status]);
}

async function stacks(given: GlobalOptions): Promise<Candidate[]> {
  const { pulumi } = await opened(given);
  const listed: { name: string }[] = JSON.parse(await pulumi.read(["stack", "ls", "--json"]));
  return listed.map(({ name }) => [name, ""]);
}

function opened(given: GlobalOptions): Promise<Project> {
  return openProject(given, async () => {
    const pulumi = await findPulumi();
    if (pulumi === undefined) throw new Error("there is no Pulumi CLI");
    return pulumi;
  });
}
