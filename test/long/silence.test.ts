// Plans of a server that never answers, with real time-outs of a minute each (test/chaos/silence.ts).
import { getPulumi } from "../../toolchain/pulumiCli";
import type { Cli } from "../chaos/place";
import { carryOut } from "../chaos/run";
import { longSilences } from "../chaos/silence";

jest.setTimeout(1_200_000);

let cli: Cli;
beforeAll(async () => {
  const { command, env } = await getPulumi();
  cli = { command, searchPath: env.PATH ?? "" };
});

test.each(Object.entries(longSilences))(
  "every promise is kept where no answer comes to %s",
  async (_, plan) => {
    const { violations, met, transcript } = await carryOut(plan, { cli });
    if (violations.length > 0) console.error(transcript);
    expect(violations).toEqual([]);
    expect(Object.keys(met).length).toBeGreaterThan(0);
  },
);
