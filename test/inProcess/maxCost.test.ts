// The limit on what a stack's jobs may cost, over whole runs.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { namesFile } from "../../provider/actions/jobNames";
import type { Declared, Form } from "../world/miniEngine";
import { endRecorded, record, recordedWorld } from "../world/recorded";
import { minute, type World } from "../world/world";

/** One core and 4 GiB: 2 for an hour, 1 for the session. */
const price = "1 per core-hour, 0.25 per GiB-hour, 1 per session";

function jobs(count: number, more: Declared = {}): Record<string, Declared> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`fit/${n}`, { args: [n], record, ...more }]),
  );
}

const open = (form: Form, maxCost: string) =>
  recordedWorld({ form, stack: { "skaha:price": price, "skaha:maxCost": maxCost } });

/** As `pulumi-skaha` does, where the state is a file. */
function tellState(w: World): void {
  const file = path.join(w.folder, "state.json");
  writeFileSync(file, JSON.stringify({ checkpoint: { latest: w.engine.deployment() } }));
  w.engine.env[namesFile] = file;
}

function held(w: World): string[] {
  return w.engine.names().filter((name) => w.engine.outputs(name).status === "Held");
}

function alive(w: World): string[] {
  return w.engine
    .names()
    .filter((name) => /Pending|Running/.test(String(w.engine.outputs(name).status)));
}

const ends = (hours: number) => ({
  exitCode: 0,
  ...{
    start: "2026-11-22T12:00:00Z",
    end: new Date(Date.UTC(2026, 10, 22, 12) + hours * 3_600_000).toISOString(),
  },
});

describe.each<Form>(["job", "array"])(
  "maxCost of a stack whose jobs are a resource of the form %s",
  (form) => {
    test("launches what it has room for, all at once, and holds the others", async () => {
      await using w = await open(form, "9.5");
      const program = jobs(20);
      await w.engine.up(program);
      // Nothing is measured: an hour each.
      expect(w.posts()).toBe(3);
      expect(w.engine.outputs(String(held(w)[0]))).toMatchObject({
        ...{ status: "Held", heldBy: "maxCost" },
        reason: "would cost more than is left: skaha:maxCost is 9.5",
      });
      expect(held(w)).toHaveLength(17);
    });

    test("gives what ended jobs did not use to others, and counts by what they took", async () => {
      await using w = await open(form, "9.5");
      const program = jobs(20);
      await w.engine.up(program);
      for (const name of alive(w)) endRecorded(w, name, ends(0.25));
      w.clock.pass(30 * minute);
      await w.engine.up(program);
      // Each took 1.5, and so is each other expected to: 4.5 are spent, and three more fit.
      expect(w.posts()).toBe(6);
      expect(held(w)).toHaveLength(14);
    });

    test("launches nothing more once all is spent, and changes nothing", async () => {
      await using w = await open(form, "9.5");
      const program = jobs(20);
      await w.engine.up(program);
      for (const name of alive(w)) endRecorded(w, name, ends(3));
      w.clock.pass(200 * minute);
      tellState(w);
      await w.engine.up(program);
      expect(w.posts()).toBe(3);
      w.said();
      tellState(w);
      const plan = await w.engine.preview(program);
      expect(new Set(Object.values(plan))).toEqual(new Set(["same"]));
      await w.engine.up(program);
      expect(w.said()).toEqual([]);
      w.engine.config["skaha:maxCost"] = "40";
      tellState(w);
      await w.engine.up(program);
      // 21 are spent; each other is expected to cost 7.
      expect(w.posts()).toBe(5);
    });

    test("counts a retry, and what the attempt before it cost", async () => {
      await using w = await open(form, "8");
      const program = jobs(1, { retry: { limit: 3 } });
      await w.engine.up(program);
      endRecorded(w, "fit/0", { ...ends(2), exitCode: 1 });
      w.clock.pass(150 * minute);
      tellState(w);
      await w.engine.up(program);
      // 5 are spent and an hour more is 3.
      expect(w.posts()).toBe(2);
      endRecorded(w, "fit/0", { ...ends(2), exitCode: 1 }, 2);
      w.clock.pass(150 * minute);
      tellState(w);
      await w.engine.up(program);
      expect(w.posts()).toBe(2);
      expect(w.engine.outputs("fit/0")).toMatchObject({
        status: "Held",
        heldBy: "maxCost",
        attempt: 3,
      });
    });

    test("takes back what a launch that failed would have cost", async () => {
      await using w = await open(form, "9.5");
      w.misbehave({ kind: "status", code: 400, body: "no", method: "POST", times: 2 });
      const program = jobs(5);
      await w.engine.up(program).catch(() => {});
      expect(w.alive()).toHaveLength(1);
      tellState(w);
      await w.engine.up(program);
      expect(w.alive()).toHaveLength(3);
    });

    test("lets the longest-held go first", async () => {
      await using w = await open(form, "3.5");
      await w.engine.up({ "fit/z": { args: ["z"], record }, "fit/y": { args: ["y"], record } });
      const [first = ""] = alive(w);
      const [second = ""] = held(w);
      endRecorded(w, first, ends(0.1));
      w.clock.pass(20 * minute);
      tellState(w);
      await w.engine.up({
        "fit/a": { args: ["a"], record },
        ...{ "fit/z": { args: ["z"], record }, "fit/y": { args: ["y"], record } },
      });
      expect([first, second].sort()).toEqual(["fit/y", "fit/z"]);
      expect(w.posts()).toBeGreaterThanOrEqual(2);
      w.clock.pass(minute);
    });
  },
);

test("a limit needs a price, and says so before anything is launched", async () => {
  await using w = await recordedWorld({ stack: { "skaha:maxCost": "5" } });
  await expect(w.engine.up(jobs(1))).rejects.toThrow(/skaha:maxCost .* needs skaha:price/);
  expect(w.posts()).toBe(0);
});
