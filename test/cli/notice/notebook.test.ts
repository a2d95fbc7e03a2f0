import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Notebook, notebookFileOf } from "../../../cli/notice/notebook";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "skaha-notebook-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("Notebook", () => {
  test("is empty where there is none, and has what was written", () => {
    const notebook = new Notebook(path.join(folder, "a.json"));
    expect(notebook.read()).toEqual({ version: 1, told: {}, sending: [] });
    notebook.write({ version: 1, told: { done: ["x"] }, sending: [] });
    expect(notebook.read()).toEqual({ version: 1, told: { done: ["x"] }, sending: [] });
    expect(readdirSync(folder)).toEqual(["a.json"]);
  });

  test("throws where it cannot be read, rather than to have all told once more", () => {
    writeFileSync(path.join(folder, "a.json"), "{");
    expect(() => new Notebook(path.join(folder, "a.json")).read()).toThrow();
  });

  test("lets one at a time do something with it, and the next one where that fails", async () => {
    const file = path.join(folder, "new/a.json");
    const log: string[] = [];
    const work = (name: string) => () => {
      log.push(`${name} begins`);
      return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        log.push(`${name} ends`);
      });
    };
    await Promise.all(["a", "b"].map((name) => new Notebook(file).alone(work(name))));
    expect(log).toEqual(["a begins", "a ends", "b begins", "b ends"]);
    await expect(new Notebook(file).alone(() => Promise.reject(new Error("x")))).rejects.toThrow(
      "x",
    );
    expect(await new Notebook(file).alone(async () => "done")).toBe("done");
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });
});

test("notebookFileOf is in Pulumi's folder of the home where the state is elsewhere, one for each stack", () => {
  const at = (stack: string, backend: string) =>
    notebookFileOf(
      {
        project: {
          folder,
          pulumi: { env: { PULUMI_HOME: folder, PULUMI_BACKEND_URL: backend } },
        } as never,
        selection: ["--stack", stack],
      },
      [{ id: "x-tagtag12345678", urn: `urn:pulumi:${stack}::survey::t::x` }],
    );
  expect(at("prod", "s3://bucket")).toMatch(/pulumi-skaha\/notices\/[0-9a-f]{32}\.json$/);
  const all = [at("prod", "s3://bucket"), at("dev", "s3://bucket"), at("prod", "s3://other")];
  expect(new Set(all).size).toBe(3);
});
