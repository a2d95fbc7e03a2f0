import { Writable } from "node:stream";
import { Progress } from "../../cli/progress";
import type { JobView } from "../../cli/stack/jobView";

/** An escape code, or one character. */
const codes = new RegExp(`${"\x1b"}\\[\\??\\d*[A-Za-z]|[\\s\\S]`, "g");

/** A terminal as its user sees it: what the escape codes of bars do to it. */
class Screen extends Writable {
  readonly isTTY = true;
  readonly columns = 60;
  readonly #rows: string[] = [""];
  #row = 0;
  #column = 0;
  #wraps = true;

  override _write(chunk: Buffer, _: string, done: () => void): void {
    for (const [code] of chunk.toString().matchAll(codes)) this.#take(code);
    done();
  }

  get lines(): string[] {
    return this.#rows.map((row) => row.trimEnd());
  }

  #take(code: string): void {
    const [, number = "", letter = ""] = /^.\[\??(\d*)([A-Za-z])$/.exec(code) ?? [];
    if (code === "\n") this.#goTo(this.#row + 1, 0);
    else if (code === "\r") this.#goTo(this.#row, 0);
    else if (letter === "A") this.#goTo(this.#row - Number(number), this.#column);
    else if (letter === "G") this.#goTo(this.#row, Number(number) - 1);
    else if (letter === "K") this.#write(number === "2" ? "" : this.#before());
    else if (letter === "J") this.#clearBelow();
    else if (code.includes("?7")) this.#wraps = letter === "h";
    else if (letter === "") this.#put(code);
    else if (!code.includes("?25")) throw new Error(`unknown code ${JSON.stringify(code)}`);
  }

  #put(character: string): void {
    if (this.#column === this.columns) {
      if (this.#wraps) this.#goTo(this.#row + 1, 0);
      else this.#column -= 1;
    }
    const row = this.#rows[this.#row] ?? "";
    this.#write(this.#before() + character + row.slice(this.#column + 1));
    this.#column += 1;
  }

  #clearBelow(): void {
    this.#write(this.#before());
    this.#rows.splice(this.#row + 1);
  }

  #before(): string {
    return (this.#rows[this.#row] ?? "").slice(0, this.#column).padEnd(this.#column);
  }

  #goTo(row: number, column: number): void {
    this.#row = row;
    this.#column = column;
    while (this.#rows.length <= row) this.#rows.push("");
  }

  #write(row: string): void {
    this.#rows[this.#row] = row;
  }
}

const open = () => {
  const screen = new Screen();
  return { screen, progress: new Progress(screen as never) };
};
const job = (status: string, sweep?: string) => ({ status, isKnown: true, sweep }) as JobView;
const bar = "░".repeat(28);

test("nothing of a bar stands behind what is said after Ctrl-C, and nothing is drawn any more", () => {
  const { screen, progress } = open();
  progress.show([job("Running")]);
  screen.write("^C"); // the terminal's echo
  progress.end();
  screen.write("Stopping after this; the jobs run on.\n");
  progress.show([job("Completed")]);
  progress.say("job: launched");
  progress.end();
  screen.write("interrupted; the jobs run on\n");
  expect(screen.lines).toEqual([
    `jobs ${bar} 0/1  1 Running`,
    "Stopping after this; the jobs run on.",
    "job: launched",
    "interrupted; the jobs run on",
    "",
  ]);
});

test("what is said stands whole above the bars, without a rest of one", () => {
  const { screen, progress } = open();
  progress.show([job("Running", "a"), job("Pending", "b"), job("Held", "c")]);
  const long = `a sentence that is longer than the terminal is wide: ${"x".repeat(40)}`;
  progress.say("one");
  progress.say(`two\nlines`);
  progress.say(long);
  progress.end();
  expect(screen.lines).toEqual([
    ...["one", "two", "lines", long.slice(0, 60), long.slice(60)],
    `a ${bar} 0/1  1 Running`,
    `b ${bar} 0/1  1 Pending`,
    `c ${bar} 0/1  1 Held`,
    "",
  ]);
});

test("an end leaves what was said and no bar", () => {
  const { screen, progress } = open();
  progress.say("no bar yet");
  progress.end();
  expect(screen.lines).toEqual(["no bar yet", ""]);
});
