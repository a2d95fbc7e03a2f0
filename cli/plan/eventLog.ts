// What a run of the engine did or would do to each job, from its event log (`--event-log`). Pure.
import { rememberingJobs } from "../../provider/array/arrayJobs";
import { isArrayType, isJobType, nameIn, placeOf } from "../../provider/job/identity";
import { trustedInputs } from "../../provider/job/inputs";
import { trustedState } from "../../provider/job/state";
import {
  type ArrayChange,
  type AskedOfRun,
  changesOfArray,
  joinMoved,
  refreshedInArray,
} from "./arrayChanges";
import { parsedLine } from "./reportReader";
import type { JobChange, RefreshedJob, Resource, RunEffects } from "./runEffects";

interface Metadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old?: Resource | null;
  readonly new?: Resource | null;
}

interface Step {
  readonly metadata: Metadata;
}

/** As Pulumi writes it (sdk/go/common/apitype/events.go). Of thousands of jobs, checking each takes longer than all else. */
interface Event {
  readonly resourcePreEvent?: Step;
  readonly resOutputsEvent?: Step;
  readonly resOpFailedEvent?: Step;
}

const ops: Readonly<Record<string, JobChange["op"]>> = {
  create: "create",
  update: "update",
  same: "same",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
};

type Draft = { -readonly [Key in keyof JobChange]: JobChange[Key] };

/**
 * @param log its lines are JSON; one that was cut, as by a kill, ends it
 */
export function readEventLog(log: string | Iterable<string>, asked: AskedOfRun = {}): RunEffects {
  const reader = new EventReader(asked);
  // What an array was when something began is of no interest once that has ended, and is megabytes.
  const begun = new Map<string, string>();
  for (const line of typeof log === "string" ? log.split("\n") : log) {
    const array = begunArray(line);
    if (array !== undefined) {
      reader.begin(array);
      begun.set(array.urn, line);
      continue;
    }
    const event = eventOf(line);
    if (event === undefined) continue;
    const ended = (event.resOutputsEvent ?? event.resOpFailedEvent)?.metadata.urn;
    if (ended !== undefined) begun.delete(ended);
    reader.add(event);
  }
  for (const line of begun.values()) {
    const event = eventOf(line);
    if (event) reader.add(event);
  }
  return reader.effects();
}

/** What a log tells of resources. */
export function* eventsIn(log: string): Generator<Event> {
  for (const line of log.split("\n")) {
    const event = eventOf(line);
    if (event) yield event;
  }
}

function eventOf(line: string): Event | undefined {
  // Most lines are about something else, and parsing is what takes time.
  if (!line.includes('"metadata"')) return undefined;
  const event = parsedLine<Event>(line);
  return event && isWhole(event) ? event : undefined;
}

/** Of a line that tells that something begins with an array; as Pulumi writes it, without reading all of it. */
function begunArray(line: string): Pick<Metadata, "op" | "urn"> | undefined {
  const found =
    /^\{[^{}]*"resourcePreEvent":\{"metadata":\{"op":"([^"\\]*)","urn":("(?:[^"\\]|\\.)*"),"type":"([^"\\]*)",/.exec(
      line.slice(0, longestHead),
    );
  if (!found?.[1] || !isArrayType(found[3] ?? "")) return undefined;
  return { op: found[1], urn: JSON.parse(found[2] ?? '""') };
}

const longestHead = 4_096;

class EventReader {
  readonly #changes = new Map<string, Draft>();
  readonly #refreshed = new Map<string, RefreshedJob>();
  readonly #refreshing = new Set<string>();
  /** Arrays of jobs, by URN. */
  readonly #arrays = new Map<string, ArrayChange>();
  readonly #refreshedInArrays = new Map<string, readonly RefreshedJob[]>();
  readonly #others = new Set<string>();
  /** What a refresh found is mostly what the run begins and ends with. */
  readonly #jobsOf = rememberingJobs();
  #identity: string | undefined;

  constructor(private readonly asked: AskedOfRun) {}

  /** To be called where something begins that is not added: it shows only in whether a refresh is under way. */
  begin({ op, urn }: Pick<Metadata, "op" | "urn">): void {
    if (op === "refresh") this.#refreshing.add(urn);
    else this.#refreshing.delete(urn);
  }

  add({ resourcePreEvent: started, resOutputsEvent: done, resOpFailedEvent: failed }: Event): void {
    if (started) this.#step(started.metadata, "started");
    if (done) this.#step(done.metadata, "done");
    if (failed) this.#step(failed.metadata, "failed");
  }

  effects(): RunEffects {
    const { choice } = this.asked;
    const singles = new Map(
      [...this.#changes.values()].map(({ oldId = "", before }) => [oldId, before?.status]),
    );
    const isLeft = ({ name, op }: Draft) => op === "same" && choice?.isChosen(name) === false;
    return {
      changes: joinMoved([
        ...[...this.#changes.values()].map((one) => (isLeft(one) ? { ...one, isLeft: true } : one)),
        ...[...this.#arrays.values()].flatMap((one) =>
          changesOfArray(one, this.asked, (id) => singles.get(id), this.#jobsOf),
        ),
      ]),
      refreshed: [...this.#refreshed.values(), ...[...this.#refreshedInArrays.values()].flat()],
      others: this.#others.size,
      identity: this.#identity,
    };
  }

  #step(metadata: Metadata, outcome: JobChange["outcome"]): void {
    const { op, urn, type } = metadata;
    if (!isJobType(type) && !isArrayType(type)) {
      if (!isEngines(type) && !["same", "refresh"].includes(op)) this.#others.add(urn);
      return;
    }
    const { old, new: fresh } = metadata;
    const placed = fresh?.inputs ?? old?.inputs;
    this.#identity ??= identityIn(urn, placed?.identity ?? placed?.place);
    if (outcome === "started" && op === "refresh") this.#refreshing.add(urn);
    if (this.#refreshing.has(urn)) {
      if (outcome !== "started" || op === "refresh") {
        this.#refresh(metadata, outcome);
        return;
      }
      this.#refreshing.delete(urn);
    }
    this.#change(metadata, outcome);
  }

  /** The result of a refresh is called by what came of it: "same", "update", "delete". */
  #refresh({ urn, type, old, new: fresh }: Metadata, outcome: JobChange["outcome"]): void {
    if (outcome === "started") return;
    this.#refreshing.delete(urn);
    if (!old?.outputs) return;
    if (isArrayType(type)) {
      const found = outcome === "done" && fresh?.outputs ? fresh : undefined;
      this.#refreshedInArrays.set(urn, refreshedInArray(old, found, this.#jobsOf));
      return;
    }
    const before = trustedState(old.outputs);
    const after = outcome === "done" && fresh?.outputs ? trustedState(fresh.outputs) : before;
    this.#refreshed.set(urn, { name: nameIn(urn), id: old.id ?? "", before, after });
  }

  #change(metadata: Metadata, outcome: JobChange["outcome"]): void {
    const { urn, type, old, new: fresh } = metadata;
    const op = ops[metadata.op];
    if (op === undefined) return;
    if (isArrayType(type)) {
      const kept = this.#arrays.get(urn);
      this.#arrays.set(urn, {
        old: old ?? kept?.old,
        fresh: op === "delete" ? undefined : fresh,
        outcome,
      });
      return;
    }
    // A job that was replaced by a run that was killed then has a later one of the same name.
    const key = old?.delete ? `${urn} (replaced)` : urn;
    const change: Draft = this.#changes.get(key) ?? { name: nameIn(urn), op, outcome };
    this.#changes.set(key, change);
    change.op = op;
    if (old?.outputs && op !== "create") change.before = trustedState(old.outputs);
    if (old?.id) change.oldId = old.id;
    if (old?.retainOnDelete) change.isRetained = true;
    if (metadata.op === "delete-replaced") {
      if (outcome === "failed") change.outcome = outcome;
      return;
    }
    if (fresh?.inputs) change.inputs = trustedInputs(fresh.inputs);
    const id = fresh?.id || fresh?.inputs?.jobName;
    if (typeof id === "string") change.id = id;
    // Of a replacement only its creation is the end.
    change.outcome = metadata.op === "replace" && outcome === "done" ? "started" : outcome;
    if (outcome === "done" && fresh?.outputs?.status !== undefined) {
      change.after = trustedState(fresh.outputs);
    }
  }
}

/** Whether it is there for the engine's own sake. */
export function isEngines(type: string): boolean {
  return type === "pulumi:pulumi:Stack" || type.startsWith("pulumi:providers:");
}

/** The organization as the job's inputs have it, and its URN, which is right also after a stack was renamed. */
export function identityIn(urn: string, identity: unknown): string | undefined {
  return typeof identity === "string" ? `${placeOf(identity).organization}/${urn}` : undefined;
}

/** Whether the texts are there that all else relies on. */
function isWhole(event: Event): boolean {
  const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
  const steps = [resourcePreEvent, resOutputsEvent, resOpFailedEvent].filter(
    (step) => step !== undefined,
  );
  const texts: unknown[] = steps.flatMap((step) => {
    const { op, urn, type }: Partial<Metadata> = step?.metadata ?? {};
    return [op, urn, type];
  });
  return texts.every((text) => typeof text === "string");
}
