// The state of a sweep of a thousand jobs in the middle of its second night, made from the export of a small
// one: what a stack remembers, with nobody having launched a thousand.

interface Resource {
  urn: string;
  id?: string;
  type: string;
  parent?: string;
  created?: string;
  outputs?: Record<string, unknown>;
}

export interface Deployment {
  readonly version: number;
  readonly deployment: { resources: Resource[] };
}

export interface Params {
  readonly method: string;
  readonly band: number;
  readonly field: string;
}

const minute = 60_000;
const hour = 60 * minute;
const slots = 60;

/** What a log must not be able to do. */
export const hostileLog = [
  "Traceback (most recent call last):",
  '  File "/arc/projects/survey/search.py", line 88, in <module>',
  "<img src=x onerror=\"document.title='owned'\"></script><script>document.title='owned'</script>",
  "\u001b[31mValueError: no samples <left> & none right\u001b[0m",
  "",
].join("\n");

/** @param now milliseconds since 1970 */
export function thousandJobs(exported: Deployment, now: number): Deployment {
  const { resources } = exported.deployment;
  const sweep = resources.find(({ type }) => type.endsWith(":Sweep"));
  const template = resources.find(({ type }) => type.endsWith("HeadlessSession"));
  if (!sweep || !template) throw new Error("the export has no sweep with a job");
  const random = randoms(7);
  const free = new Array<number>(slots).fill(now - 9 * hour);
  const declared = new Date(now - 9.2 * hour).toISOString();
  const parameters: Record<string, Params> = {};
  const jobs = allParams().map((params, n): Resource => {
    const key = `band=${params.band},field=${params.field},method=${params.method}`;
    const name = `study/${key}`;
    parameters[name] = params;
    const id = `study-${n}-abcdef${String(n).padStart(8, "0")}`;
    return {
      ...template,
      urn: `${template.urn.slice(0, template.urn.lastIndexOf("::"))}::${name}`,
      id,
      created: declared,
      outputs: { ...template.outputs, ...outcome(id, params, free, random, now) },
    };
  });
  return {
    ...exported,
    deployment: {
      ...exported.deployment,
      resources: [
        ...resources.filter(({ type }) => !/(:Sweep|HeadlessSession)$/.test(type)),
        { ...sweep, outputs: { ...sweep.outputs, parameters } },
        ...jobs,
      ],
    },
  };
}

function allParams(): Params[] {
  const fields = Array.from({ length: 10 }, (_, n) => `N${n + 1}`);
  const bands = Array.from({ length: 25 }, (_, n) => 2 + n * 2);
  return fields.flatMap((field) =>
    bands.flatMap((band) => ["bls", "ce", "ls", "pdm"].map((method) => ({ method, band, field }))),
  );
}

/** A job in the first slot that is free: held before, queued, run, and once more where it was killed. */
function outcome(
  id: string,
  { method, band }: Params,
  free: number[],
  random: () => number,
  now: number,
): Record<string, unknown> {
  const slot = free.indexOf(Math.min(...free));
  const weight = { bls: 2.2, ce: 1.3, ls: 0.8, pdm: 1 }[method] ?? 1;
  const peak = 1.2 + weight * (0.9 + band / 22) + random() * 0.8;
  const attempts: Record<string, unknown>[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const launched = free[slot] ?? now;
    if (launched > now) {
      const reason = "skaha:maxInFlight is 60, and as many are in flight";
      return { ...bare, status: "Held", heldBy: "maxInFlight", reason, attempt, ...past(attempts) };
    }
    const started = launched + (1 + random() * 6) * minute;
    const length = weight * (6 + band * 0.9 + random() * 8) * minute;
    const isKilled = attempt === 1 && random() < 0.02;
    const isBroken = band === 34 && random() < 0.5;
    const isLost = random() < 0.003;
    const ended = started + length * (isKilled ? 0.6 : isBroken ? 0.1 : 1);
    const session = `s${id.slice(-4)}${attempt}ab`;
    const own = {
      ...{ sessionId: session, sessionName: attempt === 1 ? id : `${id}-${attempt}` },
      launchTime: new Date(launched).toISOString(),
      attempt,
      ...{ cores: 2, ram: 16 },
      recordedIn: `/arc/projects/survey/.jobs/${id}/${attempt}`,
      ...past(attempts),
    };
    free[slot] = ended;
    if (started > now) return { ...bare, ...own, status: "Pending" };
    const startTime = new Date(started).toISOString();
    if (ended > now) return { ...bare, ...own, status: "Running", startTime };
    const endTime = new Date(ended).toISOString();
    if (isKilled) {
      const cause = "Killed";
      const { launchTime } = own;
      const times = { launchTime, startTime, endTime };
      attempts.push({ sessionId: session, status: "Failed", cause, ram: 16, cores: 2, ...times });
      continue;
    }
    const usage = { peakRamGiB: Number(peak.toFixed(2)), samples: 40, meanCores: 0.6 + weight / 4 };
    const at = { ...bare, ...own, startTime, endTime };
    if (isLost) return { ...at, status: "Lost", recordedIn: undefined };
    if (isBroken) {
      const why = { cause: "ExitCode", exitCode: 1, logTail: hostileLog };
      return { ...at, ...why, usage, status: "Failed" };
    }
    return { ...at, usage, status: "Completed", exitCode: 0 };
  }
}

/** What the template has and a job of another status has not. */
const bare = Object.fromEntries(
  [
    ...["sessionId", "sessionName", "launchTime", "startTime", "endTime", "expiryTime", "cause"],
    ...["exitCode", "usage", "logPath", "attempts", "recordedIn", "heldBy", "heldSince", "reason"],
  ].map((name) => [name, undefined]),
);

function past(attempts: readonly unknown[]) {
  return attempts.length > 0 ? { attempts: [...attempts] } : {};
}

/** The same numbers in each run (mulberry32). */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
