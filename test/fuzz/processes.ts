// Random words and variables, all the way into real processes: what `sh` itself says it got.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { startSkaha } from "../../embedded";
import { assemble } from "../../provider/assemble";
import { noEngine } from "../../provider/engine/engineWatch";
import { SkahaProvider } from "../../provider/runtime";
import { clientOf } from "../embedded/client";
import { oddName, sendable, variableName } from "./launches";

/** What is looked for, and only then the words and variables. */
const start = "what-it-got";
const show = `printf '%s\\0' ${start} "$@"; env -0`;

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
      return { ...words, record: '/arc/projects/it\'s "a" $record', cwd: "/" };
    case "limited":
      return { ...words, maxRunSeconds: 600, outputs: [] };
    default:
      return words;
  }
}

/** @throws a counterexample unless each process gets its words and variables as they were written */
export async function fuzzProcesses(runs: number, seed: number | undefined): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "fuzz-"));
  const skaha = await startSkaha({
    users: { alice: {} },
    dataDir: path.join(folder, "data"),
    capacity: { cores: 1_000, ramGiB: 10_000 },
  });
  try {
    const client = clientOf(skaha);
    const provider = new SkahaProvider((config) =>
      assemble(
        config,
        { CANFAR_URL: skaha.url, CANFAR_TOKEN: skaha.token },
        { write: () => {}, folder, home: folder, temporary: folder, engine: noEngine },
      ),
    );
    await provider.configure({ config: { get: () => undefined, require: () => "" } } as never);
    let count = 0;
    const arrives = async (one: Parameters<typeof inputsOf>[0]) => {
      count += 1;
      const urn = `urn:pulumi:dev::fuzz::skaha:HeadlessSession::job-${count}`;
      const image = "images.canfar.net/skaha/terminal:1.1.2";
      const news = { image, ...inputsOf(one), identity: `organization/${urn}` };
      const { inputs, failures } = await provider.check({}, news);
      expect(failures).toEqual([]);
      const { outs } = await provider.create(JSON.parse(JSON.stringify(inputs)));
      const sessionId = String(outs?.sessionId);
      const { status } = await client.untilEnd(sessionId);
      const [, got = ""] = (await client.log(sessionId)).split(`${start}\0`);
      const said = got.split("\0").slice(0, -1);
      expect({ status, args: said.slice(0, one.args.length) }).toEqual({
        status: "Completed",
        args: one.args,
      });
      const variables = said.slice(one.args.length).map((pair) => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), pair.slice(at + 1)];
      });
      expect(Object.fromEntries(variables)).toMatchObject(one.env);
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
    await skaha.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
