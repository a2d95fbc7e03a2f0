import { image } from "../world/job";
import { hour, type World, world } from "../world/world";

/** A session that was started by hand. */
async function byHand(w: World, token = w.skaha.token): Promise<string> {
  const body = new URLSearchParams({ name: "by-hand", image, type: "headless", cmd: "true" });
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${w.skaha.url}/session`, { method: "POST", body, headers });
  return (await answer.text()).trim();
}

describe("adopt", () => {
  test("is refused for the second job that names the same session, and the session stays the first one's", async () => {
    await using w = await world();
    const session = await byHand(w);
    await w.engine.up({ a: { adopt: session } });
    await expect(w.engine.up({ a: { adopt: session }, b: { adopt: session } })).rejects.toThrow(
      `names session ${session}, which a takes over already: a session is one job's`,
    );
    await w.engine.up({ b: { adopt: session } }); // another name for it
    expect(w.posts()).toBe(1);
  });

  test("takes over a session that was started by hand", async () => {
    await using w = await world();
    const session = await byHand(w);
    const program = { a: { adopt: session, logs: "logs" } };
    await w.engine.up(program);
    expect(w.posts()).toBe(1);
    expect(w.engine.outputs("a")).toMatchObject({
      status: "Running",
      sessionId: session,
      sessionName: "by-hand",
      attempt: 1,
    });
    expect(w.engine.outputs("a")).not.toHaveProperty("adopt");
    expect((await w.engine.up(program)).a).toBe("same");
    w.runner.write(session, "by hand\n");
    w.end("a", 0);
    await w.engine.up(program);
    expect(w.engine.statuses()).toEqual({ a: "Completed" });
    expect(Object.values(w.files("logs"))).toEqual(["by hand\n"]);
  });

  test("says no to a session that is not there, or another user's", async () => {
    await using w = await world();
    const theirs = await byHand(w, w.skaha.tokens.bob);
    for (const adopt of ["abcd1234", theirs]) {
      await expect(w.engine.up({ a: { adopt } })).rejects.toThrow(
        new RegExp(
          `cannot adopt session ${adopt}: .* shows no such headless session of alice; correct`,
        ),
      );
    }
    expect(w.engine.names()).toEqual([]);
  });

  test("is used by create only: leaving it out, or changing it, does nothing", async () => {
    await using w = await world();
    const session = await byHand(w);
    await w.engine.up({ a: { adopt: session } });
    expect((await w.engine.up({ a: {} })).a).toBe("same");
    expect((await w.engine.up({ a: { adopt: "other" } })).a).toBe("same");
    expect(w.session("a")).toBe(session);
  });

  test("an edit of what runs cancels the adopted session and launches the job", async () => {
    await using w = await world();
    const session = await byHand(w);
    await w.engine.up({ a: { adopt: session } });
    await w.engine.up({ a: { adopt: session, args: ["new"] } });
    expect(w.session("a")).not.toBe(session);
    expect(w.runner.running).toEqual([w.session("a")]);
    expect(w.engine.outputs("a").sessionName).toBe(w.engine.id("a"));
  });

  test("an edit long after its end launches the job, though nothing is left to adopt", async () => {
    await using w = await world();
    const session = await byHand(w);
    await w.engine.up({ a: { adopt: session } });
    w.end("a", 0);
    await w.engine.up({ a: { adopt: session } });
    w.clock.pass(2 * hour);
    await w.engine.up({ a: { adopt: session, args: ["new"] } });
    expect(w.engine.outputs("a")).toMatchObject({ status: "Pending" });
    expect(w.session("a")).not.toBe(session);
  });

  test("an adopted session that failed is retried under the job's own name", async () => {
    await using w = await world();
    const session = await byHand(w);
    const program = { a: { adopt: session, retry: { limit: 1 } } };
    await w.engine.up(program);
    w.end("a", 1);
    await w.engine.up(program);
    expect(w.engine.outputs("a")).toMatchObject({
      attempt: 2,
      sessionName: `${w.engine.id("a")}-2`,
      attempts: [{ sessionId: session, status: "Failed" }],
    });
    w.end("a", 0);
    expect((await w.engine.up(program)).a).toBe("same");
    expect(w.engine.statuses()).toEqual({ a: "Completed" });
  });

  test("an adopted session is cancelled with its job, and Lost when it vanishes", async () => {
    await using w = await world();
    const [one, two] = [await byHand(w), await byHand(w)];
    await w.engine.up({ a: { args: ["a"], adopt: one }, b: { args: ["b"], adopt: two } });
    w.skaha.vanish(two);
    await w.engine.up({ b: { args: ["b"], adopt: two } });
    expect(w.runner.running).toEqual([]);
    expect(w.engine.statuses()).toEqual({ b: "Lost" });
  });
});

describe('onRemove: "leave"', () => {
  test("lets the session run on, said in the very edit that removes the job", async () => {
    await using w = await world();
    await w.engine.up({ a: { onRemove: "leave" } });
    const session = w.session("a");
    await w.engine.up({});
    expect(w.runner.running).toEqual([session]);
    expect(w.requests("DELETE")).toEqual([]);
    expect(w.said()).toContainEqual(
      expect.stringMatching(/session \w+ \(Running\) is left to run: onRemove is "leave"$/),
    );
    // Declared again, the job is that session.
    await w.engine.up({ a: {} });
    expect(w.session("a")).toBe(session);
    await w.engine.up({});
    expect(w.runner.running).toEqual([]);
  });

  test("does not hold for a replacement: one job is one session", async () => {
    await using w = await world();
    await w.engine.up({ a: { onRemove: "leave" } });
    await w.engine.up({ a: { onRemove: "leave", args: ["new"] } });
    expect(w.runner.running).toEqual([w.session("a")]);
  });
});

describe("registryAuth", () => {
  const secretImage = "images.canfar.net/mine/secret:1";
  const images = [
    { id: image, types: ["headless"] },
    { id: secretImage, types: ["headless"], registrySecret: "alice:s3cr3t" },
  ];

  test("reaches the server as it wants it", async () => {
    await using w = await world({ images });
    const registryAuth = { username: "alice", secret: "s3cr3t" };
    await w.engine.up({ a: { image: secretImage, registryAuth } });
    expect(await running(w, "a")).toBe("Running");
  });

  test("is taken from skaha:registryAuth, and a job's own comes before it", async () => {
    await using w = await world({ images, stack: { "skaha:registryAuth": "alice:s3cr3t" } });
    await w.engine.up({
      a: { image: secretImage, args: ["a"] },
      b: { image: secretImage, args: ["b"], registryAuth: { username: "alice", secret: "wrong" } },
    });
    expect(await running(w, "a")).toBe("Running");
    expect(await running(w, "b")).toBe("Pending"); // cannot be pulled
  });

  test("is taken from the canfar client's configuration", async () => {
    await using w = await world({ images });
    w.engine.writeHome(".canfar/config.yaml", [
      "version: 1",
      "active: {authentication: cadc, server: canfar}",
      "registry: {username: alice, secret: s3cr3t}",
    ]);
    await w.engine.up({ a: { image: secretImage } });
    expect(await running(w, "a")).toBe("Running");
  });

  test("that is missing is asked for in the preview", async () => {
    await using w = await world({ images });
    await expect(w.engine.preview({ a: { image: secretImage } })).rejects.toThrow(
      `a: image ${secretImage} is not among the server's public images: correct it, or give registryAuth if it is private`,
    );
  });

  test("is in no error, in whatever form the server repeats it", async () => {
    await using w = await world();
    const registryAuth = { username: "alice", secret: "s3cr3t-value" };
    const header = Buffer.from("alice:s3cr3t-value").toString("base64");
    w.skaha.faults.add({
      kind: "status",
      code: 400,
      body: `bad ${header} of s3cr3t-value\n`,
      method: "POST",
    });
    const failed = w.engine.up({ a: { registryAuth } });
    await expect(failed).rejects.toThrow(/bad \[secret\] of \[secret\]/);
    expect(w.engine.lines.join("\n")).not.toMatch(/s3cr3t/);
  });

  test.each(["alice", "alice:a:b", ":x"])(
    "skaha:registryAuth %j is refused, and not shown",
    async (text) => {
      await using w = await world({ stack: { "skaha:registryAuth": text } });
      const failed = w.engine.preview({ a: {} });
      await expect(failed).rejects.toThrow(
        /^could not check a: skaha:registryAuth in the stack's configuration must be username:secret, with one colon; to set another value: npx pulumi-skaha pulumi config set --secret skaha:registryAuth USER:SECRET$/,
      );
    },
  );

  test("a new secret launches nothing", async () => {
    await using w = await world();
    await w.engine.up({ a: { registryAuth: { username: "alice", secret: "one" } } });
    const edited = { a: { registryAuth: { username: "alice", secret: "two" } } };
    expect(await w.engine.up(edited)).toEqual({ a: "update" });
    expect(w.posts()).toBe(1);
    w.clock.pass(hour);
    expect((await w.engine.up(edited)).a).toBe("same");
  });
});

async function running(w: World, name: string): Promise<unknown> {
  await w.engine.refresh();
  return w.engine.outputs(name).status;
}
