// What becomes of a job after its first launch: retries, logs, and sessions that were there before.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Bench, fleet } from "./harness";

jest.setTimeout(600_000);

test("a retry is announced, launched once with more memory, and keeps the logs of both attempts", async () => {
  await using bench = await Bench.open();
  const logs = path.join(bench.folder, "logs");
  const args = { ram: 4, logs, retry: { limit: 1, ramFactor: 1.5 }, resumeArgs: ["--resume"] };
  bench.declare([{ name: "night", args }, ...fleet(1)]);
  await bench.succeed(bench.up());
  const sessions = () => bench.skaha.jobs().filter(({ name }) => name.startsWith("night-"));
  const failWith = (text: string) => {
    const id = sessions().at(-1)?.id ?? "";
    bench.runner.write(id, text);
    bench.runner.end(id, 1);
  };
  failWith("out of memory\n");
  bench.counted();

  const preview = await bench.succeed(bench.on("preview"));
  expect(preview).toContain("1 to update");
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  const retried = await bench.succeed(bench.up());
  expect(retried).toMatch(/^ *night: retried as .*attempt 2, 6 GiB \(Failed: retry 1 of 1\)/m);
  expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 0 });
  const [first, second] = sessions();
  expect(second?.name).toBe(`${first?.name}-2`);

  failWith("again\n");
  await bench.succeed(bench.up());
  expect(await bench.succeed(bench.up())).toContain("3 unchanged");
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  const [job] = (await bench.state()).filter(({ urn }) => urn.endsWith("::night"));
  expect(job?.outputs).toMatchObject({
    status: "Failed",
    attempt: 2,
    attempts: [{ sessionId: first?.id, status: "Failed", ram: 4 }],
    logPath: path.join(logs, `${job?.id}-2.log`),
    logTail: "again\n",
  });
  const saved = (attempt: number) => readFile(path.join(logs, `${job?.id}-${attempt}.log`), "utf8");
  expect([await saved(1), await saved(2)]).toEqual(["out of memory\n", "again\n"]);
});

test("a session that was started by hand is taken over, and what ended stays so when it vanishes", async () => {
  await using bench = await Bench.open();
  const form = {
    name: "by-hand",
    image: "images.canfar.net/skaha/terminal:1.1.2",
    type: "headless",
  };
  const answer = await fetch(`${bench.skaha.url}/session`, {
    method: "POST",
    headers: { authorization: `Bearer ${bench.skaha.token}` },
    body: new URLSearchParams(form),
  });
  const adopt = (await answer.text()).trim();
  bench.counted();
  bench.declare([{ name: "mine", args: { adopt } }]);
  expect(await bench.succeed(bench.up())).toContain(`already launched as session ${adopt}`);
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  bench.runner.end(adopt, 0);
  await bench.succeed(bench.on("refresh"));
  bench.skaha.vanish(adopt);
  expect(await bench.succeed(bench.up())).toContain("2 unchanged");
  await expect(bench.statuses()).resolves.toEqual({ mine: "Completed" });

  // A list that is cut off in the middle is an error, and changes nothing.
  bench.declare([{ name: "mine", args: { adopt } }, ...fleet(2, (n) => ({ args: [n] }))]);
  await bench.succeed(bench.up());
  bench.skaha.faults.add({ kind: "truncatedBody", method: "GET", path: "/session" });
  const state = await bench.state();
  expect(await bench.fail(bench.up())).toContain("is not whole JSON");
  expect(await bench.state()).toEqual(state);
  bench.skaha.faults.clear();

  // "leave" in one edit, removed in the next; another adoption is refused with the reason.
  const leave = { args: [0], onRemove: "leave" };
  bench.declare([
    { name: "mine", args: { adopt } },
    { name: "job-0", args: leave },
  ]);
  await bench.succeed(bench.up());
  const [kept] = bench.alive();
  bench.declare([{ name: "other", args: { adopt: "nosuch00" } }]);
  expect(await bench.fail(bench.up())).toContain("cannot adopt session nosuch00");
  await bench.succeed(bench.on("destroy"));
  expect(bench.alive()).toEqual([kept]);
});
