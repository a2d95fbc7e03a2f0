// What the parts of the package's schema are made of: types of properties, and those that resources have in common.
// Format: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/

/** A type of a property, in the schema's own form. */
export interface TypeSpec {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: TypeSpec;
  readonly additionalProperties?: TypeSpec;
  readonly oneOf?: readonly TypeSpec[];
}

export interface PropertySpec extends TypeSpec {
  readonly description?: string;
  readonly secret?: boolean;
}

export type Properties = Readonly<Record<string, PropertySpec>>;

export interface ObjectSpec {
  readonly type: "object";
  readonly description: string;
  readonly properties: Properties;
  readonly required?: readonly string[];
}

export const any: TypeSpec = { $ref: "pulumi.json#/Any" };
export const text: TypeSpec = { type: "string" };
export const mapOf = (one: TypeSpec): TypeSpec => ({ type: "object", additionalProperties: one });
export const listOf = (one: TypeSpec): TypeSpec => ({ type: "array", items: one });
export const named = (name: string): TypeSpec => ({ $ref: `#/types/skaha:index:${name}` });

export const word: TypeSpec = { oneOf: [text, { type: "number" }, { type: "boolean" }] };

/** How what the TypeScript classes write by themselves is written elsewhere. */
export const organization: PropertySpec = {
  ...text,
  description:
    'The organization of the stack, `pulumi.organization` in YAML, which is part of where the job stands in the program. Needed only where the state is kept for an organization. Default: "organization", as for a state in files.',
};
