// A run about some jobs of an array (`--only`): the others stay as they are, whatever was edited.
import path from "node:path";
import { type Chosen, chosenJobs, leaveChoice } from "../../provider/array/choice";
import { type World, world } from "../world/world";

const program = (version: number, names = ["a", "b", "c"]) =>
  Object.fromEntries(names.map((name) => [name, { args: [name, version] }]));

function choose(w: World, ...jobs: string[]): void {
  leave(w, { jobs });
}

function leave(w: World, chosen: Chosen): void {
  const file = path.join(w.engine.folder, "only.json");
  leaveChoice(file, chosen);
  w.engine.env[chosenJobs] = file;
}

function chooseAll(w: World): void {
  delete w.engine.env[chosenJobs];
}

/** The argument that tells a session's version. */
async function versionOf(w: World, name: string): Promise<string | undefined> {
  return (await w.launch(w.session(name))).args?.at(-1);
}

test("launches a new job, and leaves other new ones for the next up", async () => {
  await using w = await world({ form: "array" });
  choose(w, "all/b");
  await w.engine.up(program(0));
  expect(w.engine.names()).toEqual(["b"]);
  expect(w.said()).toContainEqual(expect.stringMatching(/^b: launched as session|^all\/b: /));
  await w.engine.up(program(0));
  expect(w.posts()).toBe(1);
  chooseAll(w);
  await w.engine.up(program(0));
  expect(w.engine.names().sort()).toEqual(["a", "b", "c"]);
  expect(w.posts()).toBe(3);
});

test("carries out the edit of one job; the others' wait, and are as nothing once they are undone", async () => {
  await using w = await world({ form: "array" });
  await w.engine.up(program(0));
  const [b, c] = [w.session("b"), w.session("c")];
  choose(w, "all/a");
  await w.engine.up(program(1));
  expect(await versionOf(w, "a")).toBe("1");
  expect([w.session("b"), w.session("c")]).toEqual([b, c]);
  chooseAll(w);
  await w.engine.up({ ...program(0), a: { args: ["a", 1] } });
  expect([w.session("b"), w.session("c")]).toEqual([b, c]);
  expect(w.posts()).toBe(4);
  await w.engine.up(program(1));
  expect(await versionOf(w, "c")).toBe("1");
  expect(w.posts()).toBe(6);
  expect(w.alive()).toHaveLength(3);
});

test("cancels a job that left the program, and no other one that did", async () => {
  await using w = await world({ form: "array" });
  await w.engine.up(program(0));
  choose(w, "all/b");
  await w.engine.up(program(0, ["a"]));
  expect(w.engine.names()).toEqual(["a", "c"]);
  expect(w.alive()).toHaveLength(2);
  chooseAll(w);
  await w.engine.up(program(0, ["a"]));
  expect(w.engine.names()).toEqual(["a"]);
  expect(w.requests("DELETE")).toHaveLength(2);
});

test("retries the chosen job, and no other one that failed", async () => {
  await using w = await world({ form: "array" });
  const retried = Object.fromEntries(
    Object.entries(program(0)).map(([name, one]) => [name, { ...one, retry: { limit: 1 } }]),
  );
  await w.engine.up(retried);
  for (const name of ["a", "b"]) w.end(name, 1);
  choose(w, "all/a");
  await w.engine.up(retried);
  expect(w.engine.outputs("a")).toMatchObject({ status: "Pending", attempt: 2 });
  expect(w.engine.outputs("b")).toMatchObject({ status: "Failed", attempt: 1 });
  chooseAll(w);
  await w.engine.up(retried);
  expect(w.engine.outputs("b")).toMatchObject({ status: "Pending", attempt: 2 });
  expect(w.posts()).toBe(5);
});

test("refuses the chosen job only", async () => {
  await using w = await world({ form: "array" });
  const odd = { ...program(0), b: { args: ["b"], ram: 3 } };
  choose(w, "all/a");
  await w.engine.up(odd);
  expect(w.engine.names()).toEqual(["a"]);
  choose(w, "all/b");
  await expect(w.engine.up(odd)).rejects.toThrow(/^1 job is refused:\n {2}ram 3 .*"all\/b"$/);
  chooseAll(w);
  await expect(w.engine.up(odd)).rejects.toThrow(/^1 job is refused/);
});

test("with removal takes away what the program declares, and leaves the rest", async () => {
  await using w = await world({ form: "array" });
  await w.engine.up(program(0));
  leave(w, { jobs: ["all/a", "all/c"], removes: true });
  await w.engine.up(program(1));
  expect(w.engine.names()).toEqual(["b"]);
  expect(await versionOf(w, "b")).toBe("0");
  expect(w.posts()).toBe(3);
  chooseAll(w);
  await w.engine.up(program(0));
  expect(w.posts()).toBe(5);
});
