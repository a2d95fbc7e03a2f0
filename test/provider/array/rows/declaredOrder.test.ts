import fc from "fast-check";
import { inWrittenOrder, writtenOrder } from "../../../../provider/array/rows/declaredOrder";

test("the order of keys is read as it was written, whatever order the engine has them in", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), (keys) => {
      expect(inWrittenOrder([...keys].sort().reverse(), writtenOrder(keys))).toEqual(keys);
    }),
  );
});

test("the order of the keys' text takes no room", () => {
  expect(writtenOrder(["band=10", "band=2"])).toBeUndefined();
  expect(writtenOrder(["band=2", "band=10"])).toBe("1 0");
});
