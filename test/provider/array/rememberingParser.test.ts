import { z } from "zod";
import { remembering } from "../../../provider/array/rememberingParser";

/** A schema that counts how often it is asked. */
function counting() {
  let count = 0;
  const schema = z.unknown().transform((value) => {
    count += 1;
    return value;
  });
  return { schema, count: () => count };
}

test("a plain value is checked once, however many jobs have it", () => {
  const parse = remembering();
  const { schema, count } = counting();
  for (let job = 0; job < 100; job += 1) expect(parse("ram", schema, job % 2)).toMatchObject({});
  expect(count()).toBe(2);
});

test("a list that all jobs share is checked once, and equal ones each by themselves", () => {
  const parse = remembering();
  const { schema, count } = counting();
  const shared = ["a"];
  for (let job = 0; job < 100; job += 1) parse("args", schema, shared);
  expect(count()).toBe(1);
  for (let job = 0; job < 10; job += 1) parse("args", schema, ["a"]);
  expect(count()).toBe(11);
});

test("each input has its own answers, and beyond those that are remembered each value its right one", () => {
  const parse = remembering();
  const small = z.number().max(5);
  const all = Array.from({ length: 3_000 }, (_, value) => value);
  for (const value of [...all, ...all]) {
    expect(parse("cores", small, value).success).toBe(value <= 5);
    expect(parse("ram", z.number(), value)).toMatchObject({ success: true, data: value });
  }
});
