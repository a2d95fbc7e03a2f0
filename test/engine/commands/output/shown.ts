// What a command has shown, as text that is the same each time it runs. Pure.
import { stripVTControlCharacters } from "node:util";

export interface Shown {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Circumstances {
  /** Ids, of which the first one becomes s0000001. */
  readonly sessions: readonly unknown[];
  /** Paths and addresses, and what stands for each; the longest first. */
  readonly places: readonly (readonly [text: string, standIn: string])[];
}

/** @param line as a user types it */
export function asSeen(line: string, { status, stdout, stderr }: Shown): string {
  const parts = [
    `$ ${line}`,
    ...(stdout === "" ? [] : [stdout.trimEnd()]),
    ...(stderr === "" ? [] : [`--- stderr`, stderr.trimEnd()]),
    ...(status === 0 ? [] : [`--- exit status ${status}`]),
  ];
  return `${parts.join("\n")}\n`;
}

/** Seconds and what is quicker are another each time; ids, ports and folders too. */
export function sameEachTime(text: string, { sessions, places }: Circumstances): string {
  let same = stripVTControlCharacters(text);
  for (const [index, id] of sessions.entries()) {
    same = same.replaceAll(String(id), `s${String(index + 1).padStart(7, "0")}`);
  }
  for (const [place, standIn] of places) same = same.replaceAll(place, standIn);
  return withoutProgress(
    same
      .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?Z/g, sameTime)
      .replace(/\b(36|72)[0-2]\d\b/g, "$100") // hours, and the seconds that a command took
      .replace(/\b([1248])\.00\d{3,}\b/g, "$1") // the same in core-hours and GiB-hours
      .replace(/^(ok +Node: +)[\d.]+/gm, "$1<version>")
      .replace(/^(ok +Pulumi CLI: +)[\d.]+/gm, "$1<version>")
      .replace(
        /(\b(?:pulumi-skaha |moment-timezone )|@pulumi\/pulumi |\/versions\/)\d[\w.]*/g,
        "$1<version>",
      )
      .replace(/^\w+ +time zones:.*\n( +→ .*\n)?/gm, "") // it is about the machine
      .replace(/^(ok +backend: .*) as \S+$/gm, "$1 as alice")
      .replace(/^( *<STREAM .*>\n)[\w+/=\n]+/gm, "$1<data>\n")
      .replace(/\b20\d\d[a-z] of (?=moment-timezone|the system)/g, "<release> of ")
      .replace(/\b\d+(\.\d+)? MB in \d+ files?\b/g, "<size> in <n> files")
      .replace(/\bprocess \d+\b/g, "process <pid>")
      .replace(/\(\d+ s in\)/g, "(<n> s in)")
      .replace(/^( *Duration: ).*$/gm, "$1<time>")
      .replace(/^Outputs:\n {2}~.*\n(?: {2}.*\n)*\n?/gm, "") // Pulumi shows changes of them now and then
      .replace(/^ *at .*\(node:internal\/.*\n/gm, "")
      .replace(/[ \t]+$/gm, ""),
  );
}

/** Pulumi itself goes by the machine's clock, whatever that of the others is. */
function sameTime(text: string): string {
  const isMachines = Math.abs(Date.parse(text) - Date.now()) < 3_600_000;
  return isMachines ? "2026-11-22T10:00:00Z" : text.replace(/(T\d\d:\d\d):\d\d(\.\d+)?Z/, "$1:00Z");
}

/** Pulumi shows what it does at a time, and what it was told of jobs, in the order in which that happens. */
function withoutProgress(text: string): string {
  const isProgress =
    /^ (?:[+-]{2}|[ +~-]) {1,3}(?:pulumi|pulumi-nodejs|skaha):\S+ \S|^@ [a-z ]+\.+$/;
  const isOfJob = /^ {4}(?!error: )[^\s:]+: \S/; // or a warning of all
  const lines: string[] = [];
  let told: string[] = [];
  for (const line of text.split("\n").filter((one) => !isProgress.test(one))) {
    if (isOfJob.test(line)) {
      told.push(line);
      continue;
    }
    lines.push(...told.sort(), line);
    told = [];
  }
  return [...lines, ...told.sort()].join("\n").replace(/\n{3,}/g, "\n\n");
}
