import { type Crate, metadataOf } from "../../../cli/crate/graph";
import type { PublishedJob } from "../../../cli/crate/publishedJob";

interface Node {
  readonly "@id": string;
  readonly "@type": string | readonly string[];
  readonly [property: string]: unknown;
}

const job = (n: number, more: Partial<PublishedJob> = {}): PublishedJob => ({
  ...{ name: `fit/band=${n}`, id: `fit-${n}-abc`, sweep: "fit", params: { band: n, method: "ls" } },
  ...{ status: "Completed", image: "images.canfar.net/skaha/astroml:24.07", user: "ada" },
  command: ["python3", "/arc/home/ada/fit.py", String(n)],
  attempts: [
    {
      ...{ attempt: 1, status: "Completed", startTime: "2026-11-29T10:00:00Z" },
      record: { end: "2026-11-29T11:00:00Z", peakMemoryBytes: 1024, meanCores: 0.5 },
    },
  ],
  outputs: [{ path: `/arc/home/ada/out/${n}.fits`, sha256: "0".repeat(64), bytes: 5 }],
  ...more,
});

const graphOf = (jobs: readonly PublishedJob[], more: Partial<Crate> = {}): readonly Node[] => {
  const crate = {
    ...{
      name: "Fits",
      description: "Fits of bands",
      license: "https://spdx.org/licenses/CC-BY-4.0",
    },
    ...{ madeAt: "2026-11-29T12:00:00.000Z", authors: [{ name: "Ada" }], jobs },
    files: [{ path: "program/my fit.py", bytes: 3, sha256: "1".repeat(64) }],
  };
  return (metadataOf({ ...crate, ...more }) as { "@graph": Node[] })["@graph"];
};

const find = (graph: readonly Node[], id: string) => graph.find((node) => node["@id"] === id);

/** All identifiers that a node refers to. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== "object" || value === null) return [];
  const { "@id": id, ...others } = value as Node;
  return Object.keys(others).length === 0 && id !== undefined
    ? [id]
    : Object.values(others).flatMap(referencesIn);
}

test("each node is there once, is flat, and refers to nodes that there are or to the web", () => {
  const graph = graphOf([job(1), job(2), job(3, { outputs: undefined, params: undefined })]);
  const ids = graph.map((node) => node["@id"]);
  expect(new Set(ids).size).toBe(ids.length);
  const missing = graph
    .flatMap(referencesIn)
    .filter((id) => !ids.includes(id) && !/^https?:/.test(id));
  expect(missing).toEqual([]);
});

test("one value is no list, and each file says what kind it is and what for", () => {
  const graph = graphOf([job(1, { params: { band: 1 } })]);
  const lists = graph.flatMap((node) => Object.values(node)).filter(Array.isArray);
  expect(lists.filter(({ length }) => length < 2)).toEqual([]);
  const files = graph.filter((node) => node["@type"] === "File");
  expect(files.map(({ encodingFormat, description }) => [encodingFormat, description])).toEqual([
    ["text/x-python", "A file of the program that declared the jobs"],
    ["application/fits", "A file that a job wrote, and that is not in this crate."],
  ]);
});

test("a run says how large it was, in the singular and the plural", () => {
  const sized = (cores: number, gpus: number) => {
    const [attempt = { attempt: 1, status: "Completed" }] = job(1).attempts;
    const graph = graphOf([job(1, { attempts: [{ ...attempt, cores, ram: 4, gpus }] })]);
    return find(graph, "#fit-1-abc")?.description;
  };
  expect(sized(1, 2)).toMatch(/\(with 1 core, 4 GiB, 2 GPUs\)$/);
  expect(sized(8, 1)).toMatch(/\(with 8 cores, 4 GiB, 1 GPU\)$/);
});

test("the root mentions each run, and has each file and output as a part", () => {
  const graph = graphOf([job(1), job(2)]);
  expect(find(graph, "./")).toMatchObject({
    "@type": "Dataset",
    license: { "@id": "https://spdx.org/licenses/CC-BY-4.0" },
    mentions: [{ "@id": "#fit-1-abc" }, { "@id": "#fit-2-abc" }],
    hasPart: [
      { "@id": "program/my%20fit.py" },
      { "@id": "#output-%2Farc%2Fhome%2Fada%2Fout%2F1.fits" },
      { "@id": "#output-%2Farc%2Fhome%2Fada%2Fout%2F2.fits" },
    ],
  });
});

test("jobs have their program, image and equal parameters in common", () => {
  const graph = graphOf([job(1), job(2)]);
  const ofType = (type: string) => graph.filter((node) => node["@type"] === type);
  expect(ofType("SoftwareApplication")).toMatchObject([
    { name: "python3 fit.py", version: "24.07", url: "https://images.canfar.net/skaha/astroml" },
  ]);
  expect(ofType("ContainerImage")).toMatchObject([
    { registry: "images.canfar.net", name: "skaha/astroml", tag: "24.07" },
  ]);
  const params = ofType("PropertyValue").filter(({ "@id": id }) => id.startsWith("#param"));
  expect(params.map(({ name, value }) => [name, value])).toEqual([["band", 1], ["method", "ls"], ["band", 2]]); // biome-ignore format: a table
});

test("a run has times with an offset, its use, and its outputs", () => {
  expect(find(graphOf([job(1)]), "#fit-1-abc")).toMatchObject({
    startTime: "2026-11-29T10:00:00.000+00:00",
    endTime: "2026-11-29T11:00:00.000+00:00",
    actionStatus: "http://schema.org/CompletedActionStatus",
    result: { "@id": "#output-%2Farc%2Fhome%2Fada%2Fout%2F1.fits" },
    resourceUsage: [{ "@id": "#fit-1-abc-peak-memory" }, { "@id": "#fit-1-abc-mean-cores" }],
    agent: { "@id": "#user-ada" },
  });
});

test("an attempt that failed says why, and has no outputs; one that has not ended is no run yet", () => {
  const attempts = [
    { attempt: 1, status: "Failed", cause: "OutOfMemory", exitCode: 137 },
    { attempt: 2, status: "Lost" },
    { attempt: 3, status: "Running" },
  ];
  const graph = graphOf([job(1, { status: "Running", attempts })]);
  const failed = find(graph, "#fit-1-abc");
  expect(failed).toMatchObject({
    actionStatus: "http://schema.org/FailedActionStatus",
    error: "OutOfMemory, exit code 137",
  });
  expect(failed).not.toHaveProperty("result");
  expect(find(graph, "#fit-1-abc-2")).toMatchObject({
    error: "Lost",
    name: "fit/band=1, attempt 2",
  });
  expect(find(graph, "#fit-1-abc-3")).toBeUndefined();
});

test("a digest, a script, an entrypoint and a value that is half a character are told as they can be", () => {
  const imageDigest = `sha256:${"c".repeat(64)}`;
  const graph = graphOf([
    job(1, { imageDigest, command: ["bash", "-c", "long\nscript", "script", "a b"] }),
    job(2, { command: undefined, params: { half: "\ud800" } }),
  ]);
  expect(find(graph, "#fit-1-abc")?.description).toBe("Runs: bash -c '<script>' 'a b'");
  expect(find(graph, "#fit-2-abc")?.description).toBe("Runs the image's own entrypoint");
  expect(graph.filter(({ "@type": type }) => type === "ContainerImage")).toMatchObject([
    { sha256: "c".repeat(64) },
    { tag: "24.07" },
  ]);
});
