import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ServerFacts } from "../../provider/server/serverFacts";
import { FakeClock } from "../world/fakeClock";
import { image } from "../world/job";
import { hour, minute, type World, world } from "../world/world";

const images = [
  { id: image, types: ["headless"], digest: `sha256:${"a".repeat(64)}` },
  { id: "images.canfar.net/skaha/terminal:1.2.0", types: ["headless"] },
];
const jobs = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`job-${n}`, { args: [n] }]));

describe("a preview", () => {
  test("refuses what the server does not offer, before anything is launched", async () => {
    await using w = await world({ images });
    const refused = w.engine.preview({
      a: { cores: 3.5, ram: 3, image: "images.canfar.net/skaha/terminal:1.1" },
    });
    await expect(refused).rejects.toThrow(
      /a: ram 3 is not offered: choose one of 1, 2, 4, .* GiB\na: image .* \(it has .*1\.1\.2, .*1\.2\.0\)/,
    );
    await expect(w.engine.preview({ a: { gpus: 1 } })).resolves.toEqual({ a: "create" });
    await expect(w.engine.preview({ a: { gpus: 29 } })).rejects.toThrow(
      /a: gpus 29 is not offered/,
    );
  });

  test("asks for options and images once, whatever the number of jobs", async () => {
    await using w = await world({ images });
    await w.engine.preview(jobs(50));
    const asked = w.skaha.journal().map(({ method, path: wanted }) => `${method} ${wanted}`);
    expect(asked.sort()).toEqual(["GET /skaha/v1/context", "GET /skaha/v1/image"]);
  });

  test("says each refusal of a job once", async () => {
    await using w = await world({ images });
    const refused = w.engine.preview({ a: { ram: 0 } });
    await expect(refused).rejects.toThrow(
      /^a: ram must be at least 1; leave it out and the server chooses$/,
    );
  });

  test("works without the server: one warning once it was asked again, nothing refused", async () => {
    await using w = await world();
    w.engine.env.CANFAR_URL = "http://127.0.0.1:9/skaha/v1";
    const plan = await w.engine.preview({ ...jobs(3), odd: { ram: 3 } });
    expect(Object.values(plan)).toEqual(["create", "create", "create", "create"]);
    expect(w.said()).toEqual([
      "warning: http://127.0.0.1:9/skaha/v1 cannot be reached (ECONNREFUSED); asking again for some seconds",
      expect.stringMatching(
        /^warning: sizes and images were not checked against http:\/\/127\.0\.0\.1:9\/skaha\/v1: .*ECONNREFUSED/,
      ),
    ]);
  }, 30_000);

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      ":latest",
      { image: "images.canfar.net/skaha/terminal:latest" },
      /":latest" may be another image/,
    ],
    ["16 cores", { cores: 16 }, /large sessions wait longer in the queue/],
    ["64 GiB", { ram: 64 }, /large sessions wait longer in the queue/],
    [
      "a path in cmd",
      { cmd: "python /home/me/x.py" },
      /\/home\/me\/x\.py is a path of this machine/,
    ],
    ["a path in args", { args: ["/Users/me/x"] }, /\/Users\/me\/x is a path of this machine/],
    ["a path in env", { env: { IN: "C:\\x" } }, /C:\\x is a path of this machine/],
  ])("warns of %s, and refuses it not", async (_, declared, warning) => {
    await using w = await world();
    await expect(w.engine.preview({ a: declared })).resolves.toEqual({ a: "create" });
    expect(w.said()).toEqual([expect.stringMatching(warning)]);
  });

  test("says once a run that images were not checked, where the server lists none", async () => {
    const unchecked = (w: World) =>
      w.engine.lines.filter((line) => line.includes("images were not checked"));
    await using w = await world();
    const program = jobs(3);
    await w.engine.preview(program);
    expect(unchecked(w)).toEqual([
      "warning: images were not checked, because the server lists none",
    ]);
    await w.engine.up(program);
    expect(unchecked(w)).toHaveLength(2);
    await w.engine.up(program);
    expect(unchecked(w)).toHaveLength(2); // nothing is new
    await using listing = await world({ images });
    await listing.engine.preview({ a: {} });
    expect(unchecked(listing)).toEqual([]);
  });

  test("warns of more than a hundred launches without a limit", async () => {
    await using w = await world();
    await w.engine.preview(jobs(100));
    expect(w.said()).toEqual([]);
    await w.engine.preview(jobs(101));
    expect(w.said()).toEqual([
      expect.stringMatching(
        /^warning: this launches more than 100 sessions at once; `npx pulumi-skaha pulumi config set skaha:maxInFlight 100`/,
      ),
    ]);
    w.engine.config["skaha:maxInFlight"] = "5";
    await w.engine.preview(jobs(101));
    expect(w.said()).toEqual([]);
  });
});

describe("where a job came from", () => {
  test("is an output: the image's digest and the program's commit", async () => {
    await using w = await world({ images });
    const git = (...words: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], {
        cwd: w.engine.folder,
        encoding: "utf8",
      }).trim();
    git("init", "-q");
    w.engine.writeHome("program.ts", ["one"]);
    git("add", "program.ts");
    git("commit", "-qm", "One");
    const commit = git("rev-parse", "HEAD");
    await w.engine.up(jobs(1));
    expect(w.engine.outputs("job-0")).toMatchObject({
      imageDigest: images[0]?.digest,
      gitCommit: commit,
      gitDirty: false,
    });
    w.engine.writeHome("program.ts", ["two"]);
    expect(await w.engine.up(jobs(1))).toEqual({ "job-0": "same" });
    await w.engine.up(jobs(2));
    expect(w.engine.outputs("job-0")).toMatchObject({ gitDirty: false });
    expect(w.engine.outputs("job-1")).toMatchObject({ gitCommit: commit, gitDirty: true });
  });
});

describe("ServerFacts", () => {
  test("serves a preview and its update from one answer, for ten minutes", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "skaha-facts-"));
    try {
      const clock = new FakeClock();
      let asked = 0;
      const client = {
        context: async () => {
          asked += 1;
          return { cores: { options: [1] }, memoryGB: { options: [1] }, gpus: { options: [1] } };
        },
        images: async () => [{ id: "one", types: [] }],
      };
      const facts = (whose = "alice") =>
        new ServerFacts(client, clock, { folder, whose: async () => whose }, () => {}).get();
      const first = await facts();
      clock.pass(9 * minute);
      await expect(facts()).resolves.toMatchObject(first ?? {});
      expect(asked).toBe(1);
      await facts("bob");
      expect(asked).toBe(2);
      clock.pass(hour);
      await facts();
      expect(asked).toBe(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
