import { careFor } from "../../../cli/plan/arrayCare";

const state = (type: string, characters = 0) =>
  JSON.stringify({ resources: [{ type }], more: "x".repeat(characters) });
const array = "pulumi-nodejs:dynamic/skaha:SessionArray";
const up = ["up", "--yes", "--skip-preview"];
const refresh = ["refresh", "--yes", "--skip-preview", "--stack", "dev"];

test("nothing is done otherwise without an array, or where the state is not known", () => {
  expect(careFor(up, undefined)).toEqual({});
  for (const type of ["pulumi-nodejs:dynamic/skaha:HeadlessSession", "skaha:index:Sweep"]) {
    expect(careFor(refresh, state(type, 6e6))).toEqual({});
  }
});

test("memory is looked after where there is a program, and where jobs are many", () => {
  for (const type of [array, "skaha:index:SessionArray"]) {
    expect(careFor(up, state(type)).garbage).toBe("50");
    expect(careFor(up, state(type, 6e6)).garbage).toBe("25");
    expect(careFor(refresh, state(type)).garbage).toBeUndefined();
    expect(careFor(refresh, state(type, 6e6)).garbage).toBe("25");
    expect(careFor(up, state(type)).youngHeapMB).toBeUndefined();
    expect(careFor(up, state(type, 6e6)).youngHeapMB).toBe(4);
  }
});

test("an array is compared after a refresh where that shows in what was asked for", () => {
  const compares = (args: readonly string[]) => careFor(args, state(array)).comparesRefreshed;
  expect([compares(refresh), compares(["destroy", ...refresh.slice(1)])]).toEqual([false, false]);
  expect(compares([...refresh, "--json"])).toBe(true);
  expect(compares([...refresh, "--expect-no-changes"])).toBe(true);
  expect(compares(["refresh", "--preview-only"])).toBe(true);
  expect(compares(up)).toBe(true);
  const others = `${state(array)}${state("random:index/randomPet:RandomPet")}`;
  expect(careFor(refresh, others).comparesRefreshed).toBe(true);
});
