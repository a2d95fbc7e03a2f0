// The state that a release leaves, as a fixture: made once with that release, and taken up by every later one.
//
//   Pulumi.yaml, index.js   the program, as that release's users would have written it
//   stack.json              `pulumi stack export`, secrets encrypted with the Bench's passphrase
//   sessions.json           what the server had at that moment, and the records under /arc
//
// SKAHA_STATE_FIXTURE=v0.2.0 with test/engine/upgrades.test.ts makes one (CONTRIBUTING.md).
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { Bench } from "./harness";

export const fixtures = path.join(checkout, "test/fixtures/state");

/** In place of what differs from run to run. */
const origin = "http://skaha.invalid";
const home = "/folder.invalid";
/** Part of each job's id. */
const stack = "upgrades";

interface Stored {
  readonly sessions: readonly {
    readonly id: string;
    readonly name: string;
    readonly image: string;
    readonly status: string;
    readonly exitCode?: number;
  }[];
  /** Files of records, by their path. */
  readonly arc: Readonly<Record<string, string>>;
}

/** Ids of the sessions that the next POSTs make. */
class Ids {
  readonly #next: string[] = [];
  #count = 0;

  readonly next = (): string => {
    this.#count += 1;
    return this.#next.shift() ?? `fresh${String(this.#count).padStart(3, "0")}`;
  };

  queue(...ids: string[]): void {
    this.#next.push(...ids);
  }
}

async function openBench(program: string): Promise<{ bench: Bench; ids: Ids }> {
  const ids = new Ids();
  const bench = await Bench.open({
    program,
    stack,
    lasting: true,
    autoReady: false,
    users: { alice: {} },
    newId: ids.next,
  });
  bench.env.LOGS = path.join(bench.folder, "logs");
  await bench.secret("variable", "a value");
  await bench.secret("registry", "a registry's secret");
  return { bench, ids };
}

async function launch({ skaha }: Bench, name: string, image: string): Promise<void> {
  const answer = await fetch(`${skaha.url}/session`, {
    method: "POST",
    headers: { authorization: `Bearer ${skaha.token}` },
    body: new URLSearchParams({ name, image, type: "headless" }),
  });
  if (!answer.ok) throw new Error(`launching ${name}: ${await answer.text()}`);
}

function writeArc(bench: Bench, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(bench.folder, "data", name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Runs the program of a fixture's folder with this release, until it has a job in every status. */
export async function makeFixture(folder: string): Promise<void> {
  const { bench, ids } = await openBench(folder);
  await using _ = bench;
  const image = "images.canfar.net/skaha/terminal:1.1.2";
  ids.queue("byhand01", "outside1");
  await launch(bench, "by-hand", image);
  await launch(bench, "somebody-elses", image);
  await bench.succeed(bench.up());
  const idOf = async (name: string) => {
    const job = (await bench.state()).find(({ urn }) => urn.endsWith(`::${name}`));
    return { id: job?.id ?? "", session: String(job?.outputs.sessionId) };
  };
  const isPending = ["pending"];
  for (const { id, name } of bench.skaha.jobs()) {
    if (!isPending.some((one) => name.startsWith(one)))
      bench.runner.status(id, { active: 1, ready: 1 });
  }
  const end = async (name: string, exitCode: number) => {
    const { session } = await idOf(name);
    bench.runner.write(session, `log of ${name}\n`);
    bench.runner.end(session, exitCode);
  };
  await end("completed", 0);
  for (const name of ["failed", "retried", "exhausted"]) await end(name, 1);
  const start = JSON.stringify({
    image,
    attempt: 1,
    host: "h",
    start: "2026-11-22T12:00:00Z",
    argv: ["work"],
  });
  const ended = {
    signal: null,
    start: "2026-11-22T12:00:00Z",
    end: "2026-11-22T12:30:00Z",
    samples: 3,
    missingOutputs: [],
  };
  const arc: Record<string, string> = {};
  for (const [name, exitCode] of [
    ["recorded", 0],
    ["recorded-failure", 7],
  ] as const) {
    const { id } = await idOf(name);
    arc[`/arc/projects/upgrades/${id}/1/start.json`] = start;
    arc[`/arc/projects/upgrades/${id}/1/end.json`] = JSON.stringify({
      exitCode,
      ...(exitCode > 0 && { cause: "ExitCode" }),
      ...ended,
      peakMemoryBytes: 2 ** 30,
      meanCores: 0.5,
    });
    arc[`/arc/projects/upgrades/${id}/1/log`] = `log of ${name}\n`;
  }
  writeArc(bench, arc);
  for (const name of ["lost", "recorded", "recorded-failure"])
    bench.skaha.vanish((await idOf(name)).session);
  await bench.succeed(bench.up()); // the second attempts of what failed
  await end("exhausted", 1);
  bench.runner.status((await idOf("retried")).session, { active: 1, ready: 1 });
  await bench.succeed(bench.on("refresh"));
  const exported = await bench.succeed(bench.on("stack", "export"));
  const portable = exported
    .replaceAll(new URL(bench.skaha.url).origin, origin)
    .replaceAll(bench.folder, home)
    .replaceAll(checkout, "/program.invalid");
  const sessions = bench.skaha
    .jobs()
    .filter(({ forgotten }) => forgotten === undefined)
    .map(({ id, name, image: of, status, exitCode }) => ({
      id,
      name,
      image: of,
      status,
      ...(exitCode !== undefined && { exitCode }),
    }));
  writeFileSync(path.join(folder, "stack.json"), portable);
  writeFileSync(
    path.join(folder, "sessions.json"),
    `${JSON.stringify({ sessions, arc }, null, 2)}\n`,
  );
}

/** A stack with the state of a release, and a server that has its sessions. */
export async function openFixture(
  release: string,
  edit: (deployment: Deployment) => void = () => {},
): Promise<Bench> {
  const folder = path.join(fixtures, release);
  const { bench, ids } = await openBench(folder);
  const text = readFileSync(path.join(folder, "stack.json"), "utf8")
    .replaceAll(origin, new URL(bench.skaha.url).origin)
    .replaceAll(home, bench.folder)
    .replaceAll("/program.invalid", checkout);
  const exported = JSON.parse(text) as { deployment: Deployment };
  edit(exported.deployment);
  const file = path.join(bench.folder, "stack.json");
  writeFileSync(file, JSON.stringify(exported));
  await bench.succeed(bench.on("stack", "import", "--file", file));
  const { sessions, arc } = JSON.parse(
    readFileSync(path.join(folder, "sessions.json"), "utf8"),
  ) as Stored;
  writeArc(bench, arc);
  for (const { id, name, image, status, exitCode } of sessions) {
    ids.queue(id);
    await launch(bench, name, image);
    if (status !== "Pending") bench.runner.status(id, { active: 1, ready: 1 });
    if (exitCode !== undefined) bench.runner.end(id, exitCode);
  }
  bench.counted();
  return bench;
}

export interface Deployment {
  readonly resources: {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
  }[];
}
