// What edits of a sweep launch and cancel, with the real check, diff, create and delete, against the
// embedded server. It is long, because each kind of edit is a case of its own.
import fc from "fast-check";
import { summarize } from "../../../provider/job/summary";
import { csv } from "../../../provider/sweep/csv";
import { expand, type SweepArgs } from "../../../provider/sweep/expand";
import { keyOf } from "../../../provider/sweep/keys";
import { nights } from "../../../provider/sweep/nights";
import { grid, range, replicas } from "../../../provider/sweep/parameters";
import { type Row, textOf } from "../../../provider/sweep/row";
import { image } from "../../world/job";
import type { Declared, Form } from "../../world/miniEngine";
import { world as open, type World } from "../../world/world";

jest.setTimeout(120_000);

/** Room for sweeps of thousands. */
const large = { cores: 10_000, ramGiB: 90_000 };
const world = (start?: string, form: Form = "job") =>
  open({ form, capacity: large, ...(start !== undefined && { start }) });
/** The sweep's jobs as a resource each, and as one for all. */
const forms: readonly Form[] = ["job", "array"];

/** What the last `up` sent: POSTs and DELETEs. */
function sent(w: World): { POST: number; DELETE: number } {
  const { POST, DELETE } = w.counts();
  w.skaha.clearJournal();
  return { POST, DELETE };
}

/** What `Sweep` registers. */
function program<R extends Row>(args: SweepArgs<R>, name = "study"): Record<string, Declared> {
  const jobs = expand(name, args);
  const canary = jobs.filter(({ followsCanary }) => !followsCanary).map((job) => job.logicalName);
  return Object.fromEntries(
    jobs.map((job) => [
      job.logicalName,
      { ...(job.args as object), ...(job.followsCanary && { canary }) } as Declared,
    ]),
  );
}

const search = (over: readonly Row[]) =>
  program({
    over,
    image,
    paramsInEnv: true,
    job: (row) => ({ cmd: "search", args: Object.values(row).map(String).sort() }),
  });

describe.each(forms)("an edit of the parameters, each %s a resource,", (form) => {
  const value = fc.oneof(
    fc.integer({ min: 0, max: 9 }),
    fc.constantFrom("2", "x", "x*y", "", "Größe", "a=b,c", true, null, 0.1, -0),
  );
  const row = fc.record({ a: value, b: value }, { requiredKeys: ["a"] }) as fc.Arbitrary<Row>;
  const rows = fc.uniqueArray(row, { maxLength: 12, selector: (one) => keyOf(one) });

  test("launches and cancels exactly the difference, whatever the order", async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, fc.infiniteStream(fc.nat()), async (before, other, numbers) => {
        await using w = await world(undefined, form);
        // Some of the old rows stay, new ones come, and all are in another order.
        const kept = before.filter(() => (numbers.next().value ?? 0) % 3 > 0);
        const keys = new Set(kept.map((one) => keyOf(one)));
        const after = [...kept, ...other.filter((one) => !keys.has(keyOf(one)))]
          .map((one) => [numbers.next().value ?? 0, one] as const)
          .sort(([a], [b]) => a - b)
          .map(([, one]) => Object.fromEntries(Object.entries(one).reverse()) as Row);
        const declared = (list: readonly Row[]) => (list.length > 0 ? search(list) : {});
        await w.engine.up(declared(before));
        expect(sent(w)).toEqual({ POST: before.length, DELETE: 0 });
        const idOf = (one: Row) => w.engine.id(`study/${keyOf(one)}`);
        const ids = new Map(before.map((one) => [keyOf(one), idOf(one)]));

        await w.engine.up(declared(after));
        const stayed = after.filter((one) => ids.has(keyOf(one)));
        expect(sent(w)).toEqual({
          POST: after.length - stayed.length,
          DELETE: before.length - stayed.length,
        });
        for (const one of stayed) expect(idOf(one)).toBe(ids.get(keyOf(one)));

        await w.engine.up(declared([...after].reverse()));
        expect(sent(w)).toEqual({ POST: 0, DELETE: 0 });
      }),
      { numRuns: 25, seed: 6, endOnFailure: true },
    );
  });

  test("of values that are equal launches nothing", async () => {
    await using w = await world(undefined, form);
    await w.engine.up(search([{ a: 0.1, b: 0 }]));
    sent(w);
    await w.engine.up(search([{ b: -0, a: Number("0.10") }]));
    expect(sent(w)).toEqual({ POST: 0, DELETE: 0 });
    await w.engine.up(search([{ a: "0.1", b: 0 }]));
    expect(sent(w)).toEqual({ POST: 1, DELETE: 1 });
  });

  test("adds a comment column to a table, or reorders it, and launches nothing", async () => {
    await using w = await world(undefined, form);
    const declared = (text: string, paramsInEnv: boolean) =>
      program({
        over: csv({ text }, { key: "galaxy", columns: { ram: "number" } }),
        image,
        paramsInEnv,
        job: ({ galaxy, ram }) => ({ cmd: "reduce", args: [galaxy], ram }),
      });
    for (const inEnv of [false, true]) {
      await w.engine.up(declared("galaxy,ram\nM31,16\nM33,8\n", inEnv));
      sent(w);
      await w.engine.up(declared("comment;ram;galaxy\r\nfar;8;M33\r\nnear;16;M31\r\n", inEnv));
      expect(sent(w)).toEqual({ POST: 0, DELETE: 0 });
      await w.engine.up(declared("galaxy,ram\nM31,16\nM33,8\nM51,8\n", inEnv));
      expect(sent(w)).toEqual({ POST: 1, DELETE: 0 });
    }
  });

  test("grows replicas without running the first ones again, and tells the new ones the count", async () => {
    await using w = await world(undefined, form);
    const declared = (count: number) =>
      program({
        over: replicas(count),
        image,
        replicaEnv: true,
        job: () => ({ cmd: "chunk" }),
      });
    await w.engine.up(declared(2));
    sent(w);
    await w.engine.up(declared(3));
    expect(sent(w)).toEqual({ POST: 1, DELETE: 0 });
    const [last] = w.skaha.jobs().filter(({ name }) => name.includes("study-replica-3"));
    const url = new URL(`/_embedded/jobs/${last?.id}`, w.skaha.url);
    const answer = await fetch(url, { headers: { authorization: `Bearer ${w.skaha.token}` } });
    const { env } = (await answer.json()) as { env: [string, string][] };
    expect(Object.fromEntries(env)).toMatchObject({ REPLICA_ID: "3", REPLICA_COUNT: "3" });
    expect(await w.engine.preview(declared(3))).toMatchObject({ "study/replica=1": "same" });
  });
});

test.each(forms)(
  "nights bring one POST a night, each %s a resource, over a month's end and a clock change, and cancel nothing",
  async (form) => {
    // Clocks in Los Angeles went back on 2025-11-02.
    await using w = await world("2025-10-30T00:00:00Z", form);
    const declared = () =>
      program({
        over: nights(
          { from: "2025-10-28", to: "yesterday", timeZone: "America/Los_Angeles" },
          w.clock.now(),
        ),
        image,
        job: ({ night }) => ({ cmd: "reduce", args: [night] }),
      });
    await w.engine.up(declared());
    expect(sent(w)).toEqual({ POST: 1, DELETE: 0 }); // it is the 29th there
    const launched: string[] = [];
    for (let hours = 0; hours < 24 * 6; hours += 3) {
      w.clock.pass(3 * 3_600_000);
      await w.engine.up(declared());
      const { POST, DELETE } = sent(w);
      expect(DELETE).toBe(0);
      for (let n = 0; n < POST; n += 1) launched.push(new Date(w.clock.now()).toISOString());
    }
    expect(launched.map((time) => time.slice(0, 10))).toEqual([
      "2025-10-30",
      "2025-10-31",
      "2025-11-01",
      "2025-11-02",
      "2025-11-03",
      "2025-11-04",
    ]);
    expect(Object.keys(w.engine.statuses())).toHaveLength(7);
  },
);

describe("canary", () => {
  const declared = (extra: object = {}) =>
    program({
      over: grid({ band: range(6) }),
      image,
      canary: 2,
      job: ({ band }) => ({ cmd: "search", args: [band] }),
      ...extra,
    });
  const held = (w: World) =>
    Object.values(w.engine.statuses()).filter((status) => status === "Held").length;

  test("holds all but the first until those are Completed, through a retry too", async () => {
    await using w = await world();
    const all = declared({ retry: { limit: 1 } });
    await w.engine.up(all);
    expect(sent(w)).toEqual({ POST: 2, DELETE: 0 });
    expect(w.engine.outputs("study/band=5")).toMatchObject({
      heldBy: "canary",
      reason: "waits for its sweep's canary jobs",
    });
    const [one = "", two = ""] = w.runner.running;
    w.runner.end(one, 0);
    await w.engine.up(all);
    expect(sent(w).POST).toBe(0);
    w.runner.end(two, 1);
    await w.engine.up(all);
    expect(sent(w).POST).toBe(1); // the canary's second attempt
    expect(held(w)).toBe(4);
    w.runner.end(w.runner.running.at(-1) ?? "", 0);
    expect(
      Object.values(await w.engine.preview(all)).filter((step) => step === "update"),
    ).toHaveLength(4);
    await w.engine.up(all);
    expect(sent(w)).toEqual({ POST: 4, DELETE: 0 });
    await w.engine.up(all);
    expect(sent(w)).toEqual({ POST: 0, DELETE: 0 });
  });

  test("names one that failed, and nothing but an edit is to be waited for then", async () => {
    await using w = await world();
    await w.engine.up(declared());
    const [one = "", two = ""] = w.runner.running;
    w.runner.end(one, 0);
    w.runner.end(two, 1);
    expect(summarize(w.engine.deployment()).isUnfinished).toBe(true);
    await w.engine.up(declared());
    expect(w.engine.outputs("study/band=5").reason).toMatch(
      /^waits for its sweep's canary jobs, and study-band-1-\w+ is Failed$/,
    );
    expect(summarize(w.engine.deployment()).isUnfinished).toBe(false);
    sent(w);
    // Without canaries the others go.
    await w.engine.up(declared({ canary: 0 }));
    expect(sent(w)).toEqual({ POST: 4, DELETE: 0 });
  });

  test("is not part of what runs", async () => {
    await using w = await world();
    await w.engine.up(declared());
    for (const id of w.runner.running) w.runner.end(id, 0);
    await w.engine.up(declared());
    expect(sent(w).POST).toBe(6);
    // Other canaries, and one that is another job now.
    const reversed = declared({ over: [...grid({ band: range(6) })].reverse() });
    await w.engine.up(reversed);
    expect(sent(w)).toEqual({ POST: 0, DELETE: 0 });
    const edited = { ...declared(), "study/band=0": { image, cmd: "other" } };
    await w.engine.up(edited);
    expect(sent(w).POST).toBe(1);
    expect(held(w)).toBe(0);
  });
});

describe.each(forms)("a sweep's own maxInFlight, each %s a resource,", (form) => {
  const many = (name: string, maxInFlight: number, count = 128) =>
    program(
      {
        over: grid({ n: range(count) }),
        image,
        maxInFlight,
        job: ({ n }) => ({ cmd: "search", args: [n] }),
      },
      name,
    );
  const alive = (w: World, start: string) =>
    w.skaha
      .jobs()
      .filter(({ name, ended }) => name.replace(/^all-/, "").startsWith(start) && !ended);

  test("is never exceeded and always used up, with 128 launches at once", async () => {
    await using w = await world(undefined, form);
    const all = many("study", 10);
    await w.engine.up(all);
    expect(sent(w).POST).toBe(10);
    expect(w.engine.outputs("study/n=100")).toMatchObject({
      heldBy: "maxInFlight",
      reason: "waits for a slot: maxInFlight of study is 10",
    });
    for (const id of w.runner.running.slice(0, 4)) w.runner.end(id, 0);
    w.clock.pass(60_000);
    const plan = await w.engine.preview(all);
    // To the engine an array changes as a whole.
    const changed = form === "job" ? 4 : Object.keys(all).length;
    expect(Object.values(plan).filter((step) => step === "update")).toHaveLength(changed);
    await w.engine.up(all);
    expect(sent(w).POST).toBe(4);
    expect(alive(w, "study-")).toHaveLength(10);
  });

  test("is taken over when it changes, and cancels nothing", async () => {
    await using w = await world(undefined, form);
    await w.engine.up(many("study", 10, 30));
    sent(w);
    await w.engine.up(many("study", 12, 30));
    expect(sent(w)).toEqual({ POST: 2, DELETE: 0 });
    await w.engine.up(many("study", 5, 30));
    expect(sent(w)).toEqual({ POST: 0, DELETE: 0 });
    expect(w.engine.outputs("study/n=29").reason).toBe(
      "waits for a slot: maxInFlight of study is 5",
    );
    const free = Object.fromEntries(
      Object.entries(many("study", 5, 30)).map(([name, { group: _, ...rest }]) => [name, rest]),
    );
    await w.engine.up(free);
    expect(sent(w)).toEqual({ POST: 18, DELETE: 0 });
  });

  test("counts its own jobs only, beside other sweeps and within the stack's limit", async () => {
    await using w = await world(undefined, form);
    const other = program({ over: replicas(5), image, job: () => ({ cmd: "o" }) }, "other");
    await w.engine.up({ ...other, ...many("study", 3, 10), ...many("study-b", 4, 10) });
    expect(sent(w).POST).toBe(12);
    expect(alive(w, "study-n")).toHaveLength(3);
    expect(alive(w, "study-b")).toHaveLength(4);
    w.engine.config["skaha:maxInFlight"] = "13";
    await w.engine.up({ ...other, ...many("study", 9, 10), ...many("study-b", 9, 10) });
    expect(sent(w).POST).toBe(1);
  });

  test("finds what an earlier run launched, also where state was lost", async () => {
    await using w = await world(undefined, form);
    await w.engine.up(many("study", 10, 30));
    sent(w);
    w.engine.loseState();
    // Turned round, so that the new ones are asked for before those that run.
    const turned = Object.fromEntries(Object.entries(many("study", 10, 30)).reverse());
    await w.engine.up(turned);
    expect(sent(w)).toEqual({ POST: 0, DELETE: 0 });
    expect(alive(w, "study-")).toHaveLength(10);
  });
});

test("a parameter's variable is the text that its key shows", () => {
  for (const value of [0.1, -0, 1e21, true, "x"]) {
    const [job] = expand("s", {
      over: [{ v: value }],
      image,
      paramsInEnv: true,
      job: () => ({}),
    });
    expect(job?.args.env).toEqual({ SWEEP_PARAM_V: textOf(value) });
    expect(job?.key).toBe(`v=${textOf(value)}`);
  }
});
