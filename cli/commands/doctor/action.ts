// `pulumi-skaha doctor`: whether all is there that launching and watching jobs needs. Nothing is changed, but
// for a Pulumi CLI, which is installed where there is none, and for processes that a killed Pulumi has left, which are
// ended; no secret is printed.
import { z } from "zod";
import { connect } from "../../../provider/connect";
import { messageOf } from "../../../provider/errors";
import { backendFinding, stackFacts } from "../../doctor/backend";
import { type Finding, fault, findingSchema, ok } from "../../doctor/finding";
import { nodeFinding, pulumiFinding } from "../../doctor/machine";
import { proxyFindings } from "../../doctor/network";
import { orphansFinding } from "../../doctor/orphans";
import { passphraseFindings } from "../../doctor/passphrase";
import { packageFindings, projectFinding, readProjectFile } from "../../doctor/project";
import { pulumiLogsFinding } from "../../doctor/pulumiLogs";
import { arcFinding, clockFinding, credentialsFinding, serverFindings } from "../../doctor/server";
import { unknownFindings } from "../../doctor/unknownSettings";
import { zoneFindings, zonesUsed } from "../../doctor/zones";
import { runnable } from "../../invocation";
import { existing, type GlobalOptions, openProject } from "../../project";
import { openStack, type Stack } from "../../stack/stack";
import { terminalWidth } from "../../table";
import { coloured, plain, print } from "../../terminal";
import { wrapped } from "../../width";

export interface DoctorOptions extends GlobalOptions {
  readonly json?: boolean | undefined;
}

/** What `doctor --json` prints. */
export const doctorSchema = z.object({
  verdict: z.enum(["ok", "warning", "fault"]).describe("the worst of all"),
  findings: z.array(findingSchema),
});
type Verdict = Finding["verdict"];

/** How long an answer may take: a person waits for it. */
const timeoutMs = 20_000;

/** @returns the exit status: 1 where there is a fault */
export async function doctor(options: DoctorOptions): Promise<number> {
  const findings: Finding[] = [];
  const verdict = await examine(options, (finding) => {
    findings.push(finding);
    if (!options.json) print(lineOf(finding));
  });
  if (options.json)
    print(JSON.stringify({ verdict, findings } satisfies z.infer<typeof doctorSchema>));
  return verdict === "fault" ? 1 : 0;
}

/** @returns the worst verdict of all checks; each finding is told as soon as it is there */
export async function examine(
  options: GlobalOptions,
  tell: (finding: Finding) => void,
): Promise<Verdict> {
  const verdicts = new Set<Verdict>();
  const check: Check = async (what, look) => {
    let isFaulty = false;
    const report = (found: Finding) => {
      const finding = withRunnable(found);
      isFaulty ||= finding.verdict === "fault";
      verdicts.add(finding.verdict);
      tell(finding);
    };
    try {
      const value = await look(report);
      return isFaulty ? undefined : value;
    } catch (error) {
      report(fault(what, messageOf(error)));
      return undefined;
    }
  };
  await check("Node", async (report) => report(nodeFinding()));
  const hasPulumi = await check("Pulumi CLI", async (report) => {
    report(await pulumiFinding());
    return true;
  });
  await check("Pulumi's logs", async (report) => report(await pulumiLogsFinding(process.env)));
  const stack = hasPulumi ? await examineStack(options, check) : undefined;
  await check("time zones", async (report) => {
    const jobs = stack === undefined ? [] : await stack.jobs();
    const windows = [stack?.config("skaha:window"), ...jobs.map(({ state }) => state.window)];
    const zones = zonesUsed(windows, stack && existing(stack.project));
    for (const finding of zoneFindings(zones, Date.now())) report(finding);
  });
  const answers = await examineServer(stack, check);
  if (stack && answers) {
    await check("orphans", async (report) => report(await orphansFinding(stack, options)));
  }
  return verdicts.has("fault") ? "fault" : verdicts.has("warning") ? "warning" : "ok";
}

/** What it suggests works as it is printed. */
function withRunnable({ remedy, ...finding }: Finding): Finding {
  return {
    ...finding,
    text: runnable(finding.text),
    ...(remedy !== undefined && { remedy: runnable(remedy) }),
  };
}

/** @returns what `look` returns; undefined where it fails or reports a fault */
type Check = <T>(
  what: string,
  look: (report: (finding: Finding) => void) => Promise<T>,
) => Promise<T | undefined>;

/** @returns undefined where it cannot be opened */
async function examineStack(options: GlobalOptions, check: Check): Promise<Stack | undefined> {
  const project = await check("project", () => openProject(options));
  if (project === undefined) return undefined;
  const { folder } = project;
  const file = await check("project", () => readProjectFile(folder));
  if (file === undefined) return undefined; // Pulumi would say the same of it, in other words
  await check("project", async (report) => {
    for (const finding of [projectFinding(folder, file), ...packageFindings(folder, file)]) {
      report(finding);
    }
  });
  const selection = options.stack === undefined ? [] : ["--stack", options.stack];
  await check("hosts", async (report) => {
    const { describeHosts, endLeftHosts } = await import("../../stack/leftHosts.js");
    const hosts = await endLeftHosts(project);
    if (hosts.length > 0) report(ok("hosts", `ended ${describeHosts(hosts)}`));
  });
  const isThere = await check("backend", async (report) => {
    report(await backendFinding(project));
    return true;
  });
  const facts =
    isThere &&
    (await check("stack", async (report) => {
      const found = await stackFacts(project, selection);
      report(found.finding);
      return found;
    }));
  const isOpen =
    facts &&
    (await check("passphrase", async (report) => {
      const findings = await passphraseFindings(folder, process.env, facts.salt);
      for (const finding of findings) report(finding);
      return true;
    }));
  await check("settings", async (report) => {
    for (const finding of unknownFindings(project, options)) report(finding);
  });
  if (!isOpen) return undefined;
  return check("configuration", () => openStack(options, project));
}

/** @returns whether it answers */
async function examineServer(stack: Stack | undefined, check: Check): Promise<boolean> {
  const config = stack?.config ?? (() => undefined);
  const connection = await check("settings", async () =>
    connect(config, process.env, {
      ...{ timeoutMs, isPatient: false },
      folder: stack && existing(stack.project),
    }),
  );
  if (connection === undefined) return false;
  await check("proxy", async (report) => {
    for (const finding of proxyFindings(connection, process.env)) report(finding);
  });
  const isReached = await check("clock", async (report) => {
    report(await clockFinding(connection));
    return true;
  });
  const isKnown = await check("credentials", async (report) => {
    report(await credentialsFinding(connection, Date.now()));
    return true;
  });
  const answers =
    isReached &&
    isKnown &&
    (await check("server", async (report) => {
      const { user, findings } = await serverFindings(connection);
      for (const finding of findings) report(finding);
      return { user };
    }));
  if (!answers) return false;
  await check("/arc", async (report) => report(await arcFinding(connection, answers.user)));
  return true;
}

const styles = { ok: "green", warning: "yellow", fault: "red" } as const;

/**
 * @param stream where it is to be printed
 * @param width of the terminal, in columns
 */
export function lineOf(
  { check, verdict, text, remedy }: Finding,
  stream: NodeJS.WriteStream = process.stdout,
  width: number = terminalWidth(stream),
): string {
  const word = coloured(styles[verdict], verdict.padEnd(8), stream);
  const label = `${check}:`.padEnd(13);
  const start = 9 + label.length + 1;
  const found = wrapped(plain(text), width, start).trimStart();
  const head = `${word} ${label} ${found}`;
  if (remedy === undefined) return head;
  const advice = wrapped(plain(remedy), width, 25).trimStart();
  return `${head}\n${" ".repeat(23)}${coloured("bold", "→", stream)} ${advice}`;
}
