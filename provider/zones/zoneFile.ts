// Reads a time zone's file as systems have it (TZif, RFC 9636): its changes, and the rule that goes on after the
// last of them. Pure.
import { type PosixZone, parsePosixZone } from "./posixZone";

export interface ZoneFile {
  /** @param now milliseconds since 1970 @returns milliseconds to add to UTC */
  readonly offsetMs: (now: number) => number;
}

const headerBytes = 44;

interface Header {
  readonly version: number;
  readonly utIndicators: number;
  readonly standardIndicators: number;
  readonly leapSeconds: number;
  readonly times: number;
  readonly types: number;
  readonly letters: number;
}

/** @returns undefined for a file that is none, or of the first version (before 2005) */
export function zoneFileOf(content: Buffer): ZoneFile | undefined {
  const first = headerOf(content, 0);
  if (first === undefined || first.version < 2) return undefined;
  const start = headerBytes + bodyBytes(first, 4);
  const header = headerOf(content, start);
  if (header === undefined || header.types === 0 || header.leapSeconds > 0) return undefined;
  const body = start + headerBytes;
  const end = body + bodyBytes(header, 8);
  if (content.length < end) return undefined;
  const rule = parsePosixZone(content.toString("latin1", end).split("\n")[1] ?? "");

  const { times, types } = header;
  const time = (index: number) => Number(content.readBigInt64BE(body + index * 8)) * 1_000;
  const indices = body + times * 8;
  const offset = (type: number) => content.readInt32BE(indices + times + type * 6) * 1_000;
  const changes = Array.from({ length: times }, (_, index) => ({
    time: time(index),
    offset: offset(Math.min(content.readUInt8(indices + index), types - 1)),
  }));
  return { offsetMs: (now) => offsetAt(now, changes, offset(0), rule) };
}

function offsetAt(
  now: number,
  changes: readonly { readonly time: number; readonly offset: number }[],
  before: number,
  rule: PosixZone | undefined,
): number {
  const last = changes.at(-1);
  if (rule && (last === undefined || now >= last.time)) return rule.offsetMs(now);
  return changes.findLast(({ time }) => time <= now)?.offset ?? before;
}

function headerOf(content: Buffer, at: number): Header | undefined {
  if (content.length < at + headerBytes || content.toString("latin1", at, at + 4) !== "TZif") {
    return undefined;
  }
  const count = (index: number) => content.readUInt32BE(at + 20 + index * 4);
  return {
    version: Number(content.toString("latin1", at + 4, at + 5).replace("\0", "1")),
    ...{ utIndicators: count(0), standardIndicators: count(1), leapSeconds: count(2) },
    ...{ times: count(3), types: count(4), letters: count(5) },
  };
}

/** @param width of a time in bytes */
function bodyBytes(header: Header, width: 4 | 8): number {
  const { times, types, letters, leapSeconds, standardIndicators, utIndicators } = header;
  return (
    times * (width + 1) +
    types * 6 +
    letters +
    leapSeconds * (width + 4) +
    standardIndicators +
    utIndicators
  );
}
