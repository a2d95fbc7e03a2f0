import { isStuck } from "../../../cli/plan/stuck";
import { Bench, fleet } from "../harness";
import { cli } from "./cliBench";

jest.setTimeout(300_000);

// Found by the chaos run of seed 42.
test("an up whose job cannot be cancelled ends, although the engine would wait for ever for its replacement", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(2));
  await bench.succeed(bench.up());
  bench.declare([
    { name: "job-0", args: { args: ["other"] } },
    { name: "job-1", args: { args: [1] } },
  ]);
  bench.skaha.faults.add({ kind: "deleteLies" });
  const stuck = await cli(bench, ["up", "--yes", "--skip-preview"]);
  expect(stuck.status).not.toBe(0);
  expect(stuck.stderr).toMatch(/^A job could not be cancelled, .* so it is stopped\./m);
  expect(stuck.stdout).toMatch(/still lists session \w+ \(\w+\): run the command again/);
  expect(bench.alive()).toHaveLength(2);

  bench.skaha.faults.clear();
  const next = await cli(bench, ["up", "--yes", "--skip-preview"]);
  expect(next).toMatchObject({ status: 0 });
  expect(bench.alive()).toHaveLength(2);
});

describe("a run is stuck", () => {
  const line = (kind: string, op: string, name: string, custom = true) =>
    JSON.stringify({
      [kind]: { metadata: { op, urn: `urn:pulumi:s::p::t::${name}`, type: "t", old: { custom } } },
    });
  const failed = [
    line("resourcePreEvent", "same", "stack", false),
    line("resourcePreEvent", "delete-replaced", "a"),
    line("resOpFailedEvent", "delete-replaced", "a"),
  ];

  test("when such a deletion failed and nothing is under way", () => {
    expect(isStuck(failed.join("\n"))).toBe(true);
  });

  test("but not while another resource is made", () => {
    const log = [...failed, line("resourcePreEvent", "create", "b")];
    expect(isStuck(log.join("\n"))).toBe(false);
    expect(isStuck([...log, line("resOutputsEvent", "create", "b")].join("\n"))).toBe(true);
  });

  test("not by what an earlier run replaced, which nothing waits for", () => {
    const log = failed.join("\n").replaceAll('"custom":true', '"custom":true,"delete":true');
    expect(isStuck(log)).toBe(false);
  });

  test("and not by what is only deleted, or by a line that is still being written", () => {
    const log = failed.join("\n").replaceAll("delete-replaced", "delete");
    expect(isStuck(log)).toBe(false);
    expect(isStuck(failed.join("\n").slice(0, -10))).toBe(false);
  });
});
