import { decimalIn } from "../../../provider/text/decimal";

test.each([
  ["5000", 5000],
  ["0.5", 0.5],
  [".5", 0.5],
  ["5.", 5],
  ["1e3", 1000],
  ["1.5E-2", 0.015],
  ["-3", -3],
  ["+3", 3],
])("%j is a number", (text, number) => {
  expect(decimalIn(text)).toBe(number);
});

test.each(["", " ", "0x10", "0b1", "1_000", "1,000", "1e", "e3", ".", "NaN", "Infinity", "1e999"])(
  "%j is none",
  (text) => {
    expect(decimalIn(text)).toBeUndefined();
  },
);
