// What the engine asks of jobs, whichever way it comes: its host of dynamic providers finds this file through the pointer
// in state (`pointer.ts`), and the native provider (`native/`) calls the same methods. Each method reads the values that the engine hands over, gives them to the judgements or the lifecycle, and lets errors
// leave as sentences. One instance serves one process: one command's preview, refresh or update.
import type * as pulumi from "@pulumi/pulumi";
import type { ReportWriter } from "./actions/runReport";
import { SessionArrayProvider } from "./array/arrayProvider";
import { predecessorsLeftOut } from "./array/choice";
import type { Run } from "./assemble";
import { type CalledByHost, identifiedArray, identifiedJob, namingProvider } from "./engine/naming";
import { InterruptedError, JobNotAsDeclaredError } from "./errors";
import { isHandledAnew, nextStep, replacedBy } from "./job/decisions/change";
import { refusedInAll, toldOfOthers } from "./job/decisions/others";
import { placeOf } from "./job/identity";
import { type CheckFailure, checkInputs, trustedInputs } from "./job/inputs";
import { type JobState, trustedState } from "./job/state";
import { Operations, type OperationsOptions, SaidBeforeError, stored } from "./operations";
import { placed, refusedAmong } from "./otherJobs";
import { arrayPointer, pointer, withPointer } from "./pointer";
import { namingIn } from "./run/namingAsked";
import { plainLines, plainText } from "./text/plainText";

type Props = Record<string, unknown>;

const unseen =
  "for the same cause other jobs were not refreshed either: they stay as they are in the stack";

/** One for each kind of resource; both act through the same run. */
export class SkahaProvider implements pulumi.dynamic.ResourceProvider<Props, Props> {
  readonly operations: Operations;
  /** Ids of jobs that this process replaces: `delete` is not told. */
  readonly #replaced = new Set<string>();
  /** Which job takes over which session that was started by hand: its name, by the session's id. */
  readonly #adopters = new Map<string, string>();
  /** The ids of jobs that are in the stack, by their place in the program. */
  readonly #checked = new Map<string, string>();

  constructor(
    makeRun?: OperationsOptions["makeRun"] | Operations,
    report?: ReportWriter,
    isToldByCommand?: boolean,
  ) {
    if (makeRun instanceof Operations) {
      this.operations = makeRun;
      return;
    }
    this.operations = new Operations({
      ...(makeRun && { makeRun }),
      ...(report && { report }),
      ...(isToldByCommand !== undefined && { isToldByCommand }),
    });
  }

  // The host does not wait for this before the first call: everything is set up synchronously.
  async configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.operations.configure((key) => request.config.get(key));
  }

  async check(olds: Props, news: Props): Promise<pulumi.dynamic.CheckResult<Props>> {
    this.operations.checked();
    const name = placeOf(String(news.identity)).logicalName;
    const checked = async (run: Run) => {
      run.checkNotify();
      this.#noteReplacement(olds, news);
      const { inputs, failures } = this.#named(olds, news, checkInputs(olds, news, run.files));
      for (const props of [olds, inputs]) {
        const { jobName, group } = trustedInputs(props);
        if (typeof jobName === "string") run.slots.know(jobName, group);
        run.announce.names.know(jobName, name);
      }
      if (olds.jobName !== inputs.jobName) run.sweepEnds.drop(String(olds.jobName));
      this.operations.handover.declare("job", inputs.jobName);
      const isNew = olds.jobName === undefined;
      // `up --replace` has a job checked once, as if it were new: what bears its name is replaced.
      if (isNew && failures.length === 0) this.#replaced.add(String(inputs.jobName));
      const refused = [
        ...failures,
        ...predecessorsLeftOut(run.choice, inputs, this.operations.leftOut),
        ...this.#adoptedTwice(name, trustedInputs(inputs).adopt),
      ];
      const all = refusedInAll(refused, await run.preflight.check(inputs, isNew));
      if (all.length === 0) return { inputs, failures: [] };
      const told = await this.#withOthers(run, name, all);
      const shown = told.map((one) => asTold(one, news));
      return { inputs, failures: shown };
    };
    return this.operations.do(`check ${name}`, checked, { isStep: true });
  }

  /** The end of one would cancel what the other goes by. */
  #adoptedTwice(name: string, adopt: string | undefined): CheckFailure[] {
    if (adopt === undefined) return [];
    const other = this.#adopters.get(adopt) ?? name;
    this.#adopters.set(adopt, other);
    if (other === name) return [];
    const reason = `names session ${adopt}, which ${other} takes over already: a session is one job's`;
    return [{ property: "adopt", reason }];
  }

  async diff(id: pulumi.ID, olds: Props, news: Props): Promise<pulumi.dynamic.DiffResult> {
    const compared = async (run: Run) => {
      const replaces = replacedBy(id, olds, news, run.keepsSuccessors);
      if (replaces.length > 0) this.#replaced.add(id);
      if (replaces.length > 0) run.sweepEnds.drop(id);
      else run.sweepEnds.note(id, trustedState(olds), trustedInputs(news).stopAfter);
      run.budget.know(id, trustedState(olds));
      const step = nextStep(trustedState(olds), trustedInputs(news), run.policy());
      if (replaces.length === 0 && step.do === "nothing" && step.note) {
        run.announce.say({ kind: "keep", job: id, why: step.note });
      }
      return {
        changes: replaces.length > 0 || isHandledAnew(olds, news) || step.do !== "nothing",
        replaces,
        deleteBeforeReplace: true,
      };
    };
    try {
      return await this.operations.do(`compare ${id}`, compared, { isStep: true });
    } catch (error) {
      // With a wrong setting nothing is done by this run, and a refresh asks this after each `read`.
      if (!(error instanceof SaidBeforeError) || this.operations.isRunMade) throw error;
      return { changes: false, replaces: [], deleteBeforeReplace: true };
    }
  }

  async create(inputs: Props): Promise<pulumi.dynamic.CreateResult<Props>> {
    const job = trustedInputs(inputs);
    const { handover } = this.operations;
    const before = handover.stateFor("job", job.jobName);
    const state = await this.operations.do(`create ${job.jobName}`, (run) => {
      const { lifecycle } = run;
      const created = before ? lifecycle.update(job.jobName, before, job) : lifecycle.create(job);
      return this.#noted(run, job.jobName, created);
    });
    handover.take("job", job.jobName);
    return { id: job.jobName, outs: stored(state) };
  }

  /**
   * What fails many jobs fails one of them here, and with it the run: Pulumi prints each failure eight times. The
   * others are handed back as they are, for nothing was seen of them; what acts on them later looks for itself.
   */
  async read(id: pulumi.ID, props: Props = {}): Promise<pulumi.dynamic.ReadResult<Props>> {
    const { operations } = this;
    operations.report.begin(id);
    try {
      const state = await operations.reading(
        () =>
          operations.do(`refresh ${id}`, async (run) => {
            const found = await run.lifecycle.read(id, trustedState(props));
            run.sweepEnds.handOn(id, found);
            return found;
          }),
        ({ status }) => [[id, status]],
      );
      operations.handover.know("job", id, state);
      return { id, props: stored(state) };
    } catch (error) {
      if (!(error instanceof SaidBeforeError)) throw error;
      operations.announce?.say({ kind: "warning", text: unseen });
      return { id, props };
    }
  }

  async update(
    id: pulumi.ID,
    olds: Props,
    news: Props,
  ): Promise<pulumi.dynamic.UpdateResult<Props>> {
    const state = await this.operations.do(`update ${id}`, (run) =>
      this.#noted(run, id, run.lifecycle.update(id, trustedState(olds), trustedInputs(news))),
    );
    return { outs: stored(state) };
  }

  async delete(id: pulumi.ID, props: Props): Promise<void> {
    const state = trustedState(props);
    if (!this.#replaced.has(id) && this.operations.handover.isHandedOn("job", id)) return;
    const removed = (run: Run) => {
      run.sweepEnds.drop(id);
      return run.lifecycle.remove(id, state, this.#replaced.has(id));
    };
    const { operations } = this;
    const isLast = (run: Run) => operations.isLastRemoval(run);
    await operations.report.removal(id, state, () =>
      operations.do(`delete ${id}`, removed, { isLast }),
    );
  }

  /** What has ended now counts for the others of its sweep; what the user did not let begin is no failure. */
  async #noted(run: Run, id: string, work: Promise<JobState>): Promise<JobState> {
    try {
      const state = await work;
      run.sweepEnds.note(id, state);
      return state;
    } catch (error) {
      const cause = error instanceof JobNotAsDeclaredError ? error.cause : error;
      if (cause instanceof InterruptedError) this.operations.report.interrupted(id);
      throw error;
    }
  }

  /** A job that leaves an array keeps its id, also where it is known there by a key of another release or type. */
  #named(olds: Props, news: Props, checked: ReturnType<typeof checkInputs>): typeof checked {
    const { handover } = this.operations;
    const { inputs, failures } = checked;
    const identity = String(news.identity);
    const name = placeOf(identity).logicalName;
    const other = handover.nameInArray(name);
    const isKnown = () => handover.stateFor("job", String(inputs.jobName)) !== undefined;
    if (olds.jobName !== undefined || other === undefined || failures.length > 0 || isKnown()) {
      return checked;
    }
    const place = identity.slice(0, identity.length - name.length);
    const { inputs: named } = checkInputs({}, { ...inputs, identity: `${place}${other}` });
    const isThere = handover.stateFor("job", String(named.jobName)) !== undefined;
    return isThere ? { inputs: { ...inputs, jobName: named.jobName }, failures } : checked;
  }

  /** The engine asks about no other job once one is refused: what is wrong with them is said here, too. */
  async #withOthers(
    run: Run,
    name: string,
    own: readonly CheckFailure[],
  ): Promise<readonly CheckFailure[]> {
    const pending = await run.pendingJobs();
    const itself = pending.find((entry) => entry.name === name);
    const others = await refusedAmong(
      run,
      pending.filter((entry) => entry !== itself),
    );
    const shown = placed(own, itself).map(({ property, reason, place }) => ({
      property,
      reason: place === undefined ? reason : `${reason} (${place})`,
    }));
    const reason = toldOfOthers(own, others);
    return [...shown, ...(reason === undefined ? [] : [{ property: "", reason }])];
  }

  /** `up --replace` asks no `diff`: a replacement shows as a second check, without what was before. */
  #noteReplacement(olds: Props, news: Props): void {
    const place = String(news.identity);
    if (typeof olds.jobName === "string") this.#checked.set(place, olds.jobName);
    const before = this.#checked.get(place);
    if (olds.jobName === undefined && before !== undefined) this.#replaced.add(before);
  }
}

/**
 * Pulumi puts a property's value into its sentence. It looks for it by the whole path, finds `<nil>` for what is deeper
 * inside, and shows lists and maps as Go does: then the path is part of the reason.
 */
function asTold({ property, reason }: CheckFailure, news: Props): CheckFailure {
  const isShown =
    property === "" || ["number", "boolean", "string"].includes(typeof news[property]);
  return isShown
    ? { property: plainText(property), reason: plainLines(reason) }
    : { property: "", reason: plainLines(`${property} ${reason}`) };
}

const acting = new SkahaProvider();
const naming = namingIn(process.env);
/** What `exports.handler` of the pointers hands to the host. */
export const provider: CalledByHost = naming
  ? namingProvider(naming, identifiedJob)
  : withPointer(acting, pointer);
export const arrayProvider: CalledByHost = naming
  ? namingProvider(naming, identifiedArray)
  : withPointer(new SessionArrayProvider(acting.operations), arrayPointer);
