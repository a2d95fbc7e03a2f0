import { writeFileSync } from "node:fs";
import path from "node:path";
import { isStuck, tellsOf } from "../../../cli/plan/stuck";
import { scratchFolder } from "../../../machine/scratchFolder";

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

test("a word is found wherever a file has it, also where a piece of it ends", async () => {
  await using folder = await scratchFolder();
  const file = path.join(folder.path, "log");
  const found: number[] = [];
  const places = [0, 65_530, 65_536, 131_065, 200_000];
  for (const at of places) {
    writeFileSync(file, `${"-".repeat(at)}word${"-".repeat(10)}`);
    if (await tellsOf(file, "word")) found.push(at);
  }
  expect(found).toEqual(places);
  expect(await tellsOf(file, "world")).toBe(false);
  expect(await tellsOf(path.join(folder.path, "absent"), "word")).toBe(false);
});
