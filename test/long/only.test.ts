// What test/engine/commands/array.test.ts has of an array, of jobs that are resources of their own.
import { onlyFollower, onlySome } from "../engine/commands/onlySome";

jest.setTimeout(600_000);

test("--only launches, changes and destroys just the jobs that it names", () => onlySome(false));

test.each([false, true])("--only of what comes after jobs that are left out (array: %s)", (array) =>
  onlyFollower(array),
);
