import { StatusLine } from "../../../provider/actions/statusLine";
import type { Status } from "../../../provider/job/status";
import { tallyOf } from "../../../provider/job/tally";

const pause = () => new Promise((resolve) => setTimeout(resolve, 60));
const found = (status: Status) => async () => ({ status });

test("names the first five that failed, in the order of people", () => {
  const names = ["a-10", "a-9", "a-1", "a-3", "a-4", "a-2"];
  const statuses = new Map<string, Status>(names.map((name) => [name, "Failed"]));
  statuses.set("b", "Completed").set("c", "Running").set("d", "Lost");
  expect(tallyOf(statuses)).toBe(
    "jobs: 1 Running, 1 Completed, 6 Failed (a-1, a-2, a-3, a-4, a-9 and 1 more), 1 Lost (d)",
  );
});

/** The status of one job. */
const of =
  (id: string) =>
  ({ status }: { readonly status: Status }) => [[id, status] as const];

test("tells how the jobs stand once, at the first call after the refresh", async () => {
  const said: string[] = [];
  const standing = new StatusLine((line) => said.push(line));
  await Promise.all([
    standing.reading(found("Failed"), of("a")),
    standing.reading(found("Completed"), of("b")),
  ]);
  expect(said).toEqual([]);
  standing.refreshed();
  standing.refreshed();
  await pause();
  expect(said).toEqual(["jobs: 1 Completed, 1 Failed (a)"]);
});

test("tells it by itself where nothing follows the refresh", async () => {
  const said: string[] = [];
  const standing = new StatusLine((line) => said.push(line));
  await standing.reading(found("Running"), of("a"));
  await pause();
  expect(said).toEqual(["jobs: 1 Running"]);
});

test("says nothing of a refresh that found nothing out", async () => {
  const said: string[] = [];
  const standing = new StatusLine((line) => said.push(line));
  const failing = standing.reading(async (): Promise<{ status: Status }> => {
    throw new Error("no answer");
  }, of("a"));
  await expect(failing).rejects.toThrow("no answer");
  standing.refreshed();
  await pause();
  expect(said).toEqual([]);
});
