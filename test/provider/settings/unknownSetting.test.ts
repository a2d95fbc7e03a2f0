import { settings } from "../../../provider/settings";
import { unknownSettings } from "../../../provider/settings/unknownSetting";

const told = (key: string) => `${key} in the stack's configuration is no setting of pulumi-skaha`;

test.each([
  ["skaha:maxCots", "maxCost"],
  ["skaha:maxcost", "maxCost"],
  ["skaha:prices", "price"],
  ["skaha:max-in-flight", "maxInFlight"],
  ["skaha:notifyWebHook", "notifyWebhook"],
])("%s is told with what was probably meant", (key, meant) => {
  expect(unknownSettings([key])).toEqual([`${told(key)}: did you mean skaha:${meant}?`]);
});

test("all settings are known, and what is not of skaha is nobody's business here", () => {
  expect(unknownSettings([...Object.keys(settings), "study:maxCots", "aws:region"])).toEqual([]);
});

test("one that is like none is told, too, but for the own settings of a project of that name", () => {
  expect(unknownSettings(["skaha:galaxies"], { project: "study" })).toEqual([
    told("skaha:galaxies"),
  ]);
  expect(unknownSettings(["skaha:galaxies", "skaha:maxCots"], { project: "skaha" })).toEqual([
    `${told("skaha:maxCots")}: did you mean skaha:maxCost?`,
  ]);
});
