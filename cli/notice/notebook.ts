// What was told of a stack's endings, in a file that one process at a time has: each message is written down before it is
// sent, and crossed out when it has arrived. So a process that is killed loses none, and whoever looks next sends it.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { FileLock } from "../../machine/fileLock";
import { tagIn } from "../../provider/job/identity";
import { stateFileOf } from "../stack/ownState";
import type { Stack } from "../stack/stack";
import { noticeSchema } from "./notice";

export const channels = ["command", "webhook"] as const;
export type Channel = (typeof channels)[number];

const pageSchema = z.object({
  version: z.literal(1),
  told: z.record(z.string(), z.array(z.string())),
  still: z.object({ digest: z.string(), since: z.number() }).optional(),
  /** Messages that are on their way. */
  sending: z.array(
    z.object({
      notice: noticeSchema,
      /** To whom it has not arrived, as far as is known. */
      to: z.array(z.enum(channels)),
    }),
  ),
});
export type Page = z.infer<typeof pageSchema>;

const emptyPage: Page = { version: 1, told: {}, sending: [] };

/** Longer than any message takes. */
const longestWaitMs = 120_000;
const lookAgainMs = 100;

export class Notebook {
  constructor(private readonly file: string) {}

  /** @throws where it cannot be read: nothing is told then, rather than all once more */
  read(): Page {
    let text: string;
    try {
      text = readFileSync(this.file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return emptyPage;
      throw error;
    }
    return pageSchema.parse(JSON.parse(text));
  }

  write(page: Page): void {
    const draft = `${this.file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(page), { mode: 0o600 });
    renameSync(draft, this.file);
  }

  /** Does work while no other process of this machine does any with this file. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    mkdirSync(path.dirname(this.file), { recursive: true });
    const lock = new FileLock(`${this.file}.lock`);
    const until = Date.now() + longestWaitMs;
    for (let taken = lock.take(); !taken.isTaken; taken = lock.take()) {
      if (Date.now() > until) {
        throw new Error(`process ${taken.holder} has held ${this.file} for two minutes`);
      }
      await sleep(lookAgainMs);
    }
    try {
      return await work();
    } finally {
      lock.release();
    }
  }
}

/**
 * Beside the state where that is a file, so that all who share the one share the other; else in Pulumi's folder of this user's
 * home.
 * @param jobs at least one of the stack
 */
export function notebookFileOf(
  { project, selection }: Pick<Stack, "project" | "selection">,
  [job]: readonly { readonly id: string; readonly urn: string }[],
): string {
  const { folder, pulumi } = project;
  const stack = selection[selection.indexOf("--stack") + 1];
  const named = selection.includes("--stack") ? { stack } : {};
  const state = stateFileOf({ folder, env: pulumi.env, ...named });
  if (state !== undefined) {
    const ofProject = path.basename(path.dirname(state));
    return path.join(path.dirname(state), "../../skaha-notices", ofProject, path.basename(state));
  }
  const home = pulumi.env.PULUMI_HOME || path.join(homedir(), ".pulumi");
  const [, stackName = "", projectName = ""] = job?.urn.split(/::?/).slice(1) ?? [];
  const backend = pulumi.env.PULUMI_BACKEND_URL ?? "";
  const whose = JSON.stringify([backend, tagIn(job?.id ?? ""), stackName, projectName]);
  const name = createHash("sha256").update(whose).digest("hex").slice(0, 32);
  return path.join(home, "pulumi-skaha/notices", `${name}.json`);
}
