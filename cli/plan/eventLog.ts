// What a run of the engine did or would do to each job, from its event log (`--event-log`). Pure.
import { nameIn, placeOf, sessionType } from "../../provider/job/identity";
import { type JobInputs, trustedInputs } from "../../provider/job/inputs";
import { type JobState, trustedState } from "../../provider/job/state";
import { parsedLine } from "./runReport";

/** One job of the program or of state, as a run treats it. */
export interface JobChange {
  /** Its logical name in the program. */
  readonly name: string;
  readonly op: "create" | "update" | "replace" | "same" | "delete";
  /** State before, refreshed where the run refreshes; absent for a new job. */
  readonly before?: JobState;
  readonly oldId?: string;
  /** What the program declares; absent for a job that is not in it. */
  readonly inputs?: JobInputs;
  /** State after, of runs that are no previews. */
  readonly after?: JobState;
  /** Its name on the server. */
  readonly id?: string;
  /** True where the engine forgets the job and leaves its session alone. */
  readonly isRetained?: boolean;
  /** `started`: neither its end nor its failure was seen. */
  readonly outcome: "started" | "done" | "failed";
}

/** What a refresh found of one job. */
export interface RefreshedJob {
  readonly name: string;
  readonly id: string;
  readonly before: JobState;
  readonly after: JobState;
}

/** What a run does to jobs and other resources. */
export interface RunEffects {
  readonly changes: readonly JobChange[];
  readonly refreshed: readonly RefreshedJob[];
  /** How many resources that are no jobs are created, changed or deleted. */
  readonly others: number;
  /** The place of one of the jobs, as `placeOf` reads it: `<organization>/<urn>`. */
  readonly identity: string | undefined;
}

type Properties = Readonly<Record<string, unknown>>;

/** As a state file or an event has it. */
export interface Resource {
  readonly id?: string;
  readonly custom?: boolean;
  readonly delete?: boolean;
  readonly retainOnDelete?: boolean;
  readonly inputs?: Properties | null;
  readonly outputs?: Properties | null;
}

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

/** @param log its lines are JSON; one that was cut, as by a kill, ends it */
export function readEventLog(log: string): RunEffects {
  const reader = new EventReader();
  for (const one of eventsIn(log)) reader.add(one);
  return reader.effects();
}

/** What a log tells of resources. */
export function* eventsIn(log: string): Generator<Event> {
  for (const line of log.split("\n")) {
    // Most lines are about something else, and parsing is what takes time.
    if (!line.includes('"metadata"')) continue;
    const event = parsedLine<Event>(line);
    if (event && isWhole(event)) yield event;
  }
}

class EventReader {
  readonly #changes = new Map<string, Draft>();
  readonly #refreshed = new Map<string, RefreshedJob>();
  readonly #refreshing = new Set<string>();
  readonly #others = new Set<string>();
  #identity: string | undefined;

  add({ resourcePreEvent: started, resOutputsEvent: done, resOpFailedEvent: failed }: Event): void {
    if (started) this.#step(started.metadata, "started");
    if (done) this.#step(done.metadata, "done");
    if (failed) this.#step(failed.metadata, "failed");
  }

  effects(): RunEffects {
    return {
      changes: [...this.#changes.values()],
      refreshed: [...this.#refreshed.values()],
      others: this.#others.size,
      identity: this.#identity,
    };
  }

  #step(metadata: Metadata, outcome: JobChange["outcome"]): void {
    const { op, urn, type } = metadata;
    if (type !== sessionType) {
      if (!isEngines(type) && !["same", "refresh"].includes(op)) this.#others.add(urn);
      return;
    }
    const { old, new: fresh } = metadata;
    this.#identity ??= identityIn(urn, fresh?.inputs?.identity ?? old?.inputs?.identity);
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
  #refresh({ urn, old, new: fresh }: Metadata, outcome: JobChange["outcome"]): void {
    if (outcome === "started") return;
    this.#refreshing.delete(urn);
    if (!old?.outputs) return;
    const before = trustedState(old.outputs);
    const after = outcome === "done" && fresh?.outputs ? trustedState(fresh.outputs) : before;
    this.#refreshed.set(urn, { name: nameIn(urn), id: old.id ?? "", before, after });
  }

  #change(metadata: Metadata, outcome: JobChange["outcome"]): void {
    const { urn, old, new: fresh } = metadata;
    const op = ops[metadata.op];
    if (op === undefined) return;
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
