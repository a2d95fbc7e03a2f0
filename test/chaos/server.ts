// The embedded server as a process of its own, so that it can be killed, and what it remembers of its sessions
// and of what it was asked.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultRule, JournalEntry, SessionSummary } from "../../embedded";
import { realSessionId } from "../../provider/packs/places";
import { checkout } from "../../toolchain/checkout";
import { Packs, type SeenSession } from "./packs";

const token = "chaos-token";
const startsWithinMs = 60_000;

export class ServerProcess {
  #child: ChildProcess | undefined;
  #journal: JournalEntry[] = [];
  #said = "";
  /** Since it was killed the last time: settled when it serves again. */
  #back = Promise.withResolvers<void>();
  readonly packs: Packs;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {
    this.packs = new Packs(this.dataDir);
  }

  static async start(folder: string): Promise<ServerProcess> {
    const server = new ServerProcess(folder, await freePort());
    await mkdir(path.join(server.dataDir, "arc/projects/chaos"), { recursive: true });
    const config = {
      capacity: { cores: 1_000, ramGiB: 10_000 },
      graceSeconds: 0.2,
      users: { alice: { token } },
    };
    await writeFile(path.join(folder, "server.json"), JSON.stringify(config));
    await server.begin();
    return server;
  }

  get dataDir(): string {
    return path.join(this.folder, "data");
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/skaha/v1`;
  }

  get token(): string {
    return token;
  }

  /** Serves the folder, anew if it was killed. */
  async begin(): Promise<void> {
    const deadline = Date.now() + startsWithinMs;
    for (;;) {
      if (await this.#serves()) return this.#back.resolve();
      // The port may still be somebody else's for a moment.
      if (Date.now() > deadline) throw new Error(`the server did not start: ${this.#said}`);
      await sleep(200);
    }
  }

  #serves(): Promise<boolean> {
    const words = ["dev", "--port", `${this.port}`, "--data", this.dataDir];
    const config = ["--config", path.join(this.folder, "server.json")];
    const script = path.join(checkout, "dist/cli/main.js");
    const child = spawn(process.execPath, [script, ...words, ...config], {
      cwd: this.folder,
      env: { PATH: process.env.PATH },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => resolve(false));
      child.stderr?.on("data", (data) => {
        this.#said += data;
      });
      child.stdout?.on("data", (data) => {
        if (String(data).includes("CANFAR_TOKEN")) resolve(true);
      });
    });
  }

  /** `kill -9`; what it was asked until a moment ago is kept. */
  async kill(): Promise<void> {
    this.#back = Promise.withResolvers();
    await this.#keepJournal().catch(() => {}); // it may be busy dying
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  /** Ends all sessions and the server. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await gone;
  }

  async misbehave(rules: readonly FaultRule[]): Promise<void> {
    if (rules.length > 0) await this.#ask("POST", "faults", JSON.stringify(rules));
  }

  async behave(): Promise<void> {
    await this.#ask("DELETE", "faults");
  }

  /** Everything it was asked since the last time, also by way of servers that were killed. */
  async journal(): Promise<JournalEntry[]> {
    await this.#keepJournal();
    const entries = this.#journal;
    this.#journal = [];
    return entries;
  }

  async #keepJournal(): Promise<void> {
    const entries = (await (await this.#ask("GET", "journal")).json()) as JournalEntry[];
    await this.#ask("DELETE", "journal");
    this.#journal.push(...entries);
  }

  /**
   * Every session ever launched, the oldest first; of one that jobs share, each of them. A trouble may ask while another has
   * killed the server: it gets them when that serves again.
   */
  async sessions(): Promise<SeenSession[]> {
    for (;;) {
      const back = this.#back;
      await back.promise;
      try {
        const all = (await (await this.#ask("GET", "sessions")).json()) as SessionSummary[];
        return this.packs.unpacked(all);
      } catch (error) {
        if (back === this.#back) throw error; // it was not killed meanwhile
      }
    }
  }

  /** How many there ever were; needs no server. */
  async launches(): Promise<number> {
    const folder = path.join(this.dataDir, "sessions");
    return existsSync(folder) ? (await readdir(folder)).length : 0;
  }

  /** Makes it forget a session, as if its record were lost. */
  async forget(id: string): Promise<void> {
    const sessionId = realSessionId(id);
    await this.misbehave([{ kind: "vanish", path: `/session/${sessionId}$`, times: 1 }]);
    await fetch(`${this.url}/session/${sessionId}`, { headers: this.#headers });
    await this.behave();
    await this.#keepJournal();
    this.#journal.pop(); // our own request
  }

  get #headers() {
    return { authorization: `Bearer ${token}` };
  }

  async #ask(method: string, what: string, body?: string): Promise<Response> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/_embedded/${what}`, {
      method,
      headers: this.#headers,
      signal: AbortSignal.timeout(30_000),
      ...(body !== undefined && { body }),
    });
    if (!answer.ok) throw new Error(`/_embedded/${what}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (!address || typeof address === "string") throw new Error("no port was free");
  return address.port;
}
