// Runs packs of jobs under each shell that is on this machine.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Ledger,
  leaveFile,
  leaveText,
  ledgerFile,
  readLedger,
} from "../../../../provider/record/ledger";
import { type PackedJob, type Packing, packed } from "../../../../provider/record/pack";
import type { Recording } from "../../../../provider/record/wrapper";
import { inShell, type Shell } from "../wrapper/shells";

export interface JobInPack extends Partial<Omit<Recording, "record">> {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface PackOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class PackRun {
  readonly jobs: readonly PackedJob[];

  constructor(
    readonly shell: Shell,
    readonly session: string,
    /** The folder of records. */
    readonly record: string,
    jobs: readonly JobInPack[],
    private readonly packing: Partial<Packing> = {},
  ) {
    this.jobs = jobs.map(({ argv, env = {}, ...more }, index) => ({
      argv,
      env,
      recording: {
        record,
        id: `${session}-${index + 1}`,
        attempt: 1,
        image: "images.canfar.net/skaha/terminal:1",
        outputs: [],
        ...more,
      },
    }));
  }

  start(path = process.env.PATH): { child: ChildProcess; outcome: Promise<PackOutcome> } {
    const { record, packing } = this;
    const { args } = packed(this.jobs, { record, parallel: 4, tickSeconds: 0.05, ...packing });
    const [program, ...words] = [...this.shell, ...inShell(args, this.shell)];
    const child = spawn(program, words, {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: path, SKAHA_TEST_JOB: this.session, skaha_sessionid: this.session },
    });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (chunk: Buffer) => {
        said[name] += chunk;
      });
    }
    const outcome = new Promise<PackOutcome>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => resolve({ status, ...said }));
    });
    return { child, outcome };
  }

  run(path?: string): Promise<PackOutcome> {
    return this.start(path).outcome;
  }

  ledgerText(): string {
    const file = ledgerFile(this.record, this.session);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  ledger(): Ledger | undefined {
    return readLedger(this.ledgerText());
  }

  place(place: number) {
    return this.ledger()?.places.get(place) ?? {};
  }

  /** Takes jobs away from the pack, as the provider does. */
  leave(...places: number[]): void {
    writeFileSync(leaveFile(this.record, this.session), leaveText(places));
  }

  file(place: number, name: string): string {
    return join(this.record, `${this.session}-${place}`, "1", name);
  }

  has(place: number, name: string): boolean {
    return existsSync(this.file(place, name));
  }

  log(place: number): Buffer {
    return this.has(place, "log") ? readFileSync(this.file(place, "log")) : Buffer.alloc(0);
  }

  end(place: number) {
    return JSON.parse(readFileSync(this.file(place, "end.json"), "utf8"));
  }
}
