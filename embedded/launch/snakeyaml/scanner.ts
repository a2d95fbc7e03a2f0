// Text to YAML 1.1 tokens, as SnakeYAML 2.5 does it (a port of the scanner that SnakeYAML itself ported from PyYAML),
// with its words when it refuses. The server builds YAML from unescaped parameters, so what comes out for odd
// characters is decided here and nowhere else; test/contract compares it with the recorded server. It is one long file
// because it follows the original, which is one class, method by method.

import { refuse } from "../../refusal";

export interface Mark {
  /** Into the code points. */
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** The names are those in SnakeYAML's messages. */
export type TokenId =
  | "<alias>"
  | "<anchor>"
  | "<block end>"
  | "-"
  | "<block mapping start>"
  | "<block sequence start>"
  | "<directive>"
  | "<document end>"
  | "<document start>"
  | ","
  | "}"
  | "{"
  | "]"
  | "["
  | "?"
  | "<scalar>"
  | "<stream end>"
  | "<tag>"
  | ":";

export interface Token {
  readonly id: TokenId;
  readonly start: Mark;
  readonly end: Mark;
  /** Of scalars, aliases, anchors and tags. */
  readonly value: string;
  /** A scalar without quotes. */
  readonly plain: boolean;
}

interface SimpleKey {
  readonly tokenNumber: number;
  readonly required: boolean;
  readonly mark: Mark;
}

const end = "\0";
const breaks = "\r\n\u0085\u2028\u2029";
const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\u0007",
  b: "\b",
  t: "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\u001b",
  " ": " ",
  '"': '"',
  "\\": "\\",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
};
const escapeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** What SnakeYAML throws; `message` is its whole text, with both places. */
export class YamlError extends Error {}

export class YamlScanner {
  readonly #points: readonly string[];
  #index = 0;
  #line = 0;
  #column = 0;
  #done = false;
  #flowLevel = 0;
  readonly #tokens: Token[] = [];
  #taken = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #allowSimpleKey = true;
  readonly #possibleKeys = new Map<number, SimpleKey>();

  constructor(text: string) {
    this.#points = Array.from(text);
  }

  peek(): Token {
    while (this.#needsMore()) this.#fetchMore();
    const token = this.#tokens[0];
    if (!token) throw new Error("no tokens after the end of the stream");
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#tokens.shift();
    this.#taken += 1;
    return token;
  }

  at(...ids: TokenId[]): boolean {
    return ids.includes(this.peek().id);
  }

  /** SnakeYAML's text of an error with a place. */
  error(
    context: string | undefined,
    contextMark: Mark | undefined,
    problem: string,
    at: Mark,
  ): YamlError {
    const lines = [context, contextMark && this.#place(contextMark), problem, this.#place(at)];
    return new YamlError(`${lines.filter((line) => line !== undefined).join("\n")}\n`);
  }

  #place(mark: Mark): string {
    const half = 75 / 2 - 1;
    const isBreak = (index: number) => {
      const char = this.#points[index];
      return char === undefined || breaks.includes(char);
    };
    let start = mark.index;
    let head = "";
    while (start > 0 && !isBreak(start - 1)) {
      start -= 1;
      if (mark.index - start > half) {
        head = " ... ";
        start += 5;
        break;
      }
    }
    let stop = mark.index;
    let tail = "";
    while (!isBreak(stop)) {
      stop += 1;
      if (stop - mark.index > half) {
        tail = " ... ";
        stop -= 5;
        break;
      }
    }
    const snippet = `    ${head}${this.#points.slice(start, stop).join("")}${tail}`;
    const pointer = " ".repeat(4 + mark.index - start + head.length);
    return ` in 'reader', line ${mark.line + 1}, column ${mark.column + 1}:\n${snippet}\n${pointer}^`;
  }

  #mark(): Mark {
    return { index: this.#index, line: this.#line, column: this.#column };
  }

  #char(ahead = 0): string {
    return this.#points[this.#index + ahead] ?? end;
  }

  #prefix(length: number): string {
    return this.#points.slice(this.#index, this.#index + length).join("");
  }

  #forward(length = 1): void {
    for (let i = 0; i < length; i++) {
      const char = this.#char();
      this.#index += 1;
      if (isIn(char, "\n\u0085\u2028\u2029") || (char === "\r" && this.#char() !== "\n")) {
        this.#line += 1;
        this.#column = 0;
      } else {
        this.#column += 1;
      }
    }
  }

  #needsMore(): boolean {
    if (this.#done) return false;
    if (this.#tokens.length === 0) return true;
    this.#dropStaleKeys();
    const numbers = [...this.#possibleKeys.values()].map((key) => key.tokenNumber);
    return numbers.length > 0 && Math.min(...numbers) === this.#taken;
  }

  #fetchMore(): void {
    this.#skipToNextToken();
    this.#dropStaleKeys();
    this.#unwind(this.#column);
    this.#fetcher()();
  }

  /** What fetches the token that begins here. */
  #fetcher(): () => void {
    const char = this.#char();
    const spaceFollows = isIn(this.#char(1), `${end} \t${breaks}`);
    const documentMark = this.#column === 0 && isIn(this.#char(3), `${end} \t${breaks}`);
    if (char === end) return () => this.#fetchEnd();
    if (char === "%" && this.#column === 0) return () => this.#fetchDirective();
    if (documentMark && this.#prefix(3) === "---")
      return () => this.#fetchDocument("<document start>");
    if (documentMark && this.#prefix(3) === "...")
      return () => this.#fetchDocument("<document end>");
    if (char === "[" || char === "{") return () => this.#fetchFlowStart(char);
    if (char === "]" || char === "}") return () => this.#fetchFlowEnd(char);
    if (char === ",") return () => this.#fetchFlowEntry();
    if (char === "-" && spaceFollows) return () => this.#fetchBlockEntry();
    if (char === "?" && (this.#flowLevel !== 0 || spaceFollows)) return () => this.#fetchKey();
    if (char === ":" && (this.#flowLevel !== 0 || spaceFollows)) return () => this.#fetchValue();
    if (char === "*") return () => this.#fetchNodeToken(() => this.#scanAnchor("<alias>"));
    if (char === "&") return () => this.#fetchNodeToken(() => this.#scanAnchor("<anchor>"));
    if (char === "!") return () => this.#fetchNodeToken(() => this.#scanTag());
    if ((char === "|" || char === ">") && this.#flowLevel === 0)
      return () => this.#fetchBlockScalar();
    if (char === "'" || char === '"') return () => this.#fetchNodeToken(() => this.#scanQuoted());
    if (this.#startsPlain()) return () => this.#fetchNodeToken(() => this.#scanPlain());
    const shown = char === "\t" ? "\\t(TAB)" : char;
    const problem = `found character '${shown}' that cannot start any token. (Do not use ${shown} for indentation)`;
    throw this.error("while scanning for the next token", undefined, problem, this.#mark());
  }

  #startsPlain(): boolean {
    const char = this.#char();
    if (!isIn(char, `${end} \t${breaks}-?:,[]{}#&*!|>'"%@\``)) return true;
    if (isIn(this.#char(1), `${end} \t${breaks}`)) return false;
    return char === "-" || (this.#flowLevel === 0 && (char === "?" || char === ":"));
  }

  #dropStaleKeys(): void {
    for (const [level, key] of this.#possibleKeys) {
      if (key.mark.line === this.#line && this.#index - key.mark.index <= 1024) continue;
      if (key.required) throw this.#missingColon(key);
      this.#possibleKeys.delete(level);
    }
  }

  #missingColon(key: SimpleKey): YamlError {
    const problem = "could not find expected ':'";
    return this.error("while scanning a simple key", key.mark, problem, this.#mark());
  }

  #saveKey(): void {
    if (!this.#allowSimpleKey) return;
    const required = this.#flowLevel === 0 && this.#indent === this.#column;
    this.#removeKey();
    const tokenNumber = this.#taken + this.#tokens.length;
    this.#possibleKeys.set(this.#flowLevel, { tokenNumber, required, mark: this.#mark() });
  }

  #removeKey(): void {
    const key = this.#possibleKeys.get(this.#flowLevel);
    if (key?.required) throw this.#missingColon(key);
    this.#possibleKeys.delete(this.#flowLevel);
  }

  #unwind(column: number): void {
    if (this.#flowLevel !== 0) return;
    while (this.#indent > column) {
      const mark = this.#mark();
      this.#indent = this.#indents.pop() ?? -1;
      this.#add("<block end>", mark, mark);
    }
  }

  #addIndent(column: number): boolean {
    if (this.#indent >= column) return false;
    this.#indents.push(this.#indent);
    this.#indent = column;
    return true;
  }

  #add(id: TokenId, start: Mark, stop: Mark = start, value = "", plain = false): void {
    this.#tokens.push({ id, start, end: stop, value, plain });
  }

  #take(id: TokenId, length: number): void {
    const start = this.#mark();
    this.#forward(length);
    this.#add(id, start, this.#mark());
  }

  #fetchEnd(): void {
    this.#unwind(-1);
    this.#removeKey();
    this.#allowSimpleKey = false;
    this.#possibleKeys.clear();
    this.#add("<stream end>", this.#mark());
    this.#done = true;
  }

  #fetchDirective(): void {
    this.#unwind(-1);
    this.#removeKey();
    this.#allowSimpleKey = false;
    const start = this.#mark();
    while (!isIn(this.#char(), end + breaks)) this.#forward();
    this.#add("<directive>", start, this.#mark());
  }

  #fetchDocument(id: "<document start>" | "<document end>"): void {
    this.#unwind(-1);
    this.#removeKey();
    this.#allowSimpleKey = false;
    this.#take(id, 3);
  }

  #fetchFlowStart(id: "[" | "{"): void {
    this.#saveKey();
    this.#flowLevel += 1;
    this.#allowSimpleKey = true;
    this.#take(id, 1);
  }

  #fetchFlowEnd(id: "]" | "}"): void {
    this.#removeKey();
    this.#flowLevel -= 1;
    this.#allowSimpleKey = false;
    this.#take(id, 1);
  }

  #fetchFlowEntry(): void {
    this.#allowSimpleKey = true;
    this.#removeKey();
    this.#take(",", 1);
  }

  #fetchBlockEntry(): void {
    if (this.#flowLevel === 0) {
      const mark = this.#mark();
      if (!this.#allowSimpleKey) {
        throw this.error(undefined, undefined, "sequence entries are not allowed here", mark);
      }
      if (this.#addIndent(this.#column)) this.#add("<block sequence start>", mark);
    }
    this.#allowSimpleKey = true;
    this.#removeKey();
    this.#take("-", 1);
  }

  #fetchKey(): void {
    this.#startBlockMapping("mapping keys are not allowed here");
    this.#allowSimpleKey = this.#flowLevel === 0;
    this.#removeKey();
    this.#take("?", 1);
  }

  #fetchValue(): void {
    const key = this.#possibleKeys.get(this.#flowLevel);
    if (key) {
      this.#possibleKeys.delete(this.#flowLevel);
      const at = key.tokenNumber - this.#taken;
      const token = { start: key.mark, end: key.mark, value: "", plain: false };
      this.#tokens.splice(at, 0, { id: "?", ...token });
      if (this.#flowLevel === 0 && this.#addIndent(key.mark.column)) {
        this.#tokens.splice(at, 0, { id: "<block mapping start>", ...token });
      }
      this.#allowSimpleKey = false;
    } else {
      this.#startBlockMapping("mapping values are not allowed here");
      this.#allowSimpleKey = this.#flowLevel === 0;
      this.#removeKey();
    }
    this.#take(":", 1);
  }

  #startBlockMapping(problem: string): void {
    if (this.#flowLevel !== 0) return;
    const mark = this.#mark();
    if (!this.#allowSimpleKey) throw this.error(undefined, undefined, problem, mark);
    if (this.#addIndent(this.#column)) this.#add("<block mapping start>", mark);
  }

  #fetchNodeToken(scan: () => Token): void {
    this.#saveKey();
    this.#allowSimpleKey = false;
    this.#tokens.push(scan());
  }

  #fetchBlockScalar(): void {
    this.#allowSimpleKey = true;
    this.#removeKey();
    this.#tokens.push(this.#scanBlockScalar());
  }

  #skipToNextToken(): void {
    if (this.#index === 0 && this.#char() === "\ufeff") this.#forward();
    for (;;) {
      while (this.#char() === " ") this.#forward();
      if (this.#char() === "#") {
        while (!isIn(this.#char(), end + breaks)) this.#forward();
      }
      if (this.#scanLineBreak() === "") return;
      if (this.#flowLevel === 0) this.#allowSimpleKey = true;
    }
  }

  #scanAnchor(id: "<alias>" | "<anchor>"): Token {
    const start = this.#mark();
    const what = id === "<alias>" ? "alias" : "anchor";
    this.#forward();
    let length = 0;
    while (!isIn(this.#char(length), `${end} \t${breaks}:,[]{}/.*&`)) length += 1;
    const char = this.#char(length);
    const found = (problem: string) =>
      this.error(`while scanning an ${what}`, start, problem, this.#mark());
    if (length === 0) throw found(`unexpected character found ${shownChar(char)}`);
    const value = this.#prefix(length);
    this.#forward(length);
    if (!isIn(char, `${end} \t${breaks}?:,]}%@\``)) {
      throw found(`unexpected character found ${shownChar(char)}`);
    }
    return { id, start, end: this.#mark(), value, plain: false };
  }

  /** The value is the handle (`!`, `!!`, `!x!` or, of `!<…>`, nothing), a space, and the suffix. */
  #scanTag(): Token {
    const start = this.#mark();
    const fail = (expected: string) => {
      const char = this.#char();
      const problem = `expected '${expected}', but found '${char}' (${codeOf(char)})`;
      return this.error("while scanning a tag", start, problem, this.#mark());
    };
    let handle = "";
    let suffix: string;
    if (this.#char(1) === "<") {
      this.#forward(2);
      suffix = this.#scanTagUri(start);
      if (this.#char() !== ">") throw fail(">");
      this.#forward();
    } else if (isIn(this.#char(1), `${end} \t${breaks}`)) {
      suffix = "!";
      this.#forward();
    } else {
      let length = 1;
      while (!isIn(this.#char(length), `${end} !${breaks}`)) length += 1;
      if (this.#char(length) === "!") {
        handle = this.#scanTagHandle(start);
      } else {
        handle = "!";
        this.#forward();
      }
      suffix = this.#scanTagUri(start);
    }
    if (!isIn(this.#char(), `${end} ${breaks}`)) throw fail(" ");
    const value = `${handle} ${suffix}`;
    return { id: "<tag>", start, end: this.#mark(), value, plain: false };
  }

  #scanTagHandle(start: Mark): string {
    let length = 1;
    while (/[0-9A-Za-z_-]/.test(this.#char(length))) length += 1;
    const char = this.#char(length);
    if (char !== "!") {
      this.#forward(length);
      const problem = `expected '!', but found '${char}' (${codeOf(char)})`;
      throw this.error("while scanning a tag", start, problem, this.#mark());
    }
    const handle = this.#prefix(length + 1);
    this.#forward(length + 1);
    return handle;
  }

  #scanTagUri(start: Mark): string {
    let uri = "";
    for (;;) {
      const char = this.#char();
      if (char === "%") uri += this.#scanUriEscapes(start);
      else if (/[0-9A-Za-z\-;/?:@&=+$,_.!~*'()[\]]/.test(char)) {
        uri += char;
        this.#forward();
      } else break;
    }
    if (uri !== "") return uri;
    const problem = `expected URI, but found ${shownChar(this.#char())}`;
    throw this.error("while scanning a tag", start, problem, this.#mark());
  }

  #scanUriEscapes(start: Mark): string {
    const bytes: number[] = [];
    while (this.#char() === "%") {
      this.#forward();
      const [first, second] = [this.#char(0), this.#char(1)];
      if (!/^[0-9A-Fa-f]{2}$/.test(first + second)) {
        const problem = `expected URI escape sequence of 2 hexadecimal numbers, but found ${shownChar(first)} and ${shownChar(second)}`;
        throw this.error("while scanning a tag", start, problem, this.#mark());
      }
      bytes.push(Number.parseInt(first + second, 16));
      this.#forward(2);
    }
    return Buffer.from(bytes).toString("utf8");
  }

  #scanBlockScalar(): Token {
    const start = this.#mark();
    const folded = this.#char() === ">";
    this.#forward();
    const { chomping, increment } = this.#scanBlockScalarHead(start);
    const minIndent = Math.max(1, this.#indent + 1);
    let indent: number;
    let lines: string[];
    if (increment === undefined) {
      const seen = this.#scanBlockScalarIndentation();
      lines = seen.lines;
      indent = Math.max(minIndent, seen.indent);
    } else {
      indent = minIndent + increment - 1;
      lines = this.#scanBlockScalarBreaks(indent);
    }
    let value = "";
    let lineBreak = "";
    while (this.#column === indent && this.#char() !== end) {
      value += lines.join("");
      const leadingText = !isIn(this.#char(), " \t");
      let length = 0;
      while (!isIn(this.#char(length), end + breaks)) length += 1;
      value += this.#prefix(length);
      this.#forward(length);
      lineBreak = this.#scanLineBreak();
      lines = this.#scanBlockScalarBreaks(indent);
      if (this.#column !== indent || this.#char() === end) break;
      if (folded && lineBreak === "\n" && leadingText && !isIn(this.#char(), " \t")) {
        if (lines.length === 0) value += " ";
      } else {
        value += lineBreak;
      }
    }
    if (chomping !== "-") value += lineBreak;
    if (chomping === "+") value += lines.join("");
    return { id: "<scalar>", start, end: this.#mark(), value, plain: false };
  }

  #scanBlockScalarHead(start: Mark): { chomping: string; increment: number | undefined } {
    const fail = (problem: string) =>
      this.error("while scanning a block scalar", start, problem, this.#mark());
    let chomping = "";
    let increment: number | undefined;
    for (let i = 0; i < 2; i++) {
      const char = this.#char();
      if (chomping === "" && isIn(char, "+-")) chomping = char;
      else if (increment === undefined && /[0-9]/.test(char)) increment = Number(char);
      else break;
      if (increment === 0) {
        throw fail("expected indentation indicator in the range 1-9, but found 0");
      }
      this.#forward();
    }
    if (!isIn(this.#char(), `${end} ${breaks}`)) {
      throw fail(
        `expected chomping or indentation indicators, but found ${shownChar(this.#char())}`,
      );
    }
    while (this.#char() === " ") this.#forward();
    if (this.#char() === "#") {
      while (!isIn(this.#char(), end + breaks)) this.#forward();
    }
    if (!isIn(this.#char(), end + breaks)) {
      throw fail(`expected a comment or a line break, but found ${shownChar(this.#char())}`);
    }
    this.#scanLineBreak();
    return { chomping, increment };
  }

  #scanBlockScalarIndentation(): { lines: string[]; indent: number } {
    const lines: string[] = [];
    let indent = 0;
    while (isIn(this.#char(), ` ${breaks}`)) {
      if (this.#char() === " ") {
        this.#forward();
        indent = Math.max(indent, this.#column);
      } else {
        lines.push(this.#scanLineBreak());
      }
    }
    return { lines, indent };
  }

  #scanBlockScalarBreaks(indent: number): string[] {
    const lines: string[] = [];
    const skip = () => {
      while (this.#column < indent && this.#char() === " ") this.#forward();
    };
    skip();
    while (isIn(this.#char(), breaks)) {
      lines.push(this.#scanLineBreak());
      skip();
    }
    return lines;
  }

  #scanQuoted(): Token {
    const start = this.#mark();
    const quote = this.#char();
    this.#forward();
    let value = this.#scanQuotedText(quote, start);
    while (this.#char() !== quote) {
      value += this.#scanQuotedSpaces(start);
      value += this.#scanQuotedText(quote, start);
    }
    this.#forward();
    return { id: "<scalar>", start, end: this.#mark(), value, plain: false };
  }

  #scanQuotedText(quote: string, start: Mark): string {
    const double = quote === '"';
    let text = "";
    for (;;) {
      let length = 0;
      while (!isIn(this.#char(length), `'"\\${end} \t${breaks}`)) length += 1;
      text += this.#prefix(length);
      this.#forward(length);
      const char = this.#char();
      if (!double && char === "'" && this.#char(1) === "'") {
        text += "'";
        this.#forward(2);
      } else if (double ? char === "'" : isIn(char, '"\\')) {
        text += char;
        this.#forward();
      } else if (double && char === "\\") {
        text += this.#scanEscape(start);
      } else {
        return text;
      }
    }
  }

  #scanEscape(start: Mark): string {
    const context = "while scanning a double-quoted scalar";
    this.#forward();
    const char = this.#char();
    const simple = Object.hasOwn(escapes, char) ? escapes[char] : undefined;
    if (simple !== undefined) {
      this.#forward();
      return simple;
    }
    const length = Object.hasOwn(escapeLengths, char) ? escapeLengths[char] : undefined;
    if (length !== undefined) {
      this.#forward();
      const digits = this.#prefix(length);
      if (digits.length < length || !/^[0-9a-fA-F]*$/.test(digits)) {
        const problem = `expected escape sequence of ${length} hexadecimal numbers, but found: ${digits}`;
        throw this.error(context, start, problem, this.#mark());
      }
      const code = Number.parseInt(digits, 16);
      if (code > 0x7fffffff) throw refuse(400, `For input string: "${digits}" under radix 16`);
      if (code > 0x10ffff) {
        const problem = `found unknown escape character ${digits}`;
        throw this.error(context, start, problem, this.#mark());
      }
      this.#forward(length);
      return String.fromCodePoint(code);
    }
    if (this.#scanLineBreak() !== "") return this.#scanQuotedBreaks(start).join("");
    const problem = `found unknown escape character ${shownChar(char)}`;
    throw this.error(context, start, problem, this.#mark());
  }

  #scanQuotedSpaces(start: Mark): string {
    let length = 0;
    while (isIn(this.#char(length), " \t")) length += 1;
    const spaces = this.#prefix(length);
    this.#forward(length);
    if (this.#char() === end) {
      const problem = "found unexpected end of stream";
      throw this.error("while scanning a quoted scalar", start, problem, this.#mark());
    }
    const lineBreak = this.#scanLineBreak();
    if (lineBreak === "") return spaces;
    return fold(lineBreak, this.#scanQuotedBreaks(start));
  }

  #scanQuotedBreaks(start: Mark): string[] {
    const lines: string[] = [];
    for (;;) {
      if (isIn(this.#char(3), `${end} \t${breaks}`) && /^(---|\.\.\.)$/.test(this.#prefix(3))) {
        const problem = "found unexpected document separator";
        throw this.error("while scanning a quoted scalar", start, problem, this.#mark());
      }
      while (isIn(this.#char(), " \t")) this.#forward();
      const lineBreak = this.#scanLineBreak();
      if (lineBreak === "") return lines;
      lines.push(lineBreak);
    }
  }

  #scanPlain(): Token {
    const start = this.#mark();
    const indent = this.#indent + 1;
    let stop = start;
    let text = "";
    let spaces = "";
    for (;;) {
      let length = 0;
      if (this.#char() === "#") break;
      for (;;) {
        const char = this.#char(length);
        if (isIn(char, `${end} \t${breaks}`)) break;
        const after = this.#flowLevel !== 0 ? ",[]{}" : "";
        if (char === ":" && isIn(this.#char(length + 1), `${end} \t${breaks}${after}`)) break;
        if (this.#flowLevel !== 0 && isIn(char, ",[]{}")) break;
        length += 1;
      }
      if (length === 0) break;
      this.#allowSimpleKey = false;
      text += spaces + this.#prefix(length);
      this.#forward(length);
      stop = this.#mark();
      spaces = this.#scanPlainSpaces();
      if (spaces === "" || this.#char() === "#") break;
      if (this.#flowLevel === 0 && this.#column < indent) break;
    }
    return { id: "<scalar>", start, end: stop, value: text, plain: true };
  }

  #scanPlainSpaces(): string {
    let length = 0;
    while (isIn(this.#char(length), " \t")) length += 1;
    const spaces = this.#prefix(length);
    this.#forward(length);
    const lineBreak = this.#scanLineBreak();
    if (lineBreak === "") return spaces;
    this.#allowSimpleKey = true;
    const isDocument = () =>
      this.#column === 0 &&
      isIn(this.#char(3), `${end} \t${breaks}`) &&
      /^(---|\.\.\.)$/.test(this.#prefix(3));
    if (isDocument()) return "";
    const lines: string[] = [];
    for (;;) {
      while (this.#char() === " ") this.#forward();
      const more = this.#scanLineBreak();
      if (more === "") break;
      lines.push(more);
      if (isDocument()) return "";
    }
    return fold(lineBreak, lines);
  }

  /** Reads one line break and returns what it counts as; nothing if there is none. */
  #scanLineBreak(): string {
    const char = this.#char();
    if (!isIn(char, breaks)) return "";
    if (char === "\r" && this.#char(1) === "\n") this.#forward(2);
    else this.#forward();
    return isIn(char, "\u2028\u2029") ? char : "\n";
  }
}

function fold(lineBreak: string, lines: readonly string[]): string {
  if (lineBreak !== "\n") return lineBreak + lines.join("");
  return lines.length === 0 ? " " : lines.join("");
}

function isIn(char: string, set: string): boolean {
  return set.includes(char);
}

function shownChar(char: string): string {
  return `${char}(${codeOf(char)})`;
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}
