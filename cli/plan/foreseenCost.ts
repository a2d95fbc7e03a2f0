// What a preview's launches would cost, from the sizes that are declared and from how long jobs like them took, as
// the state says it. Pure: no record is read for it.
import type { Amounts } from "../../provider/cost/amounts";
import {
  type Estimate,
  estimateOf,
  groupIn,
  isMeasured,
  type Launching,
  type Measured,
  measuredOf,
} from "../../provider/cost/expected";
import { type Price, priceOf } from "../../provider/cost/price";
import { type Spent, spentOf } from "../../provider/cost/spent";
import type { Size } from "../../provider/job/attempts";
import type { JobInputs } from "../../provider/job/inputs";
import { inPackOf, plannedPacks } from "../../provider/packs/plannedPacks";
import { amount, amountsText } from "../results/costText";
import type { JobAction } from "./jobActions";
import { nextSize } from "./plannedActions";
import type { JobChange } from "./runEffects";

export interface ForeseenCost {
  /** Of what the run launches. */
  readonly launched: Estimate;
  /** Of that, and of what is Held; absent where nothing is. */
  readonly withHeld?: Estimate | undefined;
}

/** @returns undefined where nothing is launched or Held */
export function foreseenCost(
  changes: readonly JobChange[],
  actions: readonly JobAction[],
  now: number,
): ForeseenCost | undefined {
  const byName = new Map(changes.map((change) => [change.name, change]));
  const named = (kinds: readonly string[]) =>
    actions.flatMap(({ kind, name, size }): Launch[] => {
      const inputs = kinds.includes(kind) ? byName.get(name)?.inputs : undefined;
      return inputs ? [{ name, inputs, size: size ?? heldSize(byName.get(name)) }] : [];
    });
  const launches = named(["launch", "retry", "relaunch"]);
  const held = named(["hold"]);
  if (launches.length + held.length === 0) return undefined;
  const measured = measuredIn(changes, now);
  const launched = estimateOf(launchingOf(launches), measured);
  if (held.length === 0) return { launched };
  return { launched, withHeld: estimateOf(launchingOf([...launches, ...held]), measured) };
}

interface Launch {
  readonly name: string;
  readonly inputs: JobInputs;
  readonly size: Size;
}

/** The size of the attempt that it is Held for. */
function heldSize({ op, before, inputs }: Partial<JobChange> = {}): Size {
  if (!inputs) return {};
  const own = op === "replace" ? undefined : before;
  return nextSize(inputs, own, own?.attempt ?? 1);
}

/** What each job takes of a session depends on how many are launched with it. */
function launchingOf(launches: readonly Launch[]): Launching[] {
  const all = launches.map(({ name, inputs, size }) => {
    const { maxRunSeconds } = inputs;
    const limit = typeof maxRunSeconds === "number" ? { maxRunSeconds } : {}; // it may not be known yet
    return { group: groupIn(name), size, inPack: inPackOf(inputs, size), ...limit };
  });
  const shares = new Map<string, number>();
  for (const [kind, alike] of Map.groupBy(all, ({ inPack }) => inPack?.kind ?? "")) {
    const packs = plannedPacks(alike.flatMap(({ inPack }) => inPack ?? []));
    shares.set(kind, packs.sessions / alike.length);
  }
  return all.map(({ inPack, ...job }) => ({
    ...job,
    ...(inPack && { isPacked: true, share: shares.get(inPack.kind) }),
  }));
}

/** What the jobs took that are in the stack, by sweep. */
function measuredIn(
  changes: readonly JobChange[],
  now: number,
): (group: string, isPacked: boolean) => Measured | undefined {
  const states = new Map(changes.flatMap(({ name, before }) => (before ? [[name, before]] : [])));
  const spent = spentOf(states, now);
  const done = [...states].flatMap(([name, state]): [string, Spent][] => {
    const one = spent.get(name);
    return one && isMeasured(state, one) ? [[groupIn(name), one]] : [];
  });
  const groups = Map.groupBy(done, ([group]) => group);
  return (group, isPacked) => {
    const members = groups.get(group) ?? [];
    return measuredOf(
      members.map(([, one]) => one),
      isPacked,
    );
  };
}

/** What is told of it beside the counts of jobs. */
export function estimateText(estimate: Estimate, price: Price | undefined): string {
  const { jobs, samples, unmeasured } = estimate;
  const parts = jobs > 0 ? [rangeText(estimate, price)] : [];
  if (jobs > 0) {
    parts.push(`as ${samples === 1 ? "one job" : `${amount(samples)} jobs`} like them took`);
  }
  if (unmeasured) {
    const { perHour, most } = unmeasured;
    const { jobs: others } = unmeasured;
    const who =
      jobs === 0 ? "" : others === 1 ? "the other job: " : `the ${amount(others)} other jobs: `;
    parts.push(
      `${who}${bothText(perHour, price)} in each hour that they run`,
      "nothing like them has been measured",
      ...(most ? [`by maxRunSeconds at most ${bothText(most, price)}`] : []),
    );
  }
  return parts.join("; ");
}

function rangeText({ expected, least, most, isMost }: Estimate, price: Price | undefined): string {
  const range = (from: number, to: number) =>
    amount(from) === amount(to) ? "" : ` (${amount(from)} to ${amount(to)})`;
  const text = amountsText(expected, (of) => range(least[of], most[of]));
  const worth =
    price === undefined
      ? ""
      : `, price ${amount(priceOf(price, expected))}${range(priceOf(price, least), priceOf(price, most))}`;
  return `${isMost ? "at most" : "about"} ${text}${worth}`;
}

function bothText(amounts: Amounts, price: Price | undefined): string {
  return `${amountsText(amounts)}${price ? `, price ${amount(priceOf(price, amounts))}` : ""}`;
}
