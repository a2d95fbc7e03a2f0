// A job that merges a sweep, in one of the four ways in which it can be declared; the others: test/long/members.
import { testWays } from "./membersStory";

jest.setTimeout(600_000);

testWays([["array", "dynamic"]]);
