// What a program in JavaScript may hand over that TypeScript would have refused, with Pulumi's mocks in place of an engine.
import * as pulumi from "@pulumi/pulumi";
import { HeadlessSession, type Predecessor } from "../../provider/headlessSession";
import { Sweep } from "../../provider/sweep/sweep";

beforeAll(() =>
  pulumi.runtime.setMocks(
    { newResource: ({ inputs }) => ({ id: "an-id", state: inputs }), call: () => ({}) },
    ...(["survey", "dev", false, "organization"] as const),
  ),
);

const words = { image: "a/b:1", cmd: "sleep" };

test("only jobs and sessions come before a job, and a sweep is refused with what is meant", () => {
  const study = new Sweep("study", { over: [{ band: 1 }], job: () => words });
  for (const after of [[study], study, ["k3j2h1g0"], [{}], [null], "k3j2h1g0"]) {
    const wrong = after as unknown as Predecessor[];
    expect(() => new HeadlessSession("merge", { ...words, after: wrong })).toThrow(
      "of a sweep take its jobs: `after: sweep.jobs`",
    );
  }
  const right = [...study.jobs, { sessionId: "k3j2h1g0" }];
  expect(() => new HeadlessSession("merge", { ...words, after: right })).not.toThrow();
});
