// A sweep that stops: so many of its jobs failed for the same cause that no more of it is launched. Both where each job is
// a resource and where all are one.
import path from "node:path";
import { chosenJobs, leaveChoice } from "../../provider/array/choice";
import { leaveRerun, rerunFile } from "../../provider/array/rerun";
import { releasedSweeps } from "../../provider/run/sweepEnds";
import type { Declared, Form } from "../world/miniEngine";
import { minute, type World, world } from "../world/world";

const forms: readonly Form[] = ["job", "array"];

/** Jobs that differ in an argument, at most five of them at a time. */
function study(count: number, more: Declared = {}): Record<string, Declared> {
  const shared = {
    group: { name: "study", maxInFlight: 5 },
    stopAfter: { name: "study", failed: 5 },
    ...more,
  };
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`study/n=${n}`, { args: [n], ...shared }]),
  );
}

/** Ends all sessions that run. */
function endAll(w: World, exitCode: number): void {
  for (const id of [...w.runner.running]) w.runner.end(id, exitCode);
  w.clock.pass(minute);
}

const counts = (w: World) => {
  const found: Record<string, number> = {};
  for (const status of Object.values(w.engine.statuses())) {
    found[String(status)] = (found[String(status)] ?? 0) + 1;
  }
  return found;
};

describe.each(forms)("stopAfter, all jobs in form of %s,", (form) => {
  test.each<[string, Declared, Record<string, string>, boolean]>([
    ["warns where all are launched before the first fails", { group: undefined }, {}, true],
    ["is content with a group", {}, {}, false],
    ["and with skaha:maxInFlight", { group: undefined }, { "skaha:maxInFlight": "5" }, false],
    ["and with no more jobs than may fail", { group: undefined, count: 5 }, {}, false],
  ])("%s", async (_, { count = 6, ...more }, config, isWarned) => {
    await using w = await world({ form, capacity: { cores: 1_000, ramGiB: 10_000 } });
    Object.assign(w.engine.config, config);
    await w.engine.up(study(Number(count), more));
    const warnings = w.said().filter((line) => line.includes("can hold no job"));
    expect(warnings).toEqual(
      isWarned
        ? [
            "warning: stopAfter of study can hold no job, because all are launched before the first has failed; give the sweep a maxInFlight or a canary",
          ]
        : [],
    );
  });

  test("launches at most ten of 200 that fail, with five at a time, and says why", async () => {
    await using w = await world({ form, capacity: { cores: 1_000, ramGiB: 10_000 } });
    const program = study(200);
    for (let round = 0; round < 6; round += 1) {
      await w.engine.up(program);
      // One at a time, so that what fails is seen with slots free.
      for (const id of [...w.runner.running].slice(0, 3)) w.runner.end(id, 1);
      w.clock.pass(minute);
    }
    endAll(w, 1);
    await w.engine.up(program);
    expect(w.posts()).toBeLessThanOrEqual(10);
    expect(counts(w)).toEqual({ Failed: w.posts(), Held: 200 - w.posts() });
    expect(w.engine.outputs("study/n=199")).toMatchObject({
      heldBy: "stopAfter",
      reason:
        "study is stopped: of its jobs 5 or more failed for the same cause, Failed; correct what they run, or go on as it is: npx pulumi-skaha up --release study",
    });
    w.said();
    const plan = await w.engine.preview(program);
    expect(new Set(Object.values(plan))).toEqual(new Set(["same"]));
    await w.engine.up(program);
    expect(w.said()).toEqual([]);
  });

  test("counts a failure when no retry is left", async () => {
    await using w = await world({ form });
    const program = study(20, { retry: { limit: 1 } });
    for (let [before, posts] = [-1, 0]; before !== posts; ) {
      before = posts;
      await w.engine.up(program);
      posts = w.posts();
      endAll(w, 1);
    }
    const all = Object.keys(program).map((name) => w.engine.outputs(name));
    const final = all.filter(({ status }) => status === "Failed");
    expect(final.length).toBeGreaterThanOrEqual(5);
    expect(final.length).toBeLessThan(10);
    expect(new Set(final.map(({ attempt }) => attempt))).toEqual(new Set([2]));
    const held = all.filter(({ status }) => status === "Held");
    expect(held).toHaveLength(20 - final.length);
    expect(new Set(held.map(({ heldBy }) => heldBy))).toEqual(new Set(["stopAfter"]));
  });

  test("lets the others go while fewer fail, or for different causes", async () => {
    await using w = await world({ form });
    const program = study(20);
    await w.engine.up(program);
    const [first = "", ...others] = w.runner.running;
    w.runner.end(first, 0);
    for (const id of others) w.runner.end(id, 1);
    await w.engine.up(program);
    expect(w.posts()).toBe(10);
    expect(counts(w)).toMatchObject({ Completed: 1, Failed: 4, Held: 10 });
  });

  test("stays as it was in a run without a refresh", async () => {
    await using w = await world({ form });
    const program = study(20);
    await w.engine.up(program);
    endAll(w, 1);
    await w.engine.up(program);
    expect(w.engine.outputs("study/n=19").heldBy).toBe("stopAfter");
    await w.engine.upUnrefreshed(program);
    expect(w.posts()).toBe(5);
    expect(w.engine.outputs("study/n=19").heldBy).toBe("stopAfter");
  });

  test("is released by an edit of what the jobs run", async () => {
    await using w = await world({ form });
    await w.engine.up(study(20));
    endAll(w, 1);
    await w.engine.up(study(20));
    expect(w.posts()).toBe(5);
    await w.engine.up(study(20, { cmd: "corrected" }));
    expect(w.posts()).toBe(10);
    expect(counts(w)).toEqual({ Pending: 5, Held: 15 });
    expect(w.engine.outputs("study/n=19").heldBy).toBe("maxInFlight");
  });

  test("is released by a higher limit, and by none", async () => {
    await using w = await world({ form });
    await w.engine.up(study(20));
    endAll(w, 1);
    await w.engine.up(study(20));
    await w.engine.up(study(20, { stopAfter: { name: "study", failed: 6 } }));
    expect(w.posts()).toBe(10);
    endAll(w, 1);
    const { stopAfter: _, ...free } = study(1)["study/n=0"] ?? {};
    const unlimited = Object.fromEntries(
      Object.keys(study(20)).map((name, n) => [name, { ...free, args: [n] }]),
    );
    await w.engine.up(study(20));
    expect(w.posts()).toBe(10);
    await w.engine.up(unlimited);
    expect(w.posts()).toBe(15);
  });

  test("goes on when it is released, and stops again for as many new failures", async () => {
    await using w = await world({ form });
    const program = study(30);
    await w.engine.up(program);
    endAll(w, 1);
    await w.engine.up(program);
    w.said();
    w.engine.env[releasedSweeps] = "study";
    await w.engine.up(program);
    expect(w.said().filter((line) => line.includes("counts no longer"))).toHaveLength(5);
    delete w.engine.env[releasedSweeps];
    expect(w.posts()).toBe(10);
    await w.engine.up(program); // what failed before is forgotten for good
    expect(counts(w)).toMatchObject({ Failed: 5, Held: 20 });
    for (const id of [...w.runner.running].slice(0, 4)) w.runner.end(id, 1);
    await w.engine.up(program);
    expect(w.posts()).toBe(14);
    endAll(w, 1);
    await w.engine.up(program);
    expect(w.posts()).toBe(14);
    expect(counts(w)).toEqual({ Failed: 14, Held: 16 });
    expect(w.engine.outputs("study/n=29").heldBy).toBe("stopAfter");
  });

  test("is released where a killed run had released a part of it, by the same again", async () => {
    await using w = await world({ form });
    const program = study(30);
    await w.engine.up(program);
    endAll(w, 1);
    await w.engine.up(program);
    const before = w.engine.snapshot();
    w.engine.env[releasedSweeps] = "study";
    await w.engine.up(program);
    before(); // of all that it did the state knows nothing
    await w.engine.up(program);
    delete w.engine.env[releasedSweeps];
    await w.engine.up(program);
    expect(w.posts()).toBe(10);
    expect(counts(w)).toEqual({ Failed: 5, Running: 5, Held: 20 });
  });

  test("counts a share of those that ended, from some number on", async () => {
    await using w = await world({ form });
    const program = study(40, { stopAfter: { name: "study", share: 0.4, atLeast: 10 } });
    await w.engine.up(program);
    endAll(w, 1);
    await w.engine.up(program); // five of five, which are too few
    expect(w.posts()).toBe(10);
    endAll(w, 0);
    await w.engine.up(program); // five of ten
    expect(w.posts()).toBe(10);
    expect(w.engine.outputs("study/n=39").reason).toMatch(/^study is stopped: of its jobs 40 % of/);
  });
});

test("launches what is run again by name, as rerun does, and nothing else", async () => {
  await using w = await world({ form: "array" });
  const program = study(20, { stopAfter: { name: "study", failed: 3 } });
  await w.engine.up(program);
  endAll(w, 1);
  await w.engine.up(program);
  expect(w.posts()).toBe(5);
  const jobs = ["study/n=0", "study/n=1"];
  const [again, chosen] = ["again.json", "chosen.json"].map((name) => path.join(w.folder, name));
  leaveRerun(
    again ?? "",
    jobs.map((name) => w.engine.id(name)),
  );
  leaveChoice(chosen ?? "", { jobs: jobs.map((name) => `all/${name}`) });
  Object.assign(w.engine.env, { [rerunFile]: again, [chosenJobs]: chosen });
  process.env[rerunFile] = again; // which the array's provider reads
  try {
    await w.engine.up(program);
  } finally {
    delete process.env[rerunFile];
    for (const name of [rerunFile, chosenJobs]) delete w.engine.env[name];
  }
  expect(w.posts()).toBe(7); // though three others have failed
  expect(w.engine.statuses()).toMatchObject({ "study/n=0": "Pending", "study/n=2": "Failed" });
  for (const name of jobs) w.end(name, 1);
  await w.engine.up(program);
  expect(w.posts()).toBe(7);
  expect(w.engine.outputs("study/n=19").heldBy).toBe("stopAfter");
});

test("holds a sweep and leaves another alone", async () => {
  await using w = await world();
  const other = Object.fromEntries(
    Object.entries(study(10, { stopAfter: { name: "other", failed: 5 } })).map(([name, one]) => [
      name.replace("study", "other"),
      { ...one, group: { name: "other", maxInFlight: 5 }, cmd: "false" },
    ]),
  );
  const program = { ...study(10), ...other };
  await w.engine.up(program);
  for (const name of Object.keys(study(5))) w.end(name, 1);
  await w.engine.up(program);
  expect(w.engine.outputs("study/n=9").heldBy).toBe("stopAfter");
  expect(w.engine.outputs("other/n=9").heldBy).toBe("maxInFlight");
});
