// What an array tells of its jobs is told when they are done: it is the operation that the others would be waited for.
import { Announcer } from "../../../provider/actions/announcer";
import { SessionArrayProvider } from "../../../provider/array/arrayProvider";
import type { Run } from "../../../provider/assemble";
import { Operations } from "../../../provider/operations";

const forEver = 2 ** 31 - 1;
const array = {
  name: "study",
  place: "org/proj/dev/study",
  jobs: {},
  columns: [],
  common: {},
  template: {},
};

test("the counts of an array's work do not wait for an operation that may follow", async () => {
  const lines: string[] = [];
  const announce = new Announcer((line) => lines.push(line), forEver);
  const jobs = Array.from({ length: 50 }, (_, n) => n);
  const run: Partial<Run> = {
    announce,
    // Asked while its jobs are judged: what is done to them is said from then on.
    policy: () => {
      for (const n of jobs) {
        announce.say({ kind: "cancel", job: `study-${n}`, session: `s${n}`, status: "Running" });
      }
      return { now: 0, window: undefined, maxInFlight: undefined };
    },
  };
  const operations = new Operations({ makeRun: () => run as Run });
  operations.configure(() => undefined);
  const provider = new SessionArrayProvider(operations, () => {});
  await provider.create({ ...array });
  await provider.update("study", {}, { ...array });
  expect(lines.filter((line) => /^cancelled: \d+ more/.test(line))).toHaveLength(1);
});
