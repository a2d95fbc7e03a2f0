// What `skaha:notifyCommand` starts: no shell reads it.
import { expandHome } from "../../provider/homePath";
import { splitCommand } from "../../provider/job/command";

/** @returns the program, and its arguments */
export function wordsOf(line: string): readonly string[] {
  return splitCommand(line).words.map((word) => expandHome(word));
}
