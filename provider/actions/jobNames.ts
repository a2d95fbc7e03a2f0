// What users call the jobs: the names of the program, by the ids that the server has. A refresh is told of ids alone;
// `pulumi-skaha` says where the stack's state is, which has the names of those that were there before.
import { readFileSync } from "node:fs";
import { isJobType, nameIn } from "../job/identity";
import { shellWord } from "../text/shellWord";

/** The environment variable that names the file of the stack's state. */
export const namesFile = "PULUMI_SKAHA_STATE";

/** How jobs are called in sentences. */
export interface Naming {
  /** The id itself where the name is not known. */
  of(id: string): string;
  /** A text with names for the ids in it. */
  inText(text: string): string;
  /** As a command takes it in a shell. */
  asWord(id: string): string;
}

/** An id where it stands for a job: not in a path, nor before the number of an attempt. */
const idInText = /(?<![\w./-])[a-z0-9][a-z0-9-]*-[a-z0-9]{14}(?![\w-]|[./]\w)/g;

export class JobNames implements Naming {
  readonly #names = new Map<string, string>();
  #stateFile: string | undefined;

  /** @param stateFile read once, and not before a name is missing */
  constructor(stateFile?: string) {
    this.#stateFile = stateFile;
  }

  /** Tells of a job. What is no text is not known yet. */
  know(id: unknown, name: string): void {
    if (typeof id === "string" && name !== "") this.#names.set(id, name);
  }

  of(id: string): string {
    const known = this.#names.get(id);
    if (known !== undefined || this.#stateFile === undefined) return known ?? id;
    const stored = namesIn(this.#stateFile);
    this.#stateFile = undefined;
    for (const [one, name] of stored) if (!this.#names.has(one)) this.#names.set(one, name);
    return this.#names.get(id) ?? id;
  }

  inText(text: string): string {
    return text.replace(idInText, (id) => this.of(id));
  }

  asWord(id: string): string {
    return shellWord(this.of(id));
  }
}

function namesIn(stateFile: string): readonly (readonly [id: string, name: string])[] {
  try {
    const resources: unknown = JSON.parse(readFileSync(stateFile, "utf8")).checkpoint.latest
      .resources;
    if (!Array.isArray(resources)) return [];
    return resources
      .filter(({ type }) => isJobType(type))
      .map(({ id, urn }) => [String(id), nameIn(String(urn))]);
  } catch {
    return []; // it is just being written, or is in another form: the ids are names, too
  }
}
