// A job that is refused, and what the program's process knows of the others: over the real socket, without an engine.

import { randomInt } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { assemble } from "../../../provider/assemble";
import { noEngine } from "../../../provider/engine/engineWatch";
import { locationIn } from "../../../provider/engine/pendingJobs";
import { askForPendingJobs } from "../../../provider/engine/pendingJobsClient";
import { offerLocations, offerPendingJob } from "../../../provider/engine/pendingJobsServer";
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
