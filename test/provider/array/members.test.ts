// What a program says of the jobs of an array: what they share is sent once.
import * as pulumi from "@pulumi/pulumi";
import { type ArrayMember, declaredJobs } from "../../../provider/array/members";
import { declaredRows } from "../../../provider/array/rows/declaredRows";
import { HeadlessSession } from "../../../provider/headlessSession";

const image = "images.canfar.net/skaha/terminal:1.1.2";

beforeAll(() => {
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: { ...inputs, status: "Held" } }),
    call: ({ inputs }) => inputs,
  };
  return pulumi.runtime.setMocks(mocks, "project", "stack", false, "organization");
});

const members = (args: (n: number) => Partial<ArrayMember["args"]>): ArrayMember[] =>
  [1, 2, 3].map((n) => ({ key: `n=${n}`, params: { n }, args: { image, cmd: "x", ...args(n) } }));

const known = (value: unknown) =>
  new Promise<unknown>((resolve) =>
    (pulumi.output(value) as pulumi.Output<unknown>).apply(resolve),
  );

describe("predecessors that all jobs of an array have", () => {
  const first = () => new HeadlessSession("first", { image, cmd: "a" });
  const second = () => new HeadlessSession("second", { image, cmd: "b" });

  test.each<[string, (after: readonly HeadlessSession[]) => (n: number) => object]>([
    ["one list for all", (after) => () => ({ after })],
    ["a list for each", (after) => () => ({ after: [...after] })],
  ])("are common to them: %s", async (_, args) => {
    const jobs = declaredJobs(members(args([first(), second()])));
    const { common, template, rows } = declaredRows(jobs);
    expect(Object.keys(common)).toEqual(["image", "cmd", "after", "afterStatus"]);
    expect(await known(common.after)).toEqual(["first-id", "second-id"]);
    expect(await known(common.afterStatus)).toEqual(["Held", "Held"]);
    expect(template).toEqual({});
    expect(rows.map(({ values }) => values)).toEqual([[1], [2], [3]]);
  });

  test("are each row's own where they differ", async () => {
    const [one, other] = [first(), second()];
    const jobs = declaredJobs(members((n) => ({ after: [n === 2 ? one : other, one] })));
    const { common, template, rows } = declaredRows(jobs);
    expect(Object.keys(common)).toEqual(["image", "cmd"]);
    expect(await known(template)).toEqual({
      after: [{ $: 0 }, "first-id"],
      afterStatus: [{ $: 1 }, "Held"],
    });
    expect(await known(rows[0]?.values)).toEqual([1, "second-id", "Held"]);
  });
});

test("so is any other output that they share", async () => {
  const shared = pulumi.output(`${image}`).apply((one) => one);
  const jobs = declaredJobs(members(() => ({ image: shared, args: [shared] })));
  const { common, template } = declaredRows(jobs);
  expect(template).toEqual({});
  expect(await known(common)).toEqual({ image, cmd: "x", args: [image] });
});
