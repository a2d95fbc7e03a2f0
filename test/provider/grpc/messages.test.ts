import { createRequire } from "node:module";
import fc from "fast-check";
import { count, encoded, Message, MessageFormError } from "../../../provider/grpc/messages";
import { propsOf, struct } from "../../../provider/grpc/struct";

const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const { Status } = sdk("./proto/status_pb");
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb");

const properties = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue());

/** JSON's -0 is 0. */
const json = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("properties", () => {
  test("written here are what the SDK reads, and the other way round", () => {
    fc.assert(
      fc.property(properties, (generated) => {
        const props = json(generated);
        const written = Struct.deserializeBinary(structOf(props)).toJavaScript();
        expect(written).toEqual(props);
        expect(propsOf(Buffer.from(Struct.fromJavaScript(props).serializeBinary()))).toEqual(props);
      }),
      { numRuns: 300 },
    );
  });

  test("may be large, and of every kind", () => {
    const props = {
      rows: Array.from({ length: 20_000 }, (_, n) => [n, `row ${n}`, null, { ä: n % 2 === 0 }]),
      text: "𝄞".repeat(100_000),
      number: -1.5e300,
      empty: {},
      none: [],
    };
    expect(propsOf(structOf(props))).toEqual(props);
  });

  test("keep a property of the name that JavaScript has for its own", () => {
    const props = JSON.parse('{ "__proto__": { "a": 1 }, "constructor": 2 }');
    const read = propsOf(structOf(props));
    expect(Object.keys(read)).toEqual(["__proto__", "constructor"]);
    expect(JSON.stringify(read)).toBe(JSON.stringify(props));
  });

  test("that were not sent are none", () => {
    expect(propsOf(undefined)).toEqual({});
  });

  test("of what JSON does not have are refused with its type", () => {
    for (const value of [undefined, 1n, () => 1]) {
      expect(() => structOf({ a: [value] })).toThrow(`cannot be of type ${typeof value}`);
    }
  });
});

function structOf(props: Record<string, unknown>): Buffer {
  const whole = new Message(encoded([struct(1, props)]));
  return whole.bytesOf(1) as Buffer;
}

describe("a message that is none", () => {
  test.each([
    ["cut off", [0x0a, 0x05, 0x61]],
    ["with a count that does not end", [0x08, 0xff, 0xff]],
    ["with a count of more than ten bytes", [0x08, ...Array(11).fill(0xff), 0x01]],
    ["of a form that is out of use", [0x0b]],
  ])("%s is refused", (_what, sent) => {
    expect(() => new Message(Buffer.from(sent))).toThrow(MessageFormError);
  });

  test("where a property has no value is refused", () => {
    // An entry of the map with the key "a" and an empty Value.
    const sent = Buffer.from([0x0a, 0x05, 0x0a, 0x01, 0x61, 0x12, 0x00]);
    expect(() => propsOf(sent)).toThrow(MessageFormError);
  });

  test("never ends in anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (sent) => {
        try {
          propsOf(Buffer.from(sent));
        } catch (error) {
          expect(error).toBeInstanceOf(MessageFormError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

test("counts are read up to 2^53, as the SDK writes them", () => {
  for (const value of [0, 1, 127, 128, 16_384, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER]) {
    expect(new Message(encoded([count(4, value)])).flag(4)).toBe(value !== 0);
  }
  const error = new Status();
  error.setCode(300);
  expect(encoded([count(1, 300)])).toEqual(Buffer.from(error.serializeBinary()));
});
