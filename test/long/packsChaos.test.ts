// More plans of chaos with packs than a commit waits for. `npm run test:chaos -- --form packs` runs others.
import { getPulumi } from "../../toolchain/pulumiCli";
import { carryOut } from "../chaos/run";
import { planOf } from "../chaos/seeds";

jest.setTimeout(600_000);

test.each([2, 3, 4, 5])(
  "every promise is kept in the run of seed %d, with jobs in packs",
  async (seed) => {
    const { command, env } = await getPulumi();
    const cli = { command, searchPath: env.PATH ?? "" };
    const { violations, transcript } = await carryOut(planOf(seed, "packs"), { cli });
    if (violations.length > 0) console.error(transcript);
    expect(violations).toEqual([]);
  },
);
