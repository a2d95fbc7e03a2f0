// Whether the rules of time zones are new enough, and which other ones on this machine are not.
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { always, parseWindow } from "../../provider/job/decisions/window";
import { allRules, disagreement, rulesOf } from "../../provider/zones/newest";
import type { ZoneRules } from "../../provider/zones/zoneRules";
import { type Finding, ok, warning } from "./finding";

const dayMs = 86_400_000;
const check = "time zones";

/**
 * @param zones those that windows and nights are judged by
 * @param now milliseconds since 1970
 * @returns one for all, or one for each zone of which something here has older rules
 */
export function zoneFindings(
  zones: readonly string[],
  now: number,
  sources: readonly ZoneRules[] = allRules(),
): readonly Finding[] {
  const findings = zones.flatMap((zone) => disagreementsOf(zone, now, sources));
  const [newest] = sources;
  if (newest && isOld(newest.release, now)) {
    const whole = `windows and nights are judged by ${named(newest)}, which is more than half a year behind`;
    const remedy =
      "update pulumi-skaha, Node or the system's tzdata: the newest of the three counts";
    findings.push(warning(check, whole, remedy));
  }
  if (findings.length > 0 || newest === undefined) return findings;
  const which = zones.length === 0 ? "" : `, for ${zones.join(", ")}`;
  return [ok(check, `${named(newest)}${which}`)];
}

function disagreementsOf(zone: string, now: number, sources: readonly ZoneRules[]): Finding[] {
  const newer = rulesOf(zone, sources);
  if (newer === undefined) return [];
  const span = { from: Math.floor(now / 3_600_000) * 3_600_000, to: now + 366 * dayMs };
  return sources.flatMap((older) => {
    const found = older.release < newer.release && disagreement(zone, { newer, older }, span);
    if (!found) return [];
    const off = `${Math.abs(found.aheadMs) / 60_000} min ${found.aheadMs > 0 ? "ahead" : "behind"}`;
    const since =
      found.from === span.from ? "" : ` from ${new Date(found.from).toISOString().slice(0, 10)} on`;
    return [
      warning(
        check,
        `${zone} has changed since ${named(older)}, which is ${off}${since}; windows and nights are judged by ${named(newer)}`,
        "they are right; what your program or the system makes of dates itself is not: update Node and the system's tzdata",
      ),
    ];
  });
}

function named({ release, origin }: ZoneRules): string {
  return release === "" ? `the rules of ${origin}` : `the rules ${release} of ${origin}`;
}

/** There are three to six releases a year, of which nothing but the name says when. */
function isOld(release: string, now: number): boolean {
  const year = Number(release.slice(0, 4));
  return !(Date.UTC(year + 1, 6) > now);
}

/**
 * @param windows as jobs and the stack's configuration have them
 * @param folder the program's, whose `fleet.yaml` counts as well where there is one
 */
export function zonesUsed(
  windows: readonly (string | undefined)[],
  folder?: string,
): readonly string[] {
  const texts = [...windows];
  const zones = new Set<string>();
  const visit = (value: unknown, key?: string): void => {
    if (key === "timeZone" && typeof value === "string") zones.add(value);
    else if (key === "window" && typeof value === "string") texts.push(value);
    else if (typeof value === "object" && value !== null) {
      for (const [name, part] of Object.entries(value)) visit(part, name);
    }
  };
  if (folder !== undefined) visit(fleetOf(folder));
  for (const text of texts) {
    const window = text === undefined || text === always ? undefined : parseWindow(text);
    if (window && !("problem" in window)) zones.add(window.timeZone);
  }
  return [...zones].sort();
}

function fleetOf(folder: string): unknown {
  try {
    return parse(readFileSync(path.join(folder, "fleet.yaml"), "utf8"), { logLevel: "silent" });
  } catch {
    return undefined; // none, or one that the preview has more to say about
  }
}
