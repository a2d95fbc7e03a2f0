// One whole run with real processes: launched, failed, launched again, refreshed, previewed, with logs and a
// record, looked at with `pulumi-skaha`, refused, and destroyed. Then everything that was written or said is
// searched for the values that nobody may see.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cli } from "../engine/commands/cliBench";
import { Bench, until } from "../engine/harness";
import { basicOf, filesWith, watchArguments } from "../engine/markers";

jest.setTimeout(600_000);

const token = "MARKER-token-5711";
const registrySecret = "MARKER-registry-5712";
const variable = "MARKER-variable-5713";
const passphrase = "MARKER-passphrase-5714";

/** A certificate with its key, and a piece of the key. */
function certificate(folder: string): { file: string; piece: string } {
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  const words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=alice", "-days", "2"];
  execFileSync("openssl", ["req", ...words, "-keyout", key, "-out", cert], { stdio: "pipe" });
  const file = path.join(folder, "proxy.pem");
  const text = readFileSync(key, "utf8");
  writeFileSync(file, readFileSync(cert, "utf8") + text, { mode: 0o600 });
  return { file, piece: text.split("\n")[5] ?? "" };
}

/** What others may read, of what should be the user's own. */
function open(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077);
}

test("a whole run leaves and shows none of its secrets", async () => {
  await using bench = await Bench.open({ real: true, passphrase, users: { alice: { token } } });
  const temporary = path.join(bench.folder, "tmp");
  const elsewhere = path.join(bench.folder, "certificate");
  for (const folder of [temporary, elsewhere]) mkdirSync(folder, { mode: 0o700 });
  const { file, piece } = certificate(elsewhere);
  expect(piece).toHaveLength(64);
  const markers = ["MARKER-", piece, basicOf("alice", registrySecret)];
  const watch = watchArguments(markers);
  const said: string[] = [];
  Object.assign(bench.env, {
    TMPDIR: temporary,
    CANFAR_TOKEN: "",
  });
  const cliSaid = async (...words: string[]) => {
    const { stdout, stderr } = await cli(bench, words);
    said.push(stdout + stderr);
  };
  try {
    await bench.secret("skaha:token", token);
    await bench.secret("registry", registrySecret);
    await bench.secret("variable", variable);
    const more = {
      secretEnv: { KEY: "variable" },
      registrySecret: "registry",
    };
    const args = {
      record: "/arc/projects/markers",
      logs: path.join(bench.folder, "logs"),
      cores: 1,
      ram: 1,
    };
    const fails = {
      ...more,
      name: "fails",
      args: {
        ...args,
        cmd: "sh",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
        args: ["-c", 'echo "got ${#KEY}"; sleep 1; exit 3'],
        retry: { limit: 1 },
      },
    };
    const runs = { ...more, name: "runs", args: { ...args, cmd: "sleep 600" } };
    bench.declare([fails, runs]);
    said.push(await bench.succeed(["preview", "--stack", bench.stack]));
    said.push(await bench.succeed(bench.up()));
    const ended = (count: number) => () =>
      bench.skaha.jobs().filter((one) => one.ended !== undefined).length >= count;
    await until("the first attempt has failed", ended(1));
    said.push(await bench.succeed(bench.up()));
    await until("the second attempt has failed", ended(2));
    said.push(await bench.succeed(bench.on("refresh")));
    const jobs = await bench.state();
    expect(jobs.map(({ outputs }) => [outputs.status, outputs.attempt]).sort()).toEqual([
      ["Failed", 2],
      ["Running", 1],
    ]);
    const failed = jobs.find(({ outputs }) => outputs.status === "Failed");
    expect(failed?.outputs.logTail).toBe(`got ${variable.length}\n`); // it did arrive

    // Refused by a server that repeats everything, and a launch that stays unclear.
    const body = `no: ${token} ${registrySecret} ${variable} ${basicOf("alice", registrySecret)}`;
    for (const code of [400, 500]) {
      bench.declare([fails, runs, { ...runs, name: `refused-${code}` }]);
      bench.skaha.faults.add({ kind: "status", code, body, method: "POST" });
      const refused = await bench.fail(bench.up());
      expect(refused).toContain("[secret]");
      said.push(refused);
      bench.skaha.faults.clear();
    }
    // Another credential, which this server does not take.
    const other = await bench.fail(bench.up(), { env: { CANFAR_CERTIFICATE: file } });
    expect(other).toContain(file);
    said.push(other);

    bench.declare([fails, runs]);
    said.push(await bench.succeed(bench.up()));
    said.push(await bench.succeed(bench.on("preview", "--diff")));
    said.push(await bench.succeed(bench.on("stack", "export")));
    said.push(await bench.succeed(["stack", "output", "--stack", bench.stack, "--json"]));
    const state = readFileSync(await bench.stateFile(), "utf8");
    expect(state).toContain("fails-");
    await cliSaid("status");
    await cliSaid("status", "--json");
    await cliSaid("logs", "fails");
    await cliSaid("events", "fails");
    await cliSaid("why", "fails");
    await cliSaid("manifest");
    await cliSaid("doctor");
    const report = path.join(bench.folder, "report.html"); // searched with all other files
    await cliSaid("report", "--output", report);
    expect(readFileSync(report, "utf8")).toContain("fails-");

    // While it runs: what sessions know is for their owner alone.
    expect(open(path.join(bench.folder, "data/sessions"))).toEqual([]);
    const own = path.join(temporary, `pulumi-skaha-${process.getuid?.()}`);
    expect(open(own)).toEqual([]);
    expect(readdirSync(own).length).toBeGreaterThan(0);
    said.push(await bench.succeed(bench.on("destroy")));
  } finally {
    watch.stop();
  }
  expect(watch.count()).toBeGreaterThan(1_000);
  expect([...watch.seen]).toEqual([]);
  expect(said.join("").length).toBeGreaterThan(5_000);
  expect(said.filter((text) => markers.some((marker) => text.includes(marker)))).toEqual([]);
  expect(said.filter((text) => /^\s+at .*\.js:\d+/m.test(text))).toEqual([]);
  // All but the certificate itself, and what the server keeps of its sessions for itself.
  const found = filesWith(bench.folder, markers).filter(
    (name) =>
      !name.startsWith(elsewhere) && !name.startsWith(path.join(bench.folder, "data/sessions")),
  );
  expect(found).toEqual([]);
  const settings = path.join(bench.program, `Pulumi.${bench.stack}.yaml`);
  expect(readFileSync(settings, "utf8")).not.toContain("MARKER-");
  expect(bench.alive()).toEqual([]);
});
