import { Bench, until } from "../harness";
import { cli, cliInTerminal } from "./cliBench";

describe("pulumi-skaha wait", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
    bench.declare([
      ...["good-0", "good-1", "bad-0", "bad-1", "bad-2", "slow", "away", "bar-0", "bar-1"].map(
        (name) => ({ name }),
      ),
      { name: "later", after: ["slow"] },
    ]);
    await bench.succeed(bench.up());
  });
  beforeEach(() => bench.skaha.clearJournal());
  afterAll(() => bench[Symbol.asyncDispose]());

  const sessionOf = (name: string) =>
    bench.skaha.jobs().find((one) => one.name.startsWith(`${name}-`))?.id ?? "";
  const end = (name: string, exitCode: number) => bench.runner.end(sessionOf(name), exitCode);

  test("ends with 0 when all have completed, in plain lines, and launches nothing", async () => {
    const { status, stderr, stdout } = await cli(bench, ["wait", "good-*", "--every", "0.2s"], {
      started: async (_, printed) => {
        await until("it waits", () => printed().includes("0 of 2 done: 2 Running\n"));
        end("good-0", 0);
        await until("one is seen", () => printed().includes("1 of 2 done"));
        end("good-1", 0);
      },
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toMatch(/2 of 2 done: 2 Completed\n2 Completed\.\n$/);
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  });

  test("ends with 1 when one has failed or is gone, and names it", async () => {
    end("bad-0", 0);
    end("bad-1", 3);
    bench.skaha.vanish(sessionOf("bad-2"));
    const { status, stderr } = await cli(bench, ["wait", "bad-*", "--every", "0.2s"]);
    expect(status).toBe(1);
    expect(stderr).toContain("1 Completed, 1 Failed, 1 gone.");
    expect(stderr).toMatch(/^Not completed: bad-[12], bad-[12]\. To learn why: pulumi-skaha why /m);
  });

  test("refuses a job that there is not", async () => {
    const { status, stderr } = await cli(bench, ["wait", "goot-0"]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "pulumi-skaha: there is no job goot-0 in the stack; is it good-0?\n",
    });
  });

  test("ends with 2 when the time is over, and lets the jobs run", async () => {
    const words = ["wait", "slow", "--timeout", "1s", "--every", "0.2s"];
    const { status, stderr } = await cli(bench, words);
    expect(status).toBe(2);
    expect(stderr).toContain("The time is over; the jobs go on.");
    expect(bench.alive()).toContainEqual(expect.stringMatching(/^slow-/));
  });

  test("outlives a server that is away for a moment", async () => {
    const { status, stderr } = await cli(bench, ["wait", "away", "--every", "0.2s"], {
      started: async (_, printed) => {
        await until("it waits", () => printed().includes("1 Running"));
        bench.skaha.faults.add({
          ...{ kind: "status", code: 400, body: "away\n", path: "type=headless" },
        });
        await until("it says so", () => printed().includes("looking again"));
        bench.skaha.faults.clear();
        end("away", 0);
      },
    });
    expect(status).toBe(0);
    expect(stderr).toContain("away");
  });

  test("draws bars in a terminal", async () => {
    const { status, stdout } = await cliInTerminal(bench, ["wait", "bar-*", "--every", "0.2s"], {
      started: async (_, printed) => {
        await until("a bar is drawn", () => printed().includes("0/2"));
        end("bar-0", 0);
        end("bar-1", 0);
      },
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/█+ 2\/2 {2}2 Completed/);
  });

  test("says that only an up launches what is held", async () => {
    end("slow", 0);
    const { status, stderr } = await cli(bench, ["wait", "slow", "later"]);
    expect(status).toBe(1);
    expect(stderr).toContain("Held: later. Only an up launches them: pulumi-skaha up --until-done");
  });
});
