// The package's schema, as Pulumi YAML checks programs by it and packages for other languages are made from it. All of
// it follows from the catalogues: what inputs may be (`job/fields.ts`), what they are for (`job/catalogue.ts`), what
// outputs say (`job/outputs.ts`), and the settings. Format: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
import { z } from "zod";
import {
  catalogue,
  type Documented,
  textOf,
  type UserInputName,
  userInputs,
} from "../../job/catalogue";
import { fields } from "../../job/fields";
import { nativeArrayType, nativeSessionType } from "../../job/identity";
import { type Output, outputs } from "../../job/outputs";
import { secretSettings, settingEntries } from "../configuration";

import { array } from "./array";
import { outputTypes } from "./outputTypes";
import {
  any,
  listOf,
  mapOf,
  named,
  type ObjectSpec,
  organization,
  type PropertySpec,
  type TypeSpec,
  text,
  word,
} from "./specs";

/** @param version of this package */
export function packageSchema(version: string) {
  const config = Object.fromEntries(
    settingEntries().map(([name, { text: description }]) => [name, settingSpec(name, description)]),
  );
  return {
    name: "skaha",
    displayName: "Skaha",
    version,
    description:
      "Headless (batch) sessions of a Skaha server, such as CANFAR's Science Platform, as Pulumi resources",
    license: "Apache-2.0",
    keywords: ["pulumi", "skaha", "canfar", "astronomy", "batch", "kind/native"],
    config: { variables: config },
    provider: {
      description: "Settings for resources that are not to have those of the stack.",
      inputProperties: config,
    },
    types: types(),
    resources: { [nativeSessionType]: session(), [nativeArrayType]: array() },
    language: {},
  };
}

function settingSpec(name: string, description: string): PropertySpec {
  const isCount = ["maxInFlight", "concurrency", "notifyFailed"].includes(name);
  const isSecret = secretSettings.some((one) => one === name);
  return { type: isCount ? "integer" : "string", description, ...(isSecret && { secret: true }) };
}

function session() {
  const inputProperties = jobInputs();
  return {
    description:
      "A headless (batch) session: launched once by `pulumi up`, which does not wait for its end, and cancelled when it is removed from the program. The resource's `id` is the job's name on the server.",
    inputProperties,
    requiredInputs: ["image"],
    properties: {
      ...jobOutputs(),
      ...Object.fromEntries(
        ["image", "cores", "ram", "gpus"].map((name) => [
          name,
          { ...inputProperties[name], description: "As declared." },
        ]),
      ),
    },
    required: ["attempt", "image", "server", "status"],
  };
}

const statuses = (what: string): PropertySpec => ({
  ...listOf(text),
  description: `The \`status\` of each job of \`${what}\`, in the same order; "" for a session outside the stack.`,
});

function jobInputs(): Record<string, PropertySpec> {
  const entries = userInputs.map((name): [string, PropertySpec] => {
    const spec = typeOfField(name);
    return [
      name,
      { ...spec, description: textOfInput(name), ...(name === "registryAuth" && { secret: true }) },
    ];
  });
  return {
    ...Object.fromEntries(entries),
    afterStatus: statuses("after"),
    canaryStatus: statuses("canary"),
    secretEnv: {
      ...mapOf(word),
      secret: true,
      description:
        "Variables that are secret whatever their values are. Secret values in `env` become such by themselves.",
    },
    organization,
  };
}

const isOfIds: readonly string[] = ["after", "canary"];

function textOfInput(name: UserInputName): string {
  const { note }: Documented = catalogue[name];
  const ids = isOfIds.includes(name)
    ? `The ids of these jobs${name === "after" ? ", or `session:ID` for a session outside the stack" : ""}; \`${name}Status\` has their statuses.`
    : undefined;
  return [textOf(name), note, ids].filter((one) => one !== undefined).join(" ");
}

/** Inputs that are objects have a type of their own. */
const namedInputs: Readonly<Partial<Record<UserInputName, string>>> = {
  group: "JobGroup",
  registryAuth: "RegistryAuth",
  retry: "Retry",
  stopAfter: "StopAfter",
};

function typeOfField(name: UserInputName): TypeSpec {
  const own = namedInputs[name];
  return own === undefined ? typeOf(jsonSchemaOf(name)) : named(own);
}

/** Of JSON Schema what the fields use. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
}

function jsonSchemaOf(name: UserInputName): JsonSchema {
  return z.toJSONSchema(fields[name], { io: "input", unrepresentable: "any" }) as JsonSchema;
}

function typeOf({ type, items, additionalProperties, anyOf }: JsonSchema): TypeSpec {
  if (anyOf) return { oneOf: anyOf.map(typeOf) };
  if (typeof type === "object") return { oneOf: type.map((one) => ({ type: one })) };
  if (type === "array") return listOf(items ? typeOf(items) : any);
  if (type === "object") {
    return mapOf(typeof additionalProperties === "object" ? typeOf(additionalProperties) : any);
  }
  return type === undefined ? any : { type };
}

function types(): Readonly<Record<string, ObjectSpec>> {
  const ofInputs = Object.entries(namedInputs).map(([input, name]) => {
    const { properties = {}, required } = jsonSchemaOf(input as UserInputName);
    const described = Object.entries(properties).map(([key, one]): [string, PropertySpec] => [
      key,
      {
        ...typeOf(one),
        ...(partTexts[`${input}.${key}`] && { description: partTexts[`${input}.${key}`] }),
        ...(`${input}.${key}` === "registryAuth.secret" && { secret: true }),
      },
    ]);
    const spec: ObjectSpec = {
      type: "object",
      description: textOf(input as UserInputName),
      properties: Object.fromEntries(described),
      ...(required && required.length > 0 && { required }),
    };
    return [`skaha:index:${name}`, spec] as const;
  });
  return { ...Object.fromEntries(ofInputs), ...outputTypes };
}

const partTexts: Readonly<Record<string, string>> = {
  "group.name": "Jobs with the same name share the limit.",
  "group.maxInFlight": "How many sessions.",
  "stopAfter.name": "Jobs with the same name count together.",
  "stopAfter.failed": "So many failed for the same cause.",
  "stopAfter.share": "Such a part of those that ended, from 0 to 1.",
  "stopAfter.atLeast": "With `share`: how many have to have ended. Default: 10.",
  "registryAuth.username": "Who may pull.",
  "registryAuth.secret": "The registry's secret of that user.",
  "retry.limit": "How often the job is launched again at most: in all, or for each cause.",
  "retry.on": 'What is retried, where `limit` is one number. Default: ["Failed"].',
  "retry.ramFactor":
    "Each retry asks for this times the memory, rounded up to what the server offers. Default: 1.",
  "retry.coresFactor": "The same for cores. Default: 1.",
};

/** The types of outputs, by what TypeScript calls them. */
const outputSpecs: Readonly<Record<string, TypeSpec>> = {
  string: text,
  boolean: { type: "boolean" },
  number: { type: "integer" },
  "string[]": listOf(text),
  Usage: named("Usage"),
  "PastAttempt[]": listOf(named("PastAttempt")),
};

function jobOutputs(): Record<string, PropertySpec> {
  const told = Object.entries<Output>(outputs).flatMap(([name, { type, text: description }]) => {
    if (type === undefined) return [];
    const spec = outputSpecs[type.replace(" | undefined", "")];
    if (!spec) throw new Error(`the schema has no type for ${name}: ${type}`);
    return [[name, { ...spec, description }] as const];
  });
  return Object.fromEntries(told);
}
