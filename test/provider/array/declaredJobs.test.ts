import { choiceOf } from "../../../provider/array/choice";
import { type ArrayInputs, DeclaredJobs } from "../../../provider/array/declaredJobs";
import { keyOf } from "../../../provider/sweep/keys";
import type { Row } from "../../../provider/sweep/row";

/** An array of one job, whose command says the same whatever type its parameter has. */
function array(params: Row & { readonly tile: string | null }): ArrayInputs {
  const key = keyOf(params, ["tile"]);
  return {
    place: "organization/urn:pulumi:dev::study::skaha:HeadlessSession::",
    name: "study",
    columns: ["tile"],
    common: { image: "images.canfar.net/skaha/terminal:1.1.2", cmd: "true" },
    template: {},
    key: ["tile"],
    jobs: { [key]: JSON.stringify([params.tile]) },
  };
}

test.each([
  ["an empty field that was null", null, ""],
  ["a number that was text", "8", null],
])("a job of %s keeps its id only where its field is the same", (_, before, now) => {
  const old = new DeclaredJobs().check({}, array({ tile: before }));
  const [was] = old.jobs.values();
  const [is] = new DeclaredJobs().check(old.array, array({ tile: now })).jobs.values();
  expect(is?.id === was?.id).toBe(before === null);
});

test.each([
  ["a table", ["tile"], "tile=_Cen~"],
  ["a grid", undefined, "tile=_Cen~"],
])("a job of %s keeps its id where an earlier release wrote its key otherwise", (_, key, first) => {
  const { key: _key, ...now } = array({ tile: "α Cen" });
  const news = { ...now, ...(key && { key }) };
  const [[own = "", row = ""] = []] = Object.entries(news.jobs);
  const before = own.replace("tile=alpha_Cen~", first);
  expect(before).not.toBe(own);
  const old = new DeclaredJobs().check({}, { ...news, jobs: { [before]: row } });
  const { jobs } = new DeclaredJobs().check(old.array, news);
  expect([...jobs.keys()]).toEqual([own]);
  expect(jobs.get(own)?.id).toBe(old.jobs.get(before)?.id);
});

test.each([
  ["chosen by its key now", (own: string) => own, true],
  ["chosen by its key before", (_: string, before: string) => before, true],
  ["left alone", () => "another", false],
])("a job whose key is another now, and that is %s, stays one job", (_, chosen, isNew) => {
  const news = array({ tile: "α Cen" });
  const [[own = "", row = ""] = []] = Object.entries(news.jobs);
  const before = own.replace("tile=alpha_Cen~", "tile=_Cen~");
  const old = new DeclaredJobs().check({}, { ...news, jobs: { [before]: row } });
  const choice = choiceOf({ jobs: [`study/${chosen(own, before)}`] });
  const { jobs, array: stored } = new DeclaredJobs().check(old.array, news, choice);
  expect([...jobs.keys()]).toEqual([isNew ? own : before]);
  expect(Object.keys(stored.jobs)).toEqual([isNew ? own : before]);
  expect([...jobs.values()][0]?.id).toBe(old.jobs.get(before)?.id);
});

test("what check returned is read back with the same ids and inputs", () => {
  const { array: checked, jobs } = new DeclaredJobs().check({}, array({ tile: "8" }));
  const read = new DeclaredJobs().trusted(JSON.parse(JSON.stringify(checked)));
  expect([...read]).toEqual([...jobs]);
});

test("what all rows have alike is stored as what is common, in whichever of both ways it came", () => {
  const { common, ...form } = array({ tile: "a" });
  const links = { after: ["first-abc", "second-abc"], afterStatus: ["Held", ""] };
  const rows = ["a", "b"].map((tile) => [keyOf({ tile }, ["tile"]), tile] as const);
  const inCommon: ArrayInputs = {
    ...form,
    common: { ...common, ...links },
    jobs: Object.fromEntries(rows.map(([key, tile]) => [key, JSON.stringify([tile])])),
  };
  const inRows: ArrayInputs = {
    ...{ ...form, common },
    template: { after: [{ $: 0 }, { $: 1 }], afterStatus: [{ $: 2 }, { $: 3 }] },
    jobs: Object.fromEntries(
      rows.map(([key, tile]) => [
        key,
        JSON.stringify([tile, ...links.after, ...links.afterStatus]),
      ]),
    ),
  };
  const before = new DeclaredJobs().check({}, inRows); // as an earlier release sent it
  expect(new DeclaredJobs().check(before.array, inCommon)).toEqual(before);
  expect(before.array).toMatchObject({ common: links, template: {} });
});
