// Properties of resources as they are sent: `google.protobuf.Struct`, which holds what JSON can (google/protobuf/struct.proto).
import { type INamespace, Root } from "protobufjs/light";

type Props = Readonly<Record<string, unknown>>;

/** A Value is of one of these kinds. */
const kinds = {
  nullValue: { type: "int32", id: 1 },
  numberValue: { type: "double", id: 2 },
  stringValue: { type: "string", id: 3 },
  boolValue: { type: "bool", id: 4 },
  structValue: { type: "Struct", id: 5 },
  listValue: { type: "ListValue", id: 6 },
};

const root = Root.fromJSON({
  nested: {
    Struct: { fields: { fields: { keyType: "string", type: "Value", id: 1 } } },
    Value: { oneofs: { kind: { oneof: Object.keys(kinds) } }, fields: kinds },
    ListValue: { fields: { values: { rule: "repeated", type: "Value", id: 1 } } },
  },
} as INamespace);
const struct = root.lookupType("Struct");

interface Struct {
  readonly fields: Readonly<Record<string, Value>>;
}

/** `kind` tells which of the others is there. */
interface Value {
  readonly kind?: keyof Value;
  readonly nullValue?: 0;
  readonly numberValue?: number;
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly structValue?: Struct;
  readonly listValue?: { readonly values: readonly Value[] };
}

/**
 * @param bytes undefined where nothing was sent, which stands for no properties
 * @throws Error for bytes that are no Struct
 */
export function propsOf(bytes: Uint8Array | undefined): Props {
  return bytes === undefined ? {} : read(struct.decode(bytes) as unknown as Struct);
}

/** @throws TypeError for what JSON does not have: undefined, a function, a bigint */
export function structOf(props: Props): Uint8Array {
  return struct.encode(written(props)).finish();
}

function read({ fields }: Struct): Props {
  return mapped(fields, valueIn);
}

function valueIn(value: Value): unknown {
  switch (value.kind) {
    case "nullValue":
      return null;
    case "structValue":
      return read(value.structValue ?? { fields: {} });
    case "listValue":
      return (value.listValue?.values ?? []).map(valueIn);
    case undefined:
      throw new Error("the engine sent a property without a value");
    default:
      return value[value.kind];
  }
}

function written(props: Props): Struct {
  return { fields: mapped(props, valueFrom) };
}

function valueFrom(value: unknown): Value {
  if (value === null) return { nullValue: 0 };
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "number":
      return { numberValue: value };
    case "boolean":
      return { boolValue: value };
    case "object":
      if (Array.isArray(value)) return { listValue: { values: value.map(valueFrom) } };
      return { structValue: written(value as Props) };
    default:
      throw new TypeError(`a property cannot be of type ${typeof value}`);
  }
}

function mapped<T, U>(all: Readonly<Record<string, T>>, to: (one: T) => U): Record<string, U> {
  const result: Record<string, U> = {};
  for (const key of Object.keys(all)) {
    const value = to(all[key] as T);
    if (key !== "__proto__") result[key] = value;
    // JavaScript has a meaning of its own for this name.
    else Object.defineProperty(result, key, { ...asOwn, value });
  }
  return result;
}

const asOwn = { configurable: true, enumerable: true, writable: true } as const;
