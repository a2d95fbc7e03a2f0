// The list of jobs that a merge gets, and what of it makes the merge another job.
import { unknownValue } from "../../../provider/engine/unknown";
import { digestOfMembers, membersFile, membersOf } from "../../../provider/files/members";
import { checkInputs } from "../../../provider/job/inputs";

const a = { id: "a-1", name: "tiles/a", attempt: 1, status: "Pending", params: { tile: "a" } };
const b = { id: "b-1", name: "tiles/b", attempt: 1, status: "Running" };
const merge = { members: true, memberList: [a, b], after: ["a-1", "b-1"] };
const digest = (inputs: object) => digestOfMembers(inputs).membersDigest;

describe("what a merge runs", () => {
  test.each<[what: string, inputs: object]>([
    ["one that came", { memberList: [a, b, { id: "c-1", attempt: 1 }] }],
    ["one that left", { memberList: [a] }],
    ["one that runs something else", { memberList: [a, { ...b, id: "b-2" }] }],
    ["another attempt of one", { memberList: [a, { ...b, attempt: 2 }] }],
  ])("changes with %s", (_, inputs) => {
    expect(digest({ ...merge, ...inputs })).not.toBe(digest(merge));
  });

  test("does not change with how they stand, their order, and what else is told of them", () => {
    const memberList = [
      { ...b, status: "Completed", record: "/arc/x" },
      { ...a, params: {} },
    ];
    expect(digest({ ...merge, memberList })).toBe(digest(merge));
  });

  test('has no members with staleAfter "keep", and none of a job that is no merge', () => {
    expect(digest({ ...merge, staleAfter: "keep" })).toBeUndefined();
    expect(digest({ ...merge, members: false })).toBeUndefined();
    expect(membersOf({ after: ["a-1"] })).toBeUndefined();
  });

  test.each([
    [[{ ...a, attempt: unknownValue }, b]],
    [[a, { ...b, id: unknownValue }]],
    [[a, unknownValue]],
    [unknownValue],
  ])("is not known while a preview does not know of %j which attempt it is", (memberList) => {
    expect(digest({ ...merge, memberList })).toBe(unknownValue);
  });

  test("is known although a preview does not know how they stand, or that one has no record", () => {
    const memberList = [
      { ...a, status: unknownValue },
      { ...b, record: unknownValue },
    ];
    expect(digest({ ...merge, memberList })).toBe(digest(merge));
  });
});

test("where no program lists them, ids and statuses are known", () => {
  const inputs = { members: true, after: ["a-1", "session:x"], afterStatus: ["Completed", ""] };
  expect(membersOf(inputs)).toEqual([{ id: "a-1", status: "Completed" }, { id: "session:x" }]);
  expect(digest({ ...inputs, afterStatus: ["Running", ""] })).toBe(digest(inputs));
});

test("the file has a line of JSON for each, in their order, and no more than is known", () => {
  const odd = { id: "c-1", name: "tiles/ü\n", attempt: 2, record: "/arc/x/c-1/2", extra: 1 };
  expect(membersFile([b, odd])).toEqual({
    name: "members.jsonl",
    isExecutable: false,
    bytes: Buffer.from(
      '{"name":"tiles/b","id":"b-1","attempt":1,"status":"Running"}\n{"name":"tiles/ü\\n","id":"c-1","attempt":2,"record":"/arc/x/c-1/2"}\n',
    ),
  });
});

test("a merge without jobs to merge is refused; without `members` nothing of a job changes", () => {
  const job = { identity: "o/s::p::t::job", image: "a.b/c", cmd: "cat {members}" };
  expect(checkInputs({}, { ...job, members: true, after: [] }).failures).toEqual([
    { property: "members", reason: "needs after: the jobs to merge" },
  ]);
  const plain = checkInputs({}, { ...job, after: ["a-1"], afterStatus: [""] });
  const off = checkInputs({}, { ...job, members: false, after: ["a-1"], afterStatus: [""] });
  expect(off.inputs.jobName).toBe(plain.inputs.jobName);
  expect(plain.inputs).not.toHaveProperty("membersDigest");
});
