import { runInNewContext } from "node:vm";
import { leaveOutStacks } from "../../../provider/engine/stackTraces";

const { prepareStackTrace, stackTraceLimit } = Error;

afterEach(() => {
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  delete process.env.PULUMI_DEBUG_PROMISE_LEAKS;
});

/** As `source-map-support`, which the SDK's program runner loads, makes them. */
function mapped(error: Error, sites: NodeJS.CallSite[]): string {
  return [`${error}`, ...sites.map((site) => `    at mapped (${site.getFileName()}:1:2)`)].join(
    "\n",
  );
}

/** Runs `work` from a program in `file`. */
function from<T>(file: string, work: () => T): T {
  return runInNewContext("(work) => work()", {}, { filename: file })(work);
}

/** As the SDK takes the stack that it stores. */
function wholeStack(): string[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const lines = `${new Error("where").stack}`.split("\n");
  Error.stackTraceLimit = limit;
  return lines;
}

describe("leaveOutStacks", () => {
  test("takes no frame for the SDK's promises", () => {
    const costly = jest.fn(mapped);
    Error.prepareStackTrace = costly;
    const restore = leaveOutStacks();
    const { stack } = new Error("leaked");
    restore();
    expect(stack).toBe("Error: leaked");
    expect(costly).not.toHaveBeenCalled();
  });

  test("leaves the frames of the user's program, where the SDK looks for them", () => {
    Error.prepareStackTrace = mapped;
    const restore = leaveOutStacks();
    const lines = from("/home/alice/fleet/index.js", () =>
      from("/home/alice/fleet/node_modules/pulumi-skaha/dist/provider/sweep/sweep.js", () =>
        from("/home/alice/fleet/jobs.js", () => from("node:internal/timers", wholeStack)),
      ),
    );
    restore();
    const [header, ...frames] = lines;
    expect(header).toBe("Error: where");
    const own = frames.slice(5).filter((line) => line.includes("/home/alice"));
    expect(own).toEqual([
      "    at mapped (/home/alice/fleet/jobs.js:1:2)",
      "    at mapped (/home/alice/fleet/index.js:1:2)",
    ]);
    expect(frames.slice(0, 5)).toEqual(Array(5).fill("    at the SDK"));
    expect(lines.filter((line) => /node_modules|node:/.test(line))).toEqual([]);
  });

  test("puts everything back", () => {
    Error.prepareStackTrace = mapped;
    leaveOutStacks()();
    expect(Error.prepareStackTrace).toBe(mapped);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });

  test("does nothing while leaks are searched for", () => {
    process.env.PULUMI_DEBUG_PROMISE_LEAKS = "true";
    Error.prepareStackTrace = mapped;
    leaveOutStacks();
    expect(Error.prepareStackTrace).toBe(mapped);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });
});
