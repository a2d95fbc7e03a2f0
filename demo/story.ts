// The story of a parameter study, told with real commands. After each step the server's journal is asked
// whether what the story claims is what happened.
import { setTimeout as sleep } from "node:timers/promises";
import { plot } from "./plot";
import { readResults } from "./results";
import type { Stage } from "./stage";
import { announce, remark, say } from "./terminal";

/** A step of half a minute: two million trials, which take some minutes. */
const tooFine = 0.000_001;

export async function tellStory(stage: Stage): Promise<void> {
  const { pulumi, skaha, stackName } = stage;

  announce("Ten jobs: each searches one band of periods in 309 years of sunspot numbers");
  await pulumi.run("stack", "init", stackName);
  await claim(stage, { launches: 10, deletes: 0 }, () => pulumi.run("up", "--yes"));

  announce("The same program again: nothing is launched twice");
  await claim(stage, { launches: 0, deletes: 0 }, () =>
    pulumi.run("up", "--yes", "--skip-preview"),
  );

  announce("Two more bands, by configuration; the grid of the second is far too fine");
  const more = { from: 22, to: 24 };
  const slow = { from: 24, to: 26, step: tooFine };
  await pulumi.run("config", "set", "moreBands", JSON.stringify([more, slow]));
  await claim(stage, { launches: 0, deletes: 0 }, async () => {
    const preview = await pulumi.run("preview");
    hold(/\b2 to create\b/.test(preview), "the preview says that 2 are to be created");
  });
  await claim(stage, { launches: 2, deletes: 0 }, () =>
    pulumi.run("up", "--yes", "--skip-preview"),
  );

  announce("That one would take minutes: it is taken out again, and cancelled while it runs");
  const isSlow = ({ name }: { name: string }) => name.startsWith(`period-${slow.from}-${slow.to}-`);
  await until(stage, "the slow job runs", () =>
    skaha.jobs().some((job) => isSlow(job) && job.status === "Running"),
  );
  await pulumi.run("config", "set", "moreBands", JSON.stringify([more]));
  await claim(stage, { launches: 0, deletes: 1 }, () =>
    pulumi.run("up", "--yes", "--skip-preview"),
  );
  const [cancelled] = skaha.jobs().filter(({ forgotten }) => forgotten?.why === "deleted");
  hold(
    cancelled !== undefined && isSlow(cancelled) && cancelled.ended === undefined,
    "the one that was cancelled is the slow one, which had not ended",
  );

  announce("How the others are doing");
  await until(stage, "the other jobs have ended", () =>
    skaha.jobs().every((job) => isSlow(job) || job.ended !== undefined),
  );
  await claim(stage, { launches: 0, deletes: 0 }, async () => {
    await pulumi.run("refresh", "--yes", "--skip-preview", "--run-program");
    const statuses = await pulumi.run("stack", "output", "status");
    const completed = statuses.match(/"Completed"/g)?.length;
    hold(completed === 11, `all 11 are Completed, not ${completed ?? 0}`);
  });

  announce("What they found");
  const { best, curve } = await readResults(stage.project);
  say(plot(curve));
  say();
  remark(`Best period: ${best.period.toFixed(2)} years (power ${best.power.toFixed(1)})`);
  hold(best.period >= 10.5 && best.period <= 11.5, "the best period is about 11 years");

  announce("All of it is taken down");
  await pulumi.run("destroy", "--yes", "--skip-preview");
  await pulumi.run("stack", "rm", stackName, "--yes");
  await until(stage, "no job is alive", () => skaha.jobs().every(({ dead }) => dead !== undefined));
  hold(skaha.jobs().length === 12, "12 sessions were launched in all");
  remark("12 jobs launched, each once; 1 cancelled while it ran; none is left running.");
}

/** Does a step, and sees in the server's journal that it launched and cancelled so many. */
async function claim(
  { skaha }: Stage,
  expected: { readonly launches: number; readonly deletes: number },
  step: () => Promise<unknown>,
): Promise<void> {
  skaha.clearJournal();
  await step();
  const count = (method: string) =>
    skaha.journal().filter((entry) => entry.method === method).length;
  const [gets, launches, deletes] = [count("GET"), count("POST"), count("DELETE")];
  remark(`The server was asked: ${gets} GET, ${launches} POST, ${deletes} DELETE.`);
  hold(
    launches === expected.launches && deletes === expected.deletes,
    `this step launches ${expected.launches} and cancels ${expected.deletes}; the server's journal shows ${launches} and ${deletes}`,
  );
}

function hold(truth: boolean, claim: string): void {
  if (!truth) throw new Error(`The demo claims what does not hold: ${claim}.`);
}

const patienceMs = 300_000;

async function until({ signal }: Stage, what: string, is: () => boolean): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!is()) {
    if (Date.now() > deadline)
      throw new Error(`Waited ${patienceMs / 1000} s in vain until ${what}.`);
    await sleep(100, undefined, { signal });
  }
}
