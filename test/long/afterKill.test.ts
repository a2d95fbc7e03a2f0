import { readFile, writeFile } from "node:fs/promises";
import { cli, cliInTerminal } from "../engine/commands/cliBench";
import { killedUp } from "../engine/commands/killing";
import { Bench, fleet, forms, until } from "../engine/harness";

jest.setTimeout(600_000);

test.each(forms)(
  "an up that is killed, each %s a resource, is followed by one that ends with each job once, or names and cancels the orphans",
  async (form) => {
    await using bench = await Bench.open({ form });
    bench.skaha.faults.add({ kind: "slow", ms: 100, method: "POST" });
    bench.declare(fleet(20, (n) => ({ args: [n] })));
    await killedUp(bench, 5, 20, "both");

    const locked = await cli(bench, ["up", "--yes"]);
    expect(locked.status).not.toBe(0);
    expect(locked.stderr).toMatch(
      /The stack was locked by a run that was killed \(process \d+ on \S+, which is gone\): pulumi-skaha pulumi cancel --yes and run this again\.\n$/,
    );
    await bench.succeed(bench.on("cancel"));
    const again = await cli(bench, ["up", "--yes", "--skip-preview"]);
    expect(again.status).toBe(0);
    // Those of an array were all under way at once, and a provider ends what it began.
    expect(again.stderr).toMatch(
      form === "job"
        ? /^Done: launched \d+, found \d+ already there\nNow: .*\n$/
        : /^Done: (launched \d+, )?found \d+ already there; 1 other resource\nNow: .*\n$/,
    );
    expect(bench.skaha.jobs()).toHaveLength(20);

    // Another killed one, and then an edit: what it launched is in neither program nor state.
    bench.declare(fleet(40, (n) => ({ args: [n] })));
    await killedUp(bench, 30, 0, "both");
    await bench.succeed(bench.on("cancel"));
    bench.declare(fleet(20, (n) => ({ args: [n] })));
    const edited = await cli(bench, ["up", "--yes", "--skip-preview"]);
    expect(edited.status).toBe(0);
    // What the killed run's provider had still begun is waited for.
    const orphans = bench.alive().length - 20;
    expect(orphans).toBeGreaterThanOrEqual(10);
    const first = form === "job" ? "job-2" : "tiles-tile-2";
    expect(edited.stderr).toContain(
      `${orphans} sessions of this stack are in neither its program nor its state:\n  ${first}`,
    );
    expect(edited.stderr).toContain("pulumi-skaha up --cancel-orphans cancels them.");
    expect(bench.alive()).toHaveLength(20 + orphans);

    // Another stack's session is none of ours, nor is one that somebody started by hand.
    const [ours = ""] = bench.alive();
    for (const name of ["by-hand", ours.replace(/-\w{14}$/, "-othert12345678")]) {
      await fetch(`${bench.skaha.url}/session`, {
        method: "POST",
        headers: { authorization: `Bearer ${bench.skaha.token}` },
        body: new URLSearchParams({
          name,
          image: "images.canfar.net/skaha/terminal:1.1.2",
          type: "headless",
          cmd: "sleep",
        }),
      });
    }
    const destroyed = await cli(bench, ["destroy", "--yes", "--skip-preview", "--cancel-orphans"]);
    expect(destroyed.status).toBe(0);
    expect(destroyed.stderr).toContain(`${orphans} cancelled.`);
    expect(bench.alive()).toHaveLength(2);
  },
);

test("half a state file is replaced by the one before it, if that is agreed to", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(2));
  await bench.succeed(bench.up());
  bench.declare(fleet(3));
  await bench.succeed(bench.up());
  const file = await bench.stateFile();
  const text = await readFile(file, "utf8");
  await writeFile(file, text.slice(0, text.length / 2));

  const told = await cli(bench, ["preview"]);
  expect(told.status).not.toBe(0);
  expect(told.stderr).toContain(`To use it: cp '${file}.bak' '${file}'`);
  const agreed = await cliInTerminal(bench, ["up", "--skip-preview"], {
    started: async (process, printed) => {
      await until("it asks", () => printed().includes("Use it?"));
      process.stdin?.write("y\r");
    },
  });
  expect(agreed.stdout).toContain("kept 3");
  expect(await readFile(`${file}.cut`, "utf8")).toBe(text.slice(0, text.length / 2));
  expect(bench.skaha.jobs()).toHaveLength(3);
});

test("attributes that a killed run left empty are removed, and the run goes on", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(1));
  await bench.succeed(bench.up());
  const attributes = `${await bench.stateFile()}.attrs`;
  await writeFile(attributes, "");
  expect(await bench.fail(bench.up())).toContain("failed to load checkpoint: EOF");

  bench.declare(fleet(2));
  const mended = await cli(bench, ["up", "--yes", "--skip-preview"]);
  expect(mended.status).toBe(0);
  expect(mended.stderr).toContain(
    `A run that was killed left half of ${attributes}. Pulumi does not need it, so it was removed.\n`,
  );
  expect(mended.stderr).toMatch(/^Done: launched 1,/m);
  expect(bench.skaha.jobs()).toHaveLength(2);
});
