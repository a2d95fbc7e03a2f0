// What test/engine/members tells of a job that merges a sweep, in the other three ways.
import { testWays } from "../engine/membersStory";

jest.setTimeout(600_000);

testWays([
  ["job", "dynamic"],
  ["job", "native"],
  ["array", "native"],
]);
