#!/usr/bin/env node
// The command `pulumi-skaha`. An error ends it with one sentence and an exit status; `--debug` shows the rest.
import "../provider/run/compileCache";
import { tmpdir } from "node:os";
import { CommanderError } from "commander";
import { messageOf } from "../provider/errors";
import { CommandError, UnansweredError } from "./commandError";
import { fullDiskRemedy } from "./fullDisk";
import { nodeProblem } from "./nodeVersion";
import { createProgram } from "./program";
import { coloured, plain, say } from "./terminal";

// A pipe that is closed, as by `head`, ends the command without a word.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

main(process.argv);

async function main(argv: readonly string[]): Promise<void> {
  const program = createProgram().exitOverride().hook("preAction", insistOnNode);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    const status = explain(error, argv.includes("--debug"));
    // What was interrupted may still wait for a server that is away.
    if (status > 128 || error instanceof UnansweredError) process.exit(status);
    process.exitCode = status;
  }
}

function insistOnNode(): void {
  const problem = nodeProblem();
  if (problem === undefined) return;
  throw new CommandError(
    `this Node is too old: ${problem}; install a newer one (https://nodejs.org)`,
  );
}

/** @returns the exit status */
function explain(error: unknown, isDebugging: boolean): number {
  if (error instanceof CommanderError) return error.exitCode; // it has said what is wrong
  const sentence = messageOf(error) + fullDiskRemedy(error, tmpdir());
  say(`${coloured("red", "pulumi-skaha:", process.stderr)} ${plain(sentence)}`);
  if (isDebugging && error instanceof Error) {
    say(plain(error.stack ?? ""));
    for (let { cause } = error; cause instanceof Error; cause = cause.cause as Error | undefined) {
      say(plain(`caused by ${cause.stack ?? cause.message}`));
    }
  }
  return error instanceof CommandError ? error.exitStatus : 1;
}
