// `pulumi-skaha publish --record`: jobs that were submitted, which no stack knows and no program declares.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { publishSchema } from "../../../../cli/commands/publish/action";
import { replaySchema } from "../../../../cli/commands/replay/action";
import { publishedJobSchema } from "../../../../cli/crate/publishedJob";
import { image, record, SubmitBench } from "../submit/submitBench";

jest.setTimeout(300_000);

test("submitted jobs are published with their commands and records; their ids cannot be compared, their images can", async () => {
  const digest = `sha256:${"d".repeat(64)}`;
  const images = [{ id: image, types: ["headless"], digest }];
  await using bench = await SubmitBench.open({ images });
  const good = await bench.submitted([
    "--name",
    "fit/m31",
    "--env",
    "WHY=nobody",
    "--",
    "echo",
    "m 31",
  ]);
  const bad = await bench.submitted(["--name", "fit/m33", "--", "false"]);
  for (const id of [good, bad]) await bench.ended(id);
  // A stack's job is recorded in the same folder: its words may be secret.
  const folder = path.join(bench.folder, "data", record);
  const other = "other-0123456789abcd";
  await mkdir(path.join(folder, other, "1"), { recursive: true });
  const times = { start: "2026-11-22T10:00:00Z" };
  const start = { image, attempt: 1, host: "h", ...times, argv: ["login", "omicron-secret"] };
  await writeFile(path.join(folder, other, "1/start.json"), JSON.stringify(start));
  const end = {
    exitCode: 0,
    signal: null,
    ...times,
    end: "2026-11-22T11:00:00Z",
    samples: 0,
    missingOutputs: [],
  };
  await writeFile(path.join(folder, other, "1/end.json"), JSON.stringify(end));
  const line = `${JSON.stringify({ job: `${other}/1`, ...times, image, attempt: 1 })}\n`;
  const jobsFile = path.join(folder, "jobs.jsonl");
  await writeFile(jobsFile, (await readFile(jobsFile, "utf8")) + line);

  const published = await bench.command(["publish", "crate", "--record", record, "--json"]);
  expect(published).toMatchObject({ status: 0 });
  expect(publishSchema.parse(JSON.parse(published.stdout))).toMatchObject({ jobs: 3, commits: [] });
  const text = await readFile(path.join(bench.folder, "crate/jobs.json"), "utf8");
  expect(text).not.toContain("omicron-secret");
  const jobs = publishedJobSchema.array().parse(JSON.parse(text));
  expect(jobs.map(({ name, status, command }) => [name, status, command])).toEqual([
    ["fit/m31", "Completed", ["echo", "m 31"]],
    ["fit/m33", "Failed", ["false"]],
    ["other", "Completed", undefined],
  ]);
  expect(jobs[1]?.attempts).toMatchObject([{ attempt: 1, exitCode: 1, record: { exitCode: 1 } }]);

  const replay = await bench.command(["replay", "crate", "--check", "--json"]);
  expect(replaySchema.parse(JSON.parse(replay.stdout))).toMatchObject({
    isSame: true,
    images: [{ image, is: "unknown", now: digest }],
    problems: [],
  });
  const told = await bench.command(["replay", "crate", "--check"]);
  expect(told.stdout).toContain("no program declares them, so their ids cannot be compared");
  expect(told.stdout).toMatch(/\nNothing that could be compared differs\.\n$/);
  expect((await bench.command(["replay", "crate"])).stderr).toContain("give --check");
  expect((await bench.command(["replay", ".", "--check"])).stderr).toContain(
    "there is no crate in",
  );
});

test("without any job there is nothing to publish", async () => {
  await using bench = await SubmitBench.open();
  const empty = await bench.command(["publish", "crate", "--record", record]);
  expect(empty).toMatchObject({ status: 1, stdout: "" });
});
