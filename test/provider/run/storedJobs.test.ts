import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sessionType } from "../../../provider/job/identity";
import { trustedState } from "../../../provider/job/state";
import { SeenJobs, storedJobs } from "../../../provider/run/storedJobs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "stored-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const state = (more: object) => trustedState({ status: "Completed", attempt: 1, ...more });

describe("storedJobs", () => {
  test("reads the jobs of a state that is a file", () => {
    const file = path.join(folder, "dev.json");
    const resource = {
      ...{ urn: `urn:pulumi:s::p::${sessionType}::night`, id: "night-1", type: sessionType },
      outputs: { status: "Running", attempt: 2 },
    };
    writeFileSync(file, JSON.stringify({ checkpoint: { latest: { resources: [resource] } } }));
    expect(storedJobs(file)).toMatchObject([
      { id: "night-1", name: "night", state: { attempt: 2 } },
    ]);
  });

  test.each(["", '{"checkpoint":', "[]"])("knows of none where the file is %j", (text) => {
    const file = path.join(folder, "dev.json");
    writeFileSync(file, text);
    expect(storedJobs(file)).toEqual([]);
    expect(storedJobs(`${file}.gone`)).toEqual([]);
    expect(storedJobs(undefined)).toEqual([]);
  });
});

describe("SeenJobs", () => {
  test("hands on what a cost follows from, and nothing that is secret", () => {
    const file = path.join(folder, "ends-1.jsonl");
    const refresh = new SeenJobs(file);
    refresh.begin();
    refresh.keep("a-1", state({ status: "Running", secretEnv: { TOKEN: "hush" } }));
    refresh.keep("a-1", state({ endTime: "2026-11-22T12:00:00Z", cores: 2 }));
    expect(refresh.all()).toEqual([]);
    const seen = new Map(new SeenJobs(file).all().map((one) => [one.id, one.state]));
    expect(seen.get("a-1")).toEqual({
      ...{ status: "Completed", attempt: 1, endTime: "2026-11-22T12:00:00Z", cores: 2 },
    });
    expect(readFileSync(`${file}.costs`, "utf8")).not.toContain("hush");
  });

  test("begins without what an earlier engine left at the same address", () => {
    const file = path.join(folder, "ends-1.jsonl");
    new SeenJobs(file).keep("old-1", state({}));
    utimesSync(`${file}.costs`, 1, 1);
    const refresh = new SeenJobs(file);
    refresh.begin();
    expect(new SeenJobs(file).all()).toEqual([]);
  });

  test("keeps nothing without an engine", () => {
    const seen = new SeenJobs(undefined);
    seen.keep("a-1", state({}));
    expect(seen.all()).toEqual([]);
  });
});
