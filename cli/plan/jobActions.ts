// What happens to jobs, counted and in words: "launch 12 (48 cores, 192 GiB), cancel 1 running (17 h in),
// remove 3 finished (session and log), keep 284, hold 950". Pure.
import type { Action } from "../../provider/actions/actions";
import type { Size } from "../../provider/job/attempts";
import { realSessionId } from "../../provider/packs/places";
import {
  type PlannedInPack,
  type PlannedPacks,
  plannedPacks,
} from "../../provider/packs/plannedPacks";
import { counted } from "../../provider/text/counted";
import { duration, plain } from "../terminal";

/** The provider's own, and those that only the states before and after tell. */
export type JobActionKind =
  | Exclude<Action["kind"], "heal" | "renew">
  | "forget"
  | "drop"
  /** It runs, or is over, and its size is another one now. */
  | "resize"
  | "outgrow"
  | "change"
  /** Only what its sweep may run at a time is another. */
  | "regroup"
  /** The run is about other jobs. */
  | "leaveAlone"
  | "fail"
  | "interrupt";

/** One thing that happens to one job; a job that is replaced has two. */
export interface JobAction {
  readonly kind: JobActionKind;
  /** The job's name in the program. */
  readonly name: string;
  /** Of what is launched. */
  readonly size?: Size | undefined;
  /** Of what is launched in a session with others. */
  readonly inPack?: PlannedInPack | undefined;
  /** Of what was launched so. */
  readonly sessionId?: string | undefined;
  /** What a job that goes was. */
  readonly status?: string | undefined;
  /** Whether a job that goes has a place in a session that it shares. @default false */
  readonly isShared?: boolean;
  /** How long a job that goes had been running. */
  readonly runningMs?: number | undefined;
}

type Tense = "todo" | "done";

interface Words extends Readonly<Record<Tense, string>> {
  /** What happens to jobs of this kind. */
  readonly means: string;
}

/** In the order in which they are told. */
const verbs: Readonly<Record<JobActionKind, Words>> = {
  launch: { todo: "launch #", done: "launched #", means: "They are launched." },
  adopt: {
    todo: "take over #",
    done: "found # already there",
    means: "A session that is there already is taken over.",
  },
  retry: {
    todo: "retry #",
    done: "retried #",
    means: "They ended badly, and their next attempt is launched.",
  },
  relaunch: {
    todo: "launch # anew",
    done: "launched # anew",
    means:
      "They wait for a node with other sizes: they are cancelled and launched anew, as the same attempt.",
  },
  cancel: {
    todo: "cancel #",
    done: "cancelled #",
    means:
      "Their sessions are cancelled. One that shares its session ends alone, or does not begin.",
  },
  leave: {
    todo: "leave # running",
    done: "left # running",
    means: "They leave the stack, and their sessions stay.",
  },
  purge: {
    todo: "remove # finished (session and log)",
    done: "removed # finished (session and log)",
    means:
      "They have ended: their sessions and logs are removed from the server. Of one that shares its session only its place goes; its record stays.",
  },
  forget: {
    todo: "forget # finished",
    done: "forgot # finished",
    means: "They have ended, and the server has nothing of them any more.",
  },
  drop: {
    todo: "drop # held",
    done: "dropped # held",
    means: "They were Held, and leave the stack.",
  },
  resize: {
    todo: "keep # running in the old size (a next attempt has the new one)",
    done: "kept # running in the old size (a next attempt has the new one)",
    means: "They run in their old size; a next attempt has the new one.",
  },
  outgrow: {
    todo: "keep # finished (a run again has the new size)",
    done: "kept # finished (a run again has the new size)",
    means: "They have ended; if they run again, they have their new size.",
  },
  change: {
    todo: "change # in place",
    done: "changed # in place",
    means: "Only the state takes over what is declared now.",
  },
  regroup: {
    todo: "keep # (new limits of their sweep)",
    done: "kept # (new limits of their sweep)",
    means: "They stay; only the limits of their sweep are others.",
  },
  forgive: {
    todo: "forget the failure of # for stopAfter",
    done: "forgot the failure of # for stopAfter",
    means: "They failed, and count no longer for `stopAfter` of their sweep, which goes on.",
  },
  keep: { todo: "keep #", done: "kept #", means: "They stay as they are." },
  hold: { todo: "hold #", done: "held #", means: "They are or stay Held." },
  leaveAlone: {
    todo: "leave # alone",
    done: "left # alone",
    means: "The run is about other jobs.",
  },
  fail: { todo: "fail #", done: "failed with #", means: "It failed." },
  interrupt: {
    todo: "interrupt #",
    done: "did not finish #",
    means: "The run ended before it was done.",
  },
};

const mostNames = 5;

/** @returns a sentence's worth of counts; undefined where there are no jobs */
export function describeActions(actions: readonly JobAction[], tense: Tense): string | undefined {
  const kinds = Object.keys(verbs) as JobActionKind[];
  const parts = kinds.flatMap((kind) => {
    const group = actions.filter((action) => action.kind === kind);
    if (group.length === 0) return [];
    const verb = verbs[kind][tense];
    if (kind === "cancel") return cancelled(group, verb);
    if (kind === "purge") return purged(group, verb);
    return [verb.replace("#", String(group.length)) + detail(kind, group)];
  });
  return parts.length > 0 ? parts.join(", ") : undefined;
}

function detail(kind: JobActionKind, actions: readonly JobAction[]): string {
  if (kind === "launch" || kind === "retry" || kind === "relaunch") return sized(actions);
  return kind === "fail" || kind === "interrupt" ? ` (${named(actions)})` : "";
}

function cancelled(actions: readonly JobAction[], verb: string): string[] {
  const statuses = [...new Set(actions.map(({ status = "" }) => status))].sort();
  // Running before Pending: what is lost with it is more.
  return statuses.reverse().map((status) => {
    const group = actions.filter((action) => action.status === status);
    const longest = Math.max(...group.map(({ runningMs = 0 }) => runningMs));
    const upTo = group.length > 1 ? "up to " : "";
    const since = longest > 0 ? ` (${upTo}${duration(longest)} in)` : "";
    return `${verb.replace("#", String(group.length))} ${plain(status.toLowerCase())}${since}`;
  });
}

/** What shares a session takes neither that nor a log with it. */
function purged(actions: readonly JobAction[], verb: string): string[] {
  const shared = actions.filter(({ isShared }) => isShared).length;
  const others = actions.length - shared;
  const [begin] = verb.split(" (");
  const which =
    shared === 1
      ? "that shares its session (its log stays in its record)"
      : "that share sessions (their logs stay in their records)";
  return [
    ...(others > 0 ? [verb.replace("#", String(others))] : []),
    ...(shared > 0 ? [`${begin?.replace("#", String(shared))} ${which}`] : []),
  ];
}

function sized(actions: readonly JobAction[]): string {
  const packs = plannedPacks(actions.flatMap(({ inPack }) => inPack ?? []));
  const sum = (of: (size: Size) => number | undefined) =>
    actions.reduce(
      (total, { size = {}, inPack }) => total + (inPack ? 0 : (of(size) ?? 0)),
      of(packs.size) ?? 0,
    );
  const cores = sum((size) => size.cores);
  const ram = sum((size) => size.ram);
  const gpus = sum((size) => size.gpus);
  const isOpen = ({ size }: JobAction) => size?.cores === undefined || size.ram === undefined;
  const open = actions.filter(isOpen).length;
  const parts = [
    ...(cores > 0 ? [counted(rounded(cores), "core")] : []),
    ...(ram > 0 ? [`${rounded(ram)} GiB`] : []),
    ...(gpus > 0 ? [counted(rounded(gpus), "GPU")] : []),
  ];
  if (parts.length === 0) return "";
  const rest = open > 0 ? [`${open} of them with sizes that the server chooses`] : [];
  return ` (${[...parts, ...rest].join(", ")}${packs.sessions === 0 ? "" : `; in ${sessionsText(actions, packs)}`})`;
}

/** What was launched tells how many sessions there are; what is to be says what they will be. */
function sessionsText(actions: readonly JobAction[], { text }: PlannedPacks): string {
  const launched = actions.flatMap(({ sessionId }) => sessionId ?? []);
  if (launched.length === 0) return text;
  return counted(new Set(launched.map(realSessionId)).size, "session");
}

function rounded(count: number): number {
  return Math.round(count * 100) / 100;
}

/** The names of all jobs, by what happens to them. */
export type JobsByAction = { readonly [kind in JobActionKind | "replace"]?: readonly string[] };

/** What each list of {@link JobsByAction} means, in their order. */
export const meanings: Readonly<Record<keyof JobsByAction, string>> = {
  ...(Object.fromEntries(Object.entries(verbs).map(([kind, { means }]) => [kind, means])) as Record<
    JobActionKind,
    string
  >),
  replace:
    "They run something else now. Each is in two other lists, too: `launch` or `hold`, and what happens to the session before.",
};

export function jobsByAction(actions: readonly JobAction[]): JobsByAction {
  const found = new Map<JobActionKind, string[]>();
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { kind, name } of actions) {
    const names = found.get(kind);
    if (names) names.push(name);
    else found.set(kind, [name]);
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  const kinds = Object.keys(verbs) as JobActionKind[];
  const lists = kinds.flatMap((kind) => (found.has(kind) ? [[kind, found.get(kind)]] : []));
  return Object.fromEntries([...lists, ...(twice.size > 0 ? [["replace", [...twice]]] : [])]);
}

/** The names of a few jobs, and how many more there are. */
export function named(jobs: readonly { readonly name: string }[], most = mostNames): string {
  const names = jobs.slice(0, most).map(({ name }) => plain(name));
  const more = jobs.length - names.length;
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
