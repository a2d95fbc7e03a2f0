import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { applyToFleet } from "../../../cli/commands/size/apply";
import type { Sizing } from "../../../cli/results/sizing";

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "skaha-size-"));
  said = [];
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const resource = { samples: 0, why: "no attempt was measured" };
const unmeasured = { group: "fit", sweep: "fit", attempts: 3, cores: resource, ram: resource };

test.each([true, false])(
  "where nothing was measured that is said, with fleet.yaml: %s",
  (hasFleet) => {
    if (hasFleet) writeFileSync(path.join(folder, "fleet.yaml"), "sweeps: {}\n");
    applyToFleet({ folder, program: folder }, [unmeasured as Sizing]);
    expect(said).toEqual([
      "Nothing was written: there is no suggestion yet, and the table says why.\n",
    ]);
  },
);
