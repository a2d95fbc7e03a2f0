// What a run does to jobs and finds out about them, one typed record each: `announcer.ts` says it to the user and
// `runReport.ts` writes it for the command. The only place that puts one into words. Pure.
import type { Size } from "../job/attempts";
import { placeIn } from "../packs/places";
import type { Naming } from "./jobNames";

interface OfJob {
  /** The job's id: its name on the server. */
  readonly job: string;
}

interface OfSession extends OfJob {
  readonly session: string | undefined;
  /** The job's status, as the server had it last. */
  readonly status: string;
}

/** An attempt was begun: the first one, the next one after an end, or the same one again with another size. */
export interface LaunchAction extends OfJob {
  readonly kind: "launch" | "retry" | "relaunch";
  readonly session: string;
  /** Counted from 1. */
  readonly attempt: number;
  readonly size: Size;
  /** False where `size` has another memory than the program says. */
  readonly isDeclaredRam: boolean;
  readonly why?: string | undefined;
}

/** Something that was done to a job, or left undone on purpose. */
export type Action =
  | LaunchAction
  /** A session that was there already stands for the job. */
  | (OfSession & { readonly kind: "adopt" })
  /** Nothing runs: the record of a session that is gone says how it ended. */
  | (OfJob & { readonly kind: "adopt"; readonly status: string; readonly record: string })
  | (OfJob & { readonly kind: "hold"; readonly why: string })
  | (OfSession & { readonly kind: "cancel" | "leave" })
  /** A session that had ended was deleted, or a place in one that jobs share given up, so that the job runs again where it is declared again. */
  | (OfSession & { readonly kind: "purge" })
  /** It keeps what the program would change. */
  | (OfJob & { readonly kind: "keep"; readonly why: string })
  /** Its failure counts no longer against its sweep, which goes on. */
  | (OfJob & { readonly kind: "forgive"; readonly sweep: string })
  | (OfJob & {
      readonly kind: "heal";
      readonly session: string;
      readonly cancelled: readonly string[];
    })
  | (OfJob & {
      readonly kind: "renew";
      readonly session: string;
      /** When the session would have ended. ISO 8601. */
      readonly expiryTime: string;
    });

/** Something that a run found out, of a job or of its surroundings. */
export type Finding =
  | (OfSession & { readonly kind: "lose"; readonly server: string; readonly hasRetry: boolean })
  | (OfSession & { readonly kind: "back" })
  | (OfJob & { readonly kind: "unclear"; readonly session: string })
  /** Another process launches for the stack: an earlier run's, or this run's provider with other settings. */
  | { readonly kind: "wait"; readonly pid: number; readonly isThisRun: boolean }
  | { readonly kind: "server"; readonly server: string; readonly from: string }
  /** What jobs need was put on /arc. */
  | { readonly kind: "files"; readonly text: string }
  /** How many jobs have which status after a refresh. */
  | { readonly kind: "tally"; readonly text: string }
  /** What an array's edit comes to, in words. */
  | { readonly kind: "plan"; readonly array: string; readonly text: string }
  | { readonly kind: "warning"; readonly job?: string; readonly text: string }
  /** What works but is rarely meant, of the first job that it is true of. */
  | (OfJob & { readonly kind: "advice"; readonly text: string });

/** What users are told as it happens. */
export type Announcement = Action | Finding;
export type Kind = Announcement["kind"];

/** How many more there are of a kind, in words: "launched: 40 more". */
const participles: Readonly<Record<Kind, string>> = {
  launch: "launched",
  retry: "retried",
  relaunch: "relaunched",
  adopt: "adopted",
  hold: "held",
  cancel: "cancelled",
  purge: "removed",
  leave: "left running",
  keep: "kept",
  forgive: "count no longer",
  heal: "healed",
  renew: "renewed",
  lose: "lost",
  back: "back",
  unclear: "unclear",
  wait: "waiting",
  server: "server",
  files: "files put on /arc",
  tally: "tally",
  plan: "plan",
  warning: "warning",
  advice: "warning",
};

/** So many of a kind are said in one sentence each, and the others counted. */
export const mostSentences = 10;

export function countOf(kind: Kind, count: number): string {
  return `${participles[kind]}: ${count} more`;
}

const byId: Naming = { of: (id) => id, inText: (text) => text, asWord: (id) => id };

/** What the user is told of it, in one line. */
export function sentenceOf(said: Announcement, names: Naming = byId): string {
  const job = "job" in said && said.job !== undefined ? names.of(said.job) : "";
  switch (said.kind) {
    case "launch":
    case "retry":
    case "relaunch":
      return launched(job, said, names);
    case "adopt":
      return "record" in said
        ? `${job}: ran already (${said.status}), as its record ${said.record} says; nothing is launched`
        : `${job}: already launched as session ${said.session} (${said.status}), taken over`;
    case "hold":
      return `${job}: held; ${names.inText(said.why)}`;
    case "cancel":
      return `${job}: session ${said.session} (${said.status}) cancelled`;
    case "purge":
      if (placeIn(said.session ?? "")) {
        return `${job}: removed; it was ${said.status} in a session that it shared, ${said.session}, and its log stays in its record`;
      }
      return `${job}: session ${said.session} (${said.status}) was removed from the server, with its log`;
    case "leave":
      return `${job}: session ${said.session} (${said.status}) is left to run: onRemove is "leave"`;
    case "keep":
      return `${job}: ${names.inText(said.why)}`;
    case "forgive":
      return `${job}: its failure counts no longer: ${said.sweep} goes on`;
    case "heal":
      return `${job}: was alive more than once; session ${said.session} stays, ${said.cancelled.join(", ")} cancelled`;
    case "renew":
      return `${job}: session ${said.session} renewed; it would have ended at ${said.expiryTime}`;
    case "lose": {
      const remedy = said.hasRetry
        ? "if its results are not there, and neither this run nor its `retry` launches it again:"
        : "if its results are not there, and this run does not launch it again:";
      return `${job}: session ${said.session} was ${said.status} and is gone from ${said.server} without its end being seen, so its outcome is not known; ${remedy} npx pulumi-skaha rerun ${names.asWord(said.job)}`;
    }
    case "back":
      return `${job}: session ${said.session} is back (${said.status})`;
    case "unclear":
      return `${job}: the answer to its launch was lost; it runs as session ${said.session}`;
    case "wait":
      return said.isThisRun
        ? `waiting for the launches of another provider of this run (process ${said.pid}) to end`
        : `waiting for the launches of an earlier run (process ${said.pid}) to end`;
    case "server":
      return `Skaha server: ${said.server} (${said.from})`;
    case "advice":
      return `${job}: warning: ${names.inText(said.text)}`;
    case "plan":
      return `${said.array}: ${said.text}`;
    case "files":
    case "tally":
    case "warning":
      return names.inText(said.text);
  }
}

/** Two announcements with the same gist are told once: the same advice for several jobs is one. */
export function gistOf(said: Announcement): string {
  return said.kind === "advice" ? said.text : sentenceOf(said);
}

function launched(
  job: string,
  { kind, session, attempt, size, isDeclaredRam, why }: LaunchAction,
  names: Naming,
): string {
  const details = [
    `${participles[kind]} as session ${session}`,
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(isDeclaredRam ? [] : [`${size.ram} GiB`]),
  ].join(", ");
  return `${job}: ${details}${why === undefined ? "" : ` (${names.inText(why)})`}`;
}

/** The lines of a run that is over, as its provider said them: some of each kind, then how many more there were. */
export function linesOf(said: readonly Announcement[], names?: Naming): string[] {
  const counts = new Map<Kind, number>();
  const lines = said.flatMap((one) => {
    const count = (counts.get(one.kind) ?? 0) + 1;
    counts.set(one.kind, count);
    return count > mostSentences ? [] : [sentenceOf(one, names)];
  });
  const more = [...counts].filter(([, count]) => count > mostSentences);
  return [...lines, ...more.map(([kind, count]) => countOf(kind, count - mostSentences))];
}
