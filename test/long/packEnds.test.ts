// Packs that are edited while they run, signalled, killed in parts, or out of disk.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLineOf, statOf } from "../../machine/processes";
import { leaveFile } from "../../provider/record/ledger";
import { PackRun } from "../provider/record/pack/packs";
import { processesOf } from "../provider/record/wrapper/processes";
import { eventually, sh, skipLoudly, underEachShell } from "../provider/record/wrapper/shells";

const root = mkdtempSync(join(tmpdir(), "skaha-packs-"));
const cleanups: (() => void)[] = [];
const sessions: string[] = [];
afterAll(() => {
  for (const session of sessions) {
    for (const pid of processesOf(session)) process.kill(pid, "SIGKILL");
  }
  for (const cleanup of cleanups) cleanup();
  rmSync(root, { recursive: true, force: true });
});
jest.setTimeout(60_000);

const newSession = () => {
  const session = `q${String(sessions.length).padStart(7, "0")}`;
  sessions.push(session);
  return session;
};

/** Says `ready`, and goes on until it is ended. */
const endless = sh("echo ready; exec sleep 1000");
const deaf = sh("trap '' TERM; echo ready; while :; do sleep 0.05; done");

underEachShell((shell, name) => {
  const packOf = (...[jobs, packing]: [ConstructorParameters<typeof PackRun>[3], object?]) =>
    new PackRun(shell, newSession(), join(root, "records"), jobs, packing);

  const isReady = (pack: PackRun, place: number) =>
    eventually(
      () => (pack.log(place).includes("ready") ? true : undefined),
      `job ${place} is ready`,
    );
  const isWithout = (pack: PackRun) =>
    eventually(
      () => (processesOf(pack.session).length === 0 ? true : undefined),
      "nothing of the pack lives on",
    );
  /** Its helpers are its children, and have the same command line. */
  const wrapperOf = (pack: PackRun, place: number) =>
    eventually(() => {
      const pids = processesOf(pack.session, "\u0000skaha-record\u0000");
      return pids
        .filter((pid) => commandLineOf(pid).includes(`-${place}/1\u0000`))
        .sort((a, b) => a - b)[0];
    }, `the wrapper of job ${place}`);

  test("a job that is taken away before its turn does not begin; one that runs is ended, alone", async () => {
    const pack = packOf([{ argv: endless }, { argv: endless }, { argv: ["true"] }], {
      parallel: 2,
    });
    const { outcome, child } = pack.start();
    await isReady(pack, 1);
    await isReady(pack, 2);
    pack.leave(1, 3);
    await eventually(() => pack.place(1).end, "the first ends");
    await eventually(() => pack.place(3).left, "the third is passed over");
    expect(pack.place(1).end).toMatchObject({ exitCode: 143, signal: "TERM" });
    expect(pack.place(2)).toEqual({ begin: expect.any(String) });
    expect(pack.has(3, "start.json")).toBe(false);
    pack.leave(1, 2, 3);
    expect((await outcome).status).toBe(0);
    expect(pack.ledger()?.isOver).toBe(true);
    expect(child.exitCode).toBe(0);
    await isWithout(pack);
  });

  test("one that does not answer is killed, and the others go on", async () => {
    const pack = packOf([{ argv: deaf }, { argv: endless }], { graceTicks: 2 });
    const { outcome } = pack.start();
    await isReady(pack, 1);
    await isReady(pack, 2);
    pack.leave(1);
    const end = await eventually(() => pack.place(1).end, "the first ends");
    expect(end).toMatchObject({ exitCode: 137, signal: "KILL" });
    expect(pack.place(2).end).toBeUndefined();
    pack.leave(1, 2);
    await outcome;
  });

  test("a list of places that is not whole takes none away", async () => {
    const pack = packOf([{ argv: sh("sleep 0.3") }, { argv: ["true"] }], { parallel: 1 });
    mkdirSync(pack.record, { recursive: true });
    writeFileSync(leaveFile(pack.record, pack.session), "1 2");
    await pack.run();
    expect([pack.place(1).end?.exitCode, pack.place(2).end?.exitCode]).toEqual([0, 0]);
  });

  test.each(["TERM", "INT", "HUP"] as const)(
    "%s to the pack ends the jobs that run, and no more begin",
    async (signal) => {
      const pack = packOf([{ argv: endless }, { argv: endless }, { argv: ["true"] }], {
        parallel: 2,
      });
      const { outcome, child } = pack.start();
      await isReady(pack, 1);
      await isReady(pack, 2);
      child.kill(`SIG${signal}`);
      expect((await outcome).status).toBe(143);
      for (const place of [1, 2]) expect(pack.place(place).end).toMatchObject({ signal });
      expect(pack.ledger()).toMatchObject({ isOver: false });
      expect(pack.place(3)).toEqual({});
      await isWithout(pack);
    },
  );

  test("TERM at any moment ends the pack, and each job that began has an end", async () => {
    for (const afterMs of [0, 5, 10, 15, 20, 30, 40, 60]) {
      const pack = packOf(Array.from({ length: 8 }, () => ({ argv: ["sleep", "1000"] })));
      const { outcome, child } = pack.start();
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      child.kill("SIGTERM");
      await outcome;
      for (const [, entry] of pack.ledger()?.places ?? []) {
        expect(entry.end ?? entry.exit).toBeDefined();
      }
      await isWithout(pack);
    }
  });

  test("a wrapper that is killed takes its command along, and no other", async () => {
    const pack = packOf([{ argv: endless }, { argv: sh("echo ready; sleep 0.5") }]);
    const { outcome } = pack.start();
    await isReady(pack, 1);
    await isReady(pack, 2);
    process.kill(await wrapperOf(pack, 1), "SIGKILL");
    expect((await outcome).status).toBe(0);
    expect(pack.place(1)).toEqual({ begin: expect.any(String), exit: 137 });
    expect(pack.place(2).end).toMatchObject({ exitCode: 0 });
    await isWithout(pack);
  });

  test("where the shell is killed that waits for a wrapper, the job is ended and told as killed", async () => {
    const pack = packOf([{ argv: endless }, { argv: sh("echo ready; sleep 0.5") }]);
    const { outcome } = pack.start();
    await isReady(pack, 1);
    await isReady(pack, 2);
    process.kill(statOf(await wrapperOf(pack, 1))?.parent ?? 0, "SIGKILL");
    expect((await outcome).status).toBe(0);
    expect(pack.place(1)).toEqual({ begin: expect.any(String), exit: 137 });
    expect(pack.place(2).end).toMatchObject({ exitCode: 0 });
    await isWithout(pack);
  });

  test("killed whole, its ledger says what had begun, and what had ended", async () => {
    const pack = packOf([{ argv: ["true"] }, { argv: endless }, { argv: ["true"] }], {
      parallel: 1,
    });
    const { outcome } = pack.start();
    await isReady(pack, 2);
    for (const pid of processesOf(pack.session)) process.kill(pid, "SIGKILL");
    await outcome;
    expect(pack.place(1).end).toMatchObject({ exitCode: 0 });
    expect([pack.place(2), pack.place(3)]).toEqual([{ begin: expect.any(String) }, {}]);
    expect(pack.has(2, "end.json")).toBe(false);
  });

  const disk = process.getuid?.() === 0 ? smallDisk(`disk-${name}`) : undefined;
  if (!disk) skipLoudly("a full disk (no rights to mount one)");
  else {
    test("a disk that fills up while a pack runs: all jobs run, and the ledger has their ends", async () => {
      const jobs = [
        { argv: sh("yes 0123456789abcde | head -c 10000000; exit 3") },
        { argv: ["true"] },
        { argv: sh("echo hi; exit 5") },
      ];
      const pack = new PackRun(shell, newSession(), disk, jobs, { parallel: 1 });
      const { status } = await pack.run();
      expect(status).toBe(0);
      expect(pack.place(1).end).toMatchObject({ exitCode: 3 });
      // Of these nothing could be recorded but in the ledger.
      expect([pack.place(2).exit, pack.place(3).exit]).toEqual([0, 5]);
      expect(pack.ledger()?.isOver).toBe(true);
    });

    test("on a disk that is full from the start, nothing begins", async () => {
      const pack = new PackRun(shell, newSession(), disk, [{ argv: ["true"] }]);
      const { status, stdout } = await pack.run();
      expect(status).toBe(1);
      expect(stdout).toMatch(/the pack runs no job: cannot write to /);
      expect(pack.ledger()).toBeUndefined();
    });
  }
});

/** A small file system that is ours, if we may mount one. */
function smallDisk(name: string): string | undefined {
  const folder = join(root, name);
  mkdirSync(folder);
  const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder]);
  if (mount.status !== 0) return undefined;
  cleanups.push(() => execFileSync("umount", [folder]));
  return folder;
}
