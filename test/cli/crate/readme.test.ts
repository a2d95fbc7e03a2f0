import type { Lock } from "../../../cli/crate/lock";
import type { PublishedJob, PublishedOutput } from "../../../cli/crate/publishedJob";
import { readmeOf } from "../../../cli/crate/readme";

const lock: Lock = {
  ...{ form: 1, madeBy: "pulumi-skaha 0.1.0", madeAt: "2026-11-29T12:00:00.000Z" },
  origin: { kind: "stack", project: "fits", stack: "dev", organization: "organization" },
  ...{ servers: [], isPart: false, commits: [], program: null, images: [], jobs: [] },
};
const job = (outputs: readonly PublishedOutput[]): PublishedJob => ({
  ...{ name: "fit", id: "fit-abc", status: "Completed", attempts: [], outputs: [...outputs] },
});
const readme = (
  jobs: readonly PublishedJob[],
  more: Partial<Parameters<typeof readmeOf>[0]> = {},
) =>
  readmeOf({
    ...{ name: "Fits", description: "Fits of bands.", license: "CC0-1.0", authors: [] },
    ...{ lock, jobs, notes: [], ...more },
  });
const sha256 = "0".repeat(64);

test("a file that two jobs declare is told once, with its checksum where one job is Completed", () => {
  const failed = job([{ path: "/arc/home/ada/1.fits", unknown: "Its job is not Completed." }]);
  const text = readme([failed, job([{ path: "/arc/home/ada/1.fits", sha256 }])]);
  expect(text).toContain("The jobs declared 1 output. It is not in this folder; 1 has a checksum.");
  expect(text).not.toContain("not Completed.");
});

test("a program in no repository is looked at in its folder, one beside others in its own", () => {
  const program = { commit: null, isDirty: false, folder: null, place: "", files: {} };
  expect(readme([], { lock: { ...lock, program } })).toContain("In the program's folder, with");
  const inGit = { ...program, commit: "c0ffee", folder: "a/b", place: "b" };
  const text = readme([], { lock: { ...lock, program: inGit } });
  expect(text).toContain("In a clone of the program's repository, with");
  expect(text).toContain("it takes the program in `program/b/`, where");
});

test("one output and many are told in the singular and the plural", () => {
  expect(readme([job([{ path: "/arc/home/ada/1.fits", sha256 }])])).toContain(
    "The jobs declared 1 output. It is not in this folder; 1 has a checksum.",
  );
  const two = [{ path: "/arc/home/ada/1.fits", sha256 }, { path: "/arc/home/ada/2.fits" }];
  expect(readme([job([...two, { path: "/arc/home/ada/3.fits", sha256 }])])).toContain(
    "The jobs declared 3 outputs. They are not in this folder; 2 have a checksum.",
  );
});
