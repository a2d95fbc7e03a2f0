// What a launch does, whatever the server answers. It is long, because each answer is a case of its own.
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { JobNotAsDeclaredError, SkahaError, UnclearAnswerError } from "../../../provider/errors";
import { trustedState } from "../../../provider/job/state";
import { encodeWord } from "../../../provider/skaha/encoding";
import { job, nightId } from "../../world/job";
import { type World, world } from "../../world/world";

const caught = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => {
      throw new Error("it succeeded");
    },
    (error: Error) => error,
  );

describe("create", () => {
  test("launches a session under the job's id, and remembers where and as whom", async () => {
    await using w = await world();
    const { life, said } = w.run();
    const state = await life.create(job({ cores: 2, ram: 4, env: { A: "1" } }));

    const [launched] = w.skaha.jobs();
    expect(state).toMatchObject({
      server: w.skaha.url,
      userId: "alice",
      status: "Pending",
      attempt: 1,
      sessionId: launched?.id,
      sessionName: job({ env: { A: "1" } }).jobName,
      cores: 2,
      ram: 4,
    });
    expect(launched).toMatchObject({ name: state.sessionName, user: "alice" });
    await expect(w.envOf(state.sessionId)).resolves.toMatchObject({
      A: "1",
      SKAHA_JOB_ID: state.sessionName,
      SKAHA_ATTEMPT: "1",
    });
    expect(w.counts()).toEqual({ GET: 1, POST: 1, DELETE: 0 });
    expect(said).toEqual([`${state.sessionName}: launched as session ${launched?.id}`]);
  });

  test("keeps what identifies it out of state, which the inputs hold already", async () => {
    await using w = await world();
    const state = await w.run().life.create(job());
    expect(Object.keys(state)).not.toEqual(expect.arrayContaining(["identity"]));
    expect(Object.keys(state)).not.toEqual(expect.arrayContaining(["jobName"]));
  });

  test("launches fifty after one look", async () => {
    await using w = await world();
    const { life, said } = w.run();
    const jobs = Array.from({ length: 50 }, (_, n) => job({ args: [n] }, `night-${n}`));
    await Promise.all(jobs.map((one) => life.create(one)));
    expect(w.counts()).toEqual({ GET: 1, POST: 50, DELETE: 0 });
    expect(w.alive().sort()).toEqual(jobs.map(({ jobName }) => jobName).sort());
    expect(said).toHaveLength(10);
  });

  test.each([
    ["Running", () => {}],
    ["Completed", (w: World, id: string) => w.runner.end(id, 0)],
    ["Failed", (w: World, id: string) => w.runner.end(id, 1)],
  ])("adopts one that is %s already, whoever launched it", async (status, happen) => {
    await using w = await world();
    const { sessionId = "" } = await w.launched();
    happen(w, sessionId);
    const { life, said } = w.run();
    await expect(life.create(job())).resolves.toMatchObject({ status, sessionId, attempt: 1 });
    expect(w.counts()).toEqual({ GET: 1, POST: 0, DELETE: 0 });
    expect(said).toEqual([
      `${nightId}: already launched as session ${sessionId} (${status}), taken over`,
    ]);
  });

  test("adopts the highest attempt", async () => {
    await using w = await world();
    const first = await w.launched();
    w.runner.end(first.sessionId ?? "", 1);
    const failed = await w.run().life.read(nightId, first);
    const second = await w.run().life.update(nightId, failed, job({ ram: 8 }));
    await expect(w.run().life.create(job())).resolves.toMatchObject({
      attempt: 2,
      sessionId: second.sessionId,
      sessionName: `${nightId}-2`,
    });
  });

  test("launches anew beside one that is being taken down", async () => {
    await using w = await world();
    const { sessionId = "" } = await w.launched();
    w.runner.status(sessionId, { terminating: 1 });
    const state = await w.run().life.create(job());
    expect(state.sessionId).not.toBe(sessionId);
    expect(w.requests("POST")).toHaveLength(1);
  });

  test("does not take another user's session of that name for its own", async () => {
    await using w = await world();
    await w.run({ token: w.skaha.tokens.bob ?? "" }).life.create(job());
    await w.run().life.create(job());
    expect(w.skaha.jobs().map(({ user }) => user)).toEqual(["bob", "alice"]);
  });

  test("heals a name that is alive twice: the earliest stays", async () => {
    await using w = await world();
    // Two machines that looked at the same time.
    const [one, other] = [w.run(), w.run()];
    await Promise.all([one.life.create(job({ args: ["x"] }, "a")), other.life.create(job())]);
    const early = await w.run().life.create(job());
    w.misbehave({ kind: "omitFromList", names: [nightId], times: 1 });
    w.clock.pass(5_000);
    const late = await w.run().life.create(job());
    expect(late.sessionId).not.toBe(early.sessionId);
    expect(w.alive().filter((name) => name === nightId)).toHaveLength(2);
    w.skaha.clearJournal();

    const { life, said } = w.run();
    await expect(life.create(job())).resolves.toMatchObject({ sessionId: early.sessionId });
    expect(w.alive().filter((name) => name === nightId)).toHaveLength(1);
    expect(w.requests("DELETE").map(({ path }) => path)).toEqual([
      `/skaha/v1/session/${late.sessionId}`,
    ]);
    expect(said.join("\n")).toContain("was alive more than once");
  });

  test("launches nothing any more once the engine is gone", async () => {
    await using w = await world();
    const engine = {
      assertAlive: () => Promise.reject(new Error("the engine is gone")),
      finishing: <T>(work: Promise<T>) => work,
    };
    await expect(w.run({ engine }).life.create(job())).rejects.toThrow("the engine is gone");
    expect(w.requests("POST")).toEqual([]);
  });
});

describe("an unclear answer to a launch", () => {
  test.each([
    ["lost after it was carried out", { kind: "lostAnswer" } as const],
    ["a 504 after it was carried out", { kind: "lateAnswer" } as const],
    ["a text that names no session", { kind: "garbage" } as const],
    ["an id that was cut short", { kind: "truncatedBody" } as const],
  ])("is looked after: %s, and one session", async (_, fault) => {
    await using w = await world();
    w.misbehave({ ...fault, method: "POST", times: 1 });
    const { life, said } = w.run();
    const state = await life.create(job());
    expect(w.skaha.jobs()).toHaveLength(1);
    expect(w.requests("POST")).toHaveLength(1);
    expect(state).toMatchObject({ sessionId: w.skaha.jobs()[0]?.id, status: "Running" });
    expect(said.join()).toContain("the answer to its launch was lost");
  });

  test.each([
    ["a reset before it was carried out", { kind: "resetBefore" } as const],
    ["a 503", { kind: "status", code: 503, body: "busy" } as const],
    ["a 502", { kind: "status", code: 502 } as const],
    ["a 429", { kind: "status", code: 429, body: "Too Many Requests" } as const],
    ["a 408", { kind: "status", code: 408 } as const],
  ])("is repeated only after a look: %s", async (_, fault) => {
    await using w = await world();
    w.misbehave({ ...fault, method: "POST", times: 1 });
    const state = await w.run().life.create(job());
    expect(w.skaha.journal().map(({ method }) => method)).toEqual([
      "GET",
      "POST",
      "GET",
      "GET",
      "POST",
    ]);
    expect(w.skaha.jobs().map(({ id }) => id)).toEqual([state.sessionId]);
  });

  test.each([429, 503])(
    "leaves the server alone for as long as it asks with a %p",
    async (code) => {
      await using w = await world();
      w.misbehave({ kind: "status", code, retryAfter: 20, method: "POST", times: 1 });
      await w.run().life.create(job());
      const [refused, repeated] = w.requests("POST");
      expect((repeated?.time ?? 0) - (refused?.time ?? 0)).toBeGreaterThanOrEqual(20_000);
    },
  );

  test("is not repeated where the server says that it failed on this request", async () => {
    await using w = await world();
    const body = "unexpected exception: while parsing a flow sequence";
    w.misbehave({ kind: "status", code: 500, body, method: "POST" });
    await expect(w.run().life.create(job())).rejects.toThrow(
      `could not launch "${nightId}": Skaha answered 500: "${body}"`,
    );
    expect(w.requests("POST")).toHaveLength(1);
  });

  test("finds a session that was launched although the server says that it failed", async () => {
    await using w = await world();
    await w.launched();
    const body = "unexpected exception: a late one";
    w.misbehave(
      { kind: "omitFromList", names: [nightId], times: 1 },
      { kind: "status", code: 500, body, method: "POST" },
    );
    await expect(w.run().life.create(job())).resolves.toMatchObject({ status: "Running" });
    expect(w.alive()).toEqual([nightId]);
  });

  test("that comes three times leaves a job that is Held, which the next run launches", async () => {
    await using w = await world();
    w.misbehave({ kind: "status", code: 503, body: "busy", method: "POST", times: 3 });
    const error = await caught(w.run().life.create(job()));
    expect(error).toBeInstanceOf(JobNotAsDeclaredError);
    const { id, properties, reasons } = error as JobNotAsDeclaredError;
    expect(id).toBe(nightId);
    expect(properties).toMatchObject({ status: "Held", attempt: 1, server: w.skaha.url });
    expect(reasons).toEqual([expect.stringMatching(/answered 503: "busy".*The next `up`/)]);
    expect(w.requests("POST")).toHaveLength(3);

    const held = trustedState(properties);
    await expect(w.run().life.read(id, held)).resolves.toMatchObject({ status: "Held" });
    const state = await w.run().life.update(id, held, job());
    expect(state).toMatchObject({ status: "Pending", sessionId: w.skaha.jobs()[0]?.id });
    expect(state.reason).toBeUndefined();
  });

  test("is never repeated when the look itself fails", async () => {
    await using w = await world();
    w.misbehave(
      { kind: "lostAnswer", method: "POST" },
      { kind: "unauthorized", method: "GET", after: 1 },
    );
    const error = await caught(w.run().life.create(job()));
    expect(error).toBeInstanceOf(JobNotAsDeclaredError);
    expect(error.message).toContain("could not be seen");
    expect(w.requests("POST")).toHaveLength(1);

    // The session is there: the next run finds it, whether it refreshes first or not.
    w.skaha.faults.clear();
    const held = trustedState((error as JobNotAsDeclaredError).properties);
    const sessionId = w.skaha.jobs()[0]?.id;
    await expect(w.run().life.read(nightId, held)).resolves.toMatchObject({ sessionId });
    await expect(w.run().life.update(nightId, held, job())).resolves.toMatchObject({
      sessionId,
    });
    await w.run().life.remove(nightId, held);
    expect(w.alive()).toEqual([]);
  });

  test("may be none at all: a time-out is looked after too", async () => {
    await using w = await world();
    // In front of the server: hands everything on, and keeps the answers to POSTs.
    const swallowing = createServer((asked, answer) => {
      const { method, url, headers } = asked;
      const { port } = new URL(w.skaha.url);
      const handed = httpRequest(
        { port, method, path: url, headers: { ...headers, host: `127.0.0.1:${port}` } },
        (answered) => {
          if (method === "POST") answered.resume();
          else answered.pipe(answer.writeHead(answered.statusCode ?? 0, answered.headers));
        },
      );
      asked.pipe(handed);
    });
    await new Promise<void>((resolve) => swallowing.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = swallowing.address() as AddressInfo;
      const { life } = w.run({ server: `http://127.0.0.1:${port}/skaha/v1`, timeoutMs: 300 });
      const state = await life.create(job());
      expect(state.sessionId).toBe(w.skaha.jobs()[0]?.id);
      expect(w.requests("POST")).toHaveLength(1);
    } finally {
      swallowing.closeAllConnections();
      swallowing.close();
    }
  });
});

describe("a refused launch", () => {
  test("names the job and repeats the server's words, and is not repeated", async () => {
    await using w = await world();
    const error = await caught(w.run().life.create(job({ cores: 17 })));
    expect(error).toBeInstanceOf(SkahaError);
    expect(error).not.toBeInstanceOf(UnclearAnswerError);
    expect(error.message).toBe(
      `could not launch "${nightId}": Skaha answered 400: "Invalid value for 'cores': 17"; correct what it names, then run the command again`,
    );
    expect(w.requests("POST")).toHaveLength(1);
  });

  test("does not stop the others", async () => {
    await using w = await world();
    const { life } = w.run();
    const jobs = Array.from({ length: 10 }, (_, n) => job({ cores: n < 5 ? 1 : 17 }, `n-${n}`));
    const outcomes = await Promise.allSettled(jobs.map((one) => life.create(one)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    expect(w.alive()).toHaveLength(5);
  });

  test.each([
    ["unauthorized", { kind: "unauthorized" } as const, "CANFAR_TOKEN"],
    ["forbidden", { kind: "status", code: 403, body: "no" } as const, "operators"],
  ])("says what to do when it is %s", async (_, fault, remedy) => {
    await using w = await world();
    w.misbehave({ ...fault, method: "POST" });
    await expect(w.run().life.create(job())).rejects.toThrow(remedy);
    expect(w.requests("POST")).toHaveLength(1);
  });

  test("says that nobody answers, and launches nothing", async () => {
    await using w = await world();
    const { life } = w.run();
    await w.skaha.stop();
    await expect(life.create(job())).rejects.toThrow(/no answer from Skaha \(ECONNREFUSED/);
  }, 30_000); // the list is asked for again and again, for 8 s

  test("says that there are no credentials, not that there was no answer", async () => {
    await using w = await world();
    const error = await caught(w.run({ token: " " }).life.create(job()));
    expect(error.message).toContain("set CANFAR_TOKEN");
    expect(error.message).not.toContain("no answer");
  });

  test("repeats no secret, plain or as it was sent", async () => {
    await using w = await world();
    const secret = "hush $1 {hush}";
    const registrySecret = "registry-hush";
    const basic = Buffer.from(`alice:${registrySecret}`).toString("base64");
    const words = [secret, encodeWord(secret), encodeWord(secret).replaceAll("\\\\", "\\")];
    w.misbehave({
      kind: "status",
      code: 400,
      body: `no: ${words.join(" | ")} ${registrySecret} ${basic} ${w.skaha.token}`,
      method: "POST",
    });
    const error = await caught(
      w.run().life.create(
        job({
          secretEnv: { KEY: secret },
          registryAuth: { username: "alice", secret: registrySecret },
        }),
      ),
    );
    for (const hidden of [...words, registrySecret, basic, w.skaha.token]) {
      expect(error.message).not.toContain(hidden);
    }
    expect(error.message).toContain("[secret]");
  });

  test("shows no control characters of the server's on a terminal", async () => {
    await using w = await world();
    w.misbehave({ kind: "status", code: 400, body: "a\u001b[31mb\r\nc", method: "POST" });
    await expect(w.run().life.create(job())).rejects.toThrow('"a [31mb c"');
  });
});

test("a private image is launched with the registry's credentials", async () => {
  await using w = await world({
    images: [{ id: "images.canfar.net/mine/private:1", registrySecret: "alice:opens" }],
  });
  const image = "images.canfar.net/mine/private:1";
  const registryAuth = { username: "alice", secret: "opens" };
  await expect(w.run().life.create(job({ image }))).rejects.toThrow("No authentication");
  await expect(w.run().life.create(job({ image, registryAuth }))).resolves.toMatchObject({
    status: "Pending",
  });
  expect(w.alive()).toHaveLength(1);
});
