// What a server offers: sizes and public images. Asked once per process at most; a preview and the
// update after it share the answers through a file in the user's own temporary folder.
import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { type Context, contextSchema, type Image, imageSchema } from "../api";
import { messageOf } from "../errors";
import type { Clock } from "../run/clock";
import { whoseList } from "../run/firstList";
import type { SkahaClient } from "../skaha/client";
import type { Credential } from "../skaha/credentials";

/** Whose facts they are, and who is asked for them. */
export interface FactsSource {
  readonly server: string;
  readonly client: Pick<SkahaClient, "context" | "images">;
  readonly credentials: { current(): Promise<Credential> };
}

/**
 * What all runs of one user on this machine share, the command's own among them.
 * @param temporary this user's own folder
 * @param onAway called once if the server does not answer
 */
export function sharedFacts(
  { server, client, credentials }: FactsSource,
  { clock, temporary: folder }: { readonly clock: Clock; readonly temporary: string },
  onAway: (problem: string) => void,
): ServerFacts {
  const whose = async () => whoseList(server, await credentials.current());
  return new ServerFacts(client, clock, { folder, whose }, onAway);
}

export interface Facts {
  readonly context: Context;
  readonly images: readonly Image[];
}

const stored = z.object({
  askedAt: z.number(),
  context: contextSchema,
  images: z.array(imageSchema),
});
/** Options and images change rarely; a preview and its update are minutes apart. */
const servesMs = 10 * 60_000;
const suffix = ".facts.json";

export class ServerFacts {
  #facts: Promise<Facts | undefined> | undefined;
  /** Asked for by another process, some minutes ago. */
  #isShared = false;

  /**
   * @param folder this user's own, or undefined to share nothing
   * @param whose tells the files of different servers and users apart
   * @param onAway called once if the server does not answer
   */
  constructor(
    private readonly client: Pick<SkahaClient, "context" | "images">,
    private readonly clock: Clock,
    private readonly share: { folder: string; whose: () => Promise<string> } | undefined,
    private readonly onAway: (problem: string) => void,
  ) {}

  /** Undefined where the server is away: nothing can be said then, and nothing is refused. */
  get(): Promise<Facts | undefined> {
    this.#facts ??= this.#find();
    return this.#facts;
  }

  /** As this process asked: nothing is refused by what another one saw minutes ago. */
  ownAnswer(): Promise<Facts | undefined> {
    if (this.#isShared) {
      this.#isShared = false;
      this.#facts = this.#ask();
    }
    return this.get();
  }

  /** What was asked for already; nothing if nobody did. */
  async known(): Promise<Facts | undefined> {
    return this.#facts;
  }

  async #find(): Promise<Facts | undefined> {
    const file = await this.#file().catch(() => undefined); // `#ask` tells why
    const shared = file === undefined ? undefined : await this.#shared(file);
    this.#isShared = shared !== undefined;
    return shared ?? this.#ask();
  }

  async #ask(): Promise<Facts | undefined> {
    try {
      const file = await this.#file();
      const askedAt = this.clock.now();
      const [context, images] = await Promise.all([this.client.context(), this.client.images()]);
      if (file) {
        await write(file, JSON.stringify({ askedAt, context, images }));
        await removeOld(path.dirname(file));
      }
      return { context, images };
    } catch (error) {
      this.onAway(messageOf(error));
      return undefined;
    }
  }

  async #file(): Promise<string | undefined> {
    if (!this.share) return undefined;
    const key = createHash("sha256")
      .update(await this.share.whose())
      .digest("hex")
      .slice(0, 24);
    return path.join(this.share.folder, `${key}${suffix}`);
  }

  async #shared(file: string): Promise<Facts | undefined> {
    try {
      const facts = stored.parse(JSON.parse(await fs.readFile(file, "utf8")));
      const age = this.clock.now() - facts.askedAt;
      return age >= 0 && age < servesMs ? facts : undefined;
    } catch {
      return undefined; // none yet, or half-written by an older release
    }
  }
}

/** Each token has a file of its own. What serves nobody any more goes, by the clock that dates the files. */
async function removeOld(folder: string): Promise<void> {
  try {
    for (const name of await fs.readdir(folder)) {
      const file = path.join(folder, name);
      if (!name.endsWith(suffix)) continue;
      const { mtimeMs } = await fs.stat(file);
      if (Date.now() - mtimeMs > servesMs) await fs.rm(file, { force: true });
    }
  } catch {
    // Another process was quicker.
  }
}

async function write(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    await fs.writeFile(draft, text, { mode: 0o600 });
    await fs.rename(draft, file);
  } catch {
    // Sharing only saves two requests.
  }
}
