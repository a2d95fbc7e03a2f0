// Random words and variables, all the way into real processes: what `sh` itself says it got.
import fc from "fast-check";
import { openPrinter, show, variablesOf } from "../embedded/printer";
import { oddName, sendable, variableName } from "./launches";

/** The embedded server maps these to a folder of its own. */
const unmapped = sendable.filter((text) => !/arc|scratch/.test(text));

const launches = (ways: readonly string[], name: fc.Arbitrary<string>) =>
  fc.record({
    way: fc.constantFrom(...ways),
    args: fc.array(unmapped, { maxLength: 6 }),
    env: fc.dictionary(name, unmapped, { maxKeys: 4, noNullPrototype: true }),
  });
const real = fc.oneof(
  { arbitrary: launches(["words", "recorded", "limited"], variableName), weight: 3 },
  // bash hands on all names, other shells only their own
  { arbitrary: launches(["script"], fc.oneof(variableName, oddName)), weight: 1 },
);

function inputsOf({ way, args, env }: { way: string; args: string[]; env: object }): object {
  const words = { cmd: "sh", args: ["-c", show, "sh", ...args], env };
  switch (way) {
    case "script":
      return { script: show, args, env };
    case "recorded":
      return { ...words, record: "/arc/projects/it's=a;$record&é", cwd: "/" };
    case "limited":
      return { ...words, maxRunSeconds: 600, outputs: [] };
    default:
      return words;
  }
}

/** @throws a counterexample unless each process gets its words and variables as they were written */
export async function fuzzProcesses(runs: number, seed: number | undefined): Promise<void> {
  const printer = await openPrinter();
  try {
    const arrives = async (one: Parameters<typeof inputsOf>[0]) => {
      const { status, said } = await printer.print(inputsOf(one));
      expect({ status, args: said.slice(0, one.args.length) }).toEqual({
        status: "Completed",
        args: one.args,
      });
      expect(variablesOf(said.slice(one.args.length))).toMatchObject(one.env);
    };
    // Several at a time: a process takes its time to start and to be noticed.
    const several = fc.array(real, { minLength: 10, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(several, async (ones) => {
        await Promise.all(ones.map(arrives));
      }),
      { numRuns: Math.ceil(runs / 10), ...(seed !== undefined && { seed }), endOnFailure: true },
    );
  } finally {
    await printer.close();
  }
}
