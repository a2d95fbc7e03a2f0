import { job, nightId } from "../../world/job";
import { world } from "../../world/world";

describe("remove", () => {
  test("cancels the session and sees that it is gone", async () => {
    await using w = await world();
    const launched = await w.launched();
    const { life, said } = w.run();
    await life.remove(nightId, launched);
    expect(w.skaha.journal().map(({ method }) => method)).toEqual(["GET", "DELETE", "GET"]);
    expect(w.alive()).toEqual([]);
    expect(said).toEqual([`${nightId}: session ${launched.sessionId} (Running) cancelled`]);
  });

  test("has nothing to do for one that is gone", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.runner.end(launched.sessionId ?? "", 0);
    const completed = await w.run().life.read(nightId, launched);
    w.clock.pass(3_700_000);
    w.skaha.clearJournal();
    await w.run().life.remove(nightId, completed);
    expect(w.counts()).toEqual({ GET: 1, POST: 0, DELETE: 0 });
  });

  test("takes a finished one off the server too, so that the next of its kind runs anew", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.runner.end(launched.sessionId ?? "", 0);
    const completed = await w.run().life.read(nightId, launched);
    const { life, said } = w.run();
    await life.remove(nightId, completed);
    expect(said).toEqual([
      `${nightId}: session ${launched.sessionId} (Completed) was removed from the server, with its log`,
    ]);
    const anew = await w.run().life.create(job());
    expect(anew.sessionId).not.toBe(launched.sessionId);
  });

  test("cancels every attempt that lives", async () => {
    await using w = await world();
    const first = await w.launched();
    w.runner.end(first.sessionId ?? "", 1);
    const failed = await w.run().life.read(nightId, first);
    const second = await w.run().life.update(nightId, failed, job({ ram: 8 }));
    await w.run().life.remove(nightId, second);
    expect(w.alive()).toEqual([]);
  });

  test("tries again when a DELETE had no effect", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave({ kind: "deleteLies", method: "DELETE", times: 1 });
    await w.run().life.remove(nightId, launched);
    expect(w.requests("DELETE")).toHaveLength(2);
    expect(w.alive()).toEqual([]);
  });

  test("is an error when the server goes on showing it alive after its 200", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave({ kind: "deleteLies", method: "DELETE" });
    const { life, said } = w.run();
    await expect(life.remove(nightId, launched)).rejects.toThrow(
      new RegExp(`answered 200 to each DELETE, but still lists session ${launched.sessionId}`),
    );
    expect(said).toEqual([]);
    // What follows in the same run still sees it.
    await expect(life.read(nightId, launched)).resolves.toMatchObject({ status: "Running" });
  });

  test("takes the 404 of older servers for done", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave({
      kind: "status",
      code: 404,
      body: launched.sessionId ?? "",
      method: "DELETE",
    });
    setImmediate(() => w.skaha.vanish(launched.sessionId ?? ""));
    await expect(w.run().life.remove(nightId, launched)).resolves.toBeUndefined();
  });

  test.each([
    ["401", { kind: "unauthorized" } as const],
    ["403", { kind: "status", code: 403 } as const],
  ])("is an error when the DELETE is refused: %s", async (code, fault) => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave({ ...fault, method: "DELETE" });
    await expect(w.run().life.remove(nightId, launched)).rejects.toThrow(`answered ${code}`);
    expect(w.alive()).toEqual([nightId]);
  });

  test("is an error when the look afterwards fails", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave({ kind: "truncatedBody", method: "GET", after: 1 });
    await expect(w.run().life.remove(nightId, launched)).rejects.toThrow("not whole JSON");
  });

  test("cancels a session that it remembers even where a list leaves it out", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave({ kind: "omitFromList", names: [nightId], times: 1 });
    await w.run().life.remove(nightId, launched);
    expect(w.alive()).toEqual([]);
  });

  test("sees that it is gone, and tries again, also where a list leaves it out", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave(
      { kind: "omitFromList", names: [nightId], times: 1 },
      { kind: "deleteLies", method: "DELETE", times: 1 },
    );
    await w.run().life.remove(nightId, launched);
    expect(w.requests("DELETE")).toHaveLength(2);
    expect(w.alive()).toEqual([]);
  });

  test("lets it run where the state says so", async () => {
    await using w = await world();
    const launched = await w.launched({ onRemove: "leave" });
    const { life, said } = w.run();
    await life.remove(nightId, launched);
    expect(w.skaha.journal()).toEqual([]);
    expect(w.alive()).toEqual([nightId]);
    expect(said).toEqual([expect.stringContaining("is left to run")]);
  });

  test("cancels fifty at the cost of two lists", async () => {
    await using w = await world();
    const { life } = w.run();
    const jobs = Array.from({ length: 50 }, (_, n) => job({}, `night-${n}`));
    const states = await Promise.all(jobs.map((one) => life.create(one)));
    w.skaha.clearJournal();
    const destroy = w.run();
    await Promise.all(states.map((state) => destroy.life.remove(state.sessionName ?? "", state)));
    expect(w.counts()).toEqual({ GET: 2, POST: 0, DELETE: 50 });
    expect(w.alive()).toEqual([]);
    expect(destroy.said).toHaveLength(10);
  });

  test("leaves alone what another job, or a person, launched", async () => {
    await using w = await world();
    const launched = await w.launched();
    await w.run().life.create(job({}, "another"));
    await w.run().life.remove(nightId, launched);
    expect(w.alive()).toEqual([job({}, "another").jobName]);
  });
});
