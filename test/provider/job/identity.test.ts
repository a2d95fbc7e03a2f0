import fc from "fast-check";
import {
  attemptName,
  baseOf,
  jobName,
  lastAttempt,
  parseName,
  placeOf,
  tagIn,
  tagOf,
} from "../../../provider/job/identity";
import { whatRuns } from "../../../provider/job/inputs";

const type = "pulumi-nodejs:dynamic/skaha:HeadlessSession";
const reduce = `acme/urn:pulumi:prod::survey::${type}::reduce-20261122`;
const casa = { image: "images.canfar.net/skaha/casa:6.5", cmd: "python" };

describe("jobName", () => {
  // A change of any of these makes every job of every user look new.
  test.each([
    [reduce, { ...casa, args: ["a.py", "--night", "1"] }, "reduce-20261122-oz84xest5i6c9l"],
    [reduce, { ...casa, args: ["a.py", "--night", "2"] }, "reduce-20261122-oz84xekh1z7phf"],
    [
      `acme/urn:pulumi:dev::survey::${type}::reduce-20261122`,
      { ...casa, args: ["a.py", "--night", "1"] },
      "reduce-20261122-zcjihvv5hlvl28",
    ],
    [
      `acme/urn:pulumi:prod::survey::my:Sweep$${type}::reduce-20261122`,
      { ...casa, args: ["a.py", "--night", "1"] },
      "reduce-20261122-oz84xesbonnwjc",
    ],
    [
      `organization/urn:pulumi:dev::p::${type}::Bande_É 7::2`,
      {
        image: "images.canfar.net/skaha/terminal:1.1.2",
        script: 'echo "$1"',
        env: { B: "2", A: "1" },
        secretEnvNames: ["TOKEN"],
        triggers: [1, { b: null, a: [true] }],
      },
      "bande-e-7-2-i0bljtz208pgy0",
    ],
    [`organization/urn:pulumi:dev::p::${type}::星`, { image: "i.net/a/b" }, "job-i0bljt9k42smxy"],
    [
      `organization/urn:pulumi:dev::p::${type}::${"long-".repeat(20)}`,
      { image: "i.net/a/b" },
      "long-long-long-long-long-long-long-long-long-i0bljtrv8hnufa",
    ],
  ])("is pinned: %#", (identity, runs, name) => {
    expect(jobName(identity, runs)).toBe(name);
  });

  test("starts with the name that the user chose", () => {
    const identity = `organization/urn:pulumi:dev::p::${type}::x`;
    expect(jobName(identity, { image: "i.net/a/b" }, "night")).toBe("night-i0bljtpvi1fwa8");
  });

  test("has at most 59 characters of [a-z0-9-] and room for every attempt, whatever the logical name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (logicalName) => {
        const id = jobName(`o/urn:pulumi:s::p::${type}::${logicalName}`, { image: "i.net/a/b" });
        expect(id).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
        expect(id.length).toBeLessThanOrEqual(59);
        expect(attemptName(id, lastAttempt).length).toBeLessThanOrEqual(63);
      }),
    );
  });

  test("does not depend on the order of keys", () => {
    const forward = { image: "i.net/a/b", env: { A: "1", B: "2" }, triggers: [{ x: 1, y: 2 }] };
    const backward = { triggers: [{ y: 2, x: 1 }], env: { B: "2", A: "1" }, image: "i.net/a/b" };
    expect(jobName(reduce, backward)).toBe(jobName(reduce, forward));
  });

  test("depends on the order of arguments", () => {
    const name = (args: string[]) => jobName(reduce, { image: "i.net/a/b", args });
    expect(name(["a", "b"])).not.toBe(name(["b", "a"]));
  });

  test("takes what is absent, undefined and empty for the same", () => {
    const name = (inputs: Record<string, unknown>) =>
      jobName(reduce, whatRuns({ image: "i.net/a/b", ...inputs }));
    expect(name({ args: [], env: {}, secretEnv: {}, triggers: [], cmd: undefined })).toBe(name({}));
  });

  test("counts of a secret variable only the name", () => {
    const name = (secretEnv: Record<string, string>) =>
      jobName(reduce, whatRuns({ image: "i.net/a/b", secretEnv }));
    expect(name({ KEY: "old" })).toBe(name({ KEY: "new" }));
    expect(name({ OTHER: "old" })).not.toBe(name({ KEY: "old" }));
  });

  test.each([
    ["image", "i.net/a/c"],
    ["cmd", "sh"],
    ["script", "true"],
    ["args", ["2"]],
    ["env", { A: "2" }],
    ["triggers", [2]],
  ])("depends on %s", (key, value) => {
    const inputs = { image: "i.net/a/b" };
    expect(jobName(reduce, whatRuns({ ...inputs, [key]: value }))).not.toBe(
      jobName(reduce, whatRuns(inputs)),
    );
  });

  test.each([
    ["cores", 4],
    ["ram", 8],
    ["gpus", 1],
    ["registryAuth", { username: "u", secret: "s" }],
    ["onRemove", "leave"],
  ])("does not depend on %s", (key, value) => {
    const inputs = { image: "i.net/a/b" };
    expect(jobName(reduce, whatRuns({ ...inputs, [key]: value }))).toBe(
      jobName(reduce, whatRuns(inputs)),
    );
  });
});

describe("placeOf", () => {
  test("takes an identity apart", () => {
    expect(placeOf(`acme/urn:pulumi:prod::survey::my:Sweep$${type}::a::b`)).toEqual({
      organization: "acme",
      stack: "prod",
      project: "survey",
      logicalName: "a::b",
    });
  });
});

describe("tagOf", () => {
  const place = { organization: "acme", project: "survey", stack: "prod", logicalName: "x" };

  test("is pinned, and found again in an id", () => {
    expect(tagOf(place)).toBe("oz84xe");
    expect(tagIn("reduce-20261122-oz84xest5i6c9l")).toBe("oz84xe");
  });

  test.each(["organization", "project", "stack"])("differs for another %s", (key) => {
    expect(tagOf({ ...place, [key]: "other" })).not.toBe(tagOf(place));
  });

  test("is the same for all jobs of a stack", () => {
    expect(tagOf({ ...place, logicalName: "y" })).toBe(tagOf(place));
  });
});

describe("parseName", () => {
  test("finds job and attempt again in every name that is made", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }),
        fc.integer({ min: 1, max: lastAttempt }),
        (logicalName, attempt) => {
          const id = jobName(`o/urn:pulumi:s::p::${type}::${logicalName}`, {});
          expect(parseName(attemptName(id, attempt))).toEqual({ id, attempt });
        },
      ),
    );
  });

  test("is not misled by a readable part that looks like an attempt of another job", () => {
    const base = "a-abcdef12345678-2";
    const id = jobName(reduce, {}, base);
    expect(parseName(id)).toEqual({ id, attempt: 1 });
    expect(baseOf(id)).toBe(base);
  });

  test.each(["", "notebook", "a-b", "-abcdef12345678", "x-abcdef1234567", "x-ABCDEF12345678"])(
    "leaves %j alone: it is none of ours",
    (name) => {
      expect(parseName(name)).toBeUndefined();
    },
  );

  test("takes no number beyond the last attempt, and no zero in front", () => {
    expect(parseName("x-abcdef12345678-1000")).toBeUndefined();
    expect(parseName("x-abcdef12345678-02")).toBeUndefined();
  });
});
