import { readFileSync } from "node:fs";
import path from "node:path";
import { Bench } from "./harness";
import { letGo } from "./lock";
import { basicOf, filesWith, watchArguments } from "./markers";

jest.setTimeout(600_000);

const token = "MARKER-token-4711";
const registrySecret = "MARKER-registry-4712";
const variable = "MARKER-variable-4713";
const rotated = "MARKER-rotated-4714";

test("no secret is seen in plain text in state, output, errors or process arguments", async () => {
  await using bench = await Bench.open({ users: { alice: { token } } });
  const watch = watchArguments(["MARKER-"]);
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
    const listsBefore = letGo(bench) ? 1 : 2;
    bench.skaha.faults.add({ kind: "unauthorized", method: "GET", after: listsBefore });
    const lost = await bench.fail(bench.up());
    expect(lost).toContain("whether it was launched could not be seen");
    outputs.push(lost);
    expect(filesWith(bench.folder, ["MARKER-", basicOf("alice", registrySecret)])).toEqual([]);
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
  expect(filesWith(bench.folder, ["MARKER-", basicOf("alice", registrySecret)])).toEqual([]);
  const settings = path.join(bench.program, `Pulumi.${bench.stack}.yaml`);
  expect(readFileSync(settings, "utf8")).not.toContain("MARKER-");
  expect(bench.alive()).toEqual([]);
});
