// Mistakes in what a project declares: each as the text of its fleet.yaml, or whatever else is wrong with it.
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Survey } from "./survey";

export interface Draft {
  readonly title: string;
  /** Of fleet.yaml. */
  readonly fleet?: string;
  /** Of other files, by their names. */
  readonly files?: Readonly<Record<string, string>>;
  readonly staged?: (survey: Survey) => Promise<() => Promise<void>>;
}

const image = "images.canfar.net/skaha/astroml:24.07";
/** What the server lists. */
export const images: readonly string[] = [image, "images.canfar.net/skaha/astroml:latest"];
const job = (lines: string) => `jobs:\n  reduce:\n    image: ${image}\n${indented(lines)}`;
const sweep = (lines: string) => `sweeps:\n  fit:\n    image: ${image}\n${indented(lines)}`;
const indented = (lines: string) => lines.replace(/^(?=.)/gm, "    ");
const python = "cmd: python reduce.py\n";

export const drafts: readonly Draft[] = [
  {
    title: "No fleet.yaml",
    fleet: job(python),
    async staged({ folder }) {
      const file = path.join(folder, "fleet.yaml");
      await rename(file, `${file}.away`);
      return () => rename(`${file}.away`, file);
    },
  },
  {
    title: "An indentation that is wrong",
    fleet: `jobs:\n  reduce:\n    image: ${image}\n   cmd: python\n`,
  },
  { title: "A key that is misspelt", fleet: job("cmdd: python reduce.py\n") },
  { title: "No image", fleet: "jobs:\n  reduce:\n    cmd: python reduce.py\n" },
  {
    title: "An image without a tag",
    fleet: `jobs:\n  reduce:\n    image: images.canfar.net/skaha/astroml\n    ${python}`,
  },
  {
    title: "An image that may be another one tomorrow",
    fleet: `jobs:\n  reduce:\n    image: images.canfar.net/skaha/astroml:latest\n    ${python}`,
  },
  {
    title: "An image without its registry",
    fleet: `jobs:\n  reduce:\n    image: astroml:24.07\n    ${python}`,
  },
  {
    title: "An image that the server does not have",
    fleet: `jobs:\n  reduce:\n    image: images.canfar.net/skaha/astrolm:24.07\n    ${python}`,
  },
  { title: "More memory than the server offers", fleet: job(`${python}ram: 5000\ncores: 1\n`) },
  { title: "Cores that are no whole number", fleet: job(`${python}ram: 4\ncores: 2.5\n`) },
  { title: "Cores without memory", fleet: job(`${python}cores: 2\n`) },
  { title: "A command for a shell", fleet: job("cmd: python reduce.py | tee log.txt\n") },
  {
    title: "A variable of Skaha's own",
    fleet: job(`${python}env: { HOME: /arc/projects/survey }\n`),
  },
  { title: "A record with a relative path", fleet: job(`${python}record: jobs\n`) },
  { title: "A window without its time zone", fleet: job(`${python}window: 20:00-06:00\n`) },
  {
    title: "A predecessor that is misspelt",
    fleet: `${job(`${python}after: [calibrat]\n`)}  calibrate:\n    image: ${image}\n    ${python}`,
  },
  {
    title: "Jobs that wait for each other",
    fleet: `${job(`${python}after: [calibrate]\n`)}  calibrate:\n    image: ${image}\n    after: [reduce]\n    ${python}`,
  },
  {
    title: "A secret that is not set",
    fleet: job(`${python}env: { PASSWORD: { fromConfig: password } }\n`),
  },
  {
    title: "A placeholder that is misspelt",
    fleet: sweep(`grid: { sigma: [3, 5] }\ncmd: python fit.py\nargs: ["{sgima}"]\n`),
  },
  {
    title: "A parameter without values",
    fleet: sweep(`grid: { sigma: [] }\ncmd: python fit.py\n`),
  },
  {
    title: "A table that is not there",
    fleet: sweep(`csv: { path: galaxies.csv, key: name }\ncmd: python fit.py\n`),
  },
  {
    title: "A table with a line that is too short",
    fleet: sweep(`csv: { path: galaxies.csv, key: name }\ncmd: python fit.py\n`),
    files: { "galaxies.csv": "name,ra,dec\nM31,10.68,41.27\nM33,23.46\n" },
  },
  {
    title: "A table of which nothing tells what names its rows",
    fleet: sweep(`csv: { path: galaxies.csv }\ncmd: python fit.py\n`),
  },
  {
    title: "A list of something else",
    fleet: sweep(`grid: { sigma: [3, 5] }\nexclude: { sigma: 3 }\ncmd: python fit.py\n`),
  },
  {
    title: "A table with two lines alike",
    fleet: sweep(`csv: { path: galaxies.csv, key: name }\ncmd: python fit.py\n`),
    files: { "galaxies.csv": "name,ra,dec\nM31,10.68,41.27\nM31,23.46,30.66\n" },
  },
  {
    title: "A table without the column that names its rows",
    fleet: sweep(`csv: { path: galaxies.csv, key: nmae }\ncmd: python fit.py\n`),
    files: { "galaxies.csv": "name,ra,dec\nM31,10.68,41.27\n" },
  },
  {
    title: "A table of another kind",
    fleet: sweep(`table: { path: galaxies.xlsx, key: name }\ncmd: python fit.py\n`),
    files: { "galaxies.xlsx": "PK\u0003\u0004" },
  },
  {
    title: "A program that is no JavaScript",
    fleet: job(python),
    files: { "index.js": 'module.exports = require("pulumi-skaha/fleet";\n' },
  },
  {
    title: "A name that no variable can have, in a program",
    files: {
      "index.js": `const { HeadlessSession } = require("pulumi-skaha");\nnew HeadlessSession("reduce", { image: "${image}", env: { "a b": 1 } });\n`,
    },
  },
  {
    title: "More cores than the server offers, for a sweep that is one resource",
    fleet: sweep("array: true\ngrid: { sigma: [3, 5] }\ncmd: python fit.py\ncores: 99\nram: 4\n"),
  },
];

/** Writes a draft's files. @returns what undoes that */
export async function drafted(survey: Survey, draft: Draft): Promise<() => Promise<void>> {
  const { fleet, files = {}, staged } = draft;
  const program = { "index.js": 'module.exports = require("pulumi-skaha/fleet");\n' };
  const all = { ...program, ...files, ...(fleet !== undefined && { "fleet.yaml": fleet }) };
  for (const [name, text] of Object.entries(all)) await survey.write(name, text);
  const undo = await staged?.(survey);
  return async () => {
    await undo?.();
    for (const name of Object.keys(all)) await rm(path.join(survey.folder, name), { force: true });
  };
}
