import { inPackOf, plannedPacks } from "../../../provider/packs/plannedPacks";

const pack = { name: "all", jobs: 50, parallel: 4 };
const jobs = (count: number, more: object = {}) =>
  Array.from({ length: count }, () => {
    const found = inPackOf({ image: "i", cores: 1, ram: 2, pack, ...more });
    if (found === undefined) throw new Error("it has no pack");
    return found;
  });

test("sessions of so many jobs, and what all of them ask for", () => {
  const { sessions, size, text } = plannedPacks(jobs(400));
  expect([sessions, size.cores, size.ram]).toEqual([8, 32, 64]);
  expect(text).toBe("8 sessions of up to 50 jobs, 4 at a time, each with 4 cores and 8 GiB");
});

test("the last session asks for what its jobs can use", () => {
  expect(plannedPacks(jobs(102))).toMatchObject({ sessions: 3, size: { cores: 10, ram: 20 } });
  expect(plannedPacks(jobs(1)).text).toBe(
    "1 session of 1 job, 1 at a time, each with 1 core and 2 GiB",
  );
});

test("jobs of other sizes, images or secrets go into other sessions", () => {
  const all = [...jobs(3), ...jobs(2, { ram: 4 }), ...jobs(1, { secretEnv: { A: "b" } })];
  expect(plannedPacks(all).text).toBe(
    "1 session of 3 jobs, 3 at a time, each with 3 cores and 6 GiB and 1 session of 2 jobs, 2 at a time, each with 2 cores and 8 GiB and 1 session of 1 job, 1 at a time, each with 1 core and 2 GiB",
  );
});

test("a job of its own is in none", () => {
  expect(inPackOf({ image: "i", cores: 1, ram: 2 })).toBeUndefined();
  expect(plannedPacks([])).toMatchObject({ sessions: 0, text: "" });
});
