// How the engine's inputs have one job of an array: its name, and the row that tells it apart. Pure; programs load it.
import { hasUnknown, unknownValue } from "../../engine/unknown";
import { idOf, shortIdOf } from "../../job/identity";

const separator = " ";
const namelessYet = "?";

/** @param id the job's; {@link unknownValue} where a preview does not know it yet */
export function namedRow(id: string, body: string, start: string): string {
  return `${hasUnknown(id) ? namelessYet : shortIdOf(id, start)}${separator}${body}`;
}

/** @param start what the job's id begins with, as it is made today */
export function readNamedRow(
  text: string,
  start: string,
): { readonly id: string; readonly body: string } {
  const at = text.indexOf(separator);
  const name = text.slice(0, at);
  return {
    id: name === namelessYet ? unknownValue : idOf(name, start),
    body: text.slice(at + separator.length),
  };
}
