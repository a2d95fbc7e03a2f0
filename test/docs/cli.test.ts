// To bring both files up to date: npm run docs
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { outputs, outputsSchema } from "../../cli/outputs";
import { createProgram } from "../../cli/program";
import { helpOf, reference } from "../../cli/reference";
import { checkout } from "../../toolchain/checkout";

const program = createProgram();
const commands = program
  .createHelp()
  .visibleCommands(program)
  .filter((one) => one.name() !== "help");
const names = commands.map((command) => command.name());

function isUpToDate(file: string, text: string): void {
  const place = path.join(checkout, file);
  if (process.env.UPDATE_DOCS) writeFileSync(place, text);
  expect(readFileSync(place, "utf8")).toBe(text);
}

describe("docs/cli.md", () => {
  test("is what the definitions say", () => {
    isUpToDate("docs/cli.md", reference(createProgram()));
  });
});

describe("schema/cli.schema.json", () => {
  test("is what the zod schemas say", () => {
    const place = path.join(checkout, "schema/cli.schema.json");
    if (process.env.UPDATE_DOCS) writeFileSync(place, JSON.stringify(outputsSchema(), null, 2));
    expect(JSON.parse(readFileSync(place, "utf8"))).toEqual(outputsSchema());
  });

  // It prints Pulumi's own.
  const pulumis = ["refresh"];
  test("has each command that prints JSON, and no other", () => {
    const printing = commands.filter(({ options }) =>
      options.some(({ long }) => long === "--json"),
    );
    expect(Object.keys(outputs).sort()).toEqual(
      printing
        .map((command) => command.name())
        .filter((name) => !pulumis.includes(name))
        .sort(),
    );
  });
});

describe("--help", () => {
  test("is there for all that was wanted", () => {
    expect(names).toEqual(
      expect.arrayContaining([
        ...["init", "up", "preview", "refresh", "destroy", "status", "wait", "logs", "events"],
        ...[
          "why",
          "stats",
          "rerun",
          "renew",
          "save-logs",
          "manifest",
          "size",
          "report",
          "dev",
          "doctor",
          "completion",
        ],
      ]),
    );
  });

  test.each(commands.map((command) => [command.name(), command] as const))(
    "of %s has a summary, a description and examples of itself",
    (name, command) => {
      expect(command.summary()).toMatch(/^\S.{5,}[^.]$/);
      expect(command.description()).toMatch(/^\S.{30,}\.$/s);
      const [, after = ""] = helpOf(command).split("\nExamples:\n");
      const [examples = ""] = after.trimEnd().split("\n\n");
      const lines = examples.split("\n");
      expect(lines).toEqual(lines.filter((line) => /^ {2}\$ \S/.test(line)));
      expect(lines.some((line) => line.includes(`pulumi-skaha ${name}`))).toBe(true);
    },
  );

  test.each(commands.map((command) => [command.name(), command] as const))(
    "of %s explains each option",
    (_name, { options }) => {
      expect(options.filter(({ description }) => description.length < 5)).toEqual([]);
    },
  );

  test("offers --debug wherever an error can come from", () => {
    const without = commands.filter(
      ({ options }) => !options.some(({ long }) => long === "--debug"),
    );
    expect(without.map((command) => command.name())).toEqual(["pulumi", "completion"]); // the first hands it on
  });
});
