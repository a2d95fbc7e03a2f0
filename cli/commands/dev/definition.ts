// How `pulumi-skaha dev` is called, and its help.
import { type Command, InvalidArgumentError, Option } from "commander";
import { asPath, examples, seconds } from "../options";

export function defineDev(program: Command): void {
  program
    .command("dev")
    .summary("start a Skaha server on this machine, to try things with")
    .description(
      "Serves Skaha's API on loopback until you interrupt it, and prints the lines to export. It runs each session as a local process, without its image, as soon as its cores and memory are free. /arc and /scratch are folders below --data. If the server is killed, its sessions go on, and the next server on the same folder finds them.",
    )
    .addOption(
      number("--port <port>", "the port on 127.0.0.1; 0 takes any free one (default: 8080)", 0),
    )
    .option("--token <token>", "the user's token (default: a random one)")
    .addOption(
      number(
        "--cores <n>",
        "cores that all sessions share, and the limit of one job (default: the machine's, at least 8)",
      ),
    )
    .addOption(
      number(
        "--ram <GiB>",
        "memory that all sessions share, and the limit of one job (default: the machine's, at least 32)",
      ),
    )
    .addOption(
      seconds("--expire <time>", "how long the server remembers ended sessions (default: 1h)"),
    )
    .addOption(
      seconds(
        "--start-delay <time>",
        "how long each session takes to start, as an image pull does (default: 0)",
      ),
    )
    .addOption(number("--latency <ms>", "milliseconds that each answer takes", 0))
    .option("--fault <fault>", "how the server misbehaves, see below; may be repeated", collected)
    .option(
      "--data <folder>",
      "the folder of sessions, /arc and /scratch (default: .skaha)",
      asPath,
    )
    .option("--config <file>", "users, images, sizes, faults and more, as JSON", asPath)
    .addOption(
      new Option("--api <version>", "v0: answer as servers did before 2025 (default: v1)").choices([
        "v1",
        "v0",
      ]),
    )
    .option("--keep-sessions", "let sessions go on when the server is interrupted")
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
      const { dev } = await import("./action.js");
      await dev(options);
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
  "expireSeconds": 600, "activeDeadlineSeconds": 86400, "renewSeconds": 3600, "graceSeconds": 2, "startDelaySeconds": 5,
  "stats": "unavailable", "api": "v1", "port": 8080, "dataDir": "/tmp/skaha",
  "faults": [{ "kind": "status", "code": 503, "method": "GET", "times": 2 }]
}`;

const configuration = `
A --config file is JSON with any of these keys; options override it:
${configurationExample.replaceAll(/^/gm, "  ")}
`;

const faults = `
Faults: KIND[:METHOD][:TIMES][:NAME=VALUE...]. Without TIMES a fault never stops. after=N lets N requests pass
first. path=REGEXP takes only requests whose path matches.
  slow:ms=N           everything happens N milliseconds later
  status:code=N       this answer, and nothing is done; retryAfter=SECONDS, body=TEXT
  unauthorized        401 as for an expired token
  resetBefore         the connection is reset, and nothing is done
  noAnswer            the connection stays open, nothing is done, and no answer comes
  lostAnswer          the request is carried out, then the connection is reset
  lateAnswer          the request is carried out, the answer is a 504
  deleteLies          DELETE answers 200, and nothing is deleted
  vanish              the requested or just made session, or name=NAME, is killed and forgotten
  omitFromList        lists leave out the last session, or count=N, or names=NAME,NAME
  truncatedBody       half of the answer
  garbage             200, and a text that makes no sense`;

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
