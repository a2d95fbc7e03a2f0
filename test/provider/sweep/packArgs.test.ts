import { expand } from "../../../provider/sweep/expand";

const sweep = (more: object) =>
  expand("survey", {
    over: [{ n: 1 }, { n: 2 }],
    image: "images.canfar.net/skaha/terminal:1",
    cmd: "true",
    job: ({ n }: { n: number }) => ({ args: [n] }),
    array: true,
    ...more,
  });

test("each job of a sweep with packs is told how it shares sessions, and with whom", () => {
  expect(sweep({ pack: { jobs: 50, parallel: 4 } }).map(({ args }) => args)).toEqual([
    expect.objectContaining({ args: [1], pack: { name: "survey", jobs: 50, parallel: 4 } }),
    expect.objectContaining({ args: [2], pack: { name: "survey", jobs: 50, parallel: 4 } }),
  ]);
  expect(sweep({})[0]?.args).not.toHaveProperty("pack");
});

test.each([
  [{ array: false, pack: { jobs: 5, parallel: 1 } }, 'Sweep "survey": `pack` needs `array: true`'],
  [{ pack: { jobs: 0, parallel: 1 } }, "`pack.jobs` is 0, and has to be a whole number from 1 on"],
  [{ pack: { jobs: 1.5, parallel: 1 } }, "`pack.jobs` is 1.5"],
  [
    { pack: { jobs: 5, parallel: 6 } },
    "`pack.parallel` is 6, and has to be a whole number from 1 to pack.jobs, 5",
  ],
  [{ pack: { jobs: 5, parallel: 0 } }, "`pack.parallel` is 0"],
  [{ pack: { jobs: 5, parallel: 1, size: 3 } }, "`pack` has jobs and parallel, and no size"],
])("%j is refused in a sentence", (more, reason) => {
  expect(() => sweep(more)).toThrow(reason);
});
