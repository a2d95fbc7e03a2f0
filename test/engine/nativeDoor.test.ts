// What only the native door does, and the way from one door to the other, with real state.
import { readFile } from "node:fs/promises";
import { doorVariable } from "../../provider/engine/door";
import { Bench, fleet } from "./harness";

jest.setTimeout(600_000);

/** What the stack has of each resource that is a job or an array. */
async function stored(bench: Bench): Promise<{ type: string; id: string }[]> {
  const { checkpoint } = JSON.parse(await readFile(await bench.stateFile(), "utf8"));
  const resources: { type: string; id: string }[] = checkpoint.latest.resources;
  return resources
    .filter(({ type }) => /HeadlessSession|SessionArray/.test(type))
    .map(({ type, id }) => ({ type, id }));
}

test("a stack moves to the native door and back, with its jobs and its array, and nothing is launched or cancelled", async () => {
  await using bench = await Bench.open({ door: "dynamic" });
  const env = { ARRAY: JSON.stringify([{ args: [1] }, { args: [2] }]) };
  const jobs = fleet(3, (n) => ({ args: [n] }));
  bench.declare(jobs.map((one, n) => ({ ...one, ...(n === 2 && { group: "g" }) })));
  await bench.succeed(bench.up(), { env });
  const ids = (await bench.state()).map(({ id }) => id).sort();
  expect(bench.counted()).toMatchObject({ POST: 5, DELETE: 0 });

  for (const door of ["native", "dynamic", "native"]) {
    bench.env[doorVariable] = door;
    const preview = await bench.succeed(bench.on("preview"), { env });
    expect(preview).not.toMatch(/to (create|delete|replace)/);
    await bench.succeed(bench.up(), { env });
    const types = new Set((await stored(bench)).map(({ type }) => type.startsWith("skaha:")));
    expect(types).toEqual(new Set([door === "native"]));
    expect((await bench.state()).map(({ id }) => id).sort()).toEqual(ids);
    // What the other door left is refreshed, and nothing more is to do.
    expect(await bench.succeed(bench.up(), { env })).toMatch(/\d+ unchanged/);
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  }
  await bench.succeed(bench.on("destroy"), { env });
  expect(bench.alive()).toEqual([]);
});

describe("pulumi import skaha:index:HeadlessSession", () => {
  const words = (bench: Bench, name: string, session: string) =>
    bench.on(
      "import",
      "skaha:index:HeadlessSession",
      name,
      session,
      "--yes",
      "--skip-preview",
      "--generate-code=false",
      "--protect=false",
    );

  test("takes a running and an ended session into the stack, which a program then declares, and refuses an unknown one in words; so does the option, and get only looks", async () => {
    await using bench = await Bench.open({ door: "native" });
    const args = { cmd: null, cores: 2, ram: 4 };
    const [found, taken] = [await byHand(bench, "found"), await byHand(bench, "taken")];
    const both = [
      { name: "found", get: found },
      { name: "taken", imports: taken, args },
    ];
    bench.declare([{ name: "found", get: "nosuch" }]);
    expect(await bench.fail(bench.up())).toContain("has no session nosuch of yours");
    bench.declare(both);
    bench.counted();
    await bench.succeed(bench.up());
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
    expect(await bench.statuses()).toEqual({ found: "Running", taken: "Running" });
    const [running, ended] = [await byHand(bench, "a"), await byHand(bench, "b")];
    bench.runner.end(ended, 0);
    await bench.succeed(words(bench, "running", running));
    await bench.succeed(words(bench, "ended", ended));
    expect(await bench.statuses()).toMatchObject({ running: "Running", ended: "Completed" });
    const unknown = await bench.fail(words(bench, "unknown", "nosuch"));
    expect(unknown).toMatch(/cannot import nosuch: \S+ has no session nosuch of yours/);

    bench.counted();
    bench.declare([...both, { name: "running", args }, { name: "ended", args }]);
    expect(await bench.succeed(bench.up())).toContain("4 unchanged");
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
    bench.declare([{ name: "ended", args }]);
    await bench.succeed(bench.up());
    expect(bench.alive()).toEqual(["found"]);
  });
});

/** A session that is no job of a stack. */
async function byHand({ skaha }: Bench, name: string): Promise<string> {
  const form = { name, image: "images.canfar.net/skaha/terminal:1.1.2", type: "headless" };
  const body = new URLSearchParams({ ...form, cmd: "sleep", args: "600", cores: "2", ram: "4" });
  const headers = { authorization: `Bearer ${skaha.token}` };
  const answer = await fetch(`${skaha.url}/session`, { method: "POST", headers, body });
  return (await answer.text()).trim();
}
