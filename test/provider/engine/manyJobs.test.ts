import type * as pulumi from "@pulumi/pulumi";

const mocks: pulumi.runtime.Mocks = {
  newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
  call: ({ inputs }) => inputs,
};

const args = { image: "images.canfar.net/skaha/astroml:24.07", cmd: "true" };
const rows = (count: number) => Array.from({ length: count }, (_, tile) => ({ tile }));

/** A program of its own: it counts what it declares. */
async function program() {
  jest.restoreAllMocks();
  jest.resetModules();
  const sdk: typeof pulumi = require("@pulumi/pulumi");
  await sdk.runtime.setMocks(mocks, "project", "stack", false, "organization");
  const told = jest.spyOn(console, "log").mockImplementation(() => {});
  const skaha: typeof import("../../../provider") = require("../../../provider");
  return { skaha, told };
}

test("a sweep of 10,000 is told of before its first job is declared", async () => {
  const { skaha, told } = await program();
  told.mockImplementation(() => {
    throw new Error("told");
  });
  const over = rows(10_000);
  expect(() => new skaha.Sweep("tiles", { over, job: () => args })).toThrow("told");
  expect(told).toHaveBeenCalledWith(
    expect.stringMatching(
      /^warning: 10,000 jobs or more take Pulumi some 1 min and 3 GiB of memory, for each preview or up; with `array: true` /,
    ),
  );
});

test("single jobs are counted with it, and it is told of once", async () => {
  const { skaha, told } = await program();
  for (const name of ["one", "two"]) new skaha.HeadlessSession(name, args);
  told.mockImplementation(() => {
    throw new Error("told");
  });
  const sweep = (count: number) =>
    new skaha.Sweep(`of ${count}`, { over: rows(count), job: () => args });
  expect(() => sweep(4_998)).toThrow("told");
  expect(told.mock.calls[0]?.[0]).toMatch(
    /^warning: 5,000 jobs or more take Pulumi some 30 s and 2 GiB /,
  );
  new skaha.HeadlessSession("three", args);
  expect(told).toHaveBeenCalledTimes(1);
});

test("a loop of single jobs is told of at the five thousandth", async () => {
  const { skaha, told } = await program();
  const { foretellJobs, noteJob }: typeof import("../../../provider/engine/manyJobs") =
    require("../../../provider/engine/manyJobs");
  for (let n = 1; n < 4_998; n += 1) noteJob();
  foretellJobs(2);
  new skaha.HeadlessSession("one", args);
  expect(told).not.toHaveBeenCalled();
  new skaha.HeadlessSession("two", args);
  expect(told).not.toHaveBeenCalled();
  new skaha.HeadlessSession("three", args);
  expect(told).toHaveBeenCalledTimes(1);
});

test("a sweep that is one resource is told of by nobody", async () => {
  const { skaha, told } = await program();
  new skaha.Sweep("tiles", { over: rows(6_000), array: true, job: () => args });
  expect(told).not.toHaveBeenCalled();
});
