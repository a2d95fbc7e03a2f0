// What a job's record adds to what the server says: the outcome of a job whose session is gone, and exit
// code, cause and use of one that ended. The server knows none of them, and forgets the rest in an hour.
import type { Announcer } from "../actions/announcer";
import { messageOf } from "../errors";
import { recordFolderOf } from "../job/attempts";
import { lastAttempt } from "../job/identity";
import { type JobState, seenEnd } from "../job/state";
import type { Arc } from "../record/arc";
import { type CancelledAttempts, cancelledAttempts, writeCancelled } from "../record/cancelled";
import {
  findRecord,
  outcomeOf,
  type Recorded,
  readEnded,
  readRecord,
  recordFolder,
  voidRecord,
} from "../record/record";
import type { Clock } from "../run/clock";

/** So many attempts in a row that never began are looked past: each costs a request for a job that is new. */
const widestGap = 2;

export class Records {
  /** Folders in which this run found nothing recorded. */
  readonly #empty = new Set<string>();

  constructor(
    private readonly arc: Arc,
    private readonly announce: Announcer,
    private readonly clock: Pick<Clock, "now">,
  ) {}

  /**
   * The outcome of a job whose session vanished.
   * @returns undefined where there is no record
   * @throws what reading it threw: then nothing is known, and nothing may change
   */
  async ofVanished(state: JobState, isExpired: boolean): Promise<JobState | undefined> {
    if (state.recordedIn === undefined) return undefined;
    const recorded = await readRecord(this.arc, state.recordedIn, state);
    return recorded && ended(state, recorded, isExpired, this.clock.now());
  }

  /** A job whose end the server told, with what its record adds. The server's status stands. */
  async ofEnded(id: string, state: JobState): Promise<JobState> {
    try {
      return await withRecorded(state, this.arc, this.clock.now());
    } catch (error) {
      const text = `${id} is ${state.status}, but its record was not read: ${messageOf(error)}`;
      this.announce.say({ kind: "warning", job: id, text });
      return { ...state, isRecordUnread: true };
    }
  }

  /** Whether this run found nothing in an attempt's folder: what is there later is of what was launched since. */
  isNew(folder: string): boolean {
    return this.#empty.has(folder);
  }

  /**
   * The last attempt that is recorded and not voided, of a job that the stack does not know.
   * @param mayHaveGaps attempts may follow those that never began: an image that was not pulled leaves no record
   * @param first those before it are history
   */
  async last(
    record: string,
    id: string,
    mayHaveGaps: boolean,
    first = 1,
  ): Promise<{ attempt: number; recorded: Recorded } | undefined> {
    let last: { attempt: number; recorded: Recorded } | undefined;
    const mostMissing = mayHaveGaps ? widestGap : 0;
    for (let attempt = first, missing = 0; attempt <= lastAttempt; attempt += 1) {
      const folder = recordFolder(record, id, attempt);
      const recorded = await findRecord(this.arc, folder);
      if (recorded === "never began") this.#empty.add(folder);
      missing = recorded === "never began" ? missing + 1 : 0;
      if (missing > mostMissing) return last;
      if (typeof recorded !== "string") last = { attempt, recorded };
    }
    return last;
  }

  /** So that a job which is run again on purpose is not taken for done. */
  async void(id: string, { recordedIn, attempt }: JobState, now: number): Promise<void> {
    try {
      for (let one = 1; one <= attempt; one += 1) {
        const folder = recordFolderOf({ recordedIn }, one);
        if (folder !== undefined) await voidRecord(this.arc, folder, now);
      }
    } catch (error) {
      const text = `${id}: its record ${recordedIn} was not voided: ${messageOf(error)}; declared again as it is, the job would be taken for done`;
      this.announce.say({ kind: "warning", job: id, text });
    }
  }

  /**
   * The last attempt of a job outside any stack that its user cancelled; 0 where none was.
   * @throws as `Arc.read`
   */
  async lastCancelled(record: string, id: string): Promise<number> {
    return Math.max(0, ...(await cancelledAttempts(this.arc, record, id)).keys());
  }

  /**
   * Notes that an attempt is being cancelled. Where that cannot be, the user is told, and it is cancelled all the same.
   * @returns takes the note back
   */
  async noteCancelled(record: string, id: string, attempt: number): Promise<() => Promise<void>> {
    const { arc } = this;
    const noted = async (work: () => Promise<boolean>) => {
      try {
        await work();
      } catch (error) {
        const text = `${id}: not noted in ${record} whether it was cancelled: ${messageOf(error)}`;
        this.announce.say({ kind: "warning", job: id, text });
      }
    };
    const now = new Date(this.clock.now()).toISOString();
    let before: CancelledAttempts = new Map();
    await noted(async () => {
      before = await cancelledAttempts(arc, record, id);
      return writeCancelled(arc, record, id, new Map([...before, [attempt, now]]));
    });
    return () => noted(() => writeCancelled(arc, record, id, before));
  }

  /** The saved output of an attempt. */
  log({ recordedIn }: JobState): Promise<NodeJS.ReadableStream | undefined> {
    return recordedIn === undefined
      ? Promise.resolve(undefined)
      : this.arc.stream(`${recordedIn}/log`);
  }
}

/**
 * State of a job whose end the server told, with what its record adds. The server's status stands.
 * @param now milliseconds since 1970, when its end is seen
 * @throws as `readRecord`
 */
export async function withRecorded(state: JobState, arc: Arc, now: number): Promise<JobState> {
  const { recordedIn, status } = state;
  if (recordedIn === undefined) return state;
  const isCompleted = status === "Completed"; // then only a recorded end adds something
  const recorded = await (isCompleted ? readEnded : readRecord)(arc, recordedIn, state);
  if (!recorded) return { ...state, isRecordUnread: undefined };
  const outcome = ended(state, recorded, state.cause === "Deadline", now);
  return { ...outcome, status, ...(isCompleted && { cause: undefined }) };
}

/**
 * State of an attempt that is over, as its record has it.
 * @param now milliseconds since 1970, when its end is seen
 */
export function ended(
  state: JobState,
  recorded: Recorded,
  isExpired: boolean,
  now: number,
): JobState {
  const outcome = outcomeOf(recorded);
  return {
    ...state,
    ...outcome,
    ...(outcome.cause === "Killed" && isExpired && { cause: "Deadline" }),
    startTime: outcome.startTime ?? state.startTime,
    // One that was killed did not write down when.
    ...(outcome.endTime === undefined
      ? seenEnd(state, now)
      : { endTime: outcome.endTime, endSeenTime: undefined }),
    isRecordUnread: undefined,
  };
}
