// How many files a refresh asks the service behind /arc for, which answers some twenty a second.
import { arcReads, endRecorded, record, recordedWorld } from "../world/recorded";
import { hour } from "../world/world";

const count = 200;
const sweep = Object.fromEntries(
  Array.from({ length: count }, (_, n) => [`job-${n}`, { args: [n], record }]),
);

test("of two hundred recorded jobs that ended unseen one file each is read", async () => {
  await using w = await recordedWorld();
  await w.engine.up(sweep);
  const asked = arcReads(w);
  expect(asked).toBeGreaterThanOrEqual(count);
  expect(asked).toBeLessThan(1.5 * count); // with looks whether the project is there
  for (const name of Object.keys(sweep)) endRecorded(w, name, { exitCode: 0 });
  w.clock.pass(2 * hour);
  w.skaha.clearJournal();
  await w.engine.refresh();
  expect(new Set(Object.values(w.engine.statuses()))).toEqual(new Set(["Completed"]));
  expect(arcReads(w)).toBe(count);
});

test("of two hundred that are listed as ended one file each is read, also where nothing was known of their records", async () => {
  await using w = await recordedWorld();
  await w.engine.up(sweep);
  w.engine.loseState();
  await w.engine.up(sweep); // takes the sessions over
  for (const [n, name] of Object.keys(sweep).entries()) endRecorded(w, name, { exitCode: n % 2 });
  w.skaha.clearJournal();
  await w.engine.refresh();
  expect(w.engine.outputs("job-1")).toMatchObject({ status: "Failed", exitCode: 1 });
  expect(arcReads(w)).toBe(count);
});

test("a removal asks for no file, and marks what was recorded", async () => {
  await using w = await recordedWorld();
  const few = Object.fromEntries(Object.entries(sweep).slice(0, 20));
  await w.engine.up(few);
  for (const name of Object.keys(few).slice(0, 10)) endRecorded(w, name, { exitCode: 0 });
  await w.engine.refresh();
  w.skaha.clearJournal();
  await w.engine.up({});
  const puts = w.skaha
    .journal()
    .filter(({ method, path }) => method === "PUT" && /voided$/.test(path));
  expect(puts.map(({ status }) => status).sort()).toEqual([
    ...Array<number>(10).fill(201),
    ...Array<number>(10).fill(404),
  ]);
  expect(arcReads(w)).toBeLessThanOrEqual(10); // whether the project is there
});
