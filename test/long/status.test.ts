import { statusSchema } from "../../cli/commands/status/action";
import { cli } from "../engine/commands/cliBench";
import { Bench, fleet } from "../engine/harness";

test("status of 1,000 jobs asks the server at most twice", async () => {
  await using bench = await Bench.open({ capacity: { cores: 10_000, ramGiB: 100_000 } });
  bench.declare(fleet(1_000));
  const env = { PULUMI_PARALLEL: "1000", PULUMI_SKIP_CHECKPOINTS: "true" };
  await bench.succeed(bench.up(), { env });
  const [, second, third] = bench.skaha.jobs();
  bench.runner.end(second?.id ?? "", 0);
  bench.runner.end(third?.id ?? "", 1);
  bench.counted();
  const { status, stdout } = await cli(bench, ["status", "--json"]);
  expect(status).toBe(0);
  const { jobs, counts } = statusSchema.parse(JSON.parse(stdout));
  expect(jobs).toHaveLength(1_000);
  expect(counts).toEqual({ Running: 998, Completed: 1, Failed: 1 });
  const { GET, POST, DELETE } = bench.counted();
  expect({ POST, DELETE }).toEqual({ POST: 0, DELETE: 0 });
  expect(GET).toBeLessThanOrEqual(2);
}, 600_000);
