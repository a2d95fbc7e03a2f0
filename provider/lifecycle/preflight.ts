// What `check` can say of a job besides its form: what the server offers, and warnings. The server is
// asked once per process at most, and a preview works without it.
import type { Announcer } from "../actions/announcer";
import {
  lostInShell,
  refusedByServer,
  refusedInPack,
  refusedWithoutRecord,
} from "../job/decisions/notOffered";
import { leastEnded } from "../job/decisions/stop";
import { warningsOf } from "../job/decisions/unlikely";
import type { CheckFailure, JobInputs } from "../job/inputs";
import type { ServerFacts } from "../server/serverFacts";
import { isWrapped, recordOf } from "./launchRequest";

/** From so many new jobs on, a user may want a limit. */
const manyLaunches = 100;

export class Preflight {
  /** Jobs that share sessions are as many as the sessions that they fill. */
  #newSessions = 0;
  /** How many of a pack's jobs are new, by its name. */
  readonly #packed = new Map<string, number>();
  /** How many of a sweep with `stopAfter` are new and wait for nothing, by its name. */
  readonly #stoppable = new Map<string, number>();

  constructor(
    private readonly facts: ServerFacts,
    private readonly announce: Announcer,
    private readonly options: {
      readonly hasRegistryAuth: boolean;
      readonly maxInFlight: number | undefined;
      /** The stack's `skaha:record`. */
      readonly record: string | undefined;
    },
  ) {}

  /**
   * @param inputs as they came out of `checkInputs`, refused or not
   * @param isNew whether the job is not in the stack yet
   * @param hasCanary whether it may wait for another one of its sweep
   */
  async check(
    inputs: Partial<JobInputs>,
    isNew: boolean,
    hasCanary = (inputs.canary ?? []).length > 0,
  ): Promise<CheckFailure[]> {
    const { jobName } = inputs;
    const refusals = await this.refusals(inputs);
    for (const text of refusals.length === 0 ? warningsOf(inputs) : []) {
      if (jobName === undefined) this.#warn(text);
      else this.announce.say({ kind: "advice", job: jobName, text });
    }
    if (isNew && inputs.group === undefined) this.#countLaunch(inputs.pack);
    if (isNew && inputs.group === undefined && !hasCanary) this.#countStoppable(inputs.stopAfter);
    if (isNew && refusals.length === 0) await this.#warnOfUncheckedImage(inputs);
    return refusals;
  }

  /** What `check` refuses, without a word to the user. */
  async refusals(inputs: Partial<JobInputs>): Promise<CheckFailure[]> {
    const record = recordOf(inputs, this.options.record);
    const lost = isWrapped(inputs, record) ? lostInShell(inputs) : [];
    const unpackable = inputs.pack ? refusedInPack(inputs, record) : [];
    const unplaced = refusedWithoutRecord(inputs, record);
    return [...lost, ...unpackable, ...unplaced, ...(await this.#refusedByServer(inputs))];
  }

  async #refusedByServer(inputs: Partial<JobInputs>): Promise<CheckFailure[]> {
    const facts = await this.facts.get();
    if (!facts) return [];
    const hasRegistryAuth = this.options.hasRegistryAuth || inputs.registryAuth !== undefined;
    if (refusedByServer(inputs, facts, hasRegistryAuth).length === 0) return [];
    const latest = await this.facts.ownAnswer();
    return latest ? refusedByServer(inputs, latest, hasRegistryAuth) : [];
  }

  /** A server that lists no images has perhaps none by this name. */
  async #warnOfUncheckedImage(inputs: Partial<JobInputs>): Promise<void> {
    const hasRegistryAuth = this.options.hasRegistryAuth || inputs.registryAuth !== undefined;
    const facts = hasRegistryAuth ? undefined : await this.facts.get();
    if (facts?.images.length !== 0) return;
    this.#warn("images were not checked, because the server lists none");
  }

  #countLaunch(pack: JobInputs["pack"]): void {
    if (typeof pack === "object") {
      const before = this.#packed.get(pack.name) ?? 0;
      this.#packed.set(pack.name, before + 1);
      if (before % pack.jobs !== 0) return;
    }
    this.#newSessions += 1;
    if (this.#newSessions !== manyLaunches + 1 || this.options.maxInFlight !== undefined) return;
    this.#warn(
      `this launches more than ${manyLaunches} sessions at once; \`npx pulumi-skaha pulumi config set skaha:maxInFlight ${manyLaunches}\` would hold the others back until there is room`,
    );
  }

  /** More of a sweep than `stopAfter` lets fail, all launched before the first of them has ended. */
  #countStoppable(rule: JobInputs["stopAfter"]): void {
    if (typeof rule !== "object" || this.options.maxInFlight !== undefined) return;
    const { name, failed, share, atLeast = leastEnded } = rule;
    const jobs = (this.#stoppable.get(name) ?? 0) + 1;
    this.#stoppable.set(name, jobs);
    const few = Math.min(failed ?? Infinity, share === undefined ? Infinity : atLeast);
    if (jobs !== few + 1) return;
    this.#warn(
      `stopAfter of ${name} can hold no job, because all are launched before the first has failed; give the sweep a maxInFlight or a canary`,
    );
  }

  #warn(text: string): void {
    this.announce.say({ kind: "warning", text: `warning: ${text}` });
  }
}
