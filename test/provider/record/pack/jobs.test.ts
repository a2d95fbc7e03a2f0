// What each job of a pack keeps: words, variables, status, signals, its own log and record; and what it does not see.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { membersInLog, withoutMembers } from "../../../../provider/record/ledger";
import { packed } from "../../../../provider/record/pack";
import { processesOf } from "../wrapper/processes";
import { eventually, sh, underEachShell } from "../wrapper/shells";
import { PackRun } from "./packs";

const root = mkdtempSync(join(tmpdir(), "skaha-packs-"));
const sessions: string[] = [];
afterAll(() => {
  for (const session of sessions) {
    for (const pid of processesOf(session)) process.kill(pid, "SIGKILL");
  }
  rmSync(root, { recursive: true, force: true });
});
jest.setTimeout(60_000);

const newSession = () => {
  const session = `p${String(sessions.length).padStart(7, "0")}`;
  sessions.push(session);
  return session;
};

const show = sh('printf "%s\\0" "$@"').concat("show");
const piece = fc.oneof(
  fc.constantFrom(..."\"'\\`$!*?[]{}()<>|&;#~=%^ \t\n\r"),
  fc.constantFrom("\\n", "$HOME", "$(id)", "-n", "--", "é", "日本", "😀", "%s", "3 4|5;"),
  fc.string({ unit: "grapheme-ascii", maxLength: 8 }),
);
const word = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
const argvs = fc.sample(fc.array(word, { minLength: 1, maxLength: 5 }), {
  numRuns: 100,
  seed: 20261128,
});

test("the scripts are small, and name no folder that the embedded server would map", () => {
  const options = { record: "/r", id: "a", attempt: 1, image: "i", outputs: [] };
  const { args } = packed([{ argv: ["true"], recording: options, env: {} }], {
    record: "/r",
    parallel: 1,
  });
  expect(Buffer.byteLength(args.join(" "))).toBeLessThan(16_000);
  expect(args.join("\n")).not.toMatch(/\/arc|\/scratch|^ |^#|#\+$/m);
  expect(args.join("\n")).toMatch(/^[\n -~]*$/);
});

test("words that jobs have in common are sent once", () => {
  const recording = { record: "/r", attempt: 1, image: "i", outputs: [] };
  const script = "x".repeat(10_000);
  const bytes = (count: number) => {
    const jobs = Array.from({ length: count }, (_, index) => ({
      argv: ["bash", "-c", script, "script", String(index)],
      recording: { ...recording, id: `job-${index}` },
      env: {},
    }));
    return packed(jobs, { record: "/r", parallel: 4 }).args.join(" ").length;
  };
  expect((bytes(50) - bytes(1)) / 49).toBeLessThan(150);
});

/** What a record says of processor time; of when a job began and ended it tells whole seconds. */
const mostCpuSeconds = ({ start, end, meanCores }: ReturnType<PackRun["end"]>): number =>
  meanCores * ((Date.parse(end) - Date.parse(start)) / 1_000 + 1);

underEachShell((shell) => {
  const packOf = (...[jobs, packing]: [ConstructorParameters<typeof PackRun>[3], object?]) =>
    new PackRun(shell, newSession(), join(root, "records"), jobs, packing);

  test("100 random argvs and values arrive byte for byte, each in its own job, log and record", async () => {
    for (let from = 0; from < argvs.length; from += 50) {
      const own = argvs.slice(from, from + 50);
      const script = 'printf "%s\\0" "$VALUE" "$SKAHA_JOB_ID" "$@"';
      const pack = packOf(
        own.map((words, index) => ({
          argv: sh(script).concat("show", ...words),
          env: { VALUE: words.join("|"), SKAHA_JOB_ID: `job ${index}` },
        })),
      );
      const { status, stderr } = await pack.run();
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      for (const [index, words] of own.entries()) {
        const sent = [words.join("|"), `job ${index}`, ...words].map((text) => `${text}\0`);
        expect(pack.log(index + 1).toString()).toBe(sent.join(""));
      }
    }
  });

  test("variables are the job's as if it were alone, whatever they are called", async () => {
    const env = {
      IFS: "xy ",
      PATH: "/usr/bin:/bin",
      OLDPWD: "/",
      x: "1",
      A: "a  b\n",
      TMPDIR: root,
    };
    const pack = packOf([
      { argv: ["/usr/bin/env", "-0"], env: { B: "before", OPTIND: "not a number" } },
      { argv: ["/usr/bin/env", "-0"], env },
      { argv: ["/usr/bin/env", "-0"], env: { C: "after" } },
    ]);
    expect(await pack.run()).toMatchObject({ status: 0, stderr: "" });
    const seen = (place: number) =>
      Object.fromEntries(
        pack
          .log(place)
          .toString()
          .split("\0")
          .filter(Boolean)
          .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
      );
    const { IFS: _ifs, ...certain } = env; // bash hands on its own
    expect(seen(2)).toMatchObject(certain);
    expect(seen(3)).toMatchObject({ C: "after" });
    expect(Object.keys(seen(3))).not.toContain("A");
    expect(seen(3).PATH).toBe(process.env.PATH);
  });

  test("each has its own end, in the ledger as in its record, and none takes others along", async () => {
    const left = join(root, newSession());
    const pack = packOf([
      { argv: sh("exit 0") },
      { argv: sh("exit 3") },
      { argv: sh("kill -KILL $$") },
      { argv: sh("kill -INT $$; exit 1") },
      { argv: ["no-such-program"] },
      { argv: ["true"], outputs: ["/no/such"] },
      { argv: ["false"], outputs: ["/"], skipIfOutputs: true },
      { argv: ["sleep", "1000"], maxRunSeconds: 0.2, graceSeconds: 5 },
      { argv: ["pwd"], cwd: "/usr" },
      { argv: ["pwd"], cwd: "/no/such" },
      { argv: sh(`sleep 1000 & echo $! >${left}; kill -TERM 0; exit 1`) },
      { argv: sh("exec >&- 2>&-; exit 0") },
    ]);
    const { status, stdout } = await pack.run();
    expect(status).toBe(0);
    expect(pack.ledger()).toMatchObject({ isOver: true, members: { length: 12 } });
    const ends = Array.from({ length: 12 }, (_, index) => {
      const { exitCode, signal, cause } = pack.place(index + 1).end ?? {};
      return [exitCode, signal, cause];
    });
    expect(ends).toEqual([
      [0, undefined, undefined],
      [3, undefined, "ExitCode"],
      [137, "KILL", "Signal"],
      [130, "INT", "Signal"],
      [127, undefined, "NotStarted"],
      [0, undefined, "MissingOutputs"],
      [0, undefined, undefined],
      [143, "TERM", "Timeout"],
      [0, undefined, undefined],
      [1, undefined, "NotStarted"],
      [143, "TERM", "Signal"],
      [0, undefined, undefined],
    ]);
    for (let place = 1; place <= 12; place += 1) {
      const { exitCode, end } = pack.end(place);
      expect(pack.place(place).end).toMatchObject({ exitCode, end });
    }
    expect(pack.place(6).end?.missingOutputs).toEqual(["/no/such"]);
    expect(pack.place(7).end?.skipped).toBe(true);
    expect(pack.log(9).toString()).toBe("/usr\n");
    expect(stdout).toContain("pulumi-skaha: 2 of 12 ended, exit status 3: ");
    await eventually(
      () => (processesOf(pack.session).length === 0 ? true : undefined),
      "nothing of the pack lives on",
    );
  });

  test("no more than `parallel` run at a time, and as many as that do", async () => {
    const folder = join(root, newSession());
    mkdirSync(folder);
    // Each waits until three have begun, so that none ends before, and tells how many it saw.
    const script = `: >"$0/$$"; n=0; while [ $n -lt 3 ]; do set -- "$0"/*; n=$#; sleep 0.02; done; echo $n`;
    const jobs = Array.from({ length: 3 }, () => ({ argv: sh(script).concat(folder) }));
    const pack = packOf(jobs, { parallel: 3 });
    expect((await pack.run()).status).toBe(0);
    const one = packOf(
      [1, 2, 3, 4].map(() => ({
        argv: sh('mkdir "$0" && sleep 0.1 && rmdir "$0"').concat(`${folder}/alone`),
      })),
      { parallel: 1 },
    );
    await one.run();
    expect([1, 2, 3, 4].map((place) => one.place(place).end?.exitCode)).toEqual([0, 0, 0, 0]);
    expect([1, 2, 3].map((place) => pack.log(place).toString())).toEqual(["3\n", "3\n", "3\n"]);
  });

  test("a job sees no file, signal or input of the pack's", async () => {
    const script = `
      cat
      for fd in /proc/self/fd/*; do [ -e "$fd" ] && echo "\${fd##*/}"; done
      while read -r key value; do case $key in SigIgn:|SigBlk:) echo "$key$value" ;; esac; done </proc/self/status`;
    const pack = packOf([{ argv: sh(script) }, { argv: sh(script) }]);
    await pack.run();
    expect(pack.log(1).toString()).toMatch(/^0\n1\n2\n(\d+\n)?SigBlk:0+\nSigIgn:0+\n$/);
    expect(pack.log(2).toString()).toBe(pack.log(1).toString());
  });

  test("usage is that of the job's own processes", async () => {
    const session = newSession();
    const heartbeat = (place: number) =>
      join(root, "records", `${session}-${place}`, "1", "heartbeat.json");
    // Each goes on until it was looked at, however long that takes on a machine that has other work.
    const busy = `
      const memory = Buffer.alloc(150e6, 1);
      while (process.cpuUsage().user < 600e3);
      const seen = () => {
        try {
          return JSON.parse(require("fs").readFileSync(process.argv[1])).peakMemoryBytes > 150e6;
        } catch {}
      };
      setInterval(() => seen() && process.exit(memory[0] - 1), 100);`;
    const jobs = [
      { argv: [process.execPath, "-e", busy, heartbeat(1)], heartbeatSeconds: 1 },
      {
        argv: sh('until [ -s "$0" ]; do sleep 0.5; done').concat(heartbeat(2)),
        heartbeatSeconds: 1,
      },
    ];
    const pack = new PackRun(shell, session, join(root, "records"), jobs);
    await pack.run();
    const [large, idle] = [pack.end(1), pack.end(2)];
    expect([large.exitCode, idle.exitCode]).toEqual([0, 0]);
    expect(large.peakMemoryBytes).toBeGreaterThan(150e6);
    expect(large.peakMemoryBytes).toBeLessThan(600e6);
    expect(mostCpuSeconds(large)).toBeGreaterThan(0.6);
    expect(idle.peakMemoryBytes).toBeLessThan(20e6);
    expect(mostCpuSeconds(idle)).toBeLessThan(0.4);
    expect([large.samples, idle.samples]).toEqual([expect.any(Number), expect.any(Number)]);
  });

  test("10 MB of output of each of four at a time are whole, each in its own log", async () => {
    const pack = packOf(
      "abcdefgh"
        .split("")
        .map((letter) => ({ argv: sh('yes "$0" | head -c 10000000').concat(letter) })),
    );
    const { stdout } = await pack.run();
    expect(stdout.length).toBeLessThan(4_000);
    for (const [index, letter] of "abcdefgh".split("").entries()) {
      expect(pack.log(index + 1).equals(Buffer.alloc(10_000_000, `${letter}\n`))).toBe(true);
    }
  });

  test("words that are long, and records too long for the ledger, arrive", async () => {
    const outputs = Array.from({ length: 40 }, (_, index) => `/no/${"x".repeat(50)}/${index}`);
    const text = '"\\\n $x é'.repeat(10_000);
    const pack = packOf([{ argv: ["true"], outputs }, { argv: [...show, text] }]);
    await pack.run();
    expect(pack.place(1)).toEqual({ begin: expect.any(String), exit: 1 });
    expect(pack.end(1).missingOutputs).toHaveLength(40);
    expect(pack.log(2).toString()).toBe(`${text}\0`);
  });

  test("a session that is started once more runs nothing", async () => {
    const pack = packOf([{ argv: sh("echo ran") }]);
    await pack.run();
    const before = pack.ledgerText();
    const again = await pack.run();
    expect(again).toMatchObject({ status: 1 });
    expect(withoutMembers(again.stdout)).toMatch(
      /^pulumi-skaha: the pack runs no job: .* so it has run before\n$/,
    );
    expect(pack.ledgerText()).toBe(before);
  });

  test("where no ledger can be written, nothing runs, and the log says why, and of which jobs", async () => {
    const file = join(root, newSession());
    writeFileSync(file, "");
    const pack = new PackRun(shell, newSession(), file, [{ argv: sh("echo ran") }]);
    const { status, stdout } = await pack.run();
    expect(status).toBe(1);
    expect(withoutMembers(stdout)).toMatch(
      /^pulumi-skaha: the pack runs no job: cannot write to .*\n$/,
    );
    expect(membersInLog(stdout)).toEqual([{ id: `${pack.session}-1`, attempt: 1 }]);
  });

  test("no file of the pack's is left but its records", async () => {
    const temporary = join(root, newSession());
    mkdirSync(temporary);
    const pack = packOf([{ argv: ["true"], env: { TMPDIR: temporary } }]);
    await pack.run();
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(join(pack.record, `${pack.session}-1`, "1")).sort()).toEqual([
      "end.json",
      "log",
      "start.json",
    ]);
  });
});
