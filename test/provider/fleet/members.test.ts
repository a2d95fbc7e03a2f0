// A merge in fleet.yaml: its members are the jobs of `after`, which the file names.
import { planFleet } from "../../../provider/fleet/plan";

const surroundings = { file: "fleet.yaml", folder: "/", now: 0, isConfigured: () => true };
const fleet = (merge: string) => `
defaults: { image: a.b/c, record: /arc/projects/survey/.jobs }
sweeps:
  tiles: { grid: { tile: [1, 2] }, cmd: "reduce {tile}" }
jobs:
  merge: { cmd: "cat {members}", members: true${merge} }
`;

test("a merge after a sweep is taken as it is written", () => {
  const { declarations } = planFleet(fleet(", after: [tiles]"), surroundings);
  const merge = declarations.flatMap((one) => ("job" in one ? [one.job] : []))[0];
  expect(merge).toMatchObject({
    after: [{ sweep: "tiles" }],
    inputs: { members: true, cmd: "cat {members}" },
  });
});

test("a merge of nothing is refused", () => {
  expect(() => planFleet(fleet(""), surroundings)).toThrow(
    "members needs after: the jobs to merge",
  );
});
