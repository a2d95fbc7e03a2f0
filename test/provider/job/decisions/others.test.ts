import { locationIn } from "../../../../provider/engine/pendingJobs";
import { toldOfOthers, toldOfRefused } from "../../../../provider/job/decisions/others";

const place = undefined;
const cores = { property: "cores", reason: "17 is not offered: choose one of 1, 2", place };
const image = { property: "image", reason: "is not known", place };

describe("toldOfOthers", () => {
  test("says each cause once, with all names, and does not repeat the job's own", () => {
    const others = Array.from({ length: 19 }, (_, n) => ({
      name: `job-${n + 1}`,
      failures: n < 17 ? [cores] : [cores, image],
    }));
    const names = others.map(({ name }) => `"${name}"`);
    expect(toldOfOthers([cores], others)).toBe(`19 other jobs are refused, too:
  cores, as above: ${names.join(", ")}
  image is not known: "job-18", "job-19"`);
    expect(toldOfOthers([image], others.slice(0, 1))).toBe(`1 other job is refused, too:
  cores 17 is not offered: choose one of 1, 2: "job-1"`);
    expect(toldOfOthers([image], [])).toBeUndefined();
  });

  test("tells of all together where there is no own", () => {
    const one = { name: "a", failures: [image] };
    expect(toldOfRefused([one])).toBe('1 job is refused:\n  image is not known: "a"');
    expect(toldOfRefused([one, { ...one, name: "b" }])).toBe(
      '2 jobs are refused:\n  image is not known: "a", "b"',
    );
    expect(toldOfRefused([])).toBeUndefined();
  });

  test("tells of a fault of all jobs of an array as the array's, and else a few names", () => {
    const jobs = Array.from({ length: 40 }, (_, n) => ({ name: `fit/n=${n}`, failures: [image] }));
    const array = { name: "fit", jobs: 40 };
    expect(toldOfRefused(jobs, array)).toBe(
      '40 jobs are refused:\n  image is not known: all 40 jobs of "fit"',
    );
    const other = { name: "other", failures: [image] };
    expect(toldOfRefused([...jobs, other], array)).toMatch(/: all 40 jobs of "fit"; "other"$/);
    const at = jobs.map(({ name }) => ({
      name,
      failures: [{ ...image, place: "fleet.yaml:7:1" }],
    }));
    expect(toldOfRefused(at, array)).toMatch(/: all 40 jobs of "fit" \(fleet\.yaml:7:1\)$/);
    expect(toldOfRefused(jobs.slice(1), array)).toMatch(/: "fit\/n=1", .*"fit\/n=10" and 29 more$/);
    expect(toldOfRefused(jobs.slice(0, 2), { name: "fit", jobs: 2 })).toMatch(
      /: "fit\/n=0", "fit\/n=1"$/,
    );
  });

  test("says where the inputs are written, each place once", () => {
    const at = (name: string, line: number) => ({
      name,
      failures: [{ ...cores, place: `fleet.yaml:${line}:5` }],
    });
    expect(toldOfOthers([cores], [at("s/a", 8), at("one", 3), at("s/b", 8)])).toBe(
      `3 other jobs are refused, too:
  cores, as above: "s/a", "s/b" (fleet.yaml:8:5); "one" (fleet.yaml:3:5)`,
    );
  });

  test("counts what is too much to be read", () => {
    const equal = Array.from({ length: 60 }, (_, n) => ({ name: `j${n}`, failures: [cores] }));
    expect(toldOfOthers([], equal)).toMatch(/"j49" and 10 more$/);
    const different = equal.map(({ name }, n) => ({
      name,
      failures: [{ property: `args[${n}]`, reason: "is odd", place }],
    }));
    const lines = toldOfOthers([], different)?.split("\n") ?? [];
    expect(lines).toHaveLength(52);
    expect(lines.at(-1)).toBe("  and 10 other faults");
  });
});

test("locationIn finds the nearest place that is written", () => {
  const places = {
    "": "f:1:1",
    env: "f:4:3",
    "env.A": "f:5:5",
    'env["A.B"]': "f:6:5",
    args: "f:7:3",
  };
  expect(locationIn(places, "env.A")).toBe("f:5:5");
  expect(locationIn(places, 'env["A.B"]')).toBe("f:6:5");
  expect(locationIn(places, "env.B")).toBe("f:4:3");
  expect(locationIn(places, "args[3]")).toBe("f:7:3");
  expect(locationIn(places, "cores")).toBe("f:1:1");
  expect(locationIn(undefined, "cores")).toBeUndefined();
});
