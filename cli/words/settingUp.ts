// The words of the commands that set up: a project, a server to try things with, the shell.
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { shells } from "../completion/scripts";
import { aboutStack, asPath, examples, seconds } from "./words";

export function defineSettingUp(skaha: Command): void {
  skaha
    .command("init")
    .summary("make a folder a project that launches jobs")
    .description(
      "Writes Pulumi.yaml, a program (fleet.yaml, or TypeScript), package.json, a random passphrase that git ignores, and .gitignore; installs the packages; makes the stack and a folder for its state; runs doctor; and launches one job of ten seconds, which it takes away again. No file that is there is overwritten.",
    )
    .option("--typescript", "a program in TypeScript instead of fleet.yaml")
    .option("--no-launch", "launch nothing")
    .option("-y, --yes", "launch the first job without asking")
    .option("-s, --stack <name>", "the stack to make (default: dev)")
    .option(
      "-C, --cwd <folder>",
      "the project's folder, made where it is not there (default: this one)",
      asPath,
    )
    .option("--debug", "show where an error comes from")
    .addHelpText(
      "after",
      examples(
        "mkdir my-study && cd my-study && pulumi-skaha init",
        "pulumi-skaha init --typescript --cwd my-study --no-launch",
      ),
    )
    .action(async (options) => {
      const { init } = await import("../commands/init.js");
      process.exitCode = await init(options);
    });

  aboutStack(skaha, "doctor")
    .summary("whether all is there that jobs need")
    .description(
      "Checks Node and the Pulumi CLI, the project and its packages, the backend of its state, the passphrase, the credentials and their expiry, the server, its sizes and its clock, /arc, and sessions that the stack has lost sight of; each is ok, a warning or a fault with what to do about it. No secret is printed. Exit status: 1 where there is a fault.",
    )
    .option("--json", "machine-readable, on stdout")
    .addHelpText("after", examples("pulumi-skaha doctor", "pulumi-skaha doctor --stack dev --json"))
    .action(async (options) => {
      const { doctor } = await import("../commands/doctor.js");
      process.exitCode = await doctor(options);
    });

  skaha
    .command("dev")
    .summary("a Skaha server on this machine, to try things with")
    .description(
      "Serves Skaha's API on loopback, in the foreground until it is interrupted, and prints the lines to export. It runs each session as a local process, without its image, when its cores and memory are free; /arc and /scratch are folders below --data. Sessions outlive a server that is killed, and the next one on the same folder finds them.",
    )
    .addOption(
      number("--port <port>", "where to listen on 127.0.0.1; 0 for any (default: 8080)", 0),
    )
    .option("--token <token>", "the user's token (default: a random one)")
    .addOption(
      number(
        "--cores <n>",
        "cores that sessions share, and the largest job (default: the machine's, at least 8)",
      ),
    )
    .addOption(
      number(
        "--ram <GiB>",
        "memory that sessions share, and the largest job (default: the machine's, at least 32)",
      ),
    )
    .addOption(seconds("--expire <time>", "how long ended sessions stay known (default: 1h)"))
    .addOption(number("--latency <ms>", "milliseconds that each answer takes", 0))
    .option("--fault <fault>", "how it misbehaves, see below; may be repeated", collected)
    .option("--data <folder>", "where sessions, /arc and /scratch live (default: .skaha)", asPath)
    .option("--config <file>", "users, images, sizes, faults and more, as JSON", asPath)
    .addOption(
      new Option("--api <version>", "v0: what servers before 2025 answered (default: v1)").choices([
        "v1",
        "v0",
      ]),
    )
    .option("--keep-sessions", "let sessions run on when the server is interrupted")
    .option("--debug", "show where an error comes from")
    .addHelpText("after", faults)
    .addHelpText("after", configuration)
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha dev",
        "pulumi-skaha dev --cores 4 --ram 16 --expire 10m --data /tmp/skaha",
        "pulumi-skaha dev --latency 300 --fault lostAnswer:POST:2 --fault status:GET:code=503",
      ),
    )
    .action(async (options) => {
      const { dev } = await import("../commands/dev.js");
      await dev(options);
    });

  skaha
    .command("completion")
    .summary("what a shell needs to complete commands, options and jobs")
    .description(
      "Prints a script for the shell, which completes commands, options, stacks and the names of jobs with the Tab key.",
    )
    .addArgument(new Argument("<shell>").choices(shells))
    .addHelpText(
      "after",
      examples(
        `echo 'eval "$(pulumi-skaha completion bash)"' >> ~/.bashrc`,
        "pulumi-skaha completion zsh > ~/.zfunc/_pulumi-skaha",
        "pulumi-skaha completion fish > ~/.config/fish/completions/pulumi-skaha.fish",
      ),
    )
    .action(async (shell) => {
      const { completion } = await import("../commands/completion.js");
      completion(shell);
    });

  skaha
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .option("--line <line>")
    .action(async (words: string[], { line }: { line?: string }) => {
      const { complete } = await import("../commands/completion.js");
      await complete(skaha, words, line);
    });
}

/** @example an example of all the keys, as `--help` shows it */
export const configurationExample = `{
  "users": { "alice": { "token": "secret-a" }, "bob": { "authorized": false } },
  "projects": { "survey": ["alice"] },
  "images": [{ "id": "images.canfar.net/skaha/astroml:24.07", "types": ["headless"] }],
  "registries": ["images.canfar.net"],
  "context": { "cores": { "default": 1, "options": [1, 2, 4] }, "memoryGB": { "options": [2, 8, 16] } },
  "capacity": { "cores": 4, "ramGiB": 16, "gpus": 0 },
  "expireSeconds": 600, "activeDeadlineSeconds": 86400, "renewSeconds": 3600, "graceSeconds": 2,
  "stats": "unavailable", "api": "v1", "port": 8080, "dataDir": "/tmp/skaha",
  "faults": [{ "kind": "status", "code": 503, "method": "GET", "times": 2 }]
}`;

const configuration = `
A --config file is JSON with any of these keys; what an option says goes first:
${configurationExample.replaceAll(/^/gm, "  ")}
`;

const faults = `
Faults: KIND[:METHOD][:TIMES][:NAME=VALUE...]; without TIMES for ever, after=N lets N requests pass first,
path=REGEXP takes only those whose path fits.
  slow:ms=N           all happens N milliseconds later
  status:code=N       this answer, and nothing is done; retryAfter=SECONDS, body=TEXT
  unauthorized        401 as for an expired token
  resetBefore         the connection is reset, and nothing is done
  noAnswer            the connection stays open, nothing is done, and no answer comes
  lostAnswer          all is done, then the connection is reset
  lateAnswer          all is done, the answer is a 504
  deleteLies          DELETE answers 200, and nothing is deleted
  vanish              the session asked for, or just made, or name=NAME is forgotten and killed
  omitFromList        lists leave out the last session, or count=N, or names=NAME,NAME
  truncatedBody       half of the answer
  garbage             200, and a text that is no answer to anything`;

function number(flags: string, text: string, least = Number.MIN_VALUE): Option {
  return new Option(flags, text).argParser((value) => {
    const parsed = Number(value);
    if (value.trim() !== "" && Number.isFinite(parsed) && parsed >= least) return parsed;
    throw new InvalidArgumentError(
      `It must be a number${least === 0 ? ", 0 or more" : " above 0"}.`,
    );
  });
}

function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
