// Properties of resources as they are sent: `google.protobuf.Struct`, which holds what JSON can (google/protobuf/struct.proto).
// Read and written without anything in between. Pure.
import { type BackwardWriter, type Field, FieldReader, MessageFormError } from "./messages";

type Props = Readonly<Record<string, unknown>>;

/** Fields of Struct, of an entry of its map, and of ListValue. */
const fieldsOfStruct = 1;
const [keyOfEntry, valueOfEntry] = [1, 2];
const valuesOfList = 1;
/** What a Value is, of one of these kinds. */
const kinds = { null: 1, number: 2, text: 3, truth: 4, struct: 5, list: 6 } as const;

/**
 * @param bytes a Struct; undefined where nothing was sent, which stands for no properties
 * @throws MessageFormError for bytes that are none
 */
export function propsOf(bytes: Buffer | undefined): Props {
  return bytes === undefined ? {} : structIn(new FieldReader(bytes));
}

function structIn(reader: FieldReader): Props {
  const props: Record<string, unknown> = {};
  while (reader.next()) {
    if (reader.field !== fieldsOfStruct) continue;
    const entry = reader.inside();
    let key = "";
    let value: unknown = null;
    while (entry.next()) {
      if (entry.field === keyOfEntry) key = entry.text();
      else if (entry.field === valueOfEntry) value = valueIn(entry.inside());
    }
    if (key === "__proto__") {
      Object.defineProperty(props, key, {
        ...{ value, configurable: true, enumerable: true, writable: true },
      });
    } else props[key] = value;
  }
  return props;
}

function valueIn(reader: FieldReader): unknown {
  let value: unknown;
  while (reader.next()) {
    switch (reader.field) {
      case kinds.null:
        value = null;
        break;
      case kinds.number:
        value = reader.double();
        break;
      case kinds.text:
        value = reader.text();
        break;
      case kinds.truth:
        value = reader.value !== 0;
        break;
      case kinds.struct:
        value = structIn(reader.inside());
        break;
      case kinds.list:
        value = listIn(reader.inside());
        break;
    }
  }
  if (value === undefined) throw new MessageFormError("a value of no kind");
  return value;
}

function listIn(reader: FieldReader): unknown[] {
  const list: unknown[] = [];
  while (reader.next()) if (reader.field === valuesOfList) list.push(valueIn(reader.inside()));
  return list;
}

/**
 * Properties as a field of an answer.
 * @throws TypeError when it is written, for what JSON does not have: undefined, a function, a bigint
 */
export function struct(field: number, props: Props): Field {
  return (writer) => {
    const before = writer.length;
    writeStruct(writer, props);
    writer.ofLength(field, before);
  };
}

function writeStruct(writer: BackwardWriter, props: Props): void {
  const keys = Object.keys(props);
  for (let index = keys.length - 1; index >= 0; index -= 1) {
    const key = keys[index] ?? "";
    const entry = writer.length;
    writeValue(writer, valueOfEntry, props[key]);
    const before = writer.length;
    writer.text(key);
    writer.ofLength(keyOfEntry, before);
    writer.ofLength(fieldsOfStruct, entry);
  }
}

function writeValue(writer: BackwardWriter, field: number, value: unknown): void {
  const before = writer.length;
  writeKind(writer, value);
  writer.ofLength(field, before);
}

function writeKind(writer: BackwardWriter, value: unknown): void {
  const before = writer.length;
  if (typeof value === "string") {
    writer.text(value);
    writer.ofLength(kinds.text, before);
  } else if (typeof value === "number") {
    writer.double(value);
    writer.ofDouble(kinds.number);
  } else if (typeof value === "boolean") {
    writer.varint(value ? 1 : 0);
    writer.ofVarint(kinds.truth);
  } else if (value === null) {
    writer.varint(0);
    writer.ofVarint(kinds.null);
  } else if (Array.isArray(value)) {
    for (let index = value.length - 1; index >= 0; index -= 1) {
      writeValue(writer, valuesOfList, value[index]);
    }
    writer.ofLength(kinds.list, before);
  } else if (typeof value === "object") {
    writeStruct(writer, value as Props);
    writer.ofLength(kinds.struct, before);
  } else throw new TypeError(`a property cannot be of type ${typeof value}`);
}
