// What chaos runs found, each by its plan or as the shortest way to see it.
import { getPulumi } from "../../toolchain/pulumiCli";
import { Bench, fleet } from "../engine/harness";
import { carryOut } from "./run";
import { faultsOf } from "./sentences";
import { quickSilence } from "./silence";

jest.setTimeout(600_000);

const none = { providerKilled: false, backendBroken: false };

test("refused jobs are told without a stack trace while the others go on", async () => {
  await using bench = await Bench.open();
  bench.declare([...fleet(2, (n) => ({ args: [n] })), { name: "behind", after: ["job-0"] }]);
  bench.skaha.faults.add({ kind: "status", code: 400, body: "no\n", method: "POST" });
  const output = await bench.fail(bench.up(), { env: { PULUMI_CONTINUE_ON_ERROR: "true" } });
  expect(faultsOf(output, [], none)).toEqual([]);
  expect(output).toMatch(
    /could not create job-1: could not launch "job-1": Skaha answered 400: "no"; correct what it names/,
  );
  expect(output).not.toMatch(/failed to register/); // the SDK's own words, where it has any: 3.270 does
});

test("a server that accepts connections and never answers costs nothing, and little time", async () => {
  const { command, env } = await getPulumi();
  const cli = { command, searchPath: env.PATH ?? "" };
  const { violations, met, transcript } = await carryOut(quickSilence, { cli });
  if (violations.length > 0) console.error(transcript);
  expect(violations).toEqual([]);
  expect(met).toMatchObject({ "no answer to anything": 2 });
});
