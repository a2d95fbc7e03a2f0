// Puts launches that come at about the same time into packs, and launches those: one session for many jobs.
import type { Context } from "../api";
import type { PackedJob } from "../record/pack";
import { packed } from "../record/pack";
import type { Launch } from "../skaha/client";
import {
  encodeCommand,
  formBytes,
  largestFormBytes,
  mostFormBytes,
  whyUnsendable,
} from "../skaha/encoding";
import { packSize } from "./packSize";
import { packName } from "./places";

/** How a job is launched in a pack. */
export interface PackLaunch extends PackedJob {
  /** What the pack's name begins with. */
  readonly base: string;
  /** How many jobs a pack has at most. */
  readonly jobs: number;
  /** How many of them run at a time. */
  readonly parallel: number;
  /** Which sizes the server has, if that is known. */
  readonly offered?: Context | undefined;
}

/** A launch in a pack; its command is that of the job alone, which is not sent. */
export interface PackableLaunch extends Launch {
  readonly pack: PackLaunch;
}

export function isPackable(launch: Launch): launch is PackableLaunch {
  return "pack" in launch && launch.pack !== undefined;
}

/** One that waits for others to share its session. */
interface WaitingLaunch {
  readonly launch: PackableLaunch;
  readonly settle: (placed: { readonly sessionId: string; readonly place: number }) => void;
  readonly fail: (error: unknown) => void;
}

/** Form fields besides the command: name, image, sizes. */
const otherBytes = 4_096;

export class Packer {
  readonly #waitingByKind = new Map<string, WaitingLaunch[]>();
  /** Jobs that are being judged, launched or not. */
  #coming = 0;
  readonly #order = new Map<string, number>();
  #waiting = 0;
  /** Jobs of packs that are being launched. */
  #leaving = 0;

  constructor(
    private readonly create: (launch: Launch, jobs: readonly PackLaunch[]) => Promise<string>,
  ) {}

  /** Does what may launch a job. Packs are made when all that are under way wait for them, in the order of this. */
  async attend<T>(id: string, work: () => Promise<T>): Promise<T> {
    this.#order.set(id, this.#order.size);
    this.#coming += 1;
    try {
      return await work();
    } finally {
      this.#coming -= 1;
      this.#postIfComplete();
    }
  }

  /** @returns where the job is, once its pack is launched */
  launch(launch: PackableLaunch): Promise<{ readonly sessionId: string; readonly place: number }> {
    return new Promise((settle, fail) => {
      const key = kindOf(launch);
      const waiting = this.#waitingByKind.get(key) ?? [];
      waiting.push({ launch, settle, fail });
      this.#waitingByKind.set(key, waiting);
      this.#waiting += 1;
      this.#postIfComplete();
    });
  }

  #postIfComplete(): void {
    if (this.#waiting + this.#leaving < this.#coming) return;
    for (const key of [...this.#waitingByKind.keys()]) this.#post(key);
  }

  #post(key: string): void {
    const waiting = this.#waitingByKind.get(key) ?? [];
    this.#waitingByKind.delete(key);
    this.#waiting -= waiting.length;
    const place = ({ launch }: WaitingLaunch) => this.#order.get(launch.pack.recording.id) ?? 0;
    waiting.sort((a, b) => place(a) - place(b));
    const most = waiting[0]?.launch.pack.jobs ?? 1;
    for (let from = 0; from < waiting.length; from += most) {
      for (const pack of fitting(waiting.slice(from, from + most))) void this.#postPack(pack);
    }
  }

  async #postPack({ group, launch }: WaitingPack): Promise<void> {
    this.#leaving += group.length;
    try {
      const jobs = group.map(({ launch }) => launch.pack);
      const sessionId = await this.create(launch, jobs);
      for (const [index, { settle }] of group.entries()) settle({ sessionId, place: index + 1 });
    } catch (error) {
      for (const { fail } of group) fail(error);
    } finally {
      this.#leaving -= group.length;
    }
  }
}

/** What jobs of one pack have alike. */
function kindOf({ image, cores, ram, gpus, env, registryAuth, pack }: PackableLaunch): string {
  const { base, jobs, parallel, recording } = pack;
  const common = [image, cores, ram, gpus, env, registryAuth, base, jobs, parallel];
  return JSON.stringify([...common, recording.record]);
}

/** Jobs that share a session, and its launch. */
interface WaitingPack {
  readonly group: readonly WaitingLaunch[];
  readonly launch: Launch;
}

/** In halves, where one launch would be larger than the server takes. */
function fitting(group: readonly WaitingLaunch[]): readonly WaitingPack[] {
  const launch = packLaunchOf(group.map(({ launch }) => launch));
  if (group.length <= 1 || fits(launch)) return [{ group, launch }];
  const half = Math.ceil(group.length / 2);
  return [...fitting(group.slice(0, half)), ...fitting(group.slice(half))];
}

function fits({ command, args, env }: Launch): boolean {
  if (args.some((word) => whyUnsendable(word) !== undefined)) return false;
  if (mostFormBytes(command, args, env) + otherBytes <= largestFormBytes) return true;
  return formBytes(encodeCommand(command, args, env)) + otherBytes <= largestFormBytes;
}

/** The pack's session: as large as all that run in it at a time. The last one of a run may have fewer jobs than that. */
export function packLaunchOf(launches: readonly PackableLaunch[]): Launch {
  const [first] = launches;
  if (first === undefined) throw new Error("a pack has at least one job");
  const { pack, cores, ram, gpus, command: _c, name: _n, ...common } = first;
  const jobs = launches.map((launch) => launch.pack);
  const members = jobs.map(({ recording: { id, attempt } }) => ({ id, attempt }));
  const { record } = pack.recording;
  const most = Math.min(pack.parallel, jobs.length);
  const { parallel, ...size } = packSize({ cores, ram, gpus }, most, pack.offered);
  return {
    ...common,
    name: packName(pack.base, members),
    ...packed(jobs, { record, parallel, index: pack.base }),
    ...size,
    secrets: [...new Set(launches.flatMap(({ secrets }) => secrets))],
  };
}
