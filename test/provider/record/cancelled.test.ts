import type { Arc } from "../../../provider/record/arc";
import {
  cancelledAttempts,
  cancelledFile,
  cancelledIn,
  writeCancelled,
} from "../../../provider/record/cancelled";

const record = "/arc/projects/survey/.jobs/";
const id = "m31-0f4t9c1k2j3h4g";

test("what is written is read again", async () => {
  const files = new Map<string, string>();
  const arc: Pick<Arc, "read" | "write"> = {
    read: async (path) => files.get(path),
    write: async (path, text) => {
      files.set(path, String(text));
      return true;
    },
  };
  expect(await cancelledAttempts(arc, record, id)).toEqual(new Map());
  const attempts = new Map([
    [1, "2026-11-22T20:00:00.000Z"],
    [12, "2026-11-23T20:00:00.000Z"],
  ]);
  await writeCancelled(arc, record, id, attempts);
  expect([...files.keys()]).toEqual([`/arc/projects/survey/.jobs/${id}.cancelled`]);
  expect(cancelledFile(record, id)).toBe([...files.keys()][0]);
  expect(await cancelledAttempts(arc, record, id)).toEqual(attempts);
  await writeCancelled(arc, record, id, new Map());
  expect(await cancelledAttempts(arc, record, id)).toEqual(new Map());
});

test.each([
  "",
  "\n",
  "1\n",
  "1 2026-11-2",
  "0 2026-11-22T20:00:00Z",
  "<html>1 2026-11-22T20:00:00Z",
])("%j tells of none", (text) => {
  expect(cancelledIn(text).size).toBe(0);
});
