import { submittedIdIn, textOf } from "../../../provider/submitted/submittedId";

const record = "/arc/projects/survey/.skaha-jobs";
const id = "m31-0f4t9c1k2j3h4g";

test.each([[{ record, id, attempt: 2 }], [{ record, id, attempt: undefined }]])(
  "what is printed of %j is read again",
  (one) => {
    expect(submittedIdIn(textOf(one), undefined)).toEqual(one);
  },
);

test("a session's name is an id where its record is known", () => {
  expect(submittedIdIn(`${id}-3`, record)).toEqual({ record, id, attempt: 3 });
  expect(submittedIdIn(id, undefined)).toBeUndefined();
});

test.each([
  "",
  "m31",
  "/arc/projects/survey",
  `${record}/m31/1`,
  `jobs/${id}/1`,
  `${record}/${id}-2/1`,
  `/etc/${id}/1`,
  `/arc/projects/${id}/1`,
])("%j is no id", (text) => {
  expect(submittedIdIn(text, record)).toBeUndefined();
});
