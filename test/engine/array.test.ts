import { readFile } from "node:fs/promises";
import { shown } from "./shown";
import { methods, open, type Spec, study } from "./sweeping";

jest.setTimeout(600_000);

const bands = [2, 4, 6];
const singles: Spec = { ...study, parameters: { method: methods, band: bands } };
const array: Spec = { ...singles, array: true };

test("edits of an array of twelve launch and cancel exactly what came and went", async () => {
  await using w = await open();
  expect(await w.up(array)).toMatchObject({ POST: 12, DELETE: 0 });
  expect(await w.names()).toContain("study/band=2,method=ls");
  const { summary, manifest } = await w.outputs();
  expect(summary).toEqual({ jobs: 12, counts: { Pending: 12 }, cores: 0, ram: 0 });
  expect(manifest[0]).toMatchObject({ key: "band=2,method=ls", status: "Pending", attempt: 1 });

  const more = { ...array, parameters: { method: methods, band: [1, ...bands] } };
  const edited = await w.up(more);
  expect(edited).toMatchObject({ POST: 4, DELETE: 0 });
  expect(edited.output).toContain("study: launch 4 (4 cores, 16 GiB), keep 12");
  for (const { name } of w.bench.skaha.jobs().slice(-4)) {
    expect(name).toMatch(/^study-band-1-method-/);
  }

  // Another order of everything, and `retry` with nothing Failed: nothing.
  const turned = {
    ...more,
    parameters: { band: [...bands, 1].reverse(), method: [...methods].reverse() },
    turned: true,
  };
  expect(await w.up(turned)).toMatchObject({ POST: 0, DELETE: 0 });
  expect(await w.up({ ...turned, retry: { limit: 2 } })).toMatchObject({ POST: 0, DELETE: 0 });
  expect((await w.up({ ...turned, retry: { limit: 2 } })).output).toContain("3 unchanged");

  // One that fails is retried; what ended well stays.
  const [first, second] = w.bench.skaha.jobs();
  w.bench.runner.end(first?.id ?? "", 1);
  w.bench.runner.end(second?.id ?? "", 0);
  expect(await w.up({ ...turned, retry: { limit: 2 } })).toMatchObject({ POST: 1, DELETE: 0 });

  const fewer = { ...array, parameters: { method: methods, band: [1] } };
  expect((await w.up(fewer)).POST).toBe(0);
  expect(w.bench.alive()).toHaveLength(4);
  expect(await w.up({ ...fewer, env: { THRESHOLD: "5" } })).toMatchObject({ POST: 4 });
  expect(w.bench.alive()).toHaveLength(4);
  await w.bench.succeed(w.bench.on("destroy"), { env: { SWEEP: JSON.stringify(array) } });
  expect(w.bench.alive()).toEqual([]);
});

test("canary jobs of an array go first, and the others with the next up after their end", async () => {
  await using w = await open();
  const spec = { ...array, canary: 2 };
  expect(await w.up(spec)).toMatchObject({ POST: 2, DELETE: 0 });
  expect((await w.outputs()).summary.counts).toEqual({ Held: 10, Pending: 2 });
  expect(await w.up(spec)).toMatchObject({ POST: 0, DELETE: 0 });
  for (const { id } of w.bench.skaha.jobs()) w.bench.runner.end(id, 0);
  expect(await w.up(spec)).toMatchObject({ POST: 10, DELETE: 0 });
});

test("jobs move into an array and out of it without a launch, with what is known of them and what comes after them", async () => {
  await using w = await open();
  const spec = { ...singles, parameters: { method: ["ls"], band: [1, 2, 3] }, follower: "last" };
  const previewed = async (of: Spec) =>
    shown(await w.bench.succeed(w.bench.on("preview"), { env: { SWEEP: JSON.stringify(of) } }));
  expect(await w.up(spec)).toMatchObject({ POST: 3 });
  const [done, failed] = w.bench.skaha.jobs();
  w.bench.runner.end(done?.id ?? "", 0);
  w.bench.runner.end(failed?.id ?? "", 1);
  expect(await w.up(spec)).toMatchObject({ POST: 0, DELETE: 0 });
  // The server forgets what has ended: only the stack knows it.
  for (const one of [done, failed]) w.bench.skaha.vanish(one?.id ?? "");
  const before = (await w.bench.state()).map(({ urn, id, outputs }) => [
    urn,
    id,
    outputs.status,
    outputs.sessionId,
    outputs.launchTime,
  ]);
  for (const moved of [{ ...spec, array: true }, spec]) {
    expect(await previewed(moved)).not.toHaveProperty("last");
    expect(await w.up(moved)).toMatchObject({ POST: 0, DELETE: 0 });
    const after = (await w.bench.state()).map(({ urn, id, outputs }) => [
      urn,
      id,
      outputs.status,
      outputs.sessionId,
      outputs.launchTime,
    ]);
    expect(after.sort()).toEqual(before.sort());
  }
  // Another job on the way out has another one after it.
  await w.up({ ...spec, array: true });
  const edited = { ...spec, env: { THRESHOLD: "5" } };
  expect(await previewed(edited)).toHaveProperty("last", "++");
});

test("a type that is declared for a table's column launches nothing, and the jobs keep what is known of them", async () => {
  await using w = await open();
  const spec = { ...array, parameters: undefined, table: "tile\n7\n8\n", uses: ["tile"] };
  expect(await w.up(spec)).toMatchObject({ POST: 2 });
  const ids = (await w.bench.state()).map(({ id }) => id);
  const typed = { ...spec, columns: { tile: "number" } };
  expect(await w.up(typed)).toMatchObject({ POST: 0, DELETE: 0 });
  expect((await w.bench.state()).map(({ id }) => id)).toEqual(ids);
  expect(await w.names()).toEqual(["study/tile=7", "study/tile=8"]);
  expect((await w.up(typed)).output).toContain("3 unchanged");
});

test("one job of an array that the server refuses stops no other, and is named", async () => {
  await using w = await open();
  const { skaha } = w.bench;
  skaha.faults.add({ kind: "status", method: "POST", code: 400, body: "no such luck", times: 1 });
  const env = { SWEEP: JSON.stringify(array) };
  const output = await w.bench.fail(w.bench.up(), { env });
  expect(output).toMatch(/study\/band=\d+,method=\w+: .*no such luck/);
  expect(skaha.jobs()).toHaveLength(11);
  w.bench.counted();
  expect(await w.up(array)).toMatchObject({ POST: 1, DELETE: 0 });
  expect(new Set(w.bench.alive()).size).toBe(12);
});

test("a variable that is secret, of all jobs or of each, is in no plain text of an array's state, and its change launches nothing", async () => {
  await using w = await open();
  const [shared, own] = ["a-very-secret-word", "a-word-of-its-own"];
  await w.bench.secret("shared", shared);
  await w.bench.secret("own", own);
  const spec = {
    ...array,
    parameters: { method: ["ls"], band: [1, 2] },
    secretEnv: { SHARED: "shared" },
    ownSecretEnv: { OWN: "own" },
  };
  const secretsIn = async () => {
    const text = await readFile(await w.bench.stateFile(), "utf8");
    expect(text).toContain("ciphertext");
    return [shared, own, "another-secret-word"].filter((word) => text.includes(word));
  };
  expect(await w.up(spec)).toMatchObject({ POST: 2 });
  expect(await secretsIn()).toEqual([]);
  const { url, token } = w.bench.skaha;
  const [job] = w.bench.skaha.jobs();
  const asked = new URL(`/_embedded/jobs/${job?.id}`, url);
  const answer = await fetch(asked, { headers: { authorization: `Bearer ${token}` } });
  const arrived = await answer.text();
  for (const word of [shared, own]) expect(arrived).toContain(word);

  for (const key of ["shared", "own"]) {
    await w.bench.secret(key, `another-secret-word of ${key}`);
    expect(await w.up(spec)).toMatchObject({ POST: 0, DELETE: 0 });
    expect(await secretsIn()).toEqual([]);
  }
  expect(await w.names()).toEqual(["study/band=1,method=ls", "study/band=2,method=ls"]);
  // The same jobs as resources of their own, and back.
  for (const isArray of [false, true]) {
    expect(await w.up({ ...spec, array: isArray })).toMatchObject({ POST: 0, DELETE: 0 });
  }
  expect(await secretsIn()).toEqual([]);
});

test("a secret among an array's arguments is refused, and no plain text of state has it", async () => {
  await using w = await open();
  await w.bench.secret("key", "a-very-secret-word");
  const spec = { ...array, secretArg: "key" };
  const output = await w.bench.fail(w.bench.up(), { env: { SWEEP: JSON.stringify(spec) } });
  expect(output).toContain(
    "no value of `args` can be secret; hand it over as a variable in `env`, or leave `array` out",
  );
  expect(output).not.toMatch(/^ +at .*:\d+:\d+/m);
  expect(await readFile(await w.bench.stateFile(), "utf8")).not.toContain("a-very-secret-word");
  expect(w.bench.skaha.jobs()).toEqual([]);
});
