import { world } from "../world/world";

test("jobs of an array are launched in the order in which the program declares them", async () => {
  const names = ["band-10", "band-2", "band-9", "band-1", "band-3", "band-4"];
  await using w = await world({
    form: "array",
    stack: { "skaha:maxInFlight": "3", "skaha:concurrency": "1" },
  });
  const program = Object.fromEntries(names.map((name, n) => [name, { args: [n] }]));
  await w.engine.up(program);
  const launched = names.filter((name) => w.engine.statuses()[name] === "Pending");
  expect(launched).toEqual(names.slice(0, 3));
  // Another order is no change.
  w.skaha.clearJournal();
  const turned = Object.fromEntries(Object.entries(program).reverse());
  expect(new Set(Object.values(await w.engine.up(turned)))).toEqual(new Set(["same"]));
  expect(w.posts()).toBe(0);
});
