// A record that cannot be written, memory that runs out, and what is measured meanwhile.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { eventually, inPacks, Place, sh, skipLoudly, testAlone, underEachShell } from "./shells";

const place = new Place();
const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups) cleanup();
  place.remove();
});
jest.setTimeout(60_000);

const isRoot = process.getuid?.() === 0;

/** A small file system that is ours, if we may mount one. */
function smallDisk(name: string): string | undefined {
  const folder = join(place.root, name);
  mkdirSync(folder);
  const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder]);
  if (mount.status !== 0) return undefined;
  cleanups.push(() => execFileSync("umount", [folder]));
  return folder;
}

/** A command and its words that put what follows into a new memory cgroup (v2 or v1) of 64 MB, if we may. */
function memoryGroup(name: string): readonly string[] | undefined {
  const limit = String(64 << 20);
  const groups: readonly [folder: string, settings: Readonly<Record<string, string>>][] = [
    ["/sys/fs/cgroup", { "memory.max": limit, "memory.swap.max": "0" }],
    ["/sys/fs/cgroup/memory", { "memory.limit_in_bytes": limit }],
  ];
  const joined = groups.flatMap(([root, settings]) => {
    const folder = join(root, `skaha-wrapper-${process.pid}-${name}`);
    try {
      if (!existsSync(join(root, "cgroup.procs"))) return [];
      mkdirSync(folder);
      cleanups.push(() => rmdirSync(folder));
      for (const [file, value] of Object.entries(settings))
        writeFileSync(join(folder, file), value);
      return [folder];
    } catch {
      return [];
    }
  });
  const accounting = "/sys/fs/cgroup/cpuacct";
  if (joined[0]?.startsWith("/sys/fs/cgroup/memory/") && existsSync(accounting)) {
    const folder = join(accounting, `skaha-wrapper-${process.pid}-${name}`);
    mkdirSync(folder);
    cleanups.push(() => rmdirSync(folder));
    joined.push(folder);
  }
  if (joined.length === 0) return undefined;
  const script = joined.map((folder) => `echo $$ >${folder}/cgroup.procs`).join("; ");
  return sh(`${script}; exec "$@"`).concat("join");
}

underEachShell((shell, name) => {
  testAlone(
    "a record folder that cannot be made: the job runs, and its log says so once",
    async () => {
      const file = join(place.root, `file-${name}`);
      writeFileSync(file, "");
      const job = place.job(shell, { record: file, outputs: ["/no/such"] });
      const { status, stdout, stderr } = await job.run(sh("echo hi; echo err >&2; exit 3"));
      expect({ status, stdout: stdout.toString(), stderr }).toEqual({
        status: 3,
        stdout: `pulumi-skaha: not recorded: cannot write to ${job.folder}\nhi\n`,
        stderr: "err\n",
      });
      const unrecorded = await place
        .job(shell, { record: file, outputs: ["/no/such"] })
        .run(["true"]);
      expect(unrecorded.status).toBe(1);
    },
  );

  if (!isRoot) skipLoudly("a folder that another user owns (needs root to become one)");
  else {
    testAlone("a record folder without the right to write", async () => {
      const record = join(place.root, `theirs-${name}`);
      mkdirSync(record);
      chmodSync(record, 0o755);
      chmodSync(place.root, 0o755);
      const job = place.job(shell, { record });
      const before = ["setpriv", "--reuid=65534", "--clear-groups"];
      const { status, stdout } = await job.run(sh("id -u; exit 5"), { before });
      expect({ status, stdout: stdout.toString() }).toEqual({
        status: 5,
        stdout: `pulumi-skaha: not recorded: cannot write to ${job.folder}\n65534\n`,
      });
    });
  }

  const disk = isRoot ? smallDisk(`disk-${name}`) : undefined;
  if (!disk) skipLoudly("a full disk (no rights to mount one)");
  else {
    testAlone("a disk that is full: the job runs on", async () => {
      const job = place.job(shell, { record: disk });
      expect(() => writeFileSync(join(disk, "filler"), Buffer.alloc(100_000))).toThrow(/ENOSPC/);
      const { status, stdout } = await job.run(sh("echo hi; exit 3"));
      expect({ status, stdout: stdout.toString() }).toEqual({
        status: 3,
        stdout: `pulumi-skaha: not recorded: cannot write to ${job.folder}\nhi\n`,
      });
      execFileSync("rm", ["-rf", join(disk, "filler"), join(disk, job.recording.id)]);
    });

    test("a disk that fills up while the job runs loses the log's rest, not the output nor the end", async () => {
      const job = place.job(shell, { record: disk, heartbeatSeconds: 1 });
      const lines = "0123456789abcde\n".repeat(100_000);
      const { status, stdout } = await job.run(
        sh("yes 0123456789abcde | head -n 100000; sleep 1.2; exit 3"),
      );
      expect(status).toBe(3);
      if (!inPacks) expect(stdout.toString().startsWith(lines)).toBe(true); // there it is the log
      expect(job.end).toMatchObject({ exitCode: 3, cause: "ExitCode" });
      const log = job.log().toString();
      expect(log.length).toBeLessThan(65_536);
      expect(lines.startsWith(log)).toBe(true);
      if (name !== "busybox") expect(job.end.logTruncated).toBe(true); // busybox's tee does not tell
    });
  }

  testAlone("no place for a pipe but the record, or none at all", async () => {
    const env = { ...process.env, TMPDIR: "/no/such" };
    const hidden = "mount -t tmpfs -o ro none /tmp && mount -t tmpfs -o ro none /dev/shm";
    if (spawnSync("unshare", ["--mount", ...sh(hidden)]).status !== 0) {
      process.stderr.write("\n*** skipped: a machine without temporary folders ***\n");
      return;
    }
    const record = `/var/tmp/skaha-wrapper-${process.pid}-${name}`;
    cleanups.push(() => execFileSync("rm", ["-rf", record]));
    const before = ["unshare", "--mount", ...sh(`${hidden}; exec "$@"`), "hidden"];
    const job = place.job(shell, { record });
    expect(await job.run(sh("echo hi; exit 4"), { env, before })).toMatchObject({ status: 4 });
    expect(job.log().toString()).toBe("hi\n");
    expect(readdirSync(job.folder).sort()).toEqual(["end.json", "log", "start.json"]);

    // `mkfifo` that always fails, as where pipes are not allowed.
    const bin = join(record, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "mkfifo"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const without = place.job(shell, { record });
    const path = { ...process.env, PATH: `${bin}:${without.path}` };
    const { status, stdout, stderr } = await without.run(
      sh("echo hi; echo err >&2; kill -TERM $$"),
      {
        env: path,
      },
    );
    expect({ status, stdout: stdout.toString(), stderr }).toEqual({
      status: 143,
      stdout: "hi\n",
      stderr: "err\n",
    });
    expect(without.end).toMatchObject({ exitCode: 143, signal: "TERM" });
    expect(without.has("log")).toBe(false);
  });

  testAlone("heartbeats have no numbers where the cgroup is not ours alone", async () => {
    const job = place.job(shell, { heartbeatSeconds: 1 });
    const running = job.start(["sleep", "1000"]);
    const first = await eventually(
      () => (job.has("heartbeat.json") ? job.json("heartbeat.json") : undefined),
      "a heartbeat",
    );
    expect(first).toEqual({ time: expect.stringMatching(/^\d{4}-.*Z$/), samples: 0 });
    running.child.kill("SIGTERM");
    await running.outcome;
    expect(job.end).not.toHaveProperty("peakMemoryBytes");
  });

  const group = isRoot ? memoryGroup(name) : undefined;
  if (!group) skipLoudly("memory cgroups (no rights to make one)");
  else {
    testAlone("memory and CPU are those of the cgroup", async () => {
      const job = place.job(shell, { heartbeatSeconds: 1 });
      const script =
        "const a = Buffer.alloc(30e6, 1); const end = Date.now() + 1500; while (Date.now() < end); a.fill(0);";
      const { status } = await job.run([process.execPath, "-e", script], { before: group });
      expect(status).toBe(0);
      const beat = job.json("heartbeat.json");
      expect(beat).toEqual({
        time: expect.any(String),
        memoryBytes: expect.any(Number),
        peakMemoryBytes: expect.any(Number),
        cpuSeconds: expect.any(Number),
        samples: 1,
      });
      expect(beat.memoryBytes).toBeGreaterThan(30e6);
      expect(beat.memoryBytes).toBeLessThanOrEqual(beat.peakMemoryBytes);
      expect(beat.cpuSeconds).toBeGreaterThan(0);
      const { end } = job;
      expect(end.peakMemoryBytes).toBeGreaterThanOrEqual(beat.peakMemoryBytes);
      expect(end.peakMemoryBytes).toBeLessThan(80e6);
      expect(end.meanCores).toBeGreaterThan(0);
      expect(end.meanCores).toBeLessThan(8);
      expect(end.samples).toBe(2);
    });

    test("a command that the kernel kills for want of memory is OutOfMemory", async () => {
      const job = place.job(shell);
      const greedy = "const all = []; for (;;) all.push(Buffer.alloc(4e6, 1));";
      const { status } = await job.run([process.execPath, "-e", greedy], { before: group });
      expect(status).toBe(137);
      expect(job.end).toMatchObject({ exitCode: 137, signal: "KILL", cause: "OutOfMemory" });
      const later = place.job(shell);
      await later.run(sh("kill -KILL $$"), { before: group });
      expect(later.end).toMatchObject({ exitCode: 137, cause: "Signal" });
    });
  }

  test("a command that fails for want of address space has failed as it says", async () => {
    const job = place.job(shell);
    const greedy = "x=0123456789; while :; do x=$x$x; done";
    const before = sh('ulimit -v 200000; exec "$@"').concat("limited");
    const { status } = await job.run(sh(greedy), { before });
    expect(status).not.toBe(0);
    expect(job.end.exitCode).toBe(status);
    expect(["ExitCode", "Signal"]).toContain(job.end.cause);
  });
});

test("what is in end.json is one line, and blanks that keep its place on a full disk", async () => {
  const job = place.job(["sh"]);
  await job.run(["true"]);
  const text = readFileSync(join(job.folder, "end.json"), "utf8");
  expect(text).toMatch(/^\{.*\}\n *\n$/);
  expect(job.end).toEqual({
    exitCode: 0,
    signal: null,
    start: expect.any(String),
    end: expect.any(String),
    ...(inPacks && { meanCores: expect.any(Number) }), // the cgroup of a pack says nothing of a job
    samples: 0,
    missingOutputs: [],
  });
});
