import { scriptedRunner, startSkaha } from "../../embedded";
import { FakeClock } from "./fakeClock";
import { MiniEngine } from "./miniEngine";

const minute = 60_000;

async function world(config: Record<string, string> = {}) {
  const clock = new FakeClock();
  const runner = scriptedRunner();
  const skaha = await startSkaha({
    clock: clock.now,
    runner,
    capacity: { cores: 1000, ramGiB: 9000 },
  });
  const engine = new MiniEngine({ clock, url: skaha.url, token: skaha.token, config });
  const posts = () => skaha.journal().filter(({ method }) => method === "POST").length;
  return {
    clock,
    runner,
    skaha,
    engine,
    posts,
    async [Symbol.asyncDispose]() {
      engine.close();
      await skaha.stop();
    },
  };
}

describe("maxInFlight", () => {
  test("launches as many as there are slots and holds the others", async () => {
    await using w = await world({ "skaha:maxInFlight": "3" });
    const program = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`job-${n}`, { args: [n] }]),
    );
    await w.engine.up(program);
    expect(w.posts()).toBe(3);
    expect(Object.values(w.engine.statuses()).filter((status) => status === "Held")).toHaveLength(
      7,
    );
    for (const id of w.runner.running.slice(0, 2)) w.runner.end(id, 0);
    w.clock.pass(minute);
    const plan = await w.engine.preview(program);
    expect(Object.values(plan).filter((step) => step === "update")).toHaveLength(2);
    await w.engine.up(program);
    expect(w.posts()).toBe(5);
  });
});

describe("after", () => {
  test("launches a successor when its predecessor is Completed", async () => {
    await using w = await world();
    const program = { a: { args: ["a"] }, b: { args: ["b"], after: ["a"] } };
    await w.engine.up(program);
    expect(w.posts()).toBe(1);
    expect(w.engine.statuses()).toEqual({ a: "Pending", b: "Held" });
    w.clock.pass(minute);
    await w.engine.up(program);
    expect(w.posts()).toBe(1);
    w.runner.end(w.runner.running[0] ?? "", 0);
    await w.engine.up(program);
    expect(w.engine.statuses()).toEqual({ a: "Completed", b: "Pending" });
    const edited = { ...program, a: { args: ["other"] } };
    expect(await w.engine.preview(edited)).toEqual({ a: "replace", b: "replace" });
  });
});

describe("retry", () => {
  test("launches a failed job again, larger, and tells of it", async () => {
    await using w = await world();
    const program = {
      a: {
        ram: 8,
        logs: "logs",
        resumeArgs: ["--resume"],
        retry: { limit: 1, on: ["Failed"], ramFactor: 1.5 },
      },
    };
    await w.engine.up(program);
    w.runner.write(w.runner.running[0] ?? "", "first try\n");
    w.runner.end(w.runner.running[0] ?? "", 1);
    expect(await w.engine.preview(program)).toEqual({ a: "update" });
    await w.engine.up(program);
    expect(w.posts()).toBe(2);
    w.runner.end(w.runner.running[0] ?? "", 1);
    await w.engine.up(program);
    expect(w.posts()).toBe(2);
  });
});
