import { comparedCommit, comparedImages, comparedJobs } from "../../../cli/crate/differences";
import { type Lock, lockOf } from "../../../cli/crate/lock";
import { digestsByInput } from "../../../cli/crate/tellable";

const inputs = { image: "r/p/i:1", cmd: "fit", args: ["1"] };
const a = "a".repeat(40);

function lockWith(more: Partial<Lock> = {}): Lock {
  const lock = lockOf({
    madeBy: "pulumi-skaha 1",
    madeAt: "2026-11-29T00:00:00.000Z",
    origin: { kind: "stack", project: "p", stack: "s", organization: "organization" },
    isPart: false,
    program: undefined,
    jobs: [
      { name: "fit", id: "fit-1", inputs: digestsByInput(inputs), image: "r/p/i:1", gitCommit: a },
    ],
  });
  return { ...lock, ...more };
}

describe("comparedCommit", () => {
  const clean = { commit: a, isDirty: false, jobs: 1 };
  test.each([
    ["the same commit without changes", [clean], { head: a, isDirty: false }, "same"],
    ["changes besides", [clean], { head: a, isDirty: true }, "different"],
    ["another commit", [clean], { head: "b", isDirty: false }, "different"],
    ["no repository", [clean], undefined, "unknown"],
    [
      "jobs of a dirty checkout",
      [{ ...clean, isDirty: true }],
      { head: a, isDirty: false },
      "unknown",
    ],
    [
      "jobs of two commits",
      [clean, { ...clean, commit: "b" }],
      { head: a, isDirty: false },
      "unknown",
    ],
    ["jobs of no commit", [], { head: a, isDirty: false }, "unknown"],
  ])("with %s", (_, commits, checkout, is) => {
    expect(comparedCommit(lockWith({ commits }), checkout).is).toBe(is);
  });

  const program = { commit: a, isDirty: false, folder: "", place: "", files: { "index.js": "x" } };
  test.each([
    ["that nobody changed", program, [], "same"],
    ["with other files", program, ["index.js"], "different"],
    ["of a dirty checkout", { ...program, isDirty: true }, [], "unknown"],
    ["of another commit than the jobs", { ...program, commit: "b" }, [], "unknown"],
  ])("with a copy %s", (_, of, changed, is) => {
    expect(comparedCommit(lockWith({ program: of }), { changed }).is).toBe(is);
  });
});

test("comparedImages: an image that the server does not list any more is another", () => {
  const digest = "sha256:a";
  const images = [
    { image: "same", digest, jobs: 1 },
    { image: "moved", digest, jobs: 1 },
    { image: "gone", digest, jobs: 1 },
    { image: "private", digest: null, jobs: 1 },
  ];
  const now = new Map([
    ["same", digest],
    ["moved", "sha256:b"],
    ["private", "sha256:c"],
  ]);
  expect(comparedImages(lockWith({ images }), now).map(({ image, is }) => [image, is])).toEqual([
    ["same", "same"],
    ["moved", "different"],
    ["gone", "different"],
    ["private", "unknown"],
  ]);
});

describe("comparedJobs", () => {
  const found = (declared: Parameters<typeof comparedJobs>[1], more: Partial<Lock> = {}) =>
    comparedJobs(lockWith(more), declared);

  test("compares by name, and names the inputs that differ", () => {
    expect(found([{ name: "fit", id: "fit-1", inputs }])).toEqual([
      { name: "fit", is: "same", before: "fit-1", now: "fit-1" },
    ]);
    const edited = { ...inputs, args: ["2"], cwd: "/arc/home/ada" };
    expect(found([{ name: "fit", id: "fit-2", inputs: edited }])).toEqual([
      { name: "fit", is: "different", before: "fit-1", now: "fit-2", inputs: ["args", "cwd"] },
    ]);
  });

  test("says so where the same inputs have another id", () => {
    const [job] = found([{ name: "fit", id: "fit-2", inputs }]);
    expect(job).toMatchObject({ is: "different", why: expect.stringContaining("its place") });
  });

  test("tells a job that is missing, refused, not known yet, or new", () => {
    expect(found([])).toMatchObject([{ is: "missing" }]);
    expect(found([{ name: "fit", id: undefined, refused: "cmd is empty", inputs }])).toMatchObject([
      { is: "different", why: "it would be refused: cmd is empty" },
    ]);
    expect(found([{ name: "fit", id: undefined, inputs }])).toMatchObject([{ is: "unknown" }]);
    const both = [
      { name: "fit", id: "fit-1", inputs },
      { name: "more", id: "more-1", inputs },
    ];
    expect(found(both)).toMatchObject([{ is: "same" }, { name: "more", is: "new", now: "more-1" }]);
    expect(found(both, { isPart: true })).toMatchObject([{ is: "same" }]);
  });
});
