import { attemptsIn } from "../../../provider/record/recordedJobs";

const first = {
  job: "m31-0f4t9c1k2j3h4g/1",
  start: "2026-11-22T12:00:10Z",
  image: "i",
  attempt: 1,
};
const lineOf = (one: object) => `${JSON.stringify(one)}\n`;

test("each attempt is told once, as it began last, in the order of their beginnings", () => {
  const second = { ...first, job: "m31-0f4t9c1k2j3h4g/2", attempt: 2, name: "fit/m31", ram: 4 };
  const again = { ...first, start: "2026-11-22T13:00:10Z" };
  expect(attemptsIn([first, second, again].map(lineOf).join(""))).toMatchObject([
    { id: "m31-0f4t9c1k2j3h4g", attempt: 2, name: "fit/m31", ram: 4 },
    { id: "m31-0f4t9c1k2j3h4g", attempt: 1, start: "2026-11-22T13:00:10Z" },
  ]);
});

test("what a full disk or a job left there is passed over", () => {
  const odd = ["", "{", "null\n", '{"job":"../x/1"}\n', lineOf({ ...first, start: "soon" })];
  for (const text of odd) expect(attemptsIn(`${text}\n${lineOf(first)}`)).toHaveLength(1);
  expect(attemptsIn(lineOf(first).slice(0, 40))).toEqual([]);
});
