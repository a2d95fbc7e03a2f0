import { readNamedRow } from "../../../provider/array/rows/namedRow";
import { identifiedArray, identifiedJob } from "../../../provider/engine/naming";
import { unknownValue } from "../../../provider/engine/unknown";
import { idStarts, sessionType } from "../../../provider/job/identity";
import { checkInputs } from "../../../provider/job/inputs";
import { namingIn } from "../../../provider/run/namingAsked";

const urn = (name: string) => `urn:pulumi:dev::survey::${sessionType}::${name}`;
const image = "images.canfar.net/skaha/astroml:24.07";
const job = { image, cmd: "fit", args: ["1"], identity: `organization/${urn("fit")}` };

test("a job is named as a launch by that organization would name it, whichever runs the preview", () => {
  const own = checkInputs({}, job).inputs.jobName;
  expect(identifiedJob(job, "organization").jobName).toBe(own);
  const ofAcme = checkInputs({}, { ...job, identity: `acme/${urn("fit")}` }).inputs.jobName;
  expect(identifiedJob(job, "acme").jobName).toBe(ofAcme);
  expect(ofAcme).not.toBe(own);
});

test("a job that would be refused says why, and one that depends on what is not known yet has no id", () => {
  expect(identifiedJob({ ...job, cores: -1 }, "organization")).toMatchObject({
    refused: expect.stringMatching(/^cores /),
  });
  expect(identifiedJob({ ...job, args: [unknownValue] }, "organization").jobName).toBe(
    unknownValue,
  );
});

test("the jobs of an array get the ids that they would have as single ones", () => {
  const place = `acme/${urn("")}`;
  const array = {
    ...{ place: `organization/${urn("")}`, name: "fit", columns: ["n"] },
    common: { image, cmd: "fit" },
    template: { args: [{ $: "n" }], cores: { $: 0 } },
    jobs: { "n=1": "[1,2]", "n=2": "[2,-1]" },
  };
  const { jobs, refused } = identifiedArray(array, "acme") as {
    jobs: Record<string, string>;
    refused: Record<string, string>;
  };
  const single = { image, cmd: "fit", args: ["1"], cores: 2, identity: `${place}fit/n=1` };
  const start = idStarts(place, "fit")("n=1");
  expect(readNamedRow(jobs["n=1"] ?? "", start).id).toBe(checkInputs({}, single).inputs.jobName);
  expect(refused).toEqual({ "n=2": expect.stringMatching(/^cores /) });
  expect(identifiedArray({ ...array, jobs: unknownValue }, "acme").jobs).toBe(unknownValue);
});

test("namingIn: without its variable, jobs are judged as ever", () => {
  const ids = { PULUMI_SKAHA_IDS_FOR: "acme" };
  expect(namingIn(ids)).toBeUndefined();
  expect(namingIn({ PULUMI_SKAHA_NAMES_ONLY: "true" })).toEqual({ organization: undefined });
  expect(namingIn({ ...ids, PULUMI_SKAHA_NAMES_ONLY: "true" })).toEqual({ organization: "acme" });
});
