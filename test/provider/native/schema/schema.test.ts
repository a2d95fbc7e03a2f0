// To bring schema/provider.schema.json up to date: npm run docs
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inputNames } from "../../../../provider/job/fields";
import { placeholders } from "../../../../provider/job/outputs";
import { packageSchema } from "../../../../provider/native/schema/schema";
import { settings } from "../../../../provider/settings";
import { checkout } from "../../../../toolchain/checkout";
import { nativeClient } from "../../../world/nativeClient";
import { world } from "../../../world/world";

const schema = packageSchema("0.0.0");
const { "skaha:index:HeadlessSession": session, "skaha:index:SessionArray": array } =
  schema.resources;

test("schema/provider.schema.json is the schema", () => {
  const file = path.join(checkout, "schema/provider.schema.json");
  const wanted = `${JSON.stringify(schema, undefined, 2)}\n`;
  if (process.env.UPDATE_DOCS) writeFileSync(file, wanted);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(wanted));
});

test("the provider answers with it, and with its own version", async () => {
  await using w = await world();
  using client = await nativeClient(w);
  expect(await client.schema()).toEqual(JSON.parse(JSON.stringify(packageSchema("1.2.3"))));
});

test("has each input that a program may write, each output, and each setting", () => {
  const made = ["identity", "filesDigest", "memberList", "membersDigest", "pack"];
  expect(Object.keys(session.inputProperties).sort()).toEqual(
    [...inputNames.filter((name) => !made.includes(name)), "organization"].sort(),
  );
  const echoed = ["image", "cores", "ram", "gpus"];
  expect(Object.keys(session.properties).sort()).toEqual(
    [...Object.keys(placeholders), ...echoed].sort(),
  );
  const keys = Object.keys(settings).map((key) => key.slice("skaha:".length));
  expect(Object.keys(schema.config.variables)).toEqual(keys);
});

/** All maps of properties in the schema. */
const properties = [
  session.inputProperties,
  session.properties,
  array.inputProperties,
  array.properties,
  schema.config.variables,
  ...Object.values(schema.types).map((one) => one.properties),
];

test("says of each property what it is for, in sentences", () => {
  const texts = properties.flatMap((one) => Object.entries(one));
  const without = texts.filter(([, { description = "" }]) => !/^[A-Z`].*\.$/s.test(description));
  expect(without.map(([name]) => name)).toEqual([]);
});

test("names only types that it has", () => {
  const named = [...JSON.stringify(schema).matchAll(/"#\/types\/([^"]+)"/g)].map(
    ([, name]) => name,
  );
  expect(new Set(named)).toEqual(new Set(Object.keys(schema.types)));
});

test("marks what is secret", () => {
  const secrets = properties.flatMap((one) =>
    Object.entries(one).flatMap(([name, { secret }]) => (secret ? [name] : [])),
  );
  expect(new Set(secrets)).toEqual(
    new Set(["registryAuth", "secretEnv", "ownSecretEnv", "token", "notifyWebhook", "secret"]),
  );
});
