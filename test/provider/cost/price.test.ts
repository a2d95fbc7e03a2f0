import { examplePrice, parsePrice, priceOf } from "../../../provider/cost/price";

const amounts = { coreHours: 10, gibHours: 40, gpuHours: 2, sessions: 3 };

describe("parsePrice", () => {
  test("reads a weight for each unit, in any order and case", () => {
    expect(parsePrice(examplePrice)).toEqual({
      ...{ coreHours: 1, gibHours: 1, gpuHours: 35, sessions: 1 },
    });
    expect(parsePrice("1 per core-hour,2 per session")).toMatchObject({ sessions: 2 });
    expect(parsePrice("1e3 per core-hour")).toMatchObject({ coreHours: 1000 });
    expect(parsePrice("35 per gpu-hour, .5  per Core-Hour ,2.25 per SESSION")).toEqual({
      ...{ coreHours: 0.5, gibHours: 0, gpuHours: 35, sessions: 2.25 },
    });
  });

  test.each([
    ["1 per core", 'has "1 per core": each part says'],
    ["1 per core-hours", 'has "1 per core-hours"'],
    ["core-hour 1", "has"],
    ["-1 per core-hour", 'has "-1 per core-hour": nothing costs less than 0'],
    ["0x10 per core-hour", 'has "0x10 per core-hour": 0x10 is no number'],
    ["1,5 per core-hour", 'has "1,5": write it with a decimal point, 1.5'],
    ["1 per session,0,25  per GiB-hour", 'has "0,25": write it with a decimal point, 0.25'],
    ["1 per toString", "has"],
    ["", 'has ""'],
    ["1 per core-hour,", 'has ""'],
    ["1 per core-hour, 2 per Core-hour", "says twice what a Core-hour costs"],
    ["0 per core-hour", "makes everything free"],
  ])("refuses %j: it %s", (text, why) => {
    const parsed = parsePrice(text);
    expect("problem" in parsed && parsed.problem).toContain(why);
  });
});

test("a price is each amount times its weight", () => {
  const price = { coreHours: 1, gibHours: 0.5, gpuHours: 35, sessions: 2 };
  expect(priceOf(price, amounts)).toBe(10 + 20 + 70 + 6);
});
