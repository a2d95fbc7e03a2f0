// The names of a run's jobs beside Pulumi's own JSON: in the one object that a preview prints, and in a last line of the
// events of anything else. What Pulumi wrote stays as it is, to the last digit of its numbers.
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { type ScratchFolder, scratchFolder } from "../../machine/scratchFolder";
import type { Elsewhere } from "../pulumiProcess";
import { print } from "../terminal";
import type { JobAction, JobsByAction } from "./jobActions";

/** As the last line of events. */
export function printJobs(jobs: JobsByAction, cost?: object): void {
  print(JSON.stringify({ jobs, cost }));
}

/** What a preview found. */
export interface Previewed {
  readonly status: number;
  readonly actions: readonly JobAction[];
  /** Undefined where it failed, or was about no jobs. */
  readonly jobs?: JobsByAction;
  /** What its launches would cost. */
  readonly cost?: object;
}

/**
 * Previews, and prints what Pulumi prints with the jobs.
 * @param preview is told where Pulumi is to print; here, where it is not said
 */
export async function previewWithJobs(
  preview: (stdout?: Elsewhere) => Promise<Previewed>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Previewed> {
  if (/^(1|true)$/i.test(env.PULUMI_ENABLE_STREAMING_JSON_PREVIEW ?? "")) {
    const found = await preview();
    if (found.jobs) printJobs(found.jobs, found.cost);
    return found;
  }
  await using json = await PreviewJson.open();
  const found = await preview(json.fd);
  await json.print(found.jobs, found.cost);
  return found;
}

/** Keeps a preview's JSON in a file until the jobs are known. */
class PreviewJson implements AsyncDisposable {
  /** Where Pulumi is to print. */
  readonly fd: number;
  readonly #file: string;

  private constructor(private readonly folder: ScratchFolder) {
    this.#file = path.join(folder.path, "preview.json");
    this.fd = openSync(this.#file, "a+", 0o600);
  }

  static async open(): Promise<PreviewJson> {
    return new PreviewJson(await scratchFolder());
  }

  /** Prints it, with the jobs where there are any to tell of. */
  async print(jobs?: JobsByAction, cost?: object): Promise<void> {
    const { size } = fstatSync(this.fd);
    const end = jobs && this.#startsWith("{\n") ? this.#lastBrace(size) : undefined;
    const kept = end ?? size;
    if (kept > 0) {
      const file = createReadStream(this.#file, { end: kept - 1 });
      await pipeline(file, process.stdout, { end: false });
    }
    const more = { jobs, ...(cost && { cost }) };
    const lines = Object.entries(more).map(
      ([name, one]) => `    "${name}": ${JSON.stringify(one)}`,
    );
    if (end !== undefined) process.stdout.write(`,\n${lines.join(",\n")}\n}\n`);
    else if (jobs) printJobs(jobs, cost); // events, as of `destroy --preview-only`
  }

  #startsWith(text: string): boolean {
    return this.#read(0, text.length) === text;
  }

  /** Where the blanks before the brace begin that ends an object. */
  #lastBrace(size: number): number | undefined {
    const from = Math.max(0, size - endBytes);
    const found = /\s*\}\s*$/.exec(this.#read(from, endBytes));
    return found ? from + found.index : undefined;
  }

  #read(from: number, length: number): string {
    const bytes = Buffer.alloc(length);
    return bytes.toString("latin1", 0, readSync(this.fd, bytes, 0, length, from));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    closeSync(this.fd);
    await this.folder[Symbol.asyncDispose]();
  }
}

/** More than blanks and the last brace take. */
const endBytes = 64;
