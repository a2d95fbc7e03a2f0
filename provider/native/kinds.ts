// The two kinds of resources of the native provider, in what they differ: how they are declared, what of them an edit
// changes, what a preview tells of them, and what an import finds. All else is the same for both (`resources.ts`).
import { SessionArrayProvider } from "../array/arrayProvider";
import type { EngineLog } from "../engine/engineLog";
import { identifiedArray, identifiedJob } from "../engine/naming";
import { nextStep } from "../job/decisions/change";
import { nativeArrayType, nativeSessionType } from "../job/identity";
import { trustedInputs } from "../job/inputs";
import { trustedState } from "../job/state";
import { stored } from "../operations";
import type { WholeProvider } from "../pointer";
import type { SkahaProvider } from "../runtime";
import { type Changes, changedInputs, changedInputsOfArray, withRowsApart } from "./changes";
import { type Declared, declaredArray, declaredJob } from "./declared";
import { foreseenOfArray, foreseenOfKnown, foreseenOfNew } from "./foreseen";
import { type Imported, importedJob } from "./imported";
import type { Unwrapped } from "./wire";

type Props = Record<string, unknown>;

/** What both providers do for an engine. */
export type Core = Omit<WholeProvider, "configure">;

export interface Kind {
  /** @param urn of the resource that is asked about */
  core(urn: string): Core;
  declared(urn: string, inputs: Unwrapped): Declared;
  /** The same with the ids of jobs, where nothing but these is wanted. */
  identified(inputs: Readonly<Props>, organization: string): Props;
  /** What `check` made, as the engine is to have it. */
  kept(inputs: Props): Props;
  changes(olds: Props, news: Props): Changes;
  /** What a preview tells of the outputs. @param olds outputs of before; none of a new resource */
  foreseen(id: string, olds: Props | undefined, news: Props): Promise<Props>;
  /** A resource that the stack does not have yet, by the id that the user gave. */
  imported(urn: string, id: string): Promise<Imported>;
}

export function kindsOf(jobs: SkahaProvider, log: EngineLog): ReadonlyMap<string, Kind> {
  return new Map([
    [nativeSessionType, kindOfJobs(jobs)],
    [nativeArrayType, kindOfArrays(jobs, log)],
  ]);
}

function kindOfJobs(jobs: SkahaProvider): Kind {
  return {
    core: () => jobs,
    declared: declaredJob,
    identified: identifiedJob,
    kept: (inputs) => inputs,
    changes: changedInputs,
    async foreseen(id, olds, news) {
      const inputs = trustedInputs(news);
      if (olds === undefined) return { ...foreseenOfNew(inputs) };
      const state = trustedState(olds);
      return jobs.operations.do(
        `compare ${id}`,
        async (run) =>
          stored(foreseenOfKnown(state, inputs, nextStep(state, inputs, run.policy()))),
        { isStep: true },
      );
    },
    imported: (urn, id) => jobs.operations.do(`import ${id}`, (run) => importedJob(run, urn, id)),
  };
}

function kindOfArrays({ operations }: SkahaProvider, log: EngineLog): Kind {
  /** Each knows the rows that it checked last. */
  const arrays = new Map<string, SessionArrayProvider>();
  return {
    core(urn) {
      const known = arrays.get(urn) ?? newArray(urn);
      arrays.set(urn, known);
      return known;
    },
    declared: declaredArray,
    identified: identifiedArray,
    kept: (inputs) => ({ ...withRowsApart(inputs) }),
    changes: changedInputsOfArray,
    foreseen: async (_id, _olds, news) => stored(foreseenOfArray(news)),
    async imported(_urn, id) {
      throw new Error(
        `cannot import ${id}: an array's jobs are found by their names when it is declared; import one session as a HeadlessSession`,
      );
    },
  };

  function newArray(urn: string): SessionArrayProvider {
    const tell = (_name: string, done: number, of: number) =>
      log.status(`${done.toLocaleString("en-US")} of ${of.toLocaleString("en-US")} jobs`, urn);
    return new SessionArrayProvider(operations, tell);
  }
}
