// Jobs of a Python program without most of the SDK's outputs: what the engine is asked, and each output that a program asks
// for, are as in the SDK's own way. That way is taken where the program transforms resources.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { pythonWithPulumi } from "./venv";

jest.setTimeout(300_000);

const found = pythonWithPulumi();
const testWithPulumi: jest.It = "missing" in found ? test.skip : test;

interface Told {
  readonly asked: readonly Readonly<Record<string, unknown>>[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** How many outputs each job has that nobody has asked for yet. */
  readonly made: Readonly<Record<string, number>>;
  /** How many resources the engine was asked about at a time. */
  readonly most: number;
  readonly logged: readonly string[];
}

function told(way: "plain" | "light" | "many" | "transformed", phase: "preview" | "up"): Told {
  return JSON.parse(run([path.join(checkout, "test/python/jobCalls.py"), way, phase]));
}

function run(words: readonly string[]): string {
  return execFileSync("command" in found ? found.command : "", words, {
    env: {
      ...process.env,
      PYTHONPATH: path.join(checkout, "python/src"),
      PYTHONDONTWRITEBYTECODE: "1",
    },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

interface Frame {
  readonly pc: { readonly uri: string };
}

function withoutStacks({ asked }: Told) {
  return asked.map(({ stackTrace: _, ...rest }) => rest);
}

describe("jobs of a Python program", () => {
  testWithPulumi.each(["preview", "up"] as const)("are as in the SDK's own way: %s", (phase) => {
    const [plain, light] = [told("plain", phase), told("light", phase)];
    expect(withoutStacks(light)).toEqual(withoutStacks(plain));
    expect(light.outputs).toEqual(plain.outputs);
  });

  testWithPulumi(
    "have three outputs before one is asked for, and those of what is known later",
    () => {
      expect(told("light", "up").made).toMatchObject({ told: 3, failed: 3, after: 7 });
      expect(told("plain", "up").made.told).toBeGreaterThan(30);
    },
  );

  testWithPulumi("leave the frames of Python and the SDK out of the state", () => {
    const job = told("light", "up").asked.find(({ name }) => name === "told");
    const uri = `file://${path.join(checkout, "test/python/jobCalls.py")}`;
    const { frames } = (job?.stackTrace ?? {}) as { readonly frames: readonly Frame[] };
    expect(frames.length).toBeGreaterThan(1);
    expect(new Set(frames.map(({ pc }) => pc.uri))).toEqual(new Set([uri]));
    expect(job?.sourcePosition).toMatchObject({ uri });
  });

  testWithPulumi("make the SDK send no message for debugging, and the program its own", () => {
    const ofJobs = ({ logged }: Told) => logged.filter((line) => line.includes("HeadlessSession"));
    expect(ofJobs(told("plain", "up")).length).toBeGreaterThan(20);
    const light = told("light", "up");
    expect(ofJobs(light)).toEqual([]);
    expect(light.logged).toEqual(expect.arrayContaining(["of the program"]));
  });

  testWithPulumi("are asked about 256 at a time, and all of them in the end", () => {
    const { asked, most } = told("many", "up");
    expect(asked.filter(({ name }) => String(name).startsWith("many-"))).toHaveLength(1_000);
    expect(most).toBeGreaterThanOrEqual(256);
    expect(most).toBeLessThan(256 + 20); // and what is no such job
  });

  testWithPulumi("wait for the end of another's turn", () => {
    const program = `
import asyncio, json
from pulumi_skaha.resources._turns import InTurn, Turns
class Urn:
    async def future(self): return "urn"
class Fake:
    urn, pulumi_resource_type = Urn(), "t"
    def get_provider(self, kind): return None
async def everything():
    turns = Turns()
    tasks = [asyncio.ensure_future(InTurn(str(n), turns, Fake(), Fake())) for n in range(300)]
    told = []
    for ends in (0, 1, 50):
        for _ in range(ends): turns.end()
        for _ in range(20): await asyncio.sleep(0)
        of = [task.result() for task in tasks if task.done()]
        assert of == [str(n) for n in range(len(of))], of
        told.append(len(of))
    return told
print(json.dumps(asyncio.run(everything())))`;
    expect(JSON.parse(run(["-c", program]))).toEqual([256, 257, 300]);
  });

  testWithPulumi("show all their properties to what transforms resources", () => {
    const { asked, made } = told("transformed", "up");
    expect(asked).toContainEqual({ transformed: "late", props: ["cmd", "cores", "image"] });
    expect(made.late).toBeGreaterThan(30);
  });
});
