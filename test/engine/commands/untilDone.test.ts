import { until } from "../harness";
import { cli, cliInTerminal } from "./cliBench";
import { end, repeatedly, untilDoneBench } from "./untilDoneBench";

describe("pulumi-skaha up --until-done", () => {
  const opened = untilDoneBench();

  test("brings a stage and a retry to their end, in lines, and ends with 0", async () => {
    const bench = opened();
    bench.declare([
      { name: "calibrate", args: { retry: { limit: 1 } } },
      { name: "extract", after: ["calibrate"] },
    ]);
    const { status, stderr, stdout } = await cli(bench, [...repeatedly, "--yes"], {
      started: async () => {
        await end(bench, "calibrate", 1);
        await end(bench, "calibrate", 0);
        await end(bench, "extract", 0);
      },
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toMatch(/^0 of 2 done: 1 Held, 1 Pending$/m);
    expect(stderr).toMatch(/^calibrate: retried as session \w+, attempt 2 /m);
    expect(stderr).toMatch(/^2 of 2 done: 2 Completed$/m);
    expect(stderr).toMatch(/^2 Completed\.$/m);
    expect(stdout).not.toContain("2 of 2 done");
    expect(bench.counted()).toMatchObject({ POST: 3, DELETE: 0 });
  });

  test("ends with 1 when only a failed predecessor holds the rest, and says so", async () => {
    const bench = opened();
    bench.declare([
      { name: "first", args: { args: [2] } },
      { name: "second", after: ["first"] },
    ]);
    const { status, stderr } = await cli(bench, [...repeatedly, "--yes"], {
      started: () => end(bench, "first", 3),
    });
    expect(status).toBe(1);
    expect(stderr).toContain("Not completed: first. To learn why: pulumi-skaha why first");
    expect(stderr).toContain(
      "Held: second. first is Failed: what comes after waits until it is Completed\n",
    );
  });

  test("ends with 2 when the time is over, and lets the jobs run", async () => {
    const bench = opened();
    bench.declare([{ name: "endless" }]);
    const words = [...repeatedly, "--timeout", "1s", "--yes", "--skip-preview"];
    const { status, stderr } = await cli(bench, words);
    expect(status).toBe(2);
    expect(stderr).toContain("The time is over; the jobs go on.");
    expect(bench.alive()).toHaveLength(1);
  });

  test("is refused where nothing is looked at", async () => {
    const bench = opened();
    const { status, stderr } = await cli(bench, [...repeatedly, "--yes", "--refresh=false"]);
    expect(status).toBe(1);
    expect(stderr).toContain("leave out --refresh=false");
  });

  test("asks first and draws bars in a terminal, and Ctrl-C lets the jobs run", async () => {
    const bench = opened();
    bench.declare([{ name: "asked" }]);
    const { status, stdout } = await cliInTerminal(bench, repeatedly, {
      started: async (process, printed) => {
        await until("it asks", () => printed().includes("[y/N]"));
        process.stdin?.write("y\n");
        await until("a bar is drawn", () => printed().includes("0/1"));
        process.stdin?.write("\u0003");
      },
    });
    expect({ status, stdout }).toMatchObject({ status: 130 });
    expect(stdout).toContain("interrupted; the jobs run on");
    expect(bench.alive()).toHaveLength(1);
  });
});
