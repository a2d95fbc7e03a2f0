// Which offset from UTC a time zone has at a moment, by the newest rules that this machine has. Governments
// change them with little notice (British Columbia in 2026), and a running Node keeps those that it was built
// with. So the newest release of the IANA time zone database counts: that of moment-timezone, Node's own, or the
// system's files.
import { nodeRules } from "./nodeRules";
import { packageRules } from "./packageRules";
import { systemRules } from "./systemRules";
import type { ZoneRules } from "./zoneRules";

let known: readonly ZoneRules[] | undefined;

/** All that this machine has, the newest first. They are looked for once. */
export function allRules(): readonly ZoneRules[] {
  known ??= newestFirst([packageRules(), nodeRules(), systemRules()]);
  return known;
}

/** Of two that are equally new, the one that is named first stays first. */
export function newestFirst(sources: readonly (ZoneRules | undefined)[]): readonly ZoneRules[] {
  return sources
    .filter((rules) => rules !== undefined)
    .sort((a, b) => (a.release < b.release ? 1 : a.release > b.release ? -1 : 0));
}

/** @returns the newest rules that have this zone; undefined where none has it */
export function rulesOf(
  timeZone: string,
  sources: readonly ZoneRules[] = allRules(),
): ZoneRules | undefined {
  return sources.find(({ offsetMs }) => offsetMs(timeZone, 0) !== undefined);
}

/**
 * @param now milliseconds since 1970
 * @returns a date whose UTC fields are the zone's wall clock; undefined for a zone that is not known
 */
export function wallClock(
  timeZone: string,
  now: number,
  sources: readonly ZoneRules[] = allRules(),
): Date | undefined {
  for (const { offsetMs } of sources) {
    const offset = offsetMs(timeZone, now);
    if (offset !== undefined) return new Date(now + offset);
  }
  return undefined;
}

const hourMs = 3_600_000;

export interface Disagreement {
  /** Milliseconds since 1970, to the hour: from when on they differ. */
  readonly from: number;
  /** How far the older rules are ahead of the newer ones; negative where they are behind. */
  readonly aheadMs: number;
}

/**
 * @param from milliseconds since 1970
 * @returns undefined where both have the same offsets until then, or the older ones do not have the zone
 */
export function disagreement(
  timeZone: string,
  { newer, older }: { readonly newer: ZoneRules; readonly older: ZoneRules },
  { from, to }: { readonly from: number; readonly to: number },
): Disagreement | undefined {
  for (let at = from; at <= to; at += hourMs) {
    const [right, wrong] = [newer.offsetMs(timeZone, at), older.offsetMs(timeZone, at)];
    if (right === undefined || wrong === undefined) return undefined;
    if (right !== wrong) return { from: at, aheadMs: wrong - right };
  }
  return undefined;
}
