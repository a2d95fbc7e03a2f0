// What a job waits for that is not launched, or has no place on the cluster yet. Pure.

import { sizeOf } from "../../provider/job/attempts";
import { heldByOthers } from "../../provider/job/decisions/hold";
import { hasFailed } from "../../provider/job/status";
import type { SessionEvent } from "../../provider/server/sessionEvents";
import { counted } from "../../provider/text/counted";
import { stoppedText } from "../stack/stopped";
import { openingOf } from "../stack/windowOpening";
import { duration, shellWord } from "../terminal";
import type { Evidence, Finding, Other, SharedSession } from "./evidence";
import { imageTrouble, oneLine } from "./image";

export function held({
  job: { state },
  waitsFor,
  window,
  now,
  foreign = 0,
  stopped,
}: Evidence): Finding {
  const since =
    state.heldSince === undefined ? "" : ` for ${duration(now - Date.parse(state.heldSince))}`;
  const finding = {
    kind: "held",
    cause: `is Held${since}: ${state.reason ?? "it may not run yet"}`,
  } as const;
  const bad = waitsFor.filter(({ status }) => hasFailed(status));
  if (bad.length > 0) {
    return {
      ...finding,
      cause: `is Held${since}${causesOf(bad)}`,
      remedy: `correct that and run it again: pulumi-skaha rerun ${bad
        .map(({ name }) => shellWord(name))
        .slice(0, 3)
        .join(" ")}${bad.length > 3 ? " ..." : ""}`,
    };
  }
  const goOn = "pulumi-skaha up --until-done launches it when it may run";
  switch (state.heldBy) {
    case "after":
    case "canary":
      return { ...finding, cause: `${finding.cause}${listed(waitsFor)}`, remedy: goOn };
    case "stopAfter":
      if (!stopped) return { ...finding, remedy: "the next pulumi-skaha up decides anew" };
      return {
        kind: "stopped",
        cause: `is Held${since}: ${stoppedText(stopped)}, as did ${stopped.example}`,
        remedy: `see what that is: pulumi-skaha why ${shellWord(stopped.example)}; edit what the jobs run, or correct it and run them again: pulumi-skaha rerun ${shellWord(stopped.example)}; to go on as it is: ${stopped.release}`,
      };
    case "window":
      return {
        ...finding,
        cause: `${finding.cause}${opening(state.window ?? window, now)}`,
        remedy: `${goOn}; window: "always" excepts it`,
      };
    case "maxInFlight": {
      const others = heldByOthers(foreign);
      const cause = others === undefined ? finding.cause : `${finding.cause}; ${others}`;
      return { ...finding, cause, remedy: `${goOn}; or raise the limit` };
    }
    case "maxCost":
      return {
        ...finding,
        remedy:
          "pulumi-skaha manifest says what each job has cost; raise the limit with pulumi-skaha pulumi config set skaha:maxCost, or shrink the jobs",
      };
    case "unclear":
      return {
        ...finding,
        remedy: "the next pulumi-skaha up looks whether it was launched, and launches it if not",
      };
    default:
      return { ...finding, remedy: goOn };
  }
}

/** So many causes are told. */
const mostCauses = 3;

/** Each cause once, with how many jobs have it. */
function causesOf(bad: readonly Other[]): string {
  const groups = [...Map.groupBy(bad, likeness).values()];
  const told = groups.slice(0, mostCauses).map((alike) => {
    const [first] = alike;
    const others = alike.length === 1 ? "" : ` (and ${alike.length - 1} more like it)`;
    return `${first?.cause?.replace(/\.$/, "") ?? `${first?.name} is ${first?.status}`}${others}`;
  });
  const rest = groups.slice(mostCauses).reduce((sum, alike) => sum + alike.length, 0);
  const more = rest === 0 ? "" : `, and ${rest} more for other causes`;
  const start = bad[0]?.cause === undefined ? ": " : " because ";
  return `${start}${told.join(", and because ")}${more}`;
}

/** The same for jobs that failed alike: their names and how much memory they took differ. */
function likeness({ name, status, cause }: Other): string {
  if (cause === undefined) return status;
  const own = cause.startsWith(name) ? cause.slice(name.length) : cause;
  return own.replace(/ \(its peak was .*\)/, "");
}

function opening(window: string | undefined, now: number): string {
  const found = window === undefined ? undefined : openingOf(window, now);
  if (found === undefined) return "";
  if (found.time <= now) return ", which is open now";
  return `, which opens ${found.text} (by the time zone rules ${found.rules})`;
}

function listed(others: readonly Other[]): string {
  const open = others.filter(({ status }) => status !== "Completed");
  if (open.length === 0) return "";
  const shown = open.slice(0, 3).map(({ name, status }) => `${name} is ${status}`);
  const more = open.length - shown.length;
  return ` (${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""})`;
}

export function pending(evidence: Evidence): Finding {
  const { job, events, now, pack } = evidence;
  const { state } = job;
  if (pack && pack.running + pack.ended > 0) return notComeTo(pack);
  const image = imageTrouble(events, state.image);
  if (image) return { ...image, cause: `does not start: ${image.cause}` };
  const since = sinceWhen(evidence);
  const span = since === undefined ? "" : ` for ${duration(now - since)}`;
  const last = events.at(-1);
  const place = events.findLast(({ reason }) => /^(Scheduled|FailedScheduling)$/.test(reason));
  if (last && place?.reason === "Scheduled") return starting(last, span);
  const size = pack
    ? `the session ${pack.session}${pack.jobs === 1 ? " of a pack" : `, which ${pack.jobs} jobs share`}`
    : sizeText(evidence);
  const line = place ? oneLine(place) : last && oneLine(last);
  const tooLarge = largerThanAll(evidence);
  if (tooLarge !== undefined) {
    return {
      kind: "tooLarge",
      cause: `is Pending${span} and will not start: ${tooLarge}`,
      remedy:
        "ask for less: the next pulumi-skaha up launches a Pending job again with its new size",
      line,
    };
  }
  return {
    kind: "queued",
    cause: `is Pending${span}: it waits for a place for ${size}${loadText(evidence)}${shortage(place)}`,
    remedy:
      "smaller jobs find a place sooner, and so do jobs at night and on weekends; pulumi-skaha stats shows the server's load",
    line,
  };
}

/** Its session runs, and others are before it. */
function notComeTo({ session, running, ended, before }: SharedSession): Finding {
  const now = counted(running, "job runs", "jobs run");
  const over = counted(ended, "has ended", "have ended");
  const more = before === 1 ? "1 more comes" : `${before} more come`;
  const next = before === 0 ? "this is the next" : `${more} before this one`;
  return {
    kind: "inPack",
    cause: `is Pending: its session ${session} runs, and has not come to it; ${now} there, ${over}, and ${next}`,
    remedy: "wait: it begins when one of those before it ends",
  };
}

function starting(last: SessionEvent, span: string): Finding {
  const isPulling = last.reason === "Pulling";
  const isBad = last.type === "Warning";
  return {
    kind: "starting",
    cause: isPulling
      ? `is Pending${span}: it has its place, and its image is being pulled`
      : `is Pending${span}: it has its place, and ${isBad ? "is kept from starting there" : "is about to start"}`,
    remedy: isPulling
      ? "a large image takes minutes on a node that does not have it yet: wait"
      : isBad
        ? "if this stays so, tell the server's operators what the event says"
        : "wait a minute",
    line: oneLine(last),
  };
}

function sinceWhen({ job: { state }, events }: Evidence): number | undefined {
  const times = [state.startTime, ...events.map(({ firstTime }) => firstTime)]
    .flatMap((text) => (text === undefined ? [] : [Date.parse(text)]))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : Math.min(...times);
}

function sizeText({ job: { state } }: Evidence): string {
  const { cores, ram } = sizeOf(state);
  const parts = [
    ...(cores === undefined ? [] : [counted(cores, "core")]),
    ...(ram === undefined ? [] : [`${ram} GiB`]),
    ...(state.gpus ? [counted(state.gpus, "GPU")] : []),
  ];
  return parts.length === 0 ? "the server's usual size" : parts.join(", ");
}

function loadText({ offer }: Evidence): string {
  const { cores, ram } = offer?.stats ?? {};
  if (!cores || !ram) return "";
  const free = Math.max(0, Math.floor(cores.cpuCoresAvailable - cores.requestedCPUCores));
  const freeRam = Math.max(0, Math.floor(((ram.ramAvailable - ram.requestedRAM) * 1e9) / 2 ** 30));
  return `, and of the whole server ${counted(free, "core")} and ${freeRam} GiB are free`;
}

function shortage(place: SessionEvent | undefined): string {
  const lacking = [...(place?.message ?? "").matchAll(/Insufficient ([\w./-]*\w)/g)].map(
    ([, what]) => (what === "cpu" ? "cores" : what === "nvidia.com/gpu" ? "GPUs" : (what ?? "")),
  );
  const kinds = [...new Set(lacking)];
  return kinds.length === 0 ? "" : `; no node has enough ${kinds.join(" or ")} left`;
}

/** What no wait will bring. */
function largerThanAll({ job: { state }, offer }: Evidence): string | undefined {
  if (!offer?.stats) return undefined;
  const { cores, ram } = sizeOf(state);
  const allCores = offer.stats.cores.cpuCoresAvailable;
  const allRam = Math.round((offer.stats.ram.ramAvailable * 1e9) / 2 ** 30);
  if (cores !== undefined && cores > allCores) {
    return `it asks for ${counted(cores, "core")}, and the whole server has ${allCores}`;
  }
  if (ram !== undefined && ram > allRam) {
    return `it asks for ${ram} GiB, and the whole server has ${allRam}`;
  }
  return undefined;
}
