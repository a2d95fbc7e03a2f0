// The shell scripts that run in sessions, as they are sent: without comments and indentation. The build leaves them
// where they are. Read once: thousands of jobs have the same.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const texts = new Map<string, string>();

/** `packed`: the wrapper of a job in a pack, with the lines that only such a one has. */
export type Script = "wrapper" | "packed" | "pack" | "bundle";

export function scriptOf(script: Script): string {
  const known = texts.get(script);
  if (known !== undefined) return known;
  const text = read(script === "packed" ? "wrapper.sh" : `${script}.sh`);
  const own = script === "packed" ? text.replace(/ #\+$/gm, "") : text.replace(/^.* #\+\n/gm, "");
  const sent = own.replace(/^ *#.*\n|^ +|^\n/gm, "");
  texts.set(script, sent);
  return sent;
}

function read(name: string): string {
  const folders = [__dirname, path.join(__dirname, "../../../provider/record")];
  const file = folders.map((folder) => path.join(folder, name)).find(existsSync);
  if (file === undefined) throw new Error(`${name} is missing in ${folders.join(" and ")}`);
  return readFileSync(file, "utf8");
}
