import { assertAsked, assertNamesOne, jobsChosen, jobsNamed } from "../../../cli/stack/select";
import type { Job } from "../../../provider/job/deployment";
import type { JobState } from "../../../provider/job/state";

const job = (name: string, sweep?: string): Job => ({
  name,
  urn: `urn:pulumi:dev::p::t::${name}`,
  id: `${name.replaceAll(/[^a-z0-9]/g, "-")}-abcdef12345678`,
  state: { status: "Running", attempt: 1, sessionId: `s-${name}` } as unknown as JobState,
  inputs: {},
  ...(sweep && { sweep }),
});

const jobs = [job("study/band=2", "study"), job("study/band=20", "study"), job("calibrate")];

describe("jobsNamed", () => {
  test.each([
    ["a name", ["calibrate"], ["calibrate"]],
    ["an id", ["study-band-2-abcdef12345678"], ["study/band=2"]],
    ["a session", ["s-calibrate"], ["calibrate"]],
    ["a sweep", ["study"], ["study/band=2", "study/band=20"]],
    ["a pattern", ["*band=2*"], ["study/band=2", "study/band=20"]],
    [
      "several, each once, in the stack's order",
      ["calibrate", "study", "*=2"],
      jobs.map(({ name }) => name),
    ],
  ])("finds jobs by %s", (_, wanted, found) => {
    expect(jobsNamed(jobs, wanted).map(({ name }) => name)).toEqual(found);
  });

  test("finds the jobs of a session that they share, and one of them", () => {
    const inPack = ["a", "b"].map((name, index) => {
      const one = job(name);
      return { ...one, state: { ...one.state, sessionId: `k3j2h1g0.${index + 1}` } };
    });
    const named = (wanted: string) => jobsNamed([...jobs, ...inPack], [wanted]);
    expect(named("k3j2h1g0").map(({ name }) => name)).toEqual(["a", "b"]);
    expect(named("k3j2h1g0.2").map(({ name }) => name)).toEqual(["b"]);
  });

  test("finds all jobs that have a name in common, and one of them", () => {
    const alike = ["m31@a", "m31@b"].map((name) => ({ ...job(name), commonName: "m31" }));
    const named = (wanted: string) => jobsNamed([...jobs, ...alike], [wanted]);
    expect(named("m31").map(({ name }) => name)).toEqual(["m31@a", "m31@b"]);
    expect(named("m31@b").map(({ name }) => name)).toEqual(["m31@b"]);
  });

  test.each([
    ["calibrat", "there is no job calibrat in the stack; is it calibrate?"],
    ["study/band=.", "there is no job study/band=. in the stack; is it study/band=2?"],
    ["x*", "there is no job x* in the stack: pulumi-skaha status shows all"],
  ])("refuses %s, which fits none", (wanted, message) => {
    expect(() => jobsNamed(jobs, [wanted])).toThrow(message);
  });

  test("says so where there are no jobs at all", () => {
    expect(() => jobsNamed([], ["a"])).toThrow("there is no job a: the stack has no jobs");
  });
});

test("what is done to jobs is refused for a name that two have, and not for an id", () => {
  const twin = { ...job("calibrate"), id: "calibrate-01234567890123" };
  expect(() => assertNamesOne([...jobs, twin], ["calibrate"])).toThrow(
    "2 jobs of the stack are called calibrate: calibrate-abcdef12345678 and calibrate-01234567890123; name the one that is meant by its id",
  );
  expect(() => assertNamesOne([...jobs, twin], [twin.id, "study/band=2", "*"])).not.toThrow();
});

describe("jobs by the values of their parameters", () => {
  const sweep = (name: string, params: NonNullable<Job["params"]>): Job => ({
    ...job(`gal/${name}`, "gal"),
    params,
  });
  const rows = [
    sweep("Name=NGC_224~oltf1uvc", { Name: "NGC 224", sigma: 5, "r [mag]": null }),
    sweep("Name=_Cen_field~01234567", { Name: "α Cen, field", sigma: 10, "r [mag]": 1.5 }),
    sweep("Name=007", { Name: "007", sigma: 50, "r [mag]": 2 }),
    job("calibrate"),
  ];
  const found = (wanted: string[], where?: string[]) =>
    jobsChosen(rows, wanted, where).map((one) => rows.indexOf(one));

  test.each<[string, string[], number[]]>([
    ["text with a blank, after its sweep", ["gal/Name=NGC 224"], [0]],
    ["text without its sweep", ["Name=NGC 224"], [0]],
    ["text in quotes", ['Name="NGC 224"'], [0]],
    ["text with a comma and Greek", ["gal/Name=α Cen, field"], [1]],
    ["several values", ["gal/Name=α Cen, field,sigma=10"], [1]],
    ["several values of which one differs not", ["sigma=5, Name=NGC 224"], [0]],
    ["a number, and no other that begins so", ["sigma=5"], [0]],
    ["a number in another form", ["gal/sigma=5.0"], [0]],
    ["text of digits only as it is", ["Name=007"], [2]],
    ["a column with blanks and brackets", ["r [mag]=1.5"], [1]],
    ["a pattern", ["Name=NGC*"], [0]],
    ["its key, as ever", ["gal/Name=NGC_224~oltf1uvc"], [0]],
    ["its name as a table has shortened it", ["gal/Na…oltf1uvc"], [0]],
  ])("are found by %s", (_, wanted, jobs) => {
    expect(found(wanted)).toEqual(jobs);
  });

  test("are chosen by --where, of all or of those that are named", () => {
    expect(found([], ["sigma=5"])).toEqual([0]);
    expect(found(["gal"], ["sigma=10", "Name=α Cen, field"])).toEqual([1]);
    expect(found([])).toEqual([0, 1, 2, 3]);
  });

  test.each<[string[], string]>([
    [
      ["Name=NGC 225"],
      "no job has Name=NGC 225: the values of Name are NGC 224, α Cen, field, 007",
    ],
    [["sigm=5"], "no job has a parameter sigm; is it sigma?"],
    [["zz=5"], "no job has a parameter zz: there are Name, sigma, r [mag]"],
    [["Name"], "--where Name: it is written like sigma=5"],
    [["sigma=5", "Name=007"], "no job has sigma=5 and Name=007"],
  ])("are not there for --where %j, which is said with what there is", (where, message) => {
    expect(() => jobsChosen(rows, [], where)).toThrow(message);
  });

  test("007 is not the number 7, and a name that fits no value is refused", () => {
    expect(() => jobsNamed(rows, ["Name=7"])).toThrow("there is no job Name=7 in the stack");
  });

  test("have to be asked for where all would be too many", () => {
    expect(() => assertAsked([])).toThrow("name the jobs");
    expect(() => assertAsked([], ["sigma=5"])).not.toThrow();
  });
});
