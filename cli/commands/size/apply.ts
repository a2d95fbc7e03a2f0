// `size --apply`: the suggested sizes go into fleet.yaml. In a program only its author can write them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../../../provider/errors";
import { CommandError } from "../../commandError";
import { applySizes } from "../../results/applySizes";
import type { Sizing } from "../../results/sizing";
import { plain, say } from "../../terminal";

/**
 * @param folders where a fleet.yaml may be
 * @throws CommandError where a suggestion was not written
 */
export function applyToFleet(
  { folder, program }: { readonly folder: string; readonly program: string },
  sizings: readonly Sizing[],
): void {
  if (sizings.every(({ cores, ram }) => (cores.suggested ?? ram.suggested) === undefined)) {
    say("Nothing was written: there is no suggestion yet, and the table says why.");
    return;
  }
  const file = [program, folder].map((one) => path.join(one, "fleet.yaml")).find(existsSync);
  if (file === undefined) {
    const lines = sizings.flatMap((one) => toWrite(one));
    if (lines.length === 0) say("All sizes are as suggested, as far as there are suggestions.");
    else
      throw new CommandError(["there is no fleet.yaml: write in the program", ...lines].join("\n"));
    return;
  }
  try {
    const { text, edits, refusals } = applySizes(readFileSync(file, "utf8"), sizings);
    if (edits.length > 0) writeFileSync(file, text);
    for (const { place, line, from, to } of edits) {
      say(plain(`${path.basename(file)}:${line}: ${place}: ${from ?? "unset"} -> ${to}`));
    }
    if (edits.length > 0) {
      say(
        "A job that has not started gets its new size with the next up; any other when it runs again.",
      );
    } else if (refusals.length === 0) {
      say("All sizes are as suggested, as far as there are suggestions.");
    }
    if (refusals.length > 0) throw new CommandError(refusals.join("\n"));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${file} was not edited: ${messageOf(error)}`, 1, { cause: error });
  }
}

function toWrite({ group, cores, ram }: Sizing): string[] {
  const sizes = Object.entries({ cores, ram }).flatMap(([name, { asked, suggested }]) =>
    suggested === undefined || suggested === asked ? [] : [`${name}: ${suggested}`],
  );
  return sizes.length === 0 ? [] : [`  ${group}: ${sizes.join(", ")}`];
}
