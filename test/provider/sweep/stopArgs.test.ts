import { faultOfLimits } from "../../../provider/sweep/stopArgs";

test.each([
  [{ failed: 5 }, undefined],
  [{ share: 0.1, atLeast: 20 }, undefined],
  [{ share: 1 }, undefined],
  [{ failed: 0 }, "`stopAfter.failed` is 0, and has to be a whole number from 1 on"],
  [{ failed: 2.5 }, "`stopAfter.failed` is 2.5, and has to be a whole number from 1 on"],
  [{ failed: "5" }, "`stopAfter.failed` is 5, and has to be a whole number from 1 on"],
  [
    { share: 10 },
    "`stopAfter.share` is 10, and has to be more than 0 and at most 1, like 0.1 for a tenth",
  ],
  [{}, "`stopAfter` needs `failed`, a number of jobs, or `share`, a part of those that ended"],
  [{ fails: 5 }, "`stopAfter` has failed, share and atLeast, and no fails"],
  [5, "`stopAfter` is 5, and has to be limits, like { failed: 5 }"],
  [null, "`stopAfter` is null, and has to be limits, like { failed: 5 }"],
])("%j", (limits, fault) => {
  expect(faultOfLimits(limits as never)).toBe(fault);
});
