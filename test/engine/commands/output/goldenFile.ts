// A file of texts under headings, that tests hold what they see against. To write it anew: UPDATE_DOCS=1.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "../../../../toolchain/checkout";

export const isUpdating = Boolean(process.env.UPDATE_DOCS);

const folder = path.join(checkout, "test/golden/output");

export class GoldenFile {
  readonly #place: string;
  readonly #kept: ReadonlyMap<string, string>;
  readonly #seen = new Map<string, string>();

  /**
   * @param name below test/golden/output
   * @param introduction its first lines
   * @param wanted its headings, in their order
   */
  constructor(
    name: string,
    private readonly introduction: string,
    private readonly wanted: readonly string[],
  ) {
    this.#place = path.join(folder, name);
    this.#kept = sectionsIn(goldenText(name));
  }

  get titles(): readonly string[] {
    return isUpdating ? this.wanted : [...this.#kept.keys()];
  }

  /** @returns what there is under this heading; what was seen, where the file is written anew */
  kept(title: string, seen: string): string {
    this.#seen.set(title, seen);
    return isUpdating ? seen : (this.#kept.get(title) ?? "");
  }

  /** To be called when all was seen. */
  save(): void {
    if (!isUpdating || this.#seen.size === 0) return;
    const sections = this.wanted.map(
      (title) => `## ${title}\n\n${this.#seen.get(title) ?? this.#kept.get(title) ?? ""}`,
    );
    mkdirSync(path.dirname(this.#place), { recursive: true });
    writeFileSync(this.#place, [`${this.introduction}\n`, ...sections].join("\n"));
  }
}

/** @returns the texts by their headings */
export function sectionsIn(text: string): Map<string, string> {
  const [, ...parts] = text.split(/^## /m);
  return new Map(
    parts.map((part) => {
      const [title = "", ...lines] = part.split("\n");
      return [title, `${lines.join("\n").trim()}\n`] as const;
    }),
  );
}

/** Empty where there is none yet. */
export function goldenText(name: string): string {
  try {
    return readFileSync(path.join(folder, name), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
