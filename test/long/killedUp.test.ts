// `pulumi-skaha up` killed at twenty moments of launching a hundred jobs: whatever was under way, the runs
// after it end with each job once, and with no session that nobody knows.
import { cli } from "../engine/commands/cliBench";
import { ended, killedUp, randomFrom } from "../engine/commands/killing";
import { Bench, fleet, forms } from "../engine/harness";

jest.setTimeout(3_600_000);

const seed = Number(process.env.KILLED_UP_SEED ?? 7);
const kills = Number(process.env.KILLED_UP_KILLS ?? 20);
const jobs = 100;

/** What must follow a kill: a lock to be removed, and at worst half a state file, which `up` mends. */
async function goOn(bench: Bench, words: readonly string[]): Promise<string> {
  await ended(bench);
  await bench.succeed(bench.on("cancel"));
  const { status, stdout, stderr } = await cli(bench, [...words, "--yes", "--skip-preview"]);
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stderr;
}

test.each(forms)(
  `an up of ${jobs} jobs, each %s a resource, that is killed ${kills} times (seed ${seed}) ends with each job once`,
  async (form) => {
    await using bench = await Bench.open({ form });
    bench.skaha.faults.add({ kind: "slow", ms: 150, method: "POST" });
    const random = randomFrom(seed);
    const moments: string[] = [];
    for (let round = 1; round <= kills; round += 1) {
      bench.declare(fleet(jobs, (n) => ({ args: [round, n] })));
      const before = bench.skaha.jobs().length;
      const launched = Math.floor(random() * jobs);
      const delayMs = Math.floor(random() * 150);
      const victims = random() < 0.25 ? "command" : "both";
      const moment = `round ${round}: ${victims} killed ${delayMs} ms after ${launched} launches`;
      process.stderr.write(`${moment}\n`);
      moments.push(moment);
      await killedUp(bench, before + launched, delayMs, victims);
      const followedBy = random();
      if (followedBy < 0.6) {
        await goOn(bench, ["up"]);
        expect([moment, bench.alive().length]).toEqual([moment, jobs]);
        expect([moment, new Set(bench.alive()).size]).toEqual([moment, jobs]);
        // No job of this round was launched twice, not even to be cancelled.
        expect([moment, bench.skaha.jobs().length - before]).toEqual([moment, jobs]);
      } else if (followedBy < 0.8) {
        bench.declare(fleet(jobs, (n) => ({ args: [round, "edited", n] })));
        const named = await goOn(bench, ["up"]);
        const orphans = bench.alive().length - jobs;
        process.stderr.write(`  edited: ${orphans} orphans\n`);
        if (orphans > 0)
          expect(named).toMatch(new RegExp(`^${orphans} sessions? of this stack`, "m"));
        await goOn(bench, ["up", "--cancel-orphans"]);
        expect([moment, bench.alive().length]).toEqual([moment, jobs]);
        const ids = (await bench.state()).map(({ id }) => id).sort();
        expect([moment, ids]).toEqual([moment, bench.alive()]);
      } else {
        const named = await goOn(bench, ["destroy", "--cancel-orphans"]);
        process.stderr.write(
          `  destroyed: ${/^\d+ cancelled/m.exec(named)?.[0] ?? "no orphans"}\n`,
        );
        expect([moment, bench.alive()]).toEqual([moment, []]);
      }
    }
  },
);
