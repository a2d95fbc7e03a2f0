// Which jobs a program declares, from the events of a preview that judges nothing.
import { jobsInLog } from "../../../cli/plan/programJobs";
import { declaredRows } from "../../../provider/array/rows/declaredRows";
import { paged } from "../../../provider/array/rows/pages";
import { arrayType, sessionType, sweepType } from "../../../provider/job/identity";

const urnOf = (type: string, name: string) => `urn:pulumi:s::p::${type}::${name}`;
const stack = urnOf("pulumi:pulumi:Stack", "p-s");
const night = urnOf("my:group:Night", "n1");
const study = urnOf(sweepType, "study");

interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly inputs?: object;
  readonly outputs?: object;
}

function logOf(...all: readonly Registered[]): string {
  const lines = all.map(({ urn, type, ...more }) =>
    JSON.stringify({
      resOutputsEvent: { metadata: { op: "create", urn, type, new: { urn, type, ...more } } },
    }),
  );
  return lines.join("\n");
}

test("names single jobs, with their parameters and all components that they are in", () => {
  const parameters = { "study/band=2": { band: 2, method: "ls" } };
  const jobs = jobsInLog(
    logOf(
      { urn: stack, type: "pulumi:pulumi:Stack" },
      { urn: night, type: "my:group:Night", parent: stack },
      { urn: study, type: sweepType, parent: night, outputs: { parameters } },
      { urn: urnOf(sessionType, "study/band=2"), type: sessionType, parent: study },
      { urn: urnOf(sessionType, "alone"), type: sessionType, parent: stack },
    ),
  );
  const isInArray = false;
  expect(jobs).toEqual([
    {
      ...{ name: "study/band=2", urn: urnOf(sessionType, "study/band=2"), isInArray },
      ...{ sweep: "study", params: { band: 2, method: "ls" }, around: [study, night] },
    },
    { name: "alone", urn: urnOf(sessionType, "alone"), isInArray, around: [] },
  ]);
});

test.each([3, 5_000])(
  "names the %d jobs of an array, whether their rows are in pages or not",
  (count) => {
    const { rows, ...form } = declaredRows(
      Array.from({ length: count }, (_, tile) => ({
        ...{ key: `tile=${tile}`, params: { tile }, inputs: { image: "a/b:1", args: [tile] } },
      })),
    );
    const texts = Object.fromEntries(rows.map(({ key, values }) => [key, JSON.stringify(values)]));
    const urn = urnOf(arrayType, "tiles");
    const inputs = { ...form, name: "tiles", jobs: paged(texts) };
    const around = [urnOf(sweepType, "tiles")];
    const jobs = jobsInLog(
      logOf(
        { urn: around[0] ?? "", type: sweepType },
        { urn, type: arrayType, parent: around[0] ?? "", inputs },
      ),
    );
    expect(jobs).toHaveLength(count);
    expect(jobs.find(({ name }) => name === "tiles/tile=2")).toEqual({
      ...{
        name: "tiles/tile=2",
        urn,
        isInArray: true,
        around,
        sweep: "tiles",
        params: { tile: 2 },
      },
    });
  },
);
