// The words of the commands that are about single jobs.
import { type Command, InvalidArgumentError, Option } from "commander";
import { aboutJobs, aboutStack, asPath, examples, seconds } from "./words";

/** What the arguments of all these commands may be. */
const jobWords =
  "A job is named as in the program, by its id, its session or its sweep, by the values of its parameters ('gal/Name=NGC 224'), or by a pattern with *; a name that a table has shortened will do.";

export function defineJobs(skaha: Command): void {
  aboutJobs(skaha, "logs [job...]")
    .summary("what jobs have written")
    .description(
      `Prints the logs of jobs: the saved file or the record of those that have ended, the server's of those that run. ${jobWords} Several logs come one after another, or with --follow mixed, each line after its job's name. On a terminal control characters are shown, not obeyed; into a pipe or file the bytes go as they are. Exit status 1: a log is missing, and stderr says why.`,
    )
    .option("-f, --follow", "go on with what is written from now on, until the jobs have ended")
    .addOption(seconds("--every <time>", "with --follow: time between two looks", 2))
    .addOption(
      new Option(
        "-g, --grep <pattern>",
        "only lines in which this JavaScript regular expression is found",
      ).argParser(pattern),
    )
    .option("-i, --ignore-case", "with --grep: capitals and small letters are alike")
    .addOption(whole("-n, --tail <lines>", "only so many of the last lines"))
    .addOption(whole("--attempt <number>", "an earlier attempt than the last"))
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha logs night-20261122 --follow",
        "pulumi-skaha logs 'night-*' -i --grep 'error|warn' --tail 3",
      ),
    )
    .action(async (names: string[], options) => {
      const { logs } = await import("../commands/logs.js");
      process.exitCode = await logs(names, options);
    });

  aboutJobs(skaha, "why [job...]")
    .summary("what is wrong with a job, and what to do about it")
    .description(
      `Says in one sentence why a job is as it is, and in another what to do about it: from its exit status, its memory, its missing outputs, the cluster's events and the end of its log, or for a job that is held or waits from what it waits for. ${jobWords} Without any: all that failed or are lost.`,
    )
    .option("--json", "machine-readable, on stdout")
    .addHelpText("after", examples("pulumi-skaha why", "pulumi-skaha why night-20261122"))
    .action(async (names: string[], options) => {
      const { why } = await import("../commands/why.js");
      await why(names, options);
    });

  aboutJobs(skaha, "events [job...]")
    .summary("what the cluster did with a job's session")
    .description(
      `Prints Kubernetes' events of jobs: scheduling, pulling the image, starting, ending. The server forgets them an hour after the end; for failed jobs with \`logs\` the stack's state keeps the last of them. ${jobWords} Exit status 1: there are none to be had, and stderr says why.`,
    )
    .option("--json", "machine-readable, on stdout")
    .addHelpText("after", examples("pulumi-skaha events night-20261122"))
    .action(async (names: string[], options) => {
      const { events } = await import("../commands/events.js");
      process.exitCode = await events(names, options);
    });

  aboutStack(skaha, "stats")
    .summary("how loaded the server is")
    .description(
      "Shows what the sessions of all users ask for of the server's cores and memory, where the server tells it, and what your own headless sessions ask for, by status.",
    )
    .option("--json", "machine-readable, on stdout")
    .addHelpText("after", examples("pulumi-skaha stats"))
    .action(async (options) => {
      const { stats } = await import("../commands/stats.js");
      await stats(options);
    });

  aboutJobs(skaha, "rerun [job...]")
    .summary("run jobs again whose script has changed")
    .description(
      `Runs jobs again that the program declares as before: because the script on /arc was set right, say. It is an up that replaces these jobs and touches nothing else; it shows what it would do and asks. Their records are voided, their files stay. A job that still lives has to be named by its own name: it is cancelled first. ${jobWords}`,
    )
    .option("--failed", "all jobs that are Failed")
    .option("--lost", "all jobs that are Lost")
    .option("--dependents", "also run again what comes after them")
    .option("-y, --yes", "ask nothing")
    .addHelpText(
      "after",
      examples("pulumi-skaha rerun night-20261122", "pulumi-skaha rerun --failed --yes"),
    )
    .action(async (names: string[], options) => {
      const { rerun } = await import("../commands/rerun.js");
      process.exitCode = await rerun(names, options);
    });

  aboutJobs(skaha, "renew [job...]")
    .summary("put off the end that the server has set for a session")
    .description(
      `The server ends each session at its expiry time. This puts it off by as much as the server grants from now, which may be less than its first term, for jobs that are Running, and shows the new time; a session that has longer keeps it. ${jobWords} With \`renew: true\` each up or refresh does so by itself.`,
    )
    .addHelpText(
      "after",
      examples("pulumi-skaha renew night-20261122", "pulumi-skaha renew 'night-*'"),
    )
    .action(async (names: string[], options) => {
      const { renew } = await import("../commands/renew.js");
      process.exitCode = await renew(names, options);
    });

  aboutJobs(skaha, "save-logs [job...]")
    .summary("save logs before the server forgets them, for cron")
    .description(
      `Saves the logs of all jobs, or of those that are named, to each job's \`logs\` folder, or to "logs" beside the program: as ID-ATTEMPT.log of those that have ended, once, and as ID-ATTEMPT.live.log of those that run, as far as they are. pulumi-skaha logs and why find them there. Logs that a record keeps are copied only with --to or for jobs that are named. Files appear whole or not at all, and two runs at once do no harm. The files that were saved are printed; exit status 0 also where there was nothing to do. ${jobWords}`,
    )
    .option("--to <folder>", "save all of them there", asPath)
    .addHelpText(
      "after",
      `${examples("pulumi-skaha save-logs")}\n\nA line for crontab -e. Cron reads no profile: set PATH there, and log in with canfar login or cadc-get-cert.\n  */20 * * * * cd "$HOME/survey" && npx pulumi-skaha save-logs`,
    )
    .action(async (names: string[], options) => {
      const { saveLogs } = await import("../commands/saveLogs.js");
      process.exitCode = await saveLogs(names, options);
    });
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    const [, reason = "it is not whole"] = /: ([^:]+)$/.exec((error as Error).message) ?? [];
    throw new InvalidArgumentError(`It must be a JavaScript regular expression: ${reason}.`);
  }
}

function whole(flags: string, text: string): Option {
  return new Option(flags, text).argParser((value) => {
    if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
    throw new InvalidArgumentError("It must be a whole number above 0.");
  });
}
