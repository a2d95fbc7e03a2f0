// Jobs that move between a resource of their own and an array, whose keys an earlier release or another type wrote otherwise.
import { keyOf, otherKeys } from "../../provider/sweep/keys";
import { world } from "../world/world";

const row = { star: "α Cen" };
const now = keyOf(row);
const [before = ""] = otherKeys(row);
const args = { args: ["α Cen"], params: row };
/** As `MiniArray` calls them. */
const named = (key: string) => `all/${key}`;

test("the keys differ in what is readable of them", () => {
  expect([before, now]).toEqual(["star=_Cen~1xs5cb2z", "star=alpha_Cen~1xs5cb2z"]);
});

/** What a program calls a job, by its key. */
const nameIn = { job: named, array: (key: string) => key };

test.each([
  ["into", "job", "array"],
  ["out of", "array", "job"],
] as const)(
  "a job that has the key of an earlier release moves %s an array without a launch, and stays",
  async (_way, from, to) => {
    await using w = await world({ form: from });
    const [old, name] = [nameIn[from](before), nameIn[to](now)];
    await w.engine.up({ [old]: args });
    const [id, { sessionId }] = [w.engine.id(old), w.engine.outputs(old)];
    w.engine.form = to;
    for (const _ of [1, 2]) {
      await w.engine.upInOneProcess({ [name]: args });
      expect(w.engine.names()).toEqual([name]);
      expect({ id: w.engine.id(name), ...w.engine.outputs(name) }).toMatchObject({ id, sessionId });
    }
    expect([w.posts(), w.requests("DELETE").length]).toEqual([1, 0]);
  },
);

test("one that runs something else then is launched anew, once, and the old one is cancelled", async () => {
  await using w = await world({ form: "job" });
  await w.engine.up({ [named(before)]: args });
  w.engine.form = "array";
  await w.engine.upInOneProcess({ [now]: { ...args, args: ["α Cen", "--deep"] } });
  expect([w.posts(), w.alive().length]).toEqual([2, 1]);
});
