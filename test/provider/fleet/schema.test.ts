import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { jsonSchema } from "../../../provider/fleet/schema/schema";
import { checkout } from "../../../toolchain/checkout";

const file = path.join(checkout, "schema/fleet.schema.json");

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
}

/** The properties of the objects that a schema allows. */
function propertiesOf(schema: Schema): Readonly<Record<string, Schema>> {
  return { ...schema.properties, ...Object.assign({}, ...(schema.anyOf ?? []).map(propertiesOf)) };
}

function entryOf(schema: Schema | undefined): Schema {
  const [map] = schema?.anyOf ?? [];
  return typeof map?.additionalProperties === "object" ? map.additionalProperties : {};
}

describe("schema/fleet.schema.json", () => {
  const schema = jsonSchema() as Schema;

  // To bring it up to date: npm run docs
  test("is what the zod schema says", () => {
    if (process.env.UPDATE_DOCS) writeFileSync(file, JSON.stringify(schema, null, 2));
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(schema);
  });

  test("describes each key of a job, a sweep and the whole", () => {
    const { defaults, jobs, sweeps } = propertiesOf(schema);
    const all = {
      ...propertiesOf(schema),
      ...propertiesOf(defaults ?? {}),
      ...propertiesOf(entryOf(jobs)),
      ...propertiesOf(entryOf(sweeps)),
    };
    expect(Object.keys(all)).toEqual(expect.arrayContaining(["image", "after", "grid", "canary"]));
    const bare = Object.entries(all).filter(([, { description = "" }]) => description === "");
    expect(bare).toEqual([]);
  });

  test("allows placeholders in sweeps only", () => {
    const { jobs, sweeps } = propertiesOf(schema);
    expect(propertiesOf(entryOf(jobs)).cores).toMatchObject({ type: "number" });
    expect(propertiesOf(entryOf(sweeps)).cores).toMatchObject({
      anyOf: [{ type: "number" }, { type: "string", pattern: "\\{" }],
    });
  });

  test("has no pattern that means another thing without the flag u", () => {
    expect(JSON.stringify(schema)).not.toMatch(/"pattern":"[^"]*\\\\[pPu]/);
  });
});
