// The rules of the system's own files, which an update of the system renews and Node never reads.
import { readFileSync } from "node:fs";
import path from "node:path";
import { type ZoneFile, zoneFileOf } from "./zoneFile";
import type { ZoneRules } from "./zoneRules";

/** @returns undefined where there are none, or nothing says of which release they are */
export function systemRules(
  folder: string = process.env.TZDIR || "/usr/share/zoneinfo",
): ZoneRules | undefined {
  const release = releaseOf(folder);
  if (release === undefined) return undefined;
  const files = new Map<string, ZoneFile | undefined>();
  return {
    release,
    origin: folder,
    offsetMs: (timeZone, now) => {
      if (!files.has(timeZone)) files.set(timeZone, readZone(folder, timeZone));
      return files.get(timeZone)?.offsetMs(now);
    },
  };
}

/** Linux has it in the first line of `tzdata.zi`, macOS and the BSDs in `+VERSION`. */
function releaseOf(folder: string): string | undefined {
  const found = /\b\d{4}[a-z]+\b/.exec(
    read(folder, "tzdata.zi")?.toString("latin1", 0, 100) ??
      read(folder, "+VERSION")?.toString("latin1", 0, 100) ??
      "",
  );
  return found?.[0];
}

function readZone(folder: string, timeZone: string): ZoneFile | undefined {
  // `right/` counts leap seconds, and names are not paths.
  if (!/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(timeZone)) return undefined;
  const content = read(folder, timeZone);
  return content && zoneFileOf(content);
}

function read(folder: string, name: string): Buffer | undefined {
  try {
    return readFileSync(path.join(folder, name));
  } catch {
    return undefined; // a zone that it does not have is asked of others, which say if none has it
  }
}
