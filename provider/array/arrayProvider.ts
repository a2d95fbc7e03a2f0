// What the engine calls for an array: one resource that is many jobs. Each method reads the tables of state and inputs,
// judges each job as a job of its own is judged, and has the lifecycle do what follows.
import type * as pulumi from "@pulumi/pulumi";
import { keepHeapSmall } from "../../machine/smallHeap";
import type { Run } from "../assemble";
import { EngineLog } from "../engine/engineLog";
import { unknownValue } from "../engine/unknown";
import { JobNotAsDeclaredError, messageOf } from "../errors";
import { type Refused, refusedInAll } from "../job/decisions/others";
import { idStarts, jobName } from "../job/identity";
import type { Operations } from "../operations";
import { placed } from "../otherJobs";
import { plainLines } from "../text/plainText";
import { rememberingJobs } from "./arrayJobs";
import { ArrayRun, inOrder, inPool } from "./arrayRun";
import { type ArrayStep, arraySteps, planOf } from "./arraySteps";
import { isLeftBy, predecessorsLeftOut } from "./choice";
import {
  type ArrayHead,
  type ArrayInputs,
  type DeclaredArrayJob,
  DeclaredJobs,
  headOf,
  trustedArray,
} from "./declaredJobs";
import { MemoryCare } from "./memoryCare";
import { expectPacks, isPacked } from "./packing";
import { byCause, reasonsByKey, toldWithOthers } from "./refusedJobs";
import { rerunIds } from "./rerun";
import { paged } from "./rows/pages";
import { countIn, type StateTable, type StoredJob, writeStates } from "./stateTable";

type Props = Record<string, unknown>;

/** Refreshes that are under way at a time: they share one list. */
const readsAtOnce = 1_024;
/** Launches of jobs that share sessions: they cost a request for many. */
const packedAtOnce = 10_000;
const progressEveryMs = 1_000;

export class SessionArrayProvider implements pulumi.dynamic.ResourceProvider<Props, Props> {
  readonly #declared = new DeclaredJobs();
  readonly #again = rerunIds(process.env);
  /** A refresh, the comparison after it and the update are asked about the same. */
  readonly #jobsOf = rememberingJobs();
  readonly #memory = new MemoryCare();

  /** @param tellProgress told of a long operation from time to time; kept nowhere */
  constructor(
    private readonly operations: Operations,
    private readonly tellProgress = progressInEngineLog(),
  ) {}

  async configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.operations.configure((key) => request.config.get(key));
  }

  async check(olds: Props, news: Props): Promise<pulumi.dynamic.CheckResult<Props>> {
    keepHeapSmall(); // with the rows of a program; a refresh and a destroy have half of that, and are done sooner so
    this.operations.checked();
    if (news.jobs === unknownValue) return { inputs: news, failures: [] };
    const array = trustedArray(news);
    const before: Partial<ArrayInputs> = trustedArray(olds);
    const checked = async (run: Run) => {
      run.checkNotify();
      const { choice } = run;
      const { jobs, array: declared } = this.#declared.check(
        before,
        array,
        choice,
        run.files.contentsOf,
        this.operations.handover.singles(),
      );
      this.#memory.know(jobs.size);
      const written = { ...declared, jobs: paged(declared.jobs) };
      const isLeft = isLeftBy(choice, array.name);
      const hasCanary = (array.canary ?? []).length > 0;
      const known = before.jobs ?? {};
      const refused: Refused[] = [];
      for (const [key, { id, inputs, failures }] of jobs) {
        run.slots.know(id, inputs.group);
        run.announce.names.know(id, `${array.name}/${key}`);
        this.operations.handover.declare("array", id);
        const isNew = !Object.hasOwn(known, key);
        if (isLeft(key) && isNew) this.operations.leaveOut(id);
        if (isLeft(key)) continue;
        const own = [...failures, ...predecessorsLeftOut(choice, inputs, this.operations.leftOut)];
        const all = refusedInAll(own, await run.preflight.check(inputs, isNew, hasCanary));
        if (all.length === 0) continue;
        refused.push({ name: `${array.name}/${key}`, failures: placed(all, undefined) });
      }
      if (refused.length === 0) {
        this.#tellPacks(run, trustedArray(written), olds);
        return { inputs: written, failures: [] };
      }
      if (run.goesOnPastRefused) {
        return { inputs: { ...written, refused: reasonsByKey(array.name, refused) }, failures: [] };
      }
      const reason = plainLines(await toldWithOthers(run, refused, array));
      return { inputs: news, failures: [{ property: "", reason }] };
    };
    return this.#do(`check the jobs of ${array.name}`, checked, { isStep: true });
  }

  /** The engine asks for no comparison of an array that is new. */
  #tellPacks(run: Run, array: ArrayInputs, olds: Props): void {
    if (!isPacked(array) || olds.jobs !== undefined) return;
    const text = planOf(this.#steps(run, new Map(), array), run.policy());
    run.announce.say({ kind: "plan", array: array.name, text });
  }

  async diff(_id: pulumi.ID, olds: Props, news: Props): Promise<pulumi.dynamic.DiffResult> {
    const array = trustedArray(news);
    const compared = async (run: Run) => {
      const stored = this.#known(run, array, olds);
      for (const { id } of stored.values()) this.operations.handover.take("array", id);
      const steps = this.#steps(run, stored, array);
      for (const one of steps) {
        if ("step" in one && one.step.do === "nothing" && one.step.note) {
          run.announce.say({ kind: "keep", job: one.job.id, why: one.step.note });
        }
      }
      const changes = steps.some((one) => one.do !== "keep" && one.do !== "leave");
      if (changes) {
        run.announce.say({ kind: "plan", array: array.name, text: planOf(steps, run.policy()) });
      }
      return { changes, replaces: [], deleteBeforeReplace: true };
    };
    return this.#do(`compare the jobs of ${array.name}`, compared, { isStep: true });
  }

  async create(inputs: Props): Promise<pulumi.dynamic.CreateResult<Props>> {
    const array = trustedArray(inputs);
    const id = jobName(`${array.place}${array.name}`, {});
    return { id, outs: await this.#converged("create", id, {}, array) };
  }

  async update(
    id: pulumi.ID,
    olds: Props,
    news: Props,
  ): Promise<pulumi.dynamic.UpdateResult<Props>> {
    return { outs: await this.#converged("update", id, olds, trustedArray(news)) };
  }

  /** What has become of each job. What one meets changes nothing of it, and is told. */
  async read(id: pulumi.ID, props: Props = {}): Promise<pulumi.dynamic.ReadResult<Props>> {
    this.#memory.know(countIn(props));
    const array = headOf(props);
    const { operations } = this;
    operations.report.begin(id);
    const read = async (run: Run) => {
      const stored = this.#known(run, array, props);
      const jobs = new Map<string, StoredJob>();
      const errors = new Map<string, unknown>();
      await inPool(readsAtOnce, [...stored], async ([key, one]) => {
        try {
          const state = await run.lifecycle.read(one.id, one.state);
          run.sweepEnds.note(one.id, state);
          jobs.set(key, { id: one.id, state });
          operations.handover.know("array", one.id, state, `${array.name}/${key}`);
        } catch (error) {
          jobs.set(key, one);
          errors.set(key, error);
        }
      });
      const [first] = errors.values();
      if (first !== undefined && errors.size === stored.size) throw first;
      for (const text of byCause(
        array.name,
        new Map([...errors].map(([key, one]) => [key, messageOf(one)])),
      )) {
        run.announce.say({ kind: "warning", text: `not refreshed: ${text}` });
      }
      // In the order of state, so that nothing seems to have changed.
      return new Map([...stored.keys()].map((key) => [key, jobs.get(key) as StoredJob]));
    };
    const jobs = await operations.reading(
      () => this.#do(`refresh the jobs of ${array.name}`, read),
      (found) => [...found.values()].map((one) => [one.id, one.state.status] as const),
    );
    return { id, props: { ...props, ...this.#table(array, jobs) } };
  }

  async delete(_id: pulumi.ID, props: Props): Promise<void> {
    const array = headOf(props);
    const removed = async (run: Run) => {
      const steps = [...this.#known(run, array, props)].map(
        ([key, stored]): ArrayStep => ({ do: "remove", key, stored }),
      );
      const { failures } = await this.#arrayRun(run, array).converge(steps);
      if (failures.size > 0) throw new Error(byCause(array.name, failures).join("\n"));
    };
    const { operations } = this;
    const isLast = (run: Run) => operations.isLastRemoval(run);
    await operations.do(`delete the jobs of ${array.name}`, removed, { isLast });
  }

  async #converged(what: string, id: string, olds: Props, array: ArrayInputs): Promise<Props> {
    const { operations } = this;
    operations.report.begin(id);
    const work = async (run: Run) => {
      const steps = this.#steps(run, this.#known(run, array, olds), array);
      expectPacks(run, steps);
      const { jobs, failures, isUntouched } = await this.#arrayRun(run, array).converge(steps);
      const outs = this.#outs(array, inOrder(jobs, Object.keys(array.jobs)));
      if (failures.size === 0) return outs;
      const reason = byCause(array.name, failures).join("\n");
      if (isUntouched) throw new Error(reason);
      throw new JobNotAsDeclaredError(id, outs, reason);
    };
    // What it did is told at once, and not held back for what may follow: it is many jobs itself.
    return this.#do(`${what} the jobs of ${array.name}`, work, { isLast: () => true });
  }

  #do<T>(what: string, work: (run: Run) => Promise<T>, how = {}): Promise<T> {
    return this.#memory.during(() => this.operations.do(what, work, how));
  }

  /** The jobs that state has, which are called by their names from now on. */
  #known(run: Run, { name }: ArrayHead, outputs: Props): Map<string, StoredJob> {
    const stored = this.#jobsOf({ outputs });
    for (const [key, { id, state }] of stored) {
      run.announce.names.know(id, `${name}/${key}`);
      run.packs.know(id, state, run.record);
      run.budget.know(id, state);
    }
    return stored;
  }

  #arrayRun(run: Run, array: ArrayHead): ArrayRun {
    const { operations } = this;
    let toldAt = Date.now();
    return new ArrayRun({
      run,
      handover: operations.handover,
      canaries: array.canary ?? [],
      launches: isPacked(array) ? packedAtOnce : run.launchesAtOnce,
      isStopped: operations.isInterrupted,
      removal: (id, state, work) => operations.report.removal(id, state, work),
      onProgress: (done, of) => {
        const now = Date.now();
        if (now - toldAt < progressEveryMs) return;
        toldAt = now;
        this.tellProgress(array.name, done, of);
      },
    });
  }

  #steps(run: Run, stored: ReadonlyMap<string, StoredJob>, array: ArrayInputs): ArrayStep[] {
    const declared = this.#declared.trusted(array);
    noteEnds(run, stored, declared);
    return arraySteps(stored, declared, {
      keys: this.#declared.keysInOrder(array),
      canaries: array.canary ?? [],
      policy: run.policy(),
      again: this.#again,
      refused: array.refused,
      isLeft: isLeftBy(run.choice, array.name),
      statusElsewhere: (id) => this.operations.handover.stateFor("array", id)?.status,
    });
  }

  #outs(array: ArrayHead, jobs: ReadonlyMap<string, StoredJob>): Props {
    const { place, name, secretEnv, ownSecretEnv, registryAuth } = array;
    return {
      ...{ place, name },
      ...(secretEnv && { secretEnv }),
      ...(ownSecretEnv && { ownSecretEnv }),
      ...(registryAuth && { registryAuth }),
      ...this.#table(array, jobs),
    };
  }

  #table(array: ArrayHead, jobs: ReadonlyMap<string, StoredJob>): StateTable {
    return writeStates(jobs, idStarts(array.place, array.name));
  }
}

/** On the line of the stack: a dynamic provider is not told which resource it works on. */
function progressInEngineLog(): (name: string, done: number, of: number) => void {
  const log = new EngineLog();
  return (name, done, of) => log.status(`${name}: ${done} of ${of} jobs`);
}

/** Of jobs that stay what they are: what another edit takes out of the sweep counts no longer. */
function noteEnds(
  { sweepEnds }: Run,
  stored: ReadonlyMap<string, StoredJob>,
  declared: ReadonlyMap<string, DeclaredArrayJob>,
): void {
  const rules = new Map([...declared.values()].map(({ id, inputs }) => [id, inputs.stopAfter]));
  for (const { id, state } of stored.values()) {
    if (rules.has(id)) sweepEnds.note(id, state, rules.get(id));
    else sweepEnds.drop(id);
  }
  for (const rule of rules.values()) if (typeof rule === "object") sweepEnds.know(rule.name);
}
