// Two runs never launch at a time. It is long, because each way in which a holder can die or pause has its own story.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, systemClock } from "../../../provider/run/clock";
import {
  becomeLastHolder,
  isHeld,
  LaunchLock,
  type LockOptions,
  lastHolders,
  lockName,
} from "../../../provider/run/launchLock";
import { checkout } from "../../../toolchain/checkout";

let folder: string;
const children: ChildProcess[] = [];
/** As the system's, but with short naps. */
const clock: Clock = { now: systemClock.now, sleep: () => sleep(5) };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "locks-"));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, maxRetries: 5 });
});

function lockOf(options: Partial<LockOptions> = {}) {
  const told = { taken: 0, waiting: [] as number[] };
  const lock = new LaunchLock({
    key: "server user tag",
    folder,
    clock,
    onTaken: () => {
      told.taken += 1;
    },
    onWaiting: (holder) => told.waiting.push(holder),
    ...options,
  });
  return { lock, told };
}

/** Until the lock is no longer held: it is kept for a moment after the last work. */
async function letGo(): Promise<void> {
  while (isHeld(folder, "server user tag")) await sleep(10);
}

/** A process that holds the lock until it is killed, or told to end. */
async function holder(): Promise<ChildProcess> {
  const program = `
    const { LaunchLock } = require("./dist/provider/run/launchLock.js");
    const { systemClock } = require("./dist/provider/run/clock.js");
    const lock = new LaunchLock({ key: "server user tag", folder: process.argv[1],
      clock: systemClock, onTaken() {}, onWaiting() {} });
    lock.hold(() => new Promise((done) => {
      console.log("held");
      process.stdin.once("data", done);
    })).then(() => process.stdin.unref());`;
  const child = spawn(process.execPath, ["-e", program, folder], {
    cwd: checkout,
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  if (!child.stdout) throw new Error("no stdout");
  const [held] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  if (typeof held === "number") throw new Error(`the holder ended with ${held}`);
  return child;
}

describe("hold", () => {
  describe("who became its last holder before a list", () => {
    const become = () => becomeLastHolder(folder, "server user tag");
    const last = () => lastHolders(folder)[lockName("server user tag")];
    const takenBy = async (options: Partial<LockOptions>) =>
      lockOf(options).lock.hold(async () => {});

    test("is known to whoever takes it next, unless another one took it in between", async () => {
      become();
      const before = last();
      expect(before).toBeDefined();
      await takenBy({ onTaken: (found) => expect(found).toBe(before) });
      await letGo();
      const told: unknown[] = [];
      await takenBy({ onTaken: (found) => told.push(found) });
      expect(told).toEqual([expect.not.stringMatching(before ?? "")]);
      await letGo();
    });

    test("changes nothing where the last holder is known, or the lock is held", async () => {
      become();
      const before = last();
      become();
      expect(last()).toBe(before);
      const { lock } = lockOf();
      await lock.hold(async () => {
        become();
        expect(last()).toBeUndefined();
      });
      await letGo();
    });

    test("is not known after a holder that was killed", async () => {
      const killed = await holder();
      killed.kill("SIGKILL");
      await once(killed, "exit");
      become();
      expect(last()).toBeUndefined();
      const { lock } = lockOf({
        onTaken: (found, wasAbandoned) => expect([found, wasAbandoned]).toEqual([undefined, true]),
      });
      await lock.hold(async () => {});
      await letGo();
    });
  });

  test("lets all work of one process through at once, and takes the lock once for it", async () => {
    const { lock, told } = lockOf();
    let atOnce = 0;
    let most = 0;
    const work = async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await sleep(10);
      atOnce -= 1;
    };
    await Promise.all([lock.hold(work), lock.hold(work), lock.hold(work)]);
    await lock.hold(work);
    expect({ most, ...told }).toEqual({ most: 3, taken: 1, waiting: [] });
  });

  test("hands on what the work returns, and what it throws", async () => {
    const { lock } = lockOf();
    await expect(lock.hold(async () => 7)).resolves.toBe(7);
    await expect(lock.hold(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  });

  test("waits for another process that holds it, and says so once", async () => {
    const first = await holder();
    const { lock, told } = lockOf();
    let begun = false;
    const work = lock.hold(async () => {
      begun = true;
    });
    while (told.waiting.length === 0) await sleep(5);
    await sleep(50);
    expect(begun).toBe(false);
    first.stdin?.write("end\n");
    await work;
    expect({ begun, ...told }).toEqual({ begun: true, taken: 1, waiting: [first.pid] });
  });

  test("takes it over from a process that was killed", async () => {
    const first = await holder();
    first.kill("SIGKILL");
    await once(first, "exit");
    const { lock, told } = lockOf();
    await lock.hold(async () => {});
    expect(told).toEqual({ taken: 1, waiting: [] });
  });

  test.each(["", "{", "null", "{}"])(
    "takes away one that says nothing, as a loss of power leaves it: %j",
    async (text) => {
      const { lock, told } = lockOf();
      await lock.hold(async () => {});
      const [file = ""] = await readdir(folder);
      await letGo();
      await rm(path.join(folder, `${file}.last`), { force: true });
      await writeFile(path.join(folder, file.replace(/\.last$/, "")), text);
      const other = lockOf();
      expect(await other.lock.hold(async () => "done")).toBe("done");
      expect([told.waiting, other.told.waiting]).toEqual([[], []]);
    },
  );

  test("takes it over from a process whose number another one has now", async () => {
    const first = await holder();
    const [name = ""] = await readdir(folder);
    const text = JSON.stringify({ pid: process.pid, started: "1", token: "x" });
    await writeFile(path.join(folder, name), text);
    const { lock, told } = lockOf();
    await lock.hold(async () => {});
    expect(told).toEqual({ taken: 1, waiting: [] });
    first.kill("SIGKILL");
  });

  test("the same where there is no /proc, as on macOS", async () => {
    let start = "Mon Nov  2 10:00:00 2026";
    const startOf = () => start; // as `ps` says it
    const first = lockOf({ startOf });
    await first.lock.hold(async () => {
      const waiting = lockOf({ startOf, longestWaitMs: 20 });
      await expect(waiting.lock.hold(async () => {})).rejects.toThrow("nothing was launched here");
      start = "Tue Nov  3 10:00:00 2026"; // another process has its number
      const { lock, told } = lockOf({ startOf });
      await lock.hold(async () => {});
      expect(told).toEqual({ taken: 1, waiting: [] });
    });
  });

  test("waits for a process whose start cannot be known", async () => {
    const first = lockOf({ startOf: () => undefined });
    await first.lock.hold(async () => {
      const { lock, told } = lockOf({ startOf: () => undefined, longestWaitMs: 20 });
      await expect(lock.hold(async () => {})).rejects.toThrow("nothing was launched here");
      expect(told.waiting).toEqual([process.pid]);
    });
  });

  test("gives up when the holder does not end, naming it, and has done nothing", async () => {
    const first = await holder();
    const { lock } = lockOf({ longestWaitMs: 20 });
    const work = jest.fn();
    await expect(lock.hold(work)).rejects.toThrow(
      new RegExp(`process ${first.pid}\\).*nothing was launched here`),
    );
    expect(work).not.toHaveBeenCalled();
  });

  test("knows another process of its own run, and waits for it as long as it launches", async () => {
    const run = "127.0.0.1:40123";
    const ownRun: boolean[] = [];
    const onWaiting = (_: number, isThisRun: boolean) => ownRun.push(isThisRun);
    const over = Promise.withResolvers<void>();
    const first = lockOf({ run }).lock.hold(() => over.promise);
    const second = lockOf({ run, onWaiting, longestWaitMs: 20 }).lock.hold(async () => "done");
    for (const other of ["127.0.0.1:40124", undefined]) {
      const { lock } = lockOf({ run: other, onWaiting, longestWaitMs: 20 });
      await expect(lock.hold(async () => {})).rejects.toThrow("nothing was launched here");
    }
    over.resolve();
    expect(await second).toBe("done");
    await first;
    expect(ownRun).toEqual([true, false, false]);
  });

  test("waits on when the clock is set forward by hours", async () => {
    const first = await holder();
    let ahead = 0;
    const { lock, told } = lockOf({ clock: { ...clock, now: () => systemClock.now() + ahead } });
    const work = lock.hold(async () => "done");
    while (told.waiting.length === 0) await sleep(5);
    ahead = 2 * 3_600_000;
    await sleep(30);
    first.kill("SIGKILL");
    expect(await work).toBe("done");
  });

  test("keeps apart what has another key", async () => {
    await holder();
    const { lock, told } = lockOf({ key: "another server" });
    await lock.hold(async () => {});
    expect(told.waiting).toEqual([]);
  });

  test("is taken by one of two that wait, then by the other", async () => {
    const first = await holder();
    const [a, b] = [lockOf(), lockOf()];
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(10);
      inside -= 1;
    };
    const both = Promise.all([a.lock.hold(work), b.lock.hold(work)]);
    while (a.told.waiting.length + b.told.waiting.length < 2) await sleep(5);
    first.kill("SIGKILL");
    await both;
    expect(most).toBe(1);
  });

  test("names file and remedy where it cannot be made, as on a full disk", async () => {
    const missing = path.join(folder, "missing");
    const { lock } = lockOf({ folder: missing });
    const work = jest.fn();
    await expect(lock.hold(work)).rejects.toThrow(
      /^cannot lock .*missing.*: ENOENT.*: free space in .*missing .*or set TMPDIR.*run the command again; nothing was launched$/,
    );
    expect(work).not.toHaveBeenCalled();
  });

  test("tells whether another process may have held it since", async () => {
    const { lock, told } = lockOf();
    const nothing = async () => {};
    await lock.hold(nothing);
    await letGo();
    await lock.hold(nothing);
    expect(told.taken).toBe(1); // nobody had it in between
    await letGo();
    const other = lockOf();
    await other.lock.hold(nothing);
    expect(other.told.taken).toBe(1);
    await letGo();
    await lock.hold(nothing);
    expect(told.taken).toBe(2);
    await letGo();
    const child = await holder();
    child.kill("SIGKILL");
    await once(child, "exit");
    await lock.hold(nothing);
    expect(told.taken).toBe(3);
  });

  test("tells who held it last, unless what that one asked for may still come to be", async () => {
    const last: (string | undefined)[] = [];
    const [first, second] = [lockOf(), lockOf({ onTaken: (holder) => last.push(holder) })];
    expect(first.lock.lastHolder()).toBeUndefined();
    await first.lock.hold(async () => {
      expect(second.lock.lastHolder()).toBeUndefined(); // it is held
    });
    await letGo();
    const seen = second.lock.lastHolder();
    expect(seen).toContain(`"pid":${process.pid}`);
    expect(first.lock.lastHolder()).toBe(seen);
    await second.lock.hold(async () => {});
    expect(last).toEqual([seen]);
    await letGo();
    expect(first.lock.lastHolder()).not.toBe(seen);

    await expect(first.lock.hold(() => Promise.reject(new Error("lost")))).rejects.toThrow("lost");
    await letGo();
    expect(second.lock.lastHolder()).toBeUndefined();
    await first.lock.hold(async () => {});
    await letGo();
    expect(second.lock.lastHolder()).toBeUndefined(); // what was lost may still come to be
  });

  test("tells each taking from the one before it", async () => {
    const { lock } = lockOf();
    const other = lockOf();
    await lock.hold(async () => {});
    await letGo();
    const seen = other.lock.lastHolder();
    await lock.hold(async () => {});
    await letGo();
    expect(other.lock.lastHolder()).not.toBe(seen);
  });

  test("knows nothing of what a killed holder asked for, for as long as the next one lives", async () => {
    const child = await holder();
    child.kill("SIGKILL");
    await once(child, "exit");
    const { lock, told } = lockOf();
    expect(lock.lastHolder()).toBeUndefined();
    for (const taken of [1, 2, 3]) {
      await lock.hold(async () => {});
      expect(told.taken).toBe(taken);
      await letGo();
      expect(lock.lastHolder()).toBeUndefined();
    }
  });

  test("leaves no file behind when its process ends", async () => {
    const child = await holder();
    expect(await readdir(folder)).toHaveLength(1);
    child.stdin?.write("end\n");
    child.stdin?.end();
    await once(child, "exit");
    expect(await readdir(folder)).toEqual([]);
  });
});

test("a lock is held while the process that took it lives, and not for one that was killed", async () => {
  expect(isHeld(folder, "server user tag")).toBe(false);
  const child = await holder();
  expect(isHeld(folder, "server user tag")).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await readdir(folder)).toHaveLength(1); // what it left
  expect(isHeld(folder, "server user tag")).toBe(false);
});
