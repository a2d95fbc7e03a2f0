import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Bench } from "./harness";

jest.setTimeout(600_000);

const token = "MARKER-token-4711";
const registrySecret = "MARKER-registry-4712";
const variable = "MARKER-variable-4713";
const rotated = "MARKER-rotated-4714";

/** Command lines of any process of this machine that hold a marker. */
function watchArguments(): { readonly seen: Set<string>; stop(): void } {
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of readdirSync("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      try {
        const text = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        if (text.includes("MARKER-")) seen.add(text);
      } catch {
        // It ended.
      }
    }
  }, 20);
  return { seen, stop: () => clearInterval(timer) };
}

/** Files below a folder that hold a marker in plain text, or as Basic credentials. */
function filesWithMarkers(folder: string): string[] {
  const basic = Buffer.from(`alice:${registrySecret}`).toString("base64");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => {
      const text = readFileSync(file, "latin1");
      return text.includes("MARKER-") || text.includes(basic);
    });
}

test("no secret is seen in plain text in state, output, errors or process arguments", async () => {
  await using bench = await Bench.open({ users: { alice: { token } } });
  const watch = watchArguments();
  const outputs: string[] = [];
  // The token only from the stack: so it passes through the engine.
  bench.env.CANFAR_TOKEN = "";
  const job = { name: "one", secretEnv: { KEY: "variable" }, registrySecret: "registry" };
  try {
    await bench.secret("skaha:token", token);
    await bench.secret("registry", registrySecret);
    await bench.secret("variable", variable);

    bench.declare([job]);
    outputs.push(await bench.succeed(bench.up()));
    const [launched] = bench.skaha.jobs();
    const url = new URL(`/_embedded/jobs/${launched?.id}`, bench.skaha.url);
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.text()).toContain(variable); // it did arrive

    // A launch whose answer was lost, and then the look: kept as "failed to initialize".
    bench.declare([job, { ...job, name: "two" }]);
    bench.skaha.faults.add({ kind: "lostAnswer", method: "POST" });
    bench.skaha.faults.add({ kind: "unauthorized", method: "GET", after: 2 });
    const lost = await bench.fail(bench.up());
    expect(lost).toContain("whether it was launched could not be seen");
    outputs.push(lost);
    expect(filesWithMarkers(bench.folder)).toEqual([]);
    await expect(bench.statuses()).resolves.toMatchObject({ two: "Held" });
    bench.skaha.faults.clear();
    const found = await bench.succeed(bench.up());
    outputs.push(found);
    expect(bench.skaha.jobs()).toHaveLength(2);

    // A server that repeats everything it was told.
    bench.declare([job, { ...job, name: "two" }, { ...job, name: "three" }]);
    const body = `no: ${token} ${registrySecret} ${variable}`;
    bench.skaha.faults.add({ kind: "status", code: 400, body, method: "POST" });
    const refused = await bench.fail(bench.up());
    expect(refused).toContain("[secret]");
    outputs.push(refused);
    bench.skaha.faults.clear();

    // A new value of a secret launches nothing; the next attempt gets it.
    bench.declare([job, { ...job, name: "two" }]);
    await bench.secret("variable", rotated);
    bench.counted();
    const updated = await bench.succeed(bench.up());
    expect(updated).toContain("2 updated");
    outputs.push(updated);
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

    outputs.push(await bench.succeed(bench.on("stack", "export")));
    outputs.push(await bench.succeed(bench.on("preview", "--diff")));
    outputs.push(await bench.succeed(bench.on("destroy")));
  } finally {
    watch.stop();
  }
  expect(outputs.filter((output) => output.includes("MARKER-"))).toEqual([]);
  expect(outputs.filter((output) => /^\s+at /m.test(output))).toEqual([]);
  expect([...watch.seen]).toEqual([]);
  expect(filesWithMarkers(bench.folder)).toEqual([]);
  const settings = path.join(bench.program, `Pulumi.${bench.stack}.yaml`);
  expect(readFileSync(settings, "utf8")).not.toContain("MARKER-");
  expect(bench.alive()).toEqual([]);
});
