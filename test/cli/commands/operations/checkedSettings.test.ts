import { checkSettings } from "../../../../cli/commands/operations/checkedSettings";

test("wrong settings are refused with the setting, and what it means", () => {
  const read = (values: Readonly<Record<string, string>>) => () =>
    checkSettings((key) => values[key]);
  expect(read({ "skaha:maxInFlight": "20", "skaha:price": "1 per core-hour" })).not.toThrow();
  expect(read({ "skaha:maxCost": "much" })).toThrow(
    /^skaha:maxCost "much" .* must be a number, .*maxCost 5000\. Nothing was done\.$/,
  );
  expect(read({ "skaha:price": "1,5 per core-hour" })).toThrow(
    /^skaha:price .* has "1,5": write it with a decimal point, 1\.5; .*\. Nothing was done\.$/,
  );
});
