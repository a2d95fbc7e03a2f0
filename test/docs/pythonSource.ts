// What `npm run docs` writes for the Python package from the catalogue of a job's inputs and from the letters that keys are
// made of: so both languages say the same of an input, and give a job the same name, whatever Unicode a Python knows.
import {
  catalogue,
  type Documented,
  type UserInputName,
  userInputs,
} from "../../provider/job/catalogue";
import { causes } from "../../provider/job/cause";
import { type Output, outputs } from "../../provider/job/outputs";
import { secretSettings } from "../../provider/native/configuration";
import { settings } from "../../provider/settings";
import { inLatin } from "../../provider/text/latin";

const header = (what: string) =>
  `"""${what} Written by \`npm run docs\` from the TypeScript source."""\n\nfrom __future__ import annotations\n\n`;

/** Of Python's source, as its formatters have it. */
const widestLine = 110;

/** Most of Unicode: unassigned, private, and scripts of which nothing is brought into English. */
const neverLatin = /[\p{Cn}\p{Co}\p{Cs}]|(?!\p{M})[\p{Script=Han}\p{Script=Hangul}]/u;

/** `_latin.py`: what letters beyond ASCII are in a key, and the marks that are left out of it. */
export function latinSource(): string {
  const byText = new Map<string, number[]>();
  const marks: [from: number, to: number][] = [];
  for (let code = 0x80; code <= 0x10ffff; code += 1) {
    const letter = String.fromCodePoint(code);
    if (neverLatin.test(letter)) continue;
    // What no key has is one gap, however long it is.
    const text = inLatin(letter).replace(/[^A-Za-z0-9._+@%-]+/g, " ");
    if (text === " ") continue;
    if (text === "") {
      const last = marks.at(-1);
      if (last?.[1] === code - 1) last[1] = code;
      else marks.push([code, code]);
    } else byText.set(text, [...(byText.get(text) ?? []), code]);
  }
  const letters = [...byText]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([text, codes]) => entry(text, codes.map(hex)));
  const ranges = packed(marks.map(([from, to]) => `(${hex(from)}, ${hex(to)})`));
  return [
    header("Letters beyond ASCII as the keys of jobs have them."),
    "_CODES: dict[str, tuple[int, ...]] = {\n",
    ...letters,
    "}\n\n",
    "#: What stands for a letter; of one that is in neither table, a gap.\n",
    "ASCII_OF = {chr(code): text for text, codes in _CODES.items() for code in codes}\n\n",
    "#: The first and the last of marks that follow each other: accents, which a key leaves out.\n",
    `MARKS: tuple[tuple[int, int], ...] = (\n${ranges.replaceAll(/^ {4}/gm, "")})\n`,
  ].join("");
}

function entry(text: string, codes: readonly string[]): string {
  const line = `    ${JSON.stringify(text)}: (${codes.join(", ")}${codes.length === 1 ? "," : ""}),\n`;
  if (line.length <= widestLine) return line;
  return `    ${JSON.stringify(text)}: (\n${packed(codes)}    ),\n`;
}

function hex(code: number): string {
  return `0x${code.toString(16)}`;
}

/** One after the other, in lines. */
function packed(items: readonly string[]): string {
  const lines: string[] = [];
  let line = "";
  for (const item of items) {
    if (line !== "" && line.length + item.length + 2 + 8 > widestLine) {
      lines.push(line);
      line = "";
    }
    line += `${line === "" ? "" : " "}${item},`;
  }
  return [...lines, line].map((one) => `        ${one}\n`).join("");
}

/** `_causes.py`. */
export function causesSource(): string {
  const names = causes.map((cause) => `    "${cause}",\n`).join("");
  return `${header("Why an attempt ended badly.")}from typing import Literal\n\nRetryCause = Literal[\n${names}]\n`;
}

/** Types of inputs that are not one of TypeScript's plain ones. */
const pythonTypes: Readonly<Record<string, string>> = {
  string: "str",
  number: "Union[int, float]",
  boolean: "bool",
  "Word[]": "Sequence[Word]",
  "string[]": "Sequence[str]",
  "unknown[]": "Sequence[Any]",
  "Record<string, Word>": "Mapping[str, Union[Word, FromConfig]]",
  "(string | OutputArgs)[]": "Sequence[Union[str, OutputArgs]]",
  "string | OutputArgs[]": "Sequence[Union[str, OutputArgs]]",
  JobGroup: "JobGroup",
  StopAfter: "StopAfter",
  RetryArgs: "RetryArgs",
  RegistryAuthArgs: "RegistryAuthArgs",
  "readonly Predecessor[]": "Sequence[Predecessor]",
  "readonly HeadlessSession[]": "Sequence[Predecessor]",
};

function pythonType(name: UserInputName): string {
  const type = plainType(name);
  return catalogue[name].type.startsWith("pulumi.Input<") ? `Input[${type}]` : type;
}

function plainType(name: UserInputName): string {
  let type: string = catalogue[name].type;
  for (let before = ""; before !== type; ) {
    before = type;
    type = type.replace(/pulumi\.Input<([^<>]*(?:<[^<>]*>)?[^<>]*)>/, "$1");
  }
  if (/^"\w+"( \| "\w+")*$/.test(type)) return `Literal[${type.replaceAll(" | ", ", ")}]`;
  const found = pythonTypes[type];
  if (found === undefined) throw new Error(`no Python type is known for ${type}`);
  return found;
}

function shapeOf(pythonType: string): "list" | "map" | "flag" | undefined {
  if (pythonType === "bool") return "flag";
  if (pythonType.startsWith("Sequence[")) return "list";
  return /^Mapping\[|^(JobGroup|StopAfter|RetryArgs|RegistryAuthArgs)$/.test(pythonType)
    ? "map"
    : undefined;
}

export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `_inputs.py`: the inputs of a job, with their texts. */
export function inputsSource(): string {
  const isOfJobsOnly = (name: UserInputName) => (catalogue[name] as Documented).setBySweep === true;
  const names = userInputs.map((name) => `    "${snake(name)}": "${name}",\n`).join("");
  const shapes = userInputs
    .map((name) => ({ name, shape: shapeOf(plainType(name)) }))
    .map(({ name, shape }) => (shape === undefined ? "" : `    "${snake(name)}": "${shape}",\n`))
    .join("");
  return [
    header("The inputs of a job."),
    "from typing import Any, Literal, Mapping, Sequence, TypedDict, Union\n\n",
    "from ._input_types import FromConfig, Input, JobGroup, OutputArgs, Predecessor, RegistryAuthArgs, RetryArgs, StopAfter, Word\n\n\n",
    "class SweepJobArgs(TypedDict, total=False):\n",
    '    """Inputs of a sweep\'s jobs."""\n\n',
    userInputs
      .filter((name) => !isOfJobsOnly(name))
      .map(property)
      .join("\n"),
    "\n\nclass JobArgs(SweepJobArgs, total=False):\n",
    '    """Inputs of a single job."""\n\n',
    userInputs.filter(isOfJobsOnly).map(property).join("\n"),
    "\n\n#: What fleet.yaml and TypeScript call each.\n",
    `INPUT_NAMES = {\n${names}}\n\n`,
    "#: Whether it holds several values, and how. Of the others the preview says what is wrong.\n",
    `INPUT_SHAPES = {\n${shapes}}\n\n`,
    "#: What a sweep sets itself, so that only single jobs can be given it.\n",
    `SET_BY_SWEEP = frozenset({${userInputs
      .filter(isOfJobsOnly)
      .map((name) => `"${snake(name)}"`)
      .join(", ")}})\n`,
  ].join("");
}

function property(name: UserInputName): string {
  const { text, default: value }: Documented = catalogue[name];
  const written = value === undefined ? text : `${text} Default: ${value}.`;
  return `    ${snake(name)}: ${pythonType(name)}\n${docstring(inPython(written))}`;
}

/** Names in code spans, as Python has them. */
function inPython(text: string): string {
  return text.replace(/`([a-z]+(?:[A-Z][a-z]+)+)`/g, (_, name: string) => `\`${snake(name)}\``);
}

function docstring(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.replaceAll("\\", "\\\\").split(" ")) {
    if (line !== "" && line.length + word.length + 1 + 10 > widestLine) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  const end = line.endsWith('"') ? " " : "";
  return `    """${lines.join("\n    ")}${end}"""\n`;
}

/** `_outputs.py`: what is known of a job, as outputs of its resource. */
export function outputsSource(): string {
  const told = Object.entries<Output>(outputs).flatMap(([name, { type, text }]) =>
    type === undefined ? [] : [{ name, type: outputType(type), text }],
  );
  const echoed = [
    { name: "image", type: "str", text: "As declared." },
    ...["cores", "ram", "gpus"].map((name) => ({
      name,
      type: "Optional[float]",
      text: "As declared.",
    })),
  ];
  const all = [...told, ...echoed];
  return [
    header("The outputs of a job."),
    "from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence\n\n",
    "if TYPE_CHECKING:\n    import pulumi\n\n",
    `#: What the provider calls them.\nOUTPUT_NAMES = (\n${all.map(({ name }) => `    "${name}",\n`).join("")})\n\n\n`,
    'class JobOutputs:\n    """What is known of a job."""\n\n    def _output(self, name: str) -> Any:\n        """By what the provider calls it."""\n        return self.__dict__[name]\n',
    ...all.map(({ name, type, text }) => {
      const body = docstring(inPython(text)).replaceAll(/^ {4}/gm, "        ");
      return `\n    @property\n    def ${snake(name)}(self) -> pulumi.Output[${type}]:\n${body}        found: pulumi.Output[${type}] = self._output("${name}")\n        return found\n`;
    }),
  ].join("");
}

const outputTypes: Readonly<Record<string, string>> = {
  string: "str",
  number: "int",
  boolean: "bool",
  "string[]": "Sequence[str]",
  Usage: "Mapping[str, Any]",
  "PastAttempt[]": "Sequence[Mapping[str, Any]]",
};

function outputType(type: string): string {
  const base = outputTypes[type.replace(" | undefined", "")];
  if (base === undefined) throw new Error(`no Python type is known for ${type}`);
  return type.endsWith(" | undefined") ? `Optional[${base}]` : base;
}

/** `_settings.py`: the settings of a provider that a program makes. */
export function settingsSource(): string {
  const all = Object.entries(settings).flatMap(([key, one]) => {
    const name = key.slice("skaha:".length);
    return name === "door" ? [] : [{ name, ...(one as { text: string; default?: string }) }];
  });
  const names = all.map(({ name }) => `    "${snake(name)}": "${name}",\n`).join("");
  return [
    header("The settings of a provider."),
    "from typing import TYPE_CHECKING, TypedDict, Union\n\n",
    "if TYPE_CHECKING:\n    import pulumi\n\n",
    'Setting = Union[str, int, float, "pulumi.Output[str]", "pulumi.Output[int]"]\n\n\n',
    "class ProviderArgs(TypedDict, total=False):\n",
    '    """Settings, which are those of a stack."""\n\n',
    all
      .map(({ name, text, default: value }) => {
        const written = value === undefined ? text : `${text} Default: ${value}.`;
        return `    ${snake(name)}: Setting\n${docstring(inPython(withoutLinks(written)))}`;
      })
      .join("\n"),
    `\n\n#: What a stack's configuration calls each, behind \`skaha:\`.\nSETTING_NAMES = {\n${names}}\n\n`,
    `#: Secret whatever a program says.\nSECRET_SETTINGS = frozenset({${secretSettings.map((name) => `"${snake(name)}"`).join(", ")}})\n`,
  ].join("");
}

/** `([cost.md](cost.md))` names no page where there is none beside it. */
function withoutLinks(text: string): string {
  return text.replaceAll(/\[([^\]]*)\]\(([^)]*)\)/g, (_, name: string, place: string) =>
    name === place ? `docs/${place}` : name,
  );
}
