// The numbers of fields are the SDK's.
import { createRequire } from "node:module";
import type * as Provider from "@pulumi/pulumi/proto/provider_pb";
import {
  bytes,
  count,
  encoded,
  flag,
  Message,
  message,
  text,
  texts,
} from "../../../provider/grpc/messages";
import { propsOf, struct } from "../../../provider/grpc/struct";
import * as fields from "../../../provider/native/fields";

const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const proto: typeof Provider = sdk("./proto/provider_pb");
const { PluginInfo } = sdk("./proto/plugin_pb");
const { Status } = sdk("./proto/status_pb");
const { Any } = sdk("google-protobuf/google/protobuf/any_pb");
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb");

type Writable = { serializeBinary(): Uint8Array } & Record<string, (value: unknown) => void>;

const requests: readonly [string, new () => unknown, Readonly<Record<string, number>>][] = [
  ["ConfigureRequest", proto.ConfigureRequest, fields.configureRequest],
  ["CheckRequest", proto.CheckRequest, fields.checkRequest],
  ["DiffRequest", proto.DiffRequest, fields.diffRequest],
  ["CreateRequest", proto.CreateRequest, fields.createRequest],
  ["ReadRequest", proto.ReadRequest, fields.readRequest],
  ["UpdateRequest", proto.UpdateRequest, fields.updateRequest],
  ["DeleteRequest", proto.DeleteRequest, fields.deleteRequest],
];

test.each(requests)("the numbers of %s are the SDK's", (_name, Request, numbers) => {
  for (const [name, field] of Object.entries(numbers)) {
    const request = new Request() as Writable;
    const set = request[`set${name[0]?.toUpperCase()}${name.slice(1)}`];
    const isText = name === "urn" || name === "id";
    const value = isText ? "a" : name === "preview" ? true : Struct.fromJavaScript({ a: 1 });
    set?.call(request, value);
    const read = new Message(Buffer.from(request.serializeBinary()));
    const found = isText
      ? read.text(field)
      : name === "preview"
        ? read.flag(field)
        : propsOf(read.bytesOf(field));
    expect({ [name]: found }).toEqual({ [name]: isText ? "a" : name === "preview" || { a: 1 } });
  }
});

test("the numbers of the answers are the SDK's", () => {
  const { createResponse, readResponse, updateResponse, checkResponse, checkFailure } = fields;
  const created = proto.CreateResponse.deserializeBinary(
    encoded([text(createResponse.id, "i"), struct(createResponse.properties, { a: 1 })]),
  );
  expect([created.getId(), created.getProperties()?.toJavaScript()]).toEqual(["i", { a: 1 }]);
  const read = proto.ReadResponse.deserializeBinary(
    encoded([
      ...[text(readResponse.id, "i"), struct(readResponse.properties, { a: 1 })],
      bytes(readResponse.inputs, Struct.fromJavaScript({ b: 2 }).serializeBinary()),
    ]),
  );
  expect([
    read.getId(),
    read.getProperties()?.toJavaScript(),
    read.getInputs()?.toJavaScript(),
  ]).toEqual(["i", { a: 1 }, { b: 2 }]);
  const updated = encoded([struct(updateResponse.properties, { a: 1 })]);
  expect(proto.UpdateResponse.deserializeBinary(updated).getProperties()?.toJavaScript()).toEqual({
    a: 1,
  });
  const checked = proto.CheckResponse.deserializeBinary(
    encoded([
      struct(checkResponse.inputs, { a: 1 }),
      ...["p", "q"].map((property) =>
        message(checkResponse.failures, [
          text(checkFailure.property, property),
          text(checkFailure.reason, "r"),
        ]),
      ),
    ]),
  );
  expect(checked.toObject()).toMatchObject({
    failuresList: [
      { property: "p", reason: "r" },
      { property: "q", reason: "r" },
    ],
  });
  expect(checked.getInputs()?.toJavaScript()).toEqual({ a: 1 });
});

test("the numbers of what a provider tells of itself are the SDK's", () => {
  const { handshakeResponse, pluginInfo, schemaResponse, configureResponse } = fields;
  const greeted = encoded([flag(handshakeResponse.acceptSecrets, true)]);
  expect(proto.ProviderHandshakeResponse.deserializeBinary(greeted).getAcceptSecrets()).toBe(true);
  const info = encoded([text(pluginInfo.version, "1.2.3")]);
  expect(PluginInfo.deserializeBinary(info).getVersion()).toBe("1.2.3");
  const told = encoded([text(schemaResponse.schema, "{}")]);
  expect(proto.GetSchemaResponse.deserializeBinary(told).getSchema()).toBe("{}");
  const configured = proto.ConfigureResponse.deserializeBinary(
    encoded([
      flag(configureResponse.acceptSecrets, true),
      flag(configureResponse.supportsPreview, true),
    ]),
  );
  expect([configured.getAcceptsecrets(), configured.getSupportspreview()]).toEqual([true, true]);
});

test("the numbers of a diff are the SDK's", () => {
  const { diffResponse: of, mapEntry, propertyDiff, diffChanges, diffKinds } = fields;
  const read = proto.DiffResponse.deserializeBinary(
    encoded([
      ...[texts(of.replaces, ["a", ""]), flag(of.deleteBeforeReplace, true)],
      ...[count(of.changes, diffChanges.some), texts(of.diffs, ["a"])],
      message(of.detailedDiff, [
        text(mapEntry.key, "a.b"),
        message(mapEntry.value, [
          count(propertyDiff.kind, diffKinds.update.replacing),
          flag(propertyDiff.inputDiff, true),
        ]),
      ]),
      flag(of.hasDetailedDiff, true),
    ]),
  );
  expect(read.getReplacesList()).toEqual(["a", ""]);
  expect(read.getDiffsList()).toEqual(["a"]);
  expect([read.getDeletebeforereplace(), read.getHasdetaileddiff()]).toEqual([true, true]);
  expect(read.getDetaileddiffMap().get("a.b")?.toObject()).toEqual({ kind: 5, inputdiff: true });
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

test("the numbers of what is kept after a failure are the SDK's", () => {
  const { resourceInitFailed: of, status, any } = fields;
  const detail = encoded([
    ...[text(of.id, "i"), struct(of.properties, { a: 1 })],
    ...[texts(of.reasons, ["r"]), struct(of.inputs, { b: 2 })],
  ]);
  const packed = new Any();
  packed.pack(detail, "pulumirpc.ErrorResourceInitFailed");
  const expected = new Status();
  expected.setCode(2);
  expected.setMessage("m");
  expected.addDetails(packed);
  const written = encoded([
    ...[count(status.code, 2), text(status.message, "m")],
    message(status.details, [
      text(any.typeUrl, "type.googleapis.com/pulumirpc.ErrorResourceInitFailed"),
      bytes(any.value, detail),
    ]),
  ]);
  expect(written).toEqual(Buffer.from(expected.serializeBinary()));
  const read = proto.ErrorResourceInitFailed.deserializeBinary(detail);
  expect([read.getId(), read.getReasonsList()]).toEqual(["i", ["r"]]);
  expect(read.getProperties()?.toJavaScript()).toEqual({ a: 1 });
  expect(read.getInputs()?.toJavaScript()).toEqual({ b: 2 });
});
