import { parseName } from "../../../provider/job/identity";
import { submittedJob } from "../../../provider/submitted/submission";

const record = "/arc/projects/survey/.skaha-jobs";
const image = "images.canfar.net/skaha/astroml:24.07";

function idOf(name: string, { key, args = ["a"], folder = record }: Options = {}): string {
  const inputs = { image, cmd: "python3", args };
  const { inputs: job, failures } = submittedJob({ name, key, record: folder, inputs });
  expect(failures).toEqual([]);
  return String(job.jobName);
}
interface Options {
  readonly key?: string;
  readonly args?: readonly string[];
  readonly folder?: string;
}

// Pinned: another id would launch what runs already.
test("a job's id is made of its record's folder, its name and what it runs", () => {
  expect(idOf("m31")).toMatchInlineSnapshot(`"m31-op78e1rtzj9afc"`);
  expect(idOf("m31", { folder: `${record}/` })).toBe(idOf("m31"));
  expect(idOf("calibrate obs=2026-11-20", { key: "out.txt" })).toMatchInlineSnapshot(
    `"calibrate-obs-2026-11-20-uxnu23tp-op78e1er3j4xl8"`,
  );
});

test.each([
  ["another folder", idOf("m31", { folder: "/arc/home/alice/.jobs" })],
  ["another name", idOf("m33")],
  ["another command", idOf("m31", { args: ["b"] })],
])("%s is another job", (_, other) => {
  expect(other).not.toBe(idOf("m31"));
});

test("with a key the command does not matter, but the key and the name do", () => {
  const id = idOf("m31", { key: "k" });
  expect(idOf("m31", { key: "k", args: ["b"] })).toBe(id);
  expect(idOf("m31", { key: "l" })).not.toBe(id);
  expect(idOf("m32", { key: "k" })).not.toBe(id);
});

test.each(["x".repeat(80), "a b", "A b", "a-b", "ß::∂", "", "-"])(
  "%j makes a name that the server takes, and no other name's beginning",
  (name) => {
    const id = idOf(name, { key: "k" });
    expect(parseName(id)).toEqual({ id, attempt: 1 });
    expect(id.length).toBeLessThanOrEqual(59);
    expect(idOf(`${name}.`, { key: "k" }).slice(0, -8)).not.toBe(id.slice(0, -8));
  },
);

test("what cannot run is refused with the input's name", () => {
  const { failures } = submittedJob({ name: "m31", record, inputs: { image: "x", cmd: "true" } });
  expect(failures.map(({ property }) => property)).toEqual(["image"]);
});
