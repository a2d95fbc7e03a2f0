// `pulumi-skaha submit --cancel`, what is told of what it cancelled, and what is submitted after it.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { image, record, SubmitBench, until } from "./submitBench";

jest.setTimeout(120_000);

let bench: SubmitBench;
beforeEach(async () => {
  bench = await SubmitBench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

/** Its wrapper has begun, and its record is there. */
async function untilRunning(): Promise<void> {
  await until(
    () => bench.alive(),
    (jobs) => jobs.some(({ status }) => status === "Running"),
  );
  await until(
    () => existsSync(path.join(bench.folder, "data", record, "jobs.jsonl")),
    (isThere) => isThere,
  );
}

test("--cancel returns before the server answered, and the job goes", async () => {
  const id = await bench.submitted(["--name", "long", "--", "sleep", "600"]);
  await untilRunning();
  bench.skaha.faults.add({ kind: "slow", method: "DELETE", ms: 3_000 });
  expect(await bench.submit(["--cancel", id])).toMatchObject({ status: 0, stdout: "" });
  expect(bench.alive()).toHaveLength(1);
  await until(
    () => bench.alive(),
    (jobs) => jobs.length === 0,
  );
  expect(await bench.ended(id)).toBe("failed");
  const next = await bench.submitted(["--name", "long", "--", "sleep", "600"]);
  expect(next).toBe(id.replace(/1$/, "2"));
  const gone = await bench.submit(["--cancel", "--wait", id]);
  expect(gone).toMatchObject({ status: 0 });
  expect(gone.stderr).toContain(`${id}: nothing of it waits or runs, so nothing was cancelled`);
  expect(bench.alive()).toHaveLength(1);
  expect(await bench.submit(["--cancel", "--wait", next])).toMatchObject({ status: 0 });
  expect(bench.alive()).toEqual([]);
});

test("what is submitted while it is being cancelled is launched anew, and its id names what runs", async () => {
  const words = ["--name", "long", "--", "sleep", "600"];
  const id = await bench.submitted(words);
  await untilRunning();
  bench.skaha.faults.add({ kind: "slow", method: "DELETE", ms: 1_000 });
  await bench.submit(["--cancel", id]);
  const { stdout, stderr } = await bench.submit(["--image", image, ...words]);
  expect(stderr).toContain("long is being cancelled: waiting for that");
  const next = stdout.trimEnd();
  expect(next).toBe(id.replace(/1$/, "2"));
  expect(bench.alive()).toMatchObject([{ name: expect.stringMatching(/-2$/) }]);
  expect(await bench.statusOf(next)).toBe("running");
  const told = JSON.parse((await bench.submit(["--status", "--json", id, next])).stdout);
  expect(told).toMatchObject([
    { id, status: "failed", cause: "Cancelled" },
    { id: next, status: "running" },
  ]);
});

test("what is cancelled is told as cancelled by all commands, whether it had begun or not", async () => {
  const id = await bench.submitted(["--name", "fit/long", "--", "sleep", "600"]);
  await untilRunning();
  await bench.submit(["--cancel", "--wait", id]);
  expect(await bench.statusOf(id)).toBe("failed");
  const told = await bench.submit(["--status", "--json", id]);
  expect(JSON.parse(told.stdout)).toEqual([{ id, status: "failed", cause: "Cancelled" }]);
  const at = ["--record", record];
  const { jobs } = JSON.parse((await bench.command(["status", ...at, "--json"])).stdout);
  expect(jobs).toMatchObject([{ name: "fit/long", status: "Failed", cause: "Cancelled" }]);
  expect(jobs[0]).not.toHaveProperty("signal");
  expect((await bench.command(["status", ...at])).stdout).toContain("Cancelled");
  const why = await bench.command(["why", ...at, "fit/long"]);
  expect(why.stdout).toContain("fit/long was cancelled with pulumi-skaha submit --cancel.");
  expect(why.stdout).toContain("submit it again as it was");

  // Its next attempt waits: that is how the job stands.
  const words = ["--name", "fit/long", "--", "sleep", "600"];
  const next = await bench.submitted(words);
  const later = JSON.parse((await bench.command(["status", ...at, "--json"])).stdout).jobs;
  expect(later).toMatchObject([
    { name: "fit/long", attempt: 2, attempts: [{ status: "Failed", cause: "Cancelled" }] },
  ]);
  await bench.submit(["--cancel", "--wait", next]);
  expect(JSON.parse((await bench.submit(["--status", "--json", next])).stdout)).toMatchObject([
    { id: next, status: "failed", cause: "Cancelled" },
  ]);
});

test("what is cancelled before it began is told as cancelled, and its next attempt is listed", async () => {
  await using slow = await SubmitBench.open({ startDelaySeconds: 600 });
  await mkdir(path.join(slow.folder, "data", record), { recursive: true });
  const words = ["--name", "waits", "--", "true"];
  const id = await slow.submitted(words);
  await slow.submit(["--cancel", "--wait", id]);
  const next = await slow.submitted(words);
  expect(next).toBe(id.replace(/1$/, "2"));
  expect(JSON.parse((await slow.submit(["--status", "--json", id, next])).stdout)).toMatchObject([
    { id, status: "failed", cause: "Cancelled" },
    { id: next, status: "running" },
  ]);
  const status = await slow.command(["status", "--record", record, "--json"]);
  expect(JSON.parse(status.stdout).jobs).toMatchObject([{ status: "Pending", attempt: 2 }]);
});
