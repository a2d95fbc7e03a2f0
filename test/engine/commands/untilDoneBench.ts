// What the tests of `up --until-done` share: a stack that is looked at five times a second, and the ends of its jobs.
import { Bench, until } from "../harness";

export const repeatedly = ["up", "--until-done", "--every", "0.2s"];

/** Opens a bench before the tests of a `describe`, closes it after them, and counts the requests of each anew. */
export function untilDoneBench(): () => Bench {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
  });
  beforeEach(() => bench.counted());
  afterAll(() => bench[Symbol.asyncDispose]());
  return () => bench;
}

/** Ends the session of a job that runs, as soon as it does. */
export async function end(bench: Bench, name: string, exitCode: number): Promise<void> {
  const isMeant = (one: { name: string; ended?: unknown }) =>
    one.name.startsWith(`${name}-`) && one.ended === undefined;
  await until(`${name} runs`, () => bench.skaha.jobs().some(isMeant));
  bench.runner.end(bench.skaha.jobs().find(isMeant)?.id ?? "", exitCode);
}
