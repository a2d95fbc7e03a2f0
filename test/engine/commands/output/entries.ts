// What the user of the survey types, with nothing wrong, and the mistakes that users make: each is a heading of a file
// below test/golden/output.
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeProject, type Survey } from "./survey";

export interface Entry {
  readonly title: string;
  readonly words: readonly string[];
  /** Undefined takes a variable away. */
  readonly env?: (survey: Survey) => NodeJS.ProcessEnv;
  /** In the user's home. @default the project */
  readonly folder?: string;
  /** It sees what the one before has done. */
  readonly isNext?: boolean;
  /** Makes it so beforehand. @returns what undoes that */
  readonly staged?: (survey: Survey) => Promise<() => Promise<void>>;
}

export const wants: readonly Entry[] = [
  { title: "All that there is", words: ["--help"] },
  { title: "What one command does", words: ["help", "renew"] },
  { title: "How the jobs stand", words: ["status"] },
  { title: "What has failed", words: ["status", "--failed"] },
  { title: "How the jobs with one value stand", words: ["status", "--where", "sigma=5"] },
  { title: "How they stood when last seen", words: ["status", "--offline", "fit"] },
  { title: "The same for a script", words: ["status", "--json", "dark"] },
  { title: "Why jobs failed", words: ["why"] },
  { title: "Why each job is as it is", words: ["why", "*"] },
  { title: "One job's log", words: ["logs", "plot"] },
  { title: "The ends of several logs", words: ["logs", "plot", "calibrate", "--tail", "1"] },
  {
    title: "One line of a sweep's logs",
    words: ["logs", "fit/band=g,sigma=5", "--grep", "DONE", "-i"],
  },
  { title: "The log of a job that runs", words: ["logs", "fit/band=r,sigma=3"] },
  { title: "What became of each job", words: ["manifest"] },
  { title: "The same for astropy", words: ["manifest", "--ecsv", "fit"] },
  { title: "The same for TOPCAT", words: ["manifest", "--votable", "plot"] },
  { title: "What jobs have used", words: ["size"] },
  { title: "A page to keep", words: ["report"] },
  { title: "How loaded the server is", words: ["stats"] },
  { title: "What the cluster did with a job", words: ["events", "vast"] },
  { title: "Waiting, for a second", words: ["wait", "fit", "--timeout", "1s"] },
  { title: "Waiting for what is over", words: ["wait", "calibrate"] },
  { title: "Putting off a job's end", words: ["renew", "fit/band=r,sigma=3"] },
  { title: "Saving logs", words: ["save-logs", "--to", "saved"] },
  { title: "Saving them again", words: ["save-logs", "--to", "saved"], isNext: true },
  { title: "Whether all is well", words: ["doctor"], env: machinesClock },
  { title: "A shell's completion", words: ["completion", "fish"] },
  { title: "A command of Pulumi's", words: ["pulumi", "stack", "--show-name"] },
];

/** Doctor compares clocks: with the server's, which dates its answers by the machine's. */
function machinesClock(): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: undefined };
}

const withToken = (token: string | undefined) => () => ({ CANFAR_TOKEN: token });
const withUrl = (url: string) => () => ({ CANFAR_URL: url });

/** Of what the survey is asked about, without Pulumi's engine. */
export const mistakes: readonly Entry[] = [
  { title: "A command that is misspelt", words: ["statsu"] },
  { title: "An option that is misspelt", words: ["status", "--wach"] },
  { title: "An option without its value", words: ["logs", "plot", "--tail"] },
  { title: "A number that is none", words: ["logs", "plot", "--tail", "few"] },
  { title: "A time that is none", words: ["wait", "--timeout", "soon"] },
  { title: "A pattern that is none", words: ["logs", "plot", "--grep", "(done"] },
  { title: "Options that do not go together", words: ["manifest", "--csv", "--ecsv"] },
  { title: "Ignoring case without a pattern", words: ["logs", "plot", "-i"] },
  { title: "Following an earlier attempt", words: ["logs", "plot", "-f", "--attempt", "1"] },
  { title: "A shell that is not known", words: ["completion", "tcsh"] },
  { title: "Another folder", words: ["status"], folder: "." },
  { title: "A folder that is not there", words: ["status", "-C", "/home/nobody/survey"] },
  { title: "A stack that is misspelt", words: ["status", "--stack", "prod"] },
  {
    title: "Several stacks, and none is selected",
    words: ["status"],
    async staged({ bench }) {
      await bench.succeed(["stack", "init", "other", "--no-select"]);
      await bench.succeed(["stack", "unselect"]);
      return async () => {
        await bench.succeed(["stack", "rm", "--yes", "--stack", "other"]);
        await bench.succeed(["stack", "select", "dev"]);
      };
    },
  },
  {
    title: "No stack yet",
    words: ["status"],
    folder: "new",
    async staged({ home }) {
      await makeProject(path.join(home, "new"), "new");
      return () => rm(path.join(home, "new"), { recursive: true });
    },
  },
  {
    title: "No stack yet, and a preview",
    words: ["preview"],
    folder: "new",
    async staged({ home }) {
      await makeProject(path.join(home, "new"), "new");
      return () => rm(path.join(home, "new"), { recursive: true });
    },
  },
  {
    title: "A stack that is misspelt, before an up",
    words: ["up", "--yes", "--stack", "prod"],
  },
  {
    title: "A stack without jobs",
    words: ["status"],
    folder: "empty",
    async staged({ home, bench }) {
      await makeProject(path.join(home, "empty"), "empty");
      const about = ["--cwd", path.join(home, "empty")];
      await bench.succeed(["stack", "init", "none", ...about]);
      return async () => {
        await bench.succeed(["stack", "rm", "--yes", "--stack", "none", ...about]);
        await rm(path.join(home, "empty"), { recursive: true });
      };
    },
  },
  {
    title: "A clone, without the folder of the state",
    words: ["status"],
    async staged({ bench }) {
      const state = path.join(bench.folder, "backend");
      await rename(state, `${state}.away`);
      return () => rename(`${state}.away`, state);
    },
  },
  {
    title: "A Pulumi.yaml that is none",
    words: ["doctor"],
    env: machinesClock,
    staged: (survey) => replaced(survey, "Pulumi.yaml", () => "name: survey\nruntime nodejs\n"),
  },
  {
    title: "A state file that was cut",
    words: ["status"],
    async staged({ stateFile: file }) {
      const text = await readFile(file, "utf8");
      await writeFile(file, text.slice(0, text.length / 2));
      return () => writeFile(file, text);
    },
  },
  { title: "No token", words: ["status"], env: withToken(undefined) },
  { title: "A bad token", words: ["status"], env: withToken("mistyped") },
  { title: "A token with Bearer before it", words: ["status"], env: withToken("Bearer abc") },
  { title: "A token that expired", words: ["status"], env: withToken(expiredToken()) },
  {
    title: "Somebody else's token",
    words: ["status"],
    env: ({ bench }) => ({ CANFAR_TOKEN: bench.skaha.tokens.bob }),
  },
  { title: "A bad token, before an up", words: ["up", "--yes"], env: withToken("mistyped") },
  { title: "No server", words: ["stats"], env: withUrl("http://127.0.0.1:9/skaha/v1") },
  {
    title: "Another server than the jobs'",
    words: ["status"],
    env: withUrl("http://127.0.0.1:9/skaha/v1"),
  },
  {
    title: "No server, before an up",
    words: ["up", "--yes"],
    env: withUrl("http://127.0.0.1:9/skaha/v1"),
  },
  { title: "An address without https", words: ["status"], env: withUrl("ws-uv.canfar.net") },
  {
    title: "An address of something else",
    words: ["stats"],
    env: ({ bench }) => ({ CANFAR_URL: bench.skaha.url.replace("/v1", "/v7") }),
  },
  {
    title: "A setting that makes no sense",
    words: ["status"],
    staged: (survey) => configured(survey, "skaha:maxInFlight: many"),
  },
  {
    title: "A window that makes no sense",
    words: ["status"],
    staged: (survey) => configured(survey, "skaha:window: 20-06"),
  },
  {
    title: "A secret, and no passphrase",
    words: ["status"],
    env: () => ({ PULUMI_CONFIG_PASSPHRASE: undefined }),
    staged: withSecret,
  },
  {
    title: "A secret, and another passphrase",
    words: ["status"],
    env: () => ({ PULUMI_CONFIG_PASSPHRASE: "mistyped" }),
    staged: withSecret,
  },
  { title: "A job that is misspelt", words: ["why", "calibrat"] },
  { title: "A job that is not there", words: ["logs", "bias"] },
  { title: "A value that is not there", words: ["status", "--where", "sigma=4"] },
  { title: "A parameter that is misspelt", words: ["status", "--where", "sgima=5"] },
  { title: "A condition that is none", words: ["status", "--where", "sigma"] },
  { title: "Logs of no job", words: ["logs"] },
  { title: "The log of a job that is held", words: ["logs", "collect"] },
  { title: "The log of a job whose session is gone", words: ["logs", "fit/band=r,sigma=7"] },
  { title: "An attempt that was not", words: ["logs", "plot", "--attempt", "3"] },
  { title: "Events of a job that is held", words: ["events", "collect"] },
  { title: "Events that were forgotten", words: ["events", "fit/band=r,sigma=7"] },
  { title: "Renewing a job that has ended", words: ["renew", "calibrate"] },
  { title: "Renewing none", words: ["renew"] },
  { title: "Running none again", words: ["rerun"] },
  { title: "Running again what runs, by a pattern", words: ["rerun", "fit"] },
  { title: "Running again what is held", words: ["rerun", "collect"] },
  { title: "Running again, where nobody can be asked", words: ["rerun", "plot"] },
  { title: "An up where nobody can be asked", words: ["up"] },
  { title: "Orphans of a part", words: ["up", "--cancel-orphans", "--target", "plot"] },
  { title: "Until done, for a script", words: ["up", "--until-done", "--json"] },
  { title: "A report into no folder", words: ["report", "-o", "pages/report.html"] },
  { title: "Results that are not there", words: ["report", "--results", "snr.csv"] },
  {
    title: "Results of no job",
    words: ["report", "--results", "snr.csv"],
    async staged(survey) {
      await survey.write("snr.csv", "flux\n8.5\n");
      return () => rm(path.join(survey.folder, "snr.csv"));
    },
  },
  {
    title: "Logs into a file",
    words: ["save-logs", "--to", "fleet.yaml"],
  },
  {
    title: "A passphrase that others can read",
    words: ["doctor"],
    env: () => ({ PULUMI_CONFIG_PASSPHRASE: undefined, ...machinesClock() }),
    async staged(survey) {
      await survey.write(".pulumi-passphrase", "a passphrase\n");
      return () => rm(path.join(survey.folder, ".pulumi-passphrase"));
    },
  },
  {
    title: "Packages that are not installed, and a preview",
    words: ["preview"],
    async staged({ folder }) {
      const place = path.join(folder, "node_modules/pulumi-skaha");
      await rename(place, `${place}.away`);
      return () => rename(`${place}.away`, place);
    },
  },
  {
    title: "Packages that are not installed",
    words: ["doctor"],
    env: machinesClock,
    async staged({ folder }) {
      const place = path.join(folder, "node_modules/@pulumi/pulumi");
      await rename(place, `${place}.away`);
      return () => rename(`${place}.away`, place);
    },
  },
];

async function replaced(
  survey: Survey,
  name: string,
  change: (text: string) => string,
): Promise<() => Promise<void>> {
  const before = await readFile(path.join(survey.folder, name), "utf8");
  await survey.write(name, change(before));
  return () => survey.write(name, before);
}

/** @param line below `config:` of the stack's file */
function configured(survey: Survey, line: string): Promise<() => Promise<void>> {
  return replaced(survey, "Pulumi.dev.yaml", (text) =>
    /^config:$/m.test(text)
      ? text.replace(/^config:$/m, `config:\n  ${line}`)
      : `${text}config:\n  ${line}\n`,
  );
}

/** The stack's token is a secret of the stack's. */
async function withSecret(survey: Survey): Promise<() => Promise<void>> {
  const undo = await replaced(survey, "Pulumi.dev.yaml", (text) => text);
  await survey.bench.secret("skaha:token", survey.bench.skaha.token);
  return undo;
}

function expiredToken(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ exp: 1_600_000_000 })}.c2lnbmF0dXJl`;
}

export async function placeOf(survey: Survey, { folder }: Entry): Promise<string> {
  if (folder === undefined) return survey.folder;
  const place = path.join(survey.home, folder);
  await mkdir(place, { recursive: true });
  return place;
}
