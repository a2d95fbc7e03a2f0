import * as rpc from "@pulumi/pulumi/runtime/rpc";
import { hasUnknown, unknownValue } from "../../../provider/engine/unknown";

test("unknownValue is the SDK's", () => {
  expect(unknownValue).toBe(rpc.unknownValue);
});

describe("hasUnknown", () => {
  test.each([unknownValue, ["a", unknownValue], { a: { b: [unknownValue] } }])(
    "sees it in %j",
    (value) => {
      expect(hasUnknown(value)).toBe(true);
    },
  );

  test.each([undefined, null, "", 0, [], {}, ["a"], { a: null }])(
    "does not see it in %j",
    (value) => {
      expect(hasUnknown(value)).toBe(false);
    },
  );
});
