import { asDeclared, outputSchema } from "../../../provider/record/outputs";

test.each([
  ["/arc/projects/survey/a.fits", "/arc/projects/survey/a.fits"],
  ["/arc/home/ada/.skaha/arc/projects/x/a.fits", "/arc/home/ada/.skaha/arc/projects/x/a.fits"],
  ["/home/ada/study/.skaha/arc/projects/survey/a.fits", "/arc/projects/survey/a.fits"],
  ["/tmp/d/arc/home/ada/t-*.fits: 1 of 2 files", "/arc/home/ada/t-*.fits: 1 of 2 files"],
  [
    "/tmp/d/arc/home/ada/t.fits: its check ended with status 1: sh /tmp/d/arc/home/ada/check.sh",
    "/arc/home/ada/t.fits: its check ended with status 1: sh /arc/home/ada/check.sh",
  ],
  ["a.fits", "a.fits"],
  ["/scratch/a.fits", "/scratch/a.fits"],
])("what is told of an output names it as it was declared: %s", (told, declared) => {
  expect(asDeclared(told)).toBe(declared);
});

test.each([
  [{ path: "/arc/projects/s/*.fits", counts: 2 }, "has no key counts: did you mean count?"],
  [
    { path: "/arc/projects/s/*.fits", size: 2 },
    "has no key size: it may have path, count, minBytes, newerThanStart, check",
  ],
])("an unknown part of an output is refused with what was meant: %j", (output, told) => {
  expect(outputSchema.safeParse(output).error?.issues[0]?.message).toBe(told);
});
