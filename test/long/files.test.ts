// What test/engine/files tells of jobs' files, in the other two ways.
import { testWays } from "../engine/filesStory";

jest.setTimeout(600_000);

testWays([
  ["job", "dynamic"],
  ["array", "native"],
]);
