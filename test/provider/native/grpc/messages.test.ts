// What is sent and read here is what the SDK's own messages say: the numbers, forms and meanings of the fields.
import { createRequire } from "node:module";
import type * as Provider from "@pulumi/pulumi/proto/provider_pb";
import fc from "fast-check";
import {
  decoded,
  diffChanges,
  diffKinds,
  encoded,
  type MessageName,
} from "../../../../provider/native/grpc/messages";
import { propsOf, structOf } from "../../../../provider/native/grpc/struct";

const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const proto: typeof Provider = sdk("./proto/provider_pb");
const { PluginInfo } = sdk("./proto/plugin_pb");
const { Status } = sdk("./proto/status_pb");
const { Any } = sdk("google-protobuf/google/protobuf/any_pb");
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb");

type Writable = { serializeBinary(): Uint8Array } & Record<string, (value: unknown) => void>;

const requests: readonly [MessageName, new () => unknown, readonly string[]][] = [
  ["ConfigureRequest", proto.ConfigureRequest, ["args", "urn"]],
  ["CheckRequest", proto.CheckRequest, ["urn", "olds", "news"]],
  ["DiffRequest", proto.DiffRequest, ["id", "urn", "olds", "news", "oldInputs"]],
  ["CreateRequest", proto.CreateRequest, ["urn", "properties", "preview"]],
  ["ReadRequest", proto.ReadRequest, ["id", "urn", "properties", "inputs"]],
  ["UpdateRequest", proto.UpdateRequest, ["id", "urn", "olds", "news", "preview", "oldInputs"]],
  ["DeleteRequest", proto.DeleteRequest, ["id", "urn", "properties"]],
];

test.each(requests)("each field of %s is read as the SDK writes it", (name, Request, fields) => {
  for (const field of fields) {
    const request = new Request() as Writable;
    const set = request[`set${field[0]?.toUpperCase()}${field.slice(1)}`];
    const isText = field === "urn" || field === "id";
    const isStruct = !isText && field !== "preview";
    set?.call(request, isText ? "a" : isStruct ? Struct.fromJavaScript({ a: 1 }) : true);
    const read = decoded(name, request.serializeBinary()) as Record<string, unknown>;
    expect(Object.keys(read)).toEqual([field]);
    const found = isStruct ? propsOf(read[field] as Uint8Array) : read[field];
    expect(found).toEqual(isText ? "a" : isStruct ? { a: 1 } : true);
  }
});

test("an optional field is a request's own if it was sent, though there is nothing in it", () => {
  const request = new proto.ReadRequest();
  request.setInputs(Struct.fromJavaScript({}));
  expect(Object.keys(decoded("ReadRequest", request.serializeBinary()))).toEqual(["inputs"]);
  const answer = encoded("ReadResponse", { inputs: structOf({}) });
  expect(proto.ReadResponse.deserializeBinary(answer).hasInputs()).toBe(true);
});

test("what was not sent is none of a request's own, and reads as nothing", () => {
  const read = decoded("ReadRequest", new proto.ReadRequest().serializeBinary());
  expect(Object.keys(read)).toEqual([]);
  expect(read).toMatchObject({ id: "", urn: "" });
  expect(propsOf((read as { readonly properties: Uint8Array }).properties)).toEqual({});
});

test("what a provider tells of itself is what the SDK reads", () => {
  const greeted = encoded("ProviderHandshakeResponse", { acceptSecrets: true });
  expect(proto.ProviderHandshakeResponse.deserializeBinary(greeted).getAcceptSecrets()).toBe(true);
  const info = encoded("PluginInfo", { version: "1.2.3" });
  expect(PluginInfo.deserializeBinary(info).getVersion()).toBe("1.2.3");
  const told = encoded("GetSchemaResponse", { schema: "{}" });
  expect(proto.GetSchemaResponse.deserializeBinary(told).getSchema()).toBe("{}");
  const configured = proto.ConfigureResponse.deserializeBinary(
    encoded("ConfigureResponse", { acceptSecrets: true, supportsPreview: true }),
  );
  expect([configured.getAcceptsecrets(), configured.getSupportspreview()]).toEqual([true, true]);
});

test("answers about a resource are what the SDK reads", () => {
  const [one, other] = [structOf({ a: 1 }), structOf({ b: 2 })];
  const created = proto.CreateResponse.deserializeBinary(
    encoded("CreateResponse", { id: "i", properties: one }),
  );
  expect([created.getId(), created.getProperties()?.toJavaScript()]).toEqual(["i", { a: 1 }]);
  const read = proto.ReadResponse.deserializeBinary(
    encoded("ReadResponse", { id: "i", properties: one, inputs: other }),
  );
  const parts = [read.getId(), read.getProperties(), read.getInputs()];
  expect(parts.map((part) => (typeof part === "string" ? part : part?.toJavaScript()))).toEqual([
    "i",
    { a: 1 },
    { b: 2 },
  ]);
  const updated = encoded("UpdateResponse", { properties: one });
  const properties = proto.UpdateResponse.deserializeBinary(updated).getProperties();
  expect(properties?.toJavaScript()).toEqual({ a: 1 });
  const failures = ["p", "q"].map((property) => ({ property, reason: "r" }));
  const checked = proto.CheckResponse.deserializeBinary(
    encoded("CheckResponse", { inputs: one, failures }),
  );
  expect(checked.toObject()).toMatchObject({ failuresList: failures });
  expect(checked.getInputs()?.toJavaScript()).toEqual({ a: 1 });
});

test("a diff is what the SDK reads", () => {
  const kind = diffKinds.update.replacing;
  const read = proto.DiffResponse.deserializeBinary(
    encoded("DiffResponse", {
      ...{ replaces: ["a", ""], deleteBeforeReplace: true, changes: diffChanges.some },
      ...{ diffs: ["a"], hasDetailedDiff: true },
      detailedDiff: [{ key: "a.b", value: { kind, inputDiff: true } }],
    }),
  );
  expect(read.getReplacesList()).toEqual(["a", ""]);
  expect(read.getDiffsList()).toEqual(["a"]);
  expect([read.getDeletebeforereplace(), read.getHasdetaileddiff()]).toEqual([true, true]);
  expect(read.getDetaileddiffMap().get("a.b")?.toObject()).toEqual({ kind, inputdiff: true });
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  expect(diffChanges).toEqual({ none: DIFF_NONE, some: DIFF_SOME });
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } =
    proto.PropertyDiff.Kind;
  expect(diffKinds).toEqual({
    add: { plain: ADD, replacing: ADD_REPLACE },
    delete: { plain: DELETE, replacing: DELETE_REPLACE },
    update: { plain: UPDATE, replacing: UPDATE_REPLACE },
  });
});

test("what is kept after a failure is written as the SDK writes it", () => {
  const value = encoded("ErrorResourceInitFailed", {
    ...{ id: "i", properties: structOf({ a: 1 }) },
    ...{ reasons: ["r"], inputs: structOf({ b: 2 }) },
  });
  const packed = new Any();
  packed.pack(value, "pulumirpc.ErrorResourceInitFailed");
  const expected = new Status();
  expected.setCode(2);
  expected.setMessage("m");
  expected.addDetails(packed);
  const type_url = "type.googleapis.com/pulumirpc.ErrorResourceInitFailed";
  const status = { code: 2, message: "m", details: [{ type_url, value }] };
  expect(encoded("Status", status)).toEqual(Buffer.from(expected.serializeBinary()));
  const read = proto.ErrorResourceInitFailed.deserializeBinary(value);
  expect([read.getId(), read.getReasonsList()]).toEqual(["i", ["r"]]);
  expect(read.getProperties()?.toJavaScript()).toEqual({ a: 1 });
  expect(read.getInputs()?.toJavaScript()).toEqual({ b: 2 });
});

describe("properties", () => {
  test("written here are what the SDK reads, and the other way round", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), (generated) => {
        const text = JSON.stringify(generated); // JSON's -0 is 0
        fc.pre(!text.includes("__proto__")); // the SDK loses it
        const props = JSON.parse(text);
        expect(Struct.deserializeBinary(structOf(props)).toJavaScript()).toEqual(props);
        expect(propsOf(Struct.fromJavaScript(props).serializeBinary())).toEqual(props);
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
    expect(Object.keys(read).sort()).toEqual(["__proto__", "constructor"]);
    expect(Object.getOwnPropertyDescriptor(read, "__proto__")?.value).toEqual({ a: 1 });
  });

  test("that were not sent are none", () => {
    expect(propsOf(undefined)).toEqual({});
  });

  test("of what JSON does not have are refused with its type", () => {
    for (const value of [undefined, 1n, () => 1]) {
      expect(() => structOf({ a: [value] })).toThrow(`cannot be of type ${typeof value}`);
    }
  });

  test("without a value, or cut off, are refused", () => {
    // An entry of the map with the key "a" and an empty Value.
    expect(() => propsOf(Buffer.from([0x0a, 0x05, 0x0a, 0x01, 0x61, 0x12, 0x00]))).toThrow(Error);
    expect(() => propsOf(Buffer.from([0x0a, 0x05, 0x61]))).toThrow(Error);
  });
});
