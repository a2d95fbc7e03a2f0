// What `npm run docs` writes from the catalogues of a job's inputs and outputs and of the settings: the arguments and
// outputs in `provider/headlessSession.ts`, and docs/reference.md.
import {
  catalogue,
  type Documented,
  type Effect,
  type UserInputName,
  userInputs,
} from "../../provider/job/catalogue";
import { type Output, outputs } from "../../provider/job/outputs";
import { type Setting, settings } from "../../provider/settings";

/** Of a comment, without its indentation. */
const widestLine = 110;

/** The properties of `HeadlessSessionArgs`. */
export function argumentsSource(): string {
  return userInputs
    .map((name) => {
      const { type, text, note, default: value, examples = [] }: Documented = catalogue[name];
      const lines = [
        ...wrapped([text, note].filter((one) => one !== undefined).join(" ")),
        ...(value === undefined ? [] : [`@default ${value}`]),
        ...examples.map((example) => `@example ${example}`),
      ];
      const mark = name === "image" ? "" : "?";
      return `${comment(lines)}  readonly ${name}${mark}: ${type};\n`;
    })
    .join("");
}

/** The outputs that the class declares. */
export function outputsSource(): string {
  const own = Object.entries<Output>(outputs).flatMap(([name, { type, text }]) =>
    type === undefined ? [] : [`${comment(wrapped(text))}  ${declared(name, type)}`],
  );
  const echoed = [
    `${comment(["As declared."])}  ${declared("image", "string")}`,
    ...["cores", "ram", "gpus"].map((size) => `  ${declared(size, "number | undefined")}`),
  ];
  return [...own, ...echoed].join("");
}

function declared(name: string, type: string): string {
  return `declare readonly ${name}: pulumi.Output<${type}>;\n`;
}

function comment(lines: readonly string[]): string {
  const [only = "", ...more] = lines;
  if (more.length === 0 && only.length < widestLine - 8) return `  /** ${only} */\n`;
  return `  /**\n${lines.map((line) => `   * ${line}\n`).join("")}   */\n`;
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > widestLine) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const effects: Readonly<Record<Effect["effect"], string>> = {
  replaces: "another job: its session is cancelled, and a new one is launched or Held",
  resizes: "a new size, see below",
  "in place": "taken over; nothing runs",
  "next launch": "counts at the next launch; nothing runs",
};

/** docs/reference.md between its introduction and what is written by hand below it. */
export function referenceTables(): string {
  const inputs = userInputs.map((name) => {
    const { text, note, default: value, examples = [] }: Documented = catalogue[name];
    const words = [
      text,
      note,
      value && `Default: ${value}.`,
      examples.length > 0 ? `Like ${examples.map(code).join(" or ")}.` : undefined,
    ];
    const { effect }: Effect = catalogue[name];
    return row([code(name), typeText(name), words.filter(Boolean).join(" "), effects[effect]]);
  });
  const shown = Object.entries<Output>(outputs).flatMap(([name, { type, text }]) =>
    type === undefined ? [] : [row([code(name), text])],
  );
  const configuration = Object.entries<Setting>(settings).map(
    ([key, { text, env, default: value }]) =>
      row([code(key), text, env === undefined ? "" : code(env), value]),
  );
  return [
    "## Inputs of a HeadlessSession",
    table(["input", "type", "what it is for", "what a change does"], inputs),
    "## Outputs",
    table(
      ["output", "what it says"],
      [
        row([code("id"), "The job's name on the server. It stays the same over attempts."]),
        ...shown,
        row([["image", "cores", "ram", "gpus"].map(code).join(", "), "As declared."]),
      ],
    ),
    "## Settings of a stack",
    table(
      [
        "stack configuration",
        "what it is for",
        "environment variable, which takes precedence",
        "default",
      ],
      configuration,
    ),
  ].join("\n\n");
}

function typeText(name: UserInputName): string {
  const type: string = catalogue[name].type;
  let plain = type.replaceAll("readonly ", "");
  for (let before = ""; before !== plain; ) {
    before = plain;
    plain = plain.replace(
      /pulumi\.Input<([^<>]*(?:<[^<>]*>)?[^<>]*)>(\[\])?/,
      (_, inner: string, list = "") =>
        list !== "" && inner.includes("|") ? `(${inner})${list}` : `${inner}${list}`,
    );
  }
  return code(plain);
}

function table(heads: readonly string[], rows: readonly string[]): string {
  return [row(heads), `|${" --- |".repeat(heads.length)}`, ...rows].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
