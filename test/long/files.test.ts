// What test/engine/files tells of jobs' files, in the other three ways.
import { testWays } from "../engine/filesStory";

jest.setTimeout(600_000);

testWays([
  ["job", "dynamic"],
  ["job", "native"],
  ["array", "native"],
]);
