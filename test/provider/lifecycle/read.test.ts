import { type JobState, trustedState } from "../../../provider/job/state";
import { job, nightId } from "../../world/job";
import { world } from "../../world/world";

describe("read", () => {
  test("sees what has become of a session", async () => {
    await using w = await world({ autoReady: false });
    const launched = await w.launched();
    const id = launched.sessionId ?? "";
    const read = (state: JobState) => w.run().life.read(nightId, state);

    expect(await read(launched)).toMatchObject({ status: "Pending" });
    w.runner.status(id, { active: 1, ready: 1 });
    const running = await read(launched);
    expect(running).toMatchObject({
      status: "Running",
      attempt: 1,
      sessionId: id,
      sessionName: nightId,
      startTime: expect.stringMatching(/^2026-11-22T12:00/),
      expiryTime: expect.stringMatching(/^2026-12-06T12:00/),
    });
    w.runner.end(id, 0);
    expect(await read(running)).toMatchObject({ status: "Completed" });
  });

  test("asks nothing about a finished job, which the server forgets after an hour", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.runner.end(launched.sessionId ?? "", 1);
    const failed = await w.run().life.read(nightId, launched);
    expect(failed.status).toBe("Failed");
    w.clock.pass(3_700_000);
    w.skaha.clearJournal();
    await expect(w.run().life.read(nightId, failed)).resolves.toEqual(failed);
    expect(w.skaha.journal()).toEqual([]);
  });

  test("keeps a word that it does not know, and takes it for unfinished", async () => {
    await using w = await world();
    const launched = await w.launched();
    const list = JSON.stringify([
      {
        id: launched.sessionId,
        userid: "alice",
        image: "i",
        type: "headless",
        status: "Dreaming",
        name: nightId,
      },
    ]);
    w.misbehave({ kind: "status", code: 200, body: list, method: "GET" });
    const state = await w.run().life.read(nightId, launched);
    expect(state.status).toBe("Dreaming");
    w.skaha.faults.clear();
    await expect(w.run().life.read(nightId, state)).resolves.toMatchObject({
      status: "Running",
    });
  });

  test("calls one that is being taken down Terminating, not Lost", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.runner.status(launched.sessionId ?? "", { terminating: 1 });
    const { life, said } = w.run();
    await expect(life.read(nightId, launched)).resolves.toMatchObject({ status: "Terminating" });
    expect(said).toEqual([]);
  });

  test("sees a later attempt that another run launched", async () => {
    await using w = await world();
    const first = await w.launched();
    w.runner.end(first.sessionId ?? "", 1);
    const failed = await w.run().life.read(nightId, first);
    await w.run().life.update(nightId, failed, job({ ram: 8 }));
    // This stack still remembers the first attempt as it was before its end was seen.
    await expect(w.run().life.read(nightId, first)).resolves.toMatchObject({
      attempt: 2,
      sessionName: `${nightId}-2`,
      status: "Running",
    });
  });

  test("reads fifty jobs from one list", async () => {
    await using w = await world();
    const { life } = w.run();
    const jobs = Array.from({ length: 50 }, (_, n) => job({}, `night-${n}`));
    const states = await Promise.all(jobs.map((one) => life.create(one)));
    w.skaha.clearJournal();
    const refresh = w.run().life;
    await Promise.all(states.map((state) => refresh.read(state.sessionName ?? "", state)));
    expect(w.counts()).toEqual({ GET: 1, POST: 0, DELETE: 0 });
  });

  test("leaves a job that is Held as it is", async () => {
    await using w = await world();
    const held = trustedState({ server: w.skaha.url, status: "Held", attempt: 1, reason: "x" });
    await expect(w.run().life.read(nightId, held)).resolves.toEqual(held);
    expect(w.counts()).toEqual({ GET: 1, POST: 0, DELETE: 0 });
  });
});

describe("a session that vanished", () => {
  test("is Lost after two whole lists at least 2 s apart did not show it", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.skaha.vanish(launched.sessionId ?? "");
    const { life, said } = w.run();
    const lost = await life.read(nightId, launched);
    expect(lost).toMatchObject({ ...launched, status: "Lost", endSeenTime: expect.any(String) });
    const [first, second, ...more] = w.requests("GET");
    expect((second?.time ?? 0) - (first?.time ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect(more).toEqual([]);
    expect(said).toEqual([expect.stringMatching(/is gone from .*pulumi-skaha rerun night-/)]);
  });

  test("is not Lost when the second list shows it", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave({ kind: "omitFromList", names: [nightId], times: 1 });
    await expect(w.run().life.read(nightId, launched)).resolves.toMatchObject({
      status: "Running",
    });
    expect(w.counts().GET).toBe(2);
  });

  test("costs two lists, however many there are", async () => {
    await using w = await world();
    const { life } = w.run();
    const jobs = Array.from({ length: 50 }, (_, n) => job({}, `night-${n}`));
    const states = await Promise.all(jobs.map((one) => life.create(one)));
    for (const { sessionId = "" } of states) w.skaha.vanish(sessionId);
    w.skaha.clearJournal();
    const refresh = w.run().life;
    const read = await Promise.all(
      states.map((state) => refresh.read(state.sessionName ?? "", state)),
    );
    expect(new Set(read.map(({ status }) => status))).toEqual(new Set(["Lost"]));
    expect(w.counts()).toEqual({ GET: 2, POST: 0, DELETE: 0 });
  });

  test("takes its status back when it is seen again", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave({ kind: "omitFromList", names: [nightId], times: 2 });
    const lost = await w.run().life.read(nightId, launched);
    expect(lost.status).toBe("Lost");
    const { life, said } = w.run();
    await expect(life.read(nightId, lost)).resolves.toMatchObject({ status: "Running" });
    expect(said).toEqual([`${nightId}: session ${launched.sessionId} is back (Running)`]);
  });

  test("stays Lost, at one list a run and without another warning", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.skaha.vanish(launched.sessionId ?? "");
    const lost = await w.run().life.read(nightId, launched);
    w.skaha.clearJournal();
    const { life, said } = w.run();
    await expect(life.read(nightId, lost)).resolves.toEqual(lost);
    expect(w.counts().GET).toBe(1);
    expect(said).toEqual([]);
  });
});

describe("an answer that is none", () => {
  test.each([
    [
      "401",
      { kind: "unauthorized" } as const,
      /answered 401.*CANFAR_TOKEN: set it to a fresh token/,
    ],
    ["403", { kind: "status", code: 403, body: "Not authorized" } as const, /answered 403/],
    ["404", { kind: "status", code: 404, body: "<html>" } as const, /there is no Skaha API at/],
    ["half a list", { kind: "truncatedBody" } as const, /not whole JSON/],
    ["no list at all", { kind: "garbage" } as const, /not whole JSON/],
    [
      "a list of another form",
      { kind: "status", code: 200, body: "[{}]" } as const,
      /not of the form/,
    ],
    [
      "no credentials",
      { kind: "status", code: 400, body: "cannot get group memberships for anonymous" } as const,
      /anonymous.*CANFAR_TOKEN: set it/,
    ],
  ])("is an error, and never Lost: %s", async (_, fault, message) => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave({ ...fault, method: "GET" });
    await expect(w.run().life.read(nightId, launched)).rejects.toThrow(message);
    // Nor where the first list left the session out, and only the second look fails.
    w.skaha.faults.clear();
    w.misbehave({ kind: "omitFromList", names: [nightId], times: 1 }, { ...fault, method: "GET" });
    await expect(w.run().life.read(nightId, launched)).rejects.toThrow(message);
    expect(w.alive()).toEqual([nightId]);
  });

  test("is asked for again when it was a passing 503", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave({ kind: "status", code: 503, method: "GET", times: 1 });
    await expect(w.run().life.read(nightId, launched)).resolves.toMatchObject({
      status: "Running",
    });
  });

  test("is an error when it stays a 503", async () => {
    await using w = await world();
    const launched = await w.launched();
    w.misbehave({ kind: "status", code: 503, body: "closed", method: "GET" });
    await expect(w.run().life.read(nightId, launched)).rejects.toThrow(
      /could not list the sessions: Skaha answered 503: "closed"/,
    );
  }, 30_000); // asked for again and again, for 8 s
});

describe("another owner", () => {
  test.each(["read", "update", "remove"] as const)(
    "is refused by %s for another server, naming both, without a request",
    async (method) => {
      await using w = await world();
      const launched = await w.launched();
      const elsewhere = { ...launched, server: "https://other.net/skaha/v1" };
      const { life } = w.run();
      const work =
        method === "update"
          ? life.update(nightId, elsewhere, job({ ram: 8 }))
          : life[method](nightId, elsewhere);
      await expect(work).rejects.toThrow(
        new RegExp(`https://other.net/skaha/v1, but this run is set to ${w.skaha.url}`),
      );
      expect(w.skaha.journal()).toEqual([]);
    },
  );

  test.each(["read", "update", "remove"] as const)(
    "is refused by %s for another user's token, naming both, and nothing is changed",
    async (method) => {
      await using w = await world({ autoReady: false });
      const launched = await w.launched();
      const { life } = w.run({ token: w.skaha.tokens.bob ?? "" });
      const work =
        method === "update"
          ? life.update(nightId, launched, job({ ram: 8 }))
          : life[method](nightId, launched);
      await expect(work).rejects.toThrow(/launched by alice, .* are bob's.*nothing was changed/);
      expect(w.counts()).toEqual({ GET: 1, POST: 0, DELETE: 0 });
      expect(w.alive()).toEqual([nightId]);
    },
  );
});
