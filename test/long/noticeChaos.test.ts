// A few chaos runs about messages, of fixed seeds. `npm run test:chaos -- --form notice` runs others.
import { getPulumi } from "../../toolchain/pulumiCli";
import { carryOutNotice } from "../chaos/notice";
import { noticePlanOf } from "../chaos/noticePlan";

jest.setTimeout(600_000);

test("a seed makes the same plan each time", () => {
  expect(noticePlanOf(7)).toEqual(noticePlanOf(7));
  expect(noticePlanOf(7)).not.toEqual(noticePlanOf(8));
});

test.each([1, 3])(
  "one message for each ending, with up and wait killed by seed %d",
  async (seed) => {
    const { command, env } = await getPulumi();
    const cli = { command, searchPath: env.PATH ?? "" };
    const { violations, met, transcript } = await carryOutNotice(noticePlanOf(seed), { cli });
    if (violations.length > 0) console.error(transcript);
    expect(violations).toEqual([]);
    expect(Object.keys(met).some((one) => / killed: /.test(one))).toBe(true);
  },
);
