// Jobs outside any stack: each `submit` is a run of its own, as a process of the command is.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { trustedInputs } from "../../../provider/job/inputs";
import { cancelledFile } from "../../../provider/record/cancelled";
import { recordFolder } from "../../../provider/record/record";
import { submittedJob } from "../../../provider/submitted/submission";
import { layRecord } from "../../world/recorded";
import { type World, world } from "../../world/world";

const record = "/arc/projects/survey/.jobs";
const image = "images.canfar.net/skaha/astroml:24.07";

function job(name: string, args: readonly string[] = ["1"], key?: string) {
  const inputs = { image, cmd: "sleep", args };
  return trustedInputs(submittedJob({ name, key, record, inputs }).inputs);
}

function machine(its: World) {
  const temporary = its.temporary();
  const config = { "skaha:record": record };
  return {
    temporary,
    run: () => its.run({ temporary, config, isOutsideStacks: true }),
    submit(inputs: ReturnType<typeof job>, isDueAgain = false) {
      return this.run().life.submit(inputs, async () => isDueAgain);
    },
  };
}
/** Some job has begun. */
const layRoot = (its: World) => mkdirSync(path.join(its.dataDir, record), { recursive: true });
const folderOf = (id: string) => (attempt: number) => recordFolder(record, id, attempt);

test("ten submits of one job at the same time launch it once", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const states = await Promise.all(Array.from({ length: 10 }, () => here.submit(job("m31"))));
  expect(new Set(states.map(({ sessionId }) => sessionId)).size).toBe(1);
  expect(its.posts()).toBe(1);
});

test("many jobs at the same time need few lists", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const names = Array.from({ length: 40 }, (_, n) => `night-${n}`);
  await Promise.all(names.map((name) => here.submit(job(name))));
  expect(its.posts()).toBe(40);
  expect(its.requests("GET", /\/session/).length).toBeLessThanOrEqual(2);
});

test("another command is refused while the job lives, and is a job of its own when it has ended", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const first = await here.submit(job("m31"));
  await expect(here.submit(job("m31", ["2"]))).rejects.toThrow(
    "m31 was not launched: it runs or waits already, with another command",
  );
  expect((await here.submit(job("m31"))).sessionId).toBe(first.sessionId);
  its.runner.end(first.sessionId ?? "", 0);
  its.clock.pass(10_000);
  await here.submit(job("m31", ["2"]));
  expect(its.posts()).toBe(2);
});

test("with a key another command finds the job that lives", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const first = await here.submit(job("m31", ["1"], "out"));
  expect((await here.submit(job("m31", ["2"], "out"))).sessionId).toBe(first.sessionId);
  expect(its.posts()).toBe(1);
});

test("what has ended is launched again as the next attempt where that is asked for, and else not", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const first = await here.submit(job("m31"));
  its.runner.end(first.sessionId ?? "", 3);
  its.clock.pass(10_000);
  expect(await here.submit(job("m31"))).toMatchObject({ status: "Failed", attempt: 1 });
  const second = await here.submit(job("m31"), true);
  expect(second).toMatchObject({ status: "Pending", attempt: 2 });
  expect(await here.submit(job("m31"), true)).toMatchObject({ sessionId: second.sessionId });
  expect(its.posts()).toBe(2);
});

test("a job that the server has forgotten is known by its record, whichever attempt was the last", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const { jobName: id } = job("m31");
  layRecord(path.join(its.dataDir, folderOf(id)(3)), { exitCode: 0 });
  expect(await here.submit(job("m31"))).toMatchObject({ status: "Completed", attempt: 3 });
  expect(await here.submit(job("m31"), true)).toMatchObject({ status: "Pending", attempt: 4 });
});

test("a launch whose answer is lost is found, and not launched twice", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  its.misbehave({ kind: "lostAnswer", method: "POST", times: 1 });
  const state = await here.submit(job("m31"));
  expect((await here.submit(job("m31"))).sessionId).toBe(state.sessionId);
  expect(its.alive()).toHaveLength(1);
});

test("withdrawing cancels what lives, and the job runs as its next attempt when it is submitted again", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const names = ["a", "b", "c"];
  const states = await Promise.all(names.map((name) => here.submit(job(name))));
  its.runner.end(states[2]?.sessionId ?? "", 0);
  // Whoever launched lets go of its lock a moment later: until then each has to be asked about anew.
  while (readdirSync(here.temporary).some((name) => name.endsWith(".lock"))) await sleep(10);
  its.skaha.clearJournal();
  layRoot(its);
  const { life } = here.run();
  const withdrawn = names.map((name) => life.withdraw({ record, id: job(name).jobName }));
  expect(await Promise.all(withdrawn)).toEqual([true, true, false]);
  expect(its.alive()).toEqual([]);
  expect(its.requests("DELETE")).toHaveLength(2); // c has ended: it stays as it is
  expect(its.requests("GET", /\/session/).length).toBeLessThanOrEqual(4);
  expect(await here.submit(job("a"))).toMatchObject({ status: "Pending", attempt: 2 });
  expect(await here.submit(job("c"))).toMatchObject({ status: "Completed", attempt: 1 });
});

test("what has ended a moment ago is not cancelled, though a list that others share shows it alive", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const { jobName: id } = job("m31");
  const first = await here.submit(job("m31"));
  layRoot(its);
  its.clock.pass(10_000);
  await here.submit(job("m31")); // lists it
  its.runner.end(first.sessionId ?? "", 0);
  expect(await here.run().life.withdraw({ record, id })).toBe(false);
  expect(its.requests("DELETE")).toEqual([]);
  its.clock.pass(10_000);
  expect(await here.submit(job("m31"))).toMatchObject({ status: "Completed", attempt: 1 });
});

test("withdrawing an attempt leaves others alone, and their records", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const { jobName: id } = job("m31");
  const first = await here.submit(job("m31"));
  layRecord(path.join(its.dataDir, folderOf(id)(1)), { exitCode: 3 });
  its.runner.end(first.sessionId ?? "", 3);
  its.clock.pass(10_000);
  await here.submit(job("m31"), true);
  for (const attempt of [1, 3]) {
    expect(await here.run().life.withdraw({ record, id, attempt })).toBe(false);
  }
  expect(its.alive()).toHaveLength(1);
  expect(await here.run().life.withdraw({ record, id, attempt: 2 })).toBe(true);
  await sleep(0);
  expect(its.alive()).toEqual([]);
  expect(readdirSync(path.join(its.dataDir, folderOf(id)(1)))).not.toContain("voided");
  // The first attempt has failed, and the server still lists it: but it is not what was cancelled.
  expect(await here.submit(job("m31"), true)).toMatchObject({ status: "Pending", attempt: 3 });
});

test("what another machine is cancelling is not found, but gone, and its next attempt is launched", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const { jobName: id } = job("m31");
  const first = await here.submit(job("m31"));
  layRoot(its);
  const time = new Date(its.clock.now()).toISOString();
  writeFileSync(path.join(its.dataDir, cancelledFile(record, id)), `1 ${time}\n`);
  expect(await here.submit(job("m31"))).toMatchObject({ status: "Pending", attempt: 2 });
  expect(its.alive()).not.toContain(first.sessionId);
  expect(its.alive()).toHaveLength(1);
});

test("a job that could not be cancelled is found as it is", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const { jobName: id } = job("m31");
  const first = await here.submit(job("m31"));
  layRoot(its);
  its.misbehave({ kind: "status", method: "DELETE", code: 403, times: 1 });
  await expect(here.run().life.withdraw({ record, id })).rejects.toThrow("403");
  expect(await here.submit(job("m31"))).toMatchObject({ sessionId: first.sessionId, attempt: 1 });
});

test("a job is cancelled where that cannot be noted, too", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const { jobName: id } = job("m31");
  await here.submit(job("m31"));
  its.misbehave({ kind: "status", method: "PUT", path: "/arc/", code: 403, times: 9 });
  const { life, said } = here.run();
  expect(await life.withdraw({ record, id })).toBe(true);
  expect(its.alive()).toEqual([]);
  expect(said.join("\n")).toContain(`not noted in ${record} whether it was cancelled`);
});

test("where nothing has recorded itself yet a cancelled job is launched again as the same attempt", async () => {
  await using its = await world({ files: true });
  const here = machine(its);
  const { jobName: id } = job("m31");
  const first = await here.submit(job("m31"));
  expect(await here.run().life.withdraw({ record, id })).toBe(true);
  const again = await here.submit(job("m31"));
  expect(again).toMatchObject({ status: "Pending", attempt: 1 });
  expect(again.sessionId).not.toBe(first.sessionId);
});
