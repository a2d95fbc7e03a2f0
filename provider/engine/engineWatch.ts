// Notices that the engine is gone. The provider's process outlives a killed engine, and its parent is a
// shell that survives too, so the only sign is that the engine's address stops answering.
import net from "node:net";
import { InterruptedError } from "../errors";

export interface EngineWatch {
  /** @throws if the engine is gone: nothing may be begun any more */
  assertAlive(): Promise<void>;
  /** Work that must be let to its end even without an engine. */
  finishing<T>(work: Promise<T>): Promise<T>;
}

/** For programs that call the provider's code without an engine. */
export const noEngine: EngineWatch = {
  assertAlive: async () => {},
  finishing: (work) => work,
};

/** The same engine, of a run that the user may interrupt: nothing is begun after that. */
export function interruptible(engine: EngineWatch, isInterrupted: () => boolean): EngineWatch {
  return {
    async assertAlive() {
      if (isInterrupted()) {
        throw new InterruptedError("it was not launched, because the run was interrupted");
      }
      await engine.assertAlive();
    },
    finishing: (work) => engine.finishing(work),
  };
}

const probeEveryMs = 2_000;
/** One probe answers all who ask within this time. */
const probeServesMs = 100;

/** @param address `host:port`, the first argument of the dynamic provider's host */
export function watchEngine(
  address: string,
  exit: () => void = () => process.exit(0),
): EngineWatch {
  let unfinished = 0;
  let gone = false;
  let last: { at: number; alive: Promise<boolean> } | undefined;

  const isAlive = async (): Promise<boolean> => {
    if (gone) return false;
    const now = Date.now();
    if (!last || now - last.at > probeServesMs) last = { at: now, alive: answers(address) };
    if (await last.alive) return true;
    gone = true;
    leave();
    return false;
  };
  const leave = () => {
    if (gone && unfinished === 0) exit();
  };
  const timer = setInterval(() => {
    void isAlive();
  }, probeEveryMs);
  timer.unref();

  return {
    async assertAlive() {
      if (!(await isAlive()))
        throw new Error("the Pulumi engine is gone: nothing is launched any more");
    },
    async finishing(work) {
      unfinished += 1;
      try {
        return await work;
      } finally {
        unfinished -= 1;
        leave();
      }
    },
  };
}

/** Whether an engine is there: refused means gone; anything else, like a full backlog, does not. */
export function answers(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(":");
  const socket = net.connect({
    host: address.slice(0, colon),
    port: Number(address.slice(colon + 1)),
  });
  return new Promise((resolve) => {
    const done = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.setTimeout(1_000, () => done(true));
    socket.once("connect", () => done(true));
    socket.once("error", (error: NodeJS.ErrnoException) => done(error.code !== "ECONNREFUSED"));
  });
}
