// To bring these files up to date: npm run docs
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import {
  causesSource,
  inputsSource,
  latinSource,
  outputsSource,
  settingsSource,
} from "./pythonSource";

const folder = path.join(checkout, "python/src/pulumi_skaha");

test.each([
  ["_causes.py", causesSource],
  ["_inputs.py", inputsSource],
  ["_latin.py", latinSource],
  ["_outputs.py", outputsSource],
  ["_settings.py", settingsSource],
])("python's %s is what TypeScript says", (name, source) => {
  const place = path.join(folder, name);
  if (process.env.UPDATE_DOCS) writeFileSync(place, source());
  expect(readFileSync(place, "utf8")).toBe(source());
});
