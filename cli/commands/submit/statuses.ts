// How jobs outside any stack stand, in the three words that workflow managers know. Whoever asks takes an error for the
// end of its run, so what cannot be found out just now is `running`.
import { z } from "zod";
import { sharedListOf } from "../../../provider/assemble";
import { type Connection, connect } from "../../../provider/connect";
import { messageOf } from "../../../provider/errors";
import type { Job } from "../../../provider/job/deployment";
import { attemptName } from "../../../provider/job/identity";
import { cancelled, type JobState, trustedState } from "../../../provider/job/state";
import { hasFailed } from "../../../provider/job/status";
import { cancelledAttempts } from "../../../provider/record/cancelled";
import {
  acknowledge,
  isAcknowledged,
  readEnded,
  recordFolder,
} from "../../../provider/record/record";
import { systemClock } from "../../../provider/run/clock";
import { ownTemporaryFolder } from "../../../provider/run/temporaryFolder";
import { ended } from "../../../provider/server/records";
import type { Listing } from "../../../provider/skaha/client";
import { type SubmittedId, textOf } from "../../../provider/submitted/submittedId";
import { type ObservedJob, observe } from "../../stack/observe";
import { plain, print, say } from "../../terminal";
import type { SubmitOptions } from "./options";
import { submittedIds, tellOfNoIds } from "./places";

/** What `submit --status --json` prints: one of each id. */
export const submitSchema = z.array(
  z.object({
    id: z.string().describe("as submit printed it"),
    status: z.enum(["running", "success", "failed"]),
    cause: z.string().describe("why it failed").optional(),
    exitCode: z.int().optional(),
    session: z.string().describe("on the server, as far as it is listed").optional(),
  }),
);
type Told = z.infer<typeof submitSchema>[number];

/** @returns the exit status, which is 0 */
export async function statuses(words: readonly string[], options: SubmitOptions): Promise<number> {
  const named = submittedIds(words, options, "--status");
  tellOfNoIds(words, named, "failed is said of it");
  const ids = named.filter((id) => id !== undefined);
  const known = ids.length === 0 ? [] : await toldOf(ids, options);
  const told = words.map((word, index): Told => {
    const id = named[index];
    const noJob = { id: word, status: "failed", cause: noSuchId } as const;
    return (id && known[ids.indexOf(id)]) ?? noJob;
  });
  if (options.json) print(JSON.stringify(told));
  else {
    for (const { id, status } of told) {
      print(words.length === 1 ? status : `${status} ${plain(id)}`);
    }
  }
  return 0;
}

/** The cause of what is no id: nothing will ever become of it. */
const noSuchId = "NoSuchId";

async function toldOf(ids: readonly SubmittedId[], options: SubmitOptions): Promise<Told[]> {
  try {
    const connection = connect(() => undefined, process.env, { isPatient: false });
    const found = await observed(ids, connection);
    return await Promise.all(found.map((job) => tellOne(job, connection, options)));
  } catch (error) {
    say(plain(`not known just now: ${messageOf(error)}`));
    return ids.map((id) => ({ id: textOf(id), status: "running" }));
  }
}

/** Of each attempt is told what became of it, also where another one followed. */
async function observed(
  ids: readonly SubmittedId[],
  connection: Connection,
): Promise<readonly ObservedJob[]> {
  const { client } = sharedListOf(connection, {
    ...{ clock: systemClock, temporary: ownTemporaryFolder(), takesFailures: true },
  });
  const jobs = ids.map((id) => jobOf(id, client.server));
  const first = client.list();
  const seen = new Map<string, ObservedJob>();
  for (const round of withoutRepeats(jobs)) {
    const names = new Set(round.map(({ id, state }) => attemptName(id, state.attempt)));
    let next: Promise<Listing> | undefined = first;
    const list = async () => {
      const { user, sessions } = await (next ?? client.list());
      next = undefined;
      return { user, sessions: sessions.filter(({ name }) => names.has(name)) };
    };
    const asked = { client: { ...client, list }, arc: connection.arc };
    const { jobs: found, problems } = await observe(round, asked, Date.now());
    for (const problem of problems) say(plain(problem));
    for (const job of found) {
      const isGone = !job.isKnown && !job.isUncertain;
      seen.set(job.name, isGone ? { ...job, state: gone(job.state) } : job);
    }
  }
  return jobs.flatMap(({ name }) => seen.get(name) ?? []);
}

/** Parts in which no job is twice. */
function withoutRepeats(jobs: readonly Job[]): readonly (readonly Job[])[] {
  const parts: Map<string, Job>[] = [];
  for (const job of jobs) {
    const part = parts.find((one) => !one.has(job.id));
    if (part) part.set(job.id, job);
    else parts.push(new Map([[job.id, job]]));
  }
  return parts.map((part) => [...part.values()]);
}

/** Neither two lists nor a record know of it. */
function gone(state: JobState): JobState {
  return { ...state, status: "Lost", cause: "Lost" };
}

function jobOf({ record, id, attempt = 1 }: SubmittedId, server: string): Job {
  const recordedIn = recordFolder(record, id, attempt);
  const known = { server, status: "Running", attempt, recordedIn };
  const state = trustedState({ ...known, sessionName: attemptName(id, attempt) });
  return { name: recordedIn, urn: recordedIn, id, state, inputs: {} };
}

async function tellOne(
  { name: folder, id: job, state }: ObservedJob,
  { arc }: Connection,
  { json, acknowledge: isToBeNoted }: SubmitOptions,
): Promise<Told> {
  const { status, sessionId } = state;
  const session = sessionId === undefined ? {} : { session: sessionId };
  if (status === "Completed") {
    if (isToBeNoted) await noted(arc, folder);
    return { id: folder, status: "success", ...session };
  }
  if (!hasFailed(status)) return { id: folder, status: "running", ...session };
  const isToBeExplained = json || status === "Lost";
  const { cause, exitCode } = isToBeExplained ? await explained(folder, job, state, arc) : state;
  if (cause === "Lost") {
    say(
      plain(
        `${folder} is failed: neither the server nor its record knows anything of it; perhaps its session was deleted before it began, or that is not its id`,
      ),
    );
  }
  return {
    ...{ id: folder, status: "failed" },
    ...(cause !== undefined && { cause }),
    ...(exitCode !== undefined && { exitCode }),
    ...session,
  };
}

/** Whoever cancelled it knows why it failed; else its record may. */
async function explained(
  folder: string,
  job: string,
  state: JobState,
  arc: Connection["arc"],
): Promise<JobState> {
  try {
    const record = folder.slice(0, -`/${job}/${state.attempt}`.length);
    const at = (await cancelledAttempts(arc, record, job)).get(state.attempt);
    if (at !== undefined) return cancelled(state, at);
  } catch (error) {
    say(plain(`whether ${folder} was cancelled is not known: ${messageOf(error)}`));
  }
  return state.status === "Lost" ? state : withRecord(folder, state, arc);
}

/** The server tells no more than that it failed. */
async function withRecord(
  folder: string,
  state: JobState,
  arc: Connection["arc"],
): Promise<JobState> {
  if (state.exitCode !== undefined) return state;
  try {
    const recorded = await readEnded(arc, folder, state);
    return recorded ? ended(state, recorded, false, Date.now()) : state;
  } catch (error) {
    say(plain(`${folder} was not read: ${messageOf(error)}`));
    return state;
  }
}

async function noted(arc: Connection["arc"], folder: string): Promise<void> {
  try {
    if (!(await isAcknowledged(arc, folder))) await acknowledge(arc, folder, Date.now());
  } catch (error) {
    say(plain(`${folder}: not noted that its end is known: ${messageOf(error)}`));
  }
}
