// The real Snakemake with the profile of template/snakemake, against a server whose sessions run what it sends.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { scriptedRunner } from "../../../embedded";
import { checkout } from "../../../toolchain/checkout";
import { until } from "../../cli/commands/submit/submitBench";
import { programsOf, WorkflowBench } from "./workflowBench";

jest.setTimeout(1_200_000);

const packages = ["snakemake==9.27.0", "snakemake-executor-plugin-cluster-generic==1.0.9"];
const profile = path.join(checkout, "template/snakemake");

let programs: string;
beforeAll(async () => {
  programs = await programsOf(packages);
});

function snakemake(its: WorkflowBench, ...words: readonly string[]) {
  const soon = ["--seconds-between-status-checks", "1", "--latency-wait", "10"];
  return its.start("snakemake", ["--profile", profile, ...soon, ...words]);
}

/** Lists, as the server saw them. */
const listsOf = (its: WorkflowBench) =>
  its.bench.requests("GET").filter(({ path: asked }) => /\/session\?/.test(asked));

test("40 observations run to their end over a kill of Snakemake, each job once, and a failed one with more memory", async () => {
  await using its = await WorkflowBench.open(programs, { capacity: { cores: 8, ramGiB: 512 } });
  await its.lay("snakemake", 40);
  await its.failOnce("obs7");

  const first = snakemake(its);
  const { bench } = its;
  await its.untilMidway();
  first.child.kill("SIGKILL");
  await first.ended;
  expect(bench.alive().length).toBeGreaterThan(0); // what it left runs on

  expect(await snakemake(its, "--unlock").ended).toBe(0);
  const second = snakemake(its);
  expect({ status: await second.ended, said: second.said().slice(-2_000) }).toMatchObject({
    status: 0,
  });

  await its.assertAllRanOnce(/^source-extract-obs-obs7-/);

  // What is done stays done, and what its user wants anew runs anew.
  bench.skaha.clearJournal();
  expect(await snakemake(its).ended).toBe(0);
  expect(bench.requests("POST")).toEqual([]);
  expect(await snakemake(its, "lines/obs3.json", "--forcerun", "source_extract").ended).toBe(0);
  expect(bench.requests("POST")).toHaveLength(1);
});

test("Ctrl-C leaves no session alive", async () => {
  await using its = await WorkflowBench.open(programs);
  await its.lay("snakemake", 16);
  const snakefile = path.join(its.project, "Snakefile");
  const text = await readFile(snakefile, "utf8");
  await writeFile(
    snakefile,
    text.replace("python3 calibrate.py", "sleep 600; python3 calibrate.py"),
  );
  const { child, ended, said } = snakemake(its);
  // Some are known to Snakemake by then, of some it asks, and one is being submitted.
  await until(
    () => its.bench.alive().length,
    (count) => count >= 12,
  );
  process.kill(-(child.pid ?? 0), "SIGINT");
  expect(await ended).not.toBe(0);
  expect(said()).toContain("Terminating processes on user request");
  await until(
    () => its.bench.alive(),
    (alive) => alive.length === 0,
  );
});

test("200 jobs need a list every two seconds at most", async () => {
  // What the jobs would do is done here: so the two cores are Snakemake's and the command's.
  const runner = scriptedRunner();
  await using its = await WorkflowBench.open(programs, {
    runner,
    capacity: { cores: 1_000, ramGiB: 10_000 },
  });
  const snakefile = `
rule all:
    input: expand("{n}.out", n=range(200))
rule one:
    output: "{n}.out"
    shell: "true"
`;
  await writeFile(path.join(its.project, "Snakefile"), snakefile);
  const startedAt = Date.now();
  const { ended, said } = snakemake(its, "--jobs", "200");
  let isOver = false;
  const done = ended.then((status) => {
    isOver = true;
    return status;
  });
  await until(
    async () => {
      for (const { id, name, created } of its.bench.alive()) {
        if (Date.now() - created < 2_000 || !runner.running.includes(id)) continue;
        const [, n] = /^one-n-(\d+)-/.exec(name) ?? [];
        await writeFile(path.join(its.project, `${n}.out`), "");
        runner.end(id, 0);
      }
    },
    () => isOver,
  );
  expect({ status: await done, said: said().slice(-2_000) }).toMatchObject({ status: 0 });
  const seconds = (Date.now() - startedAt) / 1_000;
  expect(its.bench.requests("POST")).toHaveLength(200);
  const lists = listsOf(its).map(({ time }) => time);
  expect(lists.length).toBeLessThanOrEqual(1 + seconds / 2);
  const gaps = lists.slice(1).map((time, index) => time - (lists[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(1_900);
  // One after the other: what is between two POSTs is a whole submit, and Snakemake's own part.
  const posts = its.bench.requests("POST").map(({ time }) => time);
  const spans = posts.slice(1).map((time, index) => time - (posts[index] ?? 0));
  const median = spans.sort((a, b) => a - b)[Math.floor(spans.length / 2)] ?? Number.NaN;
  process.stderr.write(
    `${lists.length} lists and 200 submits, one every ${Math.round(median)} ms, in ${Math.round(seconds)} s\n`,
  );
});
