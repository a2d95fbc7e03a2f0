// Runs that are about some jobs, by `--only`.
import { onlyFollower, onlySome } from "../engine/commands/onlySome";

jest.setTimeout(600_000);

test.each([false, true])(
  "--only launches, changes and destroys just the jobs that it names (array: %s)",
  (array) => onlySome(array),
);

test.each([false, true])("--only of what comes after jobs that are left out (array: %s)", (array) =>
  onlyFollower(array),
);
