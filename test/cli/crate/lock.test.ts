import { commitsOf, lockIn, lockOf } from "../../../cli/crate/lock";

const origin = { kind: "stack", project: "p", stack: "s", organization: "organization" } as const;
const job = (n: number, more: object = {}) => ({
  ...{ name: `fit/${n}`, id: `fit-${n}-abc`, inputs: { cmd: "x" }, image: "r/p/i:1" },
  ...more,
});
const made = {
  madeBy: "pulumi-skaha 1",
  madeAt: "2026-11-29T00:00:00.000Z",
  origin,
  isPart: false,
};

test("an image that was two things at two launches is there twice, and one without a digest as not known", () => {
  const jobs = [
    job(1, { imageDigest: "sha256:a" }),
    job(2, { imageDigest: "sha256:b" }),
    job(3, { imageDigest: "sha256:a" }),
    job(4, { image: "r/private/i:2" }),
    job(5, { image: undefined }),
  ];
  expect(lockOf({ ...made, program: undefined, jobs }).images).toEqual([
    { image: "r/p/i:1", digest: "sha256:a", jobs: 2 },
    { image: "r/p/i:1", digest: "sha256:b", jobs: 1 },
    { image: "r/private/i:2", digest: null, jobs: 1 },
  ]);
});

test("a commit with changes besides is another one than without", () => {
  expect(
    commitsOf([
      { gitCommit: "a", gitDirty: false },
      { gitCommit: "a" },
      { gitCommit: "a", gitDirty: true },
      {},
    ]),
  ).toEqual([
    { commit: "a", isDirty: false, jobs: 2 },
    { commit: "a", isDirty: true, jobs: 1 },
  ]);
});

describe("lockIn", () => {
  const lock = lockOf({ ...made, program: undefined, jobs: [job(1)] });

  test("reads what was written", () => {
    expect(lockIn(JSON.stringify(lock), "lock.json")).toEqual(lock);
  });

  test.each([
    ["{", "is not whole JSON"],
    [JSON.stringify({ ...lock, form: 2 }), "use a newer release of pulumi-skaha"],
    [JSON.stringify({ ...lock, jobs: [{ name: "x" }] }), "at jobs.0.id"],
    ["[]", "is not the lock of a crate"],
  ])("says of %s what is wrong with it", (text, words) => {
    expect(() => lockIn(text, "lock.json")).toThrow(words);
  });
});
