import { JobNotAsDeclaredError } from "../../../provider/errors";
import { type JobState, trustedState } from "../../../provider/job/state";
import { job, nightId } from "../../world/job";
import { type World, world } from "../../world/world";

/** A job in state after its session ended, or vanished. */
async function endedWith(w: World, end: 0 | 1 | "vanished"): Promise<JobState> {
  const launched = await w.launched({ ram: 4 });
  const id = launched.sessionId ?? "";
  if (end === "vanished") w.skaha.vanish(id);
  else w.runner.end(id, end);
  const state = await w.run().life.read(nightId, launched);
  w.skaha.clearJournal();
  return state;
}

describe("another size", () => {
  test("has a pending job cancelled and launched anew with it, under the same attempt", async () => {
    await using w = await world({ autoReady: false });
    const launched = await w.launched({ ram: 4 });
    const { life, said } = w.run();
    const state = await life.update(nightId, launched, job({ ram: 8 }));
    expect(w.skaha.journal().map(({ method }) => method)).toEqual(["GET", "DELETE", "GET", "POST"]);
    expect(w.alive()).toEqual([nightId]);
    expect(state).toMatchObject({ status: "Pending", attempt: 1, ram: 8 });
    expect(state.sessionId).not.toBe(launched.sessionId);
    expect(said).toEqual([`${nightId}: relaunched as session ${state.sessionId} (ram 4 -> 8)`]);
  });

  test("leaves a pending job Held, and not Lost, where the server refuses what follows it", async () => {
    await using w = await world({ autoReady: false });
    const launched = await w.launched({ ram: 4 });
    w.misbehave({ kind: "status", code: 403, body: "no\n", method: "POST", times: 1 });
    const { life } = w.run();
    const refused = await life.update(nightId, launched, job({ ram: 8 })).catch((error) => error);
    expect(refused).toBeInstanceOf(JobNotAsDeclaredError);
    expect(refused.message).toMatch(/answered 403: "no".*the next `up` launches the job$/);
    const kept = trustedState(refused.properties);
    expect(kept).toMatchObject({ status: "Held", heldBy: "unclear", attempt: 1 });
    expect(kept.sessionId).toBeUndefined();
    const run = w.run();
    const seen = await run.life.read(nightId, kept);
    expect(seen.status).toBe("Held");
    const reverted = await run.life.update(nightId, seen, job({ ram: 4 }));
    expect(reverted).toMatchObject({ status: "Pending", attempt: 1, ram: 4 });
    expect(w.alive()).toEqual([nightId]);
  });

  test("is judged by a list of now: what ended since the refresh is not run again", async () => {
    await using w = await world({ autoReady: false });
    const launched = await w.launched({ ram: 4 });
    const { life } = w.run();
    await life.create(job({}, "other")); // asks for the list
    w.clock.pass(45_000);
    w.runner.end(launched.sessionId ?? "", 0);
    const state = await life.update(nightId, launched, job({ ram: 8 }));
    expect(state).toMatchObject({ status: "Completed", sessionId: launched.sessionId });
    expect(w.counts()).toMatchObject({ POST: 1, DELETE: 0 });
  });

  test("is kept for later where the job runs", async () => {
    await using w = await world();
    const launched = await w.launched({ ram: 4 });
    const running = await w.run().life.read(nightId, launched);
    w.skaha.clearJournal();
    const { life } = w.run();
    const state = await life.update(nightId, running, job({ ram: 8 }));
    expect(state).toEqual({ ...running, ram: 8, sizedAt: 2 });
    expect(w.counts()).toEqual({ GET: 0, POST: 0, DELETE: 0 });
  });

  test("is kept for later where a pending job began to run meanwhile", async () => {
    await using w = await world();
    const launched = await w.launched({ ram: 4 });
    const { life, said } = w.run();
    const state = await life.update(nightId, launched, job({ ram: 8 }));
    expect(state).toMatchObject({ status: "Running", ram: 8, sessionId: launched.sessionId });
    expect(w.counts()).toEqual({ GET: 1, POST: 0, DELETE: 0 });
    expect(said.join()).toContain("keeps its size");
  });

  test("runs nothing of a completed job", async () => {
    await using w = await world();
    const completed = await endedWith(w, 0);
    const state = await w.run().life.update(nightId, completed, job({ ram: 8 }));
    expect(state).toEqual({ ...completed, ram: 8, sizedAt: 2 });
    expect(w.counts()).toEqual({ GET: 0, POST: 0, DELETE: 0 });
  });

  test("runs nothing of a job that completed meanwhile", async () => {
    await using w = await world({ autoReady: false });
    const launched = await w.launched({ ram: 4 });
    w.runner.end(launched.sessionId ?? "", 0);
    const state = await w.run().life.update(nightId, launched, job({ ram: 8 }));
    expect(state).toMatchObject({ status: "Completed", ram: 8 });
    expect(w.counts()).toEqual({ GET: 1, POST: 0, DELETE: 0 });
  });

  test.each([
    ["failed", 1],
    ["lost", "vanished"],
  ] as const)("launches a %s job as attempt 2", async (_, end) => {
    await using w = await world();
    const over = await endedWith(w, end);
    const { life, said } = w.run();
    const state = await life.update(nightId, over, job({ ram: 8 }));
    expect(state).toMatchObject({
      status: "Pending",
      attempt: 2,
      sessionName: `${nightId}-2`,
      ram: 8,
    });
    expect(w.counts()).toEqual({ GET: 1, POST: 1, DELETE: 0 });
    expect(w.alive()).toEqual([`${nightId}-2`]);
    await expect(w.envOf(state.sessionId)).resolves.toMatchObject({
      SKAHA_JOB_ID: nightId,
      SKAHA_ATTEMPT: "2",
    });
    expect(said[0]).toContain("attempt 2 (it was");
  });

  test("finds the attempt that a killed run launched already", async () => {
    await using w = await world();
    const failed = await endedWith(w, 1);
    const first = await w.run().life.update(nightId, failed, job({ ram: 8 }));
    const again = await w.run().life.update(nightId, failed, job({ ram: 8 }));
    expect(again).toMatchObject({ attempt: 2, sessionId: first.sessionId, ram: 8 });
    expect(w.requests("POST")).toHaveLength(1);
  });

  test("finds the launch whose answer was lost", async () => {
    await using w = await world();
    const failed = await endedWith(w, 1);
    w.misbehave({ kind: "lostAnswer", method: "POST", times: 1 });
    const state = await w.run().life.update(nightId, failed, job({ ram: 8 }));
    expect(state).toMatchObject({ attempt: 2, sessionName: `${nightId}-2`, status: "Running" });
    expect(w.requests("POST")).toHaveLength(1);
  });
});

describe("another handling", () => {
  test("is remembered without a request", async () => {
    await using w = await world();
    const launched = await w.launched({
      secretEnv: { KEY: "old" },
      registryAuth: { username: "alice", secret: "s" },
      cores: 2,
    });
    const state = await w
      .run()
      .life.update(
        nightId,
        launched,
        job({ secretEnv: { KEY: "new" }, cores: 2, onRemove: "leave" }),
      );
    expect(state).toMatchObject({ secretEnv: { KEY: "new" }, onRemove: "leave" });
    expect(state.registryAuth).toBeUndefined();
    expect(w.skaha.journal()).toEqual([]);
  });
});
