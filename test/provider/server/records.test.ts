import { Announcer } from "../../../provider/actions/announcer";
import { lastAttempt } from "../../../provider/job/identity";
import type { Arc } from "../../../provider/record/arc";
import { Records } from "../../../provider/server/records";

test.each([
  [false, 1],
  [true, 3],
])("a new job's record costs few requests (retried: %p)", async (mayHaveGaps, requests) => {
  let asked = 0;
  const read = async () => {
    asked += 1;
    return undefined;
  };
  const arc = { read } as unknown as Arc;
  const records = new Records(arc, new Announcer(() => {}), { now: () => 0 });
  const last = await records.last("/arc/x", "night-abcdef12345678", mayHaveGaps);
  expect([last, asked]).toEqual([undefined, requests]);
});

test("a service that has every file there could be is not asked for ever", async () => {
  let asked = 0;
  const arc: Arc = {
    read: async (file) => {
      asked += 1;
      const start = "2026-11-22T12:00:00Z";
      if (file.endsWith("/voided")) return `${start}\n`;
      return JSON.stringify({ start, end: start, exitCode: 0 });
    },
    write: async () => true,
    isFolder: async () => false,
    size: async () => undefined,
    list: async () => undefined,
    stream: async () => undefined,
  };
  const records = new Records(arc, new Announcer(() => {}), { now: () => 0 });
  await expect(records.last("/arc/x", "night-abcdef12345678", false)).resolves.toBeUndefined();
  expect(asked).toBeLessThanOrEqual(4 * lastAttempt);
});
