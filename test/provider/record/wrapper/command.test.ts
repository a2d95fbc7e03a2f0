// What the wrapper must not change: argv, environment, output, exit status.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { wrapped } from "../../../../provider/record/wrapper";
import { Place, sh, testAlone, underEachShell } from "./shells";

const place = new Place();
afterAll(() => place.remove());
jest.setTimeout(60_000);

/** Prints each argument with a NUL behind it. */
const show = sh('printf "%s\\0" "$@"').concat("show");

const piece = fc.oneof(
  fc.constantFrom(..."\"'\\`$!*?[]{}()<>|&;#~=%^ \t\n\r"),
  fc.constantFrom("\\n", "$HOME", "$(id)", "-n", "--", "é", "日本", "😀", "\u2028", "\ufeff", "%s"),
  fc.constantFrom("\\", "\\\\", '\\"', "\u0001", "\u001f", "\u007f", "\u0085", "\\0", "'\\''"),
  fc.string({ unit: "grapheme-ascii", maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 8 }).map((text) => text.replaceAll("\0", "0")),
);
const word = fc.oneof(
  { weight: 1, arbitrary: fc.constant("") },
  { weight: 8, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("")) },
);
const argvs = fc.sample(fc.array(word, { minLength: 1, maxLength: 5 }), {
  numRuns: 2000,
  seed: 20261122,
});

underEachShell((shell, name) => {
  test("2,000 random argvs arrive byte for byte, and are in start.json", async () => {
    for (let from = 0; from < argvs.length; from += 200) {
      const words = argvs.slice(from, from + 200).flat();
      const job = place.job(shell);
      const { status, stdout, stderr } = await job.run([...show, ...words]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      const sent = Buffer.from(words.map((text) => `${text}\0`).join(""));
      expect(stdout.equals(sent)).toBe(true);
      expect(job.log().equals(sent)).toBe(true);
      expect(job.json("start.json").argv).toEqual([...show, ...words]);
    }
  });

  test("variables are in the command's environment, and win over what is there", async () => {
    const variables = { OMP_NUM_THREADS: "4", MKL_NUM_THREADS: "4" };
    const job = place.job(shell, { variables });
    const { stdout } = await job.run(sh('printf %s "$OMP_NUM_THREADS $MKL_NUM_THREADS"'), {
      env: { PATH: job.path, OMP_NUM_THREADS: "1" },
    });
    expect(stdout.toString()).toBe("4 4");
  });

  test("outputs and other options arrive with any characters, too", async () => {
    const odd = '/no/"such"\n\\ $HOME\t\u0001é';
    const image = 'a"b\\c:1';
    const job = place.job(shell, { outputs: [odd, "/", "-n"], image, attempt: 7 });
    const { status, stdout } = await job.run([...show, "x"]);
    expect({ status, end: job.end }).toMatchObject({
      status: 1,
      end: { exitCode: 0, signal: null, cause: "MissingOutputs", missingOutputs: [odd, "-n"] },
    });
    expect(stdout.toString()).toContain("x\0pulumi-skaha: missing outputs: ");
    expect(job.json("start.json")).toEqual({
      image,
      attempt: 7,
      host: expect.stringMatching(/^[\w.-]+$/),
      start: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      argv: [...show, "x"],
    });
  });

  test("an argument of 100 KB, and one of 1,000 arguments, are recorded whole", async () => {
    const words = ['"\\\n $x é'.repeat(10_000), ...Array.from({ length: 1000 }, (_, i) => `"${i}`)];
    const job = place.job(shell);
    const { status } = await job.run(["true", ...words]);
    expect(status).toBe(0);
    expect(job.json("start.json").argv).toEqual(["true", ...words]);
  });

  test("the environment is the user's, also where it has names that we might use", async () => {
    const env = {
      PATH: process.env.PATH,
      HOME: "/nowhere",
      x: "1",
      IN: "a  b\n",
      status: "é",
      TMPDIR: place.root,
      sig: "s",
      OLDPWD: "/",
    };
    const job = place.job(shell);
    const { stdout } = await job.run(["env", "-0"], { env, cwd: "/usr" });
    const seen = Object.fromEntries(
      stdout
        .toString()
        .split("\0")
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    const { PWD: _pwd, _: _last, skaha_sessionid: _session, ...rest } = seen; // shells set these two
    expect(rest).toEqual(env);
  });

  test("the command has no input and no file of ours, and default signals", async () => {
    const script = `
      cat
      for fd in /proc/self/fd/*; do [ -e "$fd" ] && echo "\${fd##*/}"; done
      while read -r key value; do case $key in SigIgn:|SigBlk:) echo "$key$value" ;; esac; done </proc/self/status`;
    const job = place.job(shell);
    const { stdout } = await job.run(sh(script));
    const unwrapped = spawnSync("/bin/sh", ["-c", script], { stdio: ["ignore", "pipe", "pipe"] });
    expect(stdout.toString()).toBe(unwrapped.stdout.toString());
  });

  test("stdout and stderr are one stream, in the order they were written", async () => {
    const job = place.job(shell);
    const script =
      "i=0; while [ $i -lt 200 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; printf end";
    const { stdout, stderr } = await job.run(sh(script));
    const lines = Array.from({ length: 200 }, (_, i) => `out ${i}\nerr ${i}\n`);
    expect(stdout.toString()).toBe(`${lines.join("")}end`);
    expect(stderr).toBe("");
    expect(job.log().equals(stdout)).toBe(true);
  });

  testAlone("without a record both streams stay apart", async () => {
    const job = place.job(shell, { record: undefined });
    const { stdout, stderr } = await job.run(sh("echo out; echo err >&2"));
    expect({ stdout: stdout.toString(), stderr }).toEqual({ stdout: "out\n", stderr: "err\n" });
  });

  test("100 MB of output are whole, in the stream and in the log", async () => {
    const job = place.job(shell);
    const line = "0123456789abcdefghijklmnopqrstuvwxyz é \u0001 %s \\n\n";
    const bytes = 100_000_000;
    const { status, stdout } = await job.run(
      sh('yes "$0" | head -c "$1"').concat(line.slice(0, -1), String(bytes)),
    );
    expect(status).toBe(0);
    const expected = Buffer.alloc(bytes, line);
    const digest = (data: Buffer) => createHash("sha1").update(data).digest("hex");
    expect([stdout.length, digest(stdout)]).toEqual([bytes, digest(expected)]);
    expect(digest(readFileSync(join(job.folder, "log")))).toBe(digest(expected));
    rmSync(job.folder, { recursive: true });
  });

  test("a program that is not there, or not executable, was not started", async () => {
    const [absent, forbidden, inBash] = [place.job(shell), place.job(shell), place.job(shell)];
    const first = await absent.run(["no-such-program", "x"]);
    expect(first.status).toBe(127);
    expect(first.stdout.toString()).toContain("no-such-program");
    expect(absent.end).toMatchObject({ exitCode: 127, signal: null, cause: "NotStarted" });
    expect((await forbidden.run([__filename])).status).toBe(126);
    expect(forbidden.end).toMatchObject({ exitCode: 126, cause: "NotStarted" });
    expect((await inBash.run(sh("no-such-program"))).status).toBe(127);
    expect(inBash.end).toMatchObject({ exitCode: 127, cause: "ExitCode" });
  });

  test("a program that a shell has built in is the one on the PATH", async () => {
    const job = place.job(shell);
    const { stdout } = await job.run(["printf", "--version"]);
    expect(stdout.toString()).toMatch(/coreutils/);
  });

  test("cwd is where the command runs, and outputs may be relative to it", async () => {
    const job = place.job(shell, { cwd: "/usr", outputs: ["bin", "no-such"] });
    const { stdout, status } = await job.run(["pwd"]);
    expect(stdout.toString()).toMatch(/^\/usr\n/);
    expect({ status, missing: job.end.missingOutputs }).toEqual({
      status: 1,
      missing: ["no-such"],
    });
  });

  test("a cwd that is not there: not started, and the log says why", async () => {
    for (const record of [{}, { record: undefined }]) {
      const job = place.job(shell, { cwd: "/no/such", ...record });
      const { stdout, status } = await job.run(["pwd"]);
      expect({ status, stdout: stdout.toString() }).toEqual({
        status: 1,
        stdout: "pulumi-skaha: cannot change to the folder /no/such\n",
      });
      if (!("record" in record)) {
        expect(job.end).toMatchObject({ exitCode: 1, cause: "NotStarted" });
        expect(job.log().equals(stdout)).toBe(true);
      }
    }
  });

  test("skipIfOutputs runs nothing where all outputs exist, and else runs", async () => {
    const done = place.job(shell, { outputs: ["/usr", "/"], skipIfOutputs: true });
    expect(await done.run(sh("echo ran"))).toMatchObject({
      status: 0,
      stdout: Buffer.from("pulumi-skaha: all outputs exist, so nothing is run\n"),
    });
    expect(done.end).toMatchObject({ exitCode: 0, skipped: true, missingOutputs: [] });
    for (const outputs of [[], ["/", join(place.root, `skip-${name}`)]]) {
      const job = place.job(shell, { outputs, skipIfOutputs: true });
      const { status, stdout } = await job.run(
        sh('echo ran; [ -z "$1" ] || : >"$1"').concat("sh", outputs[1] ?? ""),
      );
      expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: "ran\n" });
      expect(job.end).not.toHaveProperty("skipped");
    }
  });

  test("an attempt's folder that was used before starts anew", async () => {
    const job = place.job(shell);
    await job.run(sh("echo a longer text than the next one; exit 3"));
    writeFileSync(join(job.folder, "voided"), "");
    const again = job.start(sh("read -r x <$0; echo $x").concat(join(job.folder, "start.json")));
    await again.outcome;
    expect(job.end).toMatchObject({ exitCode: 0 });
    expect(job.has("voided")).toBe(false);
    const held = job.start(sh("sleep 1000"));
    await new Promise((resolve) => held.child.once("spawn", resolve));
    while (job.has("end.json")) await new Promise((resolve) => setTimeout(resolve, 5));
    held.child.kill("SIGTERM");
    expect((await held.outcome).status).toBe(143);
    expect(job.end).toMatchObject({ exitCode: 143 });
  });
});

test("the script is small, and names no folder that the embedded server would map", () => {
  const { args } = wrapped(["true"], { id: "a", attempt: 1, image: "i", outputs: [] });
  expect(Buffer.byteLength(args[1] ?? "")).toBeLessThan(9_000);
  expect(args[1]).not.toMatch(/\/arc|\/scratch|^ |^#/m);
  expect(args[1]).toMatch(/^[\n -~]*$/);
});
