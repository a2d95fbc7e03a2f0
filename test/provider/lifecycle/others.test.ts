// A job that is refused, and what the program's process knows of the others: over the real socket, without an engine.

import { randomInt } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { SessionArrayProvider } from "../../../provider/array/arrayProvider";
import { assemble } from "../../../provider/assemble";
import { noEngine } from "../../../provider/engine/engineWatch";
import { locationIn } from "../../../provider/engine/pendingJobs";
import { askForPendingJobs } from "../../../provider/engine/pendingJobsClient";
import {
  offerLocations,
  offerPendingArray,
  offerPendingJob,
} from "../../../provider/engine/pendingJobsServer";
import { SkahaProvider } from "../../../provider/runtime";
import { type World, world } from "../../world/world";

const image = "images.canfar.net/skaha/terminal:1.1.2";
const identityOf = (name: string) => `acme/urn:pulumi:s::p::skaha:HeadlessSession::${name}`;

/** A provider of the same engine as the program, which is this process. */
async function configured(w: World): Promise<SkahaProvider> {
  const address = `127.0.0.1:${randomInt(20_000, 60_000)}`;
  pulumi.runtime.resetOptions("p", "s", -1, address, "127.0.0.1:9", true, "acme");
  const env = { CANFAR_URL: w.skaha.url, CANFAR_TOKEN: w.skaha.token };
  const provider = new SkahaProvider((config) => ({
    ...assemble(config, env, { engine: noEngine, temporary: w.folder, write: () => {} }),
    pendingJobs: () => askForPendingJobs(address),
  }));
  const get = (() => undefined) as never;
  await provider.configure({ config: { get, require: get } });
  return provider;
}

test("a refused job names the others that are pending, with their places, and forgets those that are answered", async () => {
  await using w = await world({ images: [{ id: image }] });
  const provider = await configured(w);
  const answers: (() => void)[] = [];
  const declare = (name: string, inputs: Record<string, unknown>) => {
    const answered = new Promise<void>((resolve) => answers.push(resolve));
    offerPendingJob(name, { image, cmd: "true", ...inputs, identity: identityOf(name) }, answered);
  };
  const check = (name: string, inputs: Record<string, unknown>) =>
    provider.check({}, { image, cmd: "true", ...inputs, identity: identityOf(name) });

  offerLocations("first", () => ({ "": "fleet.yaml:3:3", cores: "fleet.yaml:5:12" }));
  offerLocations("study", () => ({ "": "fleet.yaml:9:3", env: "fleet.yaml:11:5" }));
  declare("first", { cores: 17 });
  declare("second", { cores: 17, ram: Number.NaN });
  declare("study/a", { env: { A: "\u0000" } });
  declare("sound", { cores: 1 });
  declare("secret", { env: { A: pulumi.secret("hidden") }, cores: Promise.resolve(17) });
  const { failures } = await provider.check(
    {},
    {
      ...{ image, cmd: "true", cores: 17 },
      identity: identityOf("first"),
    },
  );
  expect(failures).toEqual([
    {
      property: "cores",
      reason: expect.stringMatching(/^17 is not offered: .* \(fleet\.yaml:5:12\)$/),
    },
    {
      property: "",
      reason: expect.stringMatching(
        /^2 other jobs are refused, too:\n {2}ram must be [^\n]*: "second"\n {2}cores, as above: "second"\n {2}env\.A [^\n]*: "study\/a" \(fleet\.yaml:11:5\)$/,
      ),
    },
  ]);

  expect((await check("sound", { cores: 1 })).failures).toEqual([]);
  answers.forEach((answer) => {
    answer();
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect((await check("first", { cores: 17 })).failures).toHaveLength(1);
});

test("an array names its jobs that are refused, with the place, and those beside it, and they name its jobs", async () => {
  await using w = await world({ images: [{ id: image }] });
  const provider = await configured(w);
  offerLocations("study", () => ({ "": "fleet.yaml:3:3", cores: "fleet.yaml:7:12" }));
  const pending = new Promise(() => {});
  const ofStudy = ["band=1", "band=2"].map((key) => ({
    name: `study/${key}`,
    inputs: { image, cmd: "true", cores: 17, identity: identityOf(`study/${key}`) },
  }));
  offerPendingArray(() => ofStudy, pending);
  const odd = { image, cmd: "true", ram: Number.NaN, identity: identityOf("odd") };
  offerPendingJob("odd", odd, pending);
  const array = new SessionArrayProvider(provider.operations);
  const rows = {
    ...{ columns: ["band"], common: { image, cmd: "true", cores: 17 }, template: {} },
    ...{ place: identityOf(""), name: "study", jobs: { "band=1": "[1]", "band=2": "[2]" } },
  };
  expect((await array.check({}, rows)).failures).toEqual([
    {
      property: "",
      reason: expect.stringMatching(
        /^3 jobs are refused:\n {2}cores 17 is not offered: [^\n]*: "study\/band=1", "study\/band=2" \(fleet\.yaml:7:12\)\n {2}ram must be [^\n]*: "odd"$/,
      ),
    },
  ]);
  const single = { image, cmd: "true", cores: 17, identity: identityOf("single") };
  expect((await provider.check({}, single)).failures).toMatchObject([
    { property: "cores" },
    {
      reason: expect.stringMatching(
        /^3 other jobs are refused, too:\n {2}cores, as above: "study\/band=1", "study\/band=2" \(fleet\.yaml:7:12\)\n {2}ram [^\n]*: "odd"$/,
      ),
    },
  ]);
});

test("what Pulumi would show no value of, or one as Go does, has its path in the reason", async () => {
  await using w = await world();
  const provider = await configured(w);
  const inputs = { cmd: "true", env: { "a b": 1 }, cores: 0, ram: 4, outputs: ["x"] };
  const { failures } = await provider.check({}, { ...inputs, identity: identityOf("a") });
  expect(failures?.map(({ property, reason }) => [property, reason.split(/[ :]/)[0]])).toEqual([
    ["", "image"],
    ["", 'env["a'],
    ["cores", "must"],
    ["", "outputs[0]"],
  ]);
});

test.each([
  ["env.A", "at env.A"],
  ["env.B", "at env"],
  ['env["\\u001b[31mred"]', "at env"],
  ['env["a.b]\\"["]', "at env"],
  ["args[3]", "at the job"],
  ["odd[", "at the job"],
])("the place of %s is that of the nearest part that has one", (property, place) => {
  const places = { "": "at the job", env: "at env", "env.A": "at env.A" };
  expect(locationIn(places, property)).toBe(place);
});
