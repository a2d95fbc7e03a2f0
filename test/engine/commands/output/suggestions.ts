// The commands that texts suggest, as a reader would copy them: ours, and Pulumi's.
import { createProgram } from "../../../../cli/program";

const start =
  /(?:npx )?(?<![\w./-])pulumi-skaha (?=(?:[a-z]+-)?[a-z]+\b)|(?<![\w./-]|pulumi-skaha )pulumi (?=(?:cancel|config|login|stack|up|preview|refresh|destroy)\b)/g;

/** Of Pulumi's commands: their own words, our settings, and what stands for a name. */
const pulumisWord =
  /^(--?[a-z][\w-]*(=\S+)?|[A-Z][A-Z0-9_]*|skaha:\w+|get|init|ls|rm|select|set|dev|password|\d+|"[^"]*")$/;

/**
 * @param text as a command has printed it
 * @param jobs names that may stand after a command
 * @returns each once, in order
 */
export function suggestionsIn(text: string, jobs: readonly string[]): string[] {
  const lines = text.split("\n").filter((line) => !line.startsWith("$ "));
  const found = lines.flatMap((line) =>
    [...line.matchAll(start)].map((match) => {
      const words = wordsIn(line.slice(match.index + match[0].length));
      const isOurs = match[0].includes("pulumi-skaha") && words[0]?.text !== "pulumi";
      const kept = isOurs ? ofOurs(words, jobs) : ofPulumis(words);
      return match[0] + kept.map(({ text: word }) => word).join(" ");
    }),
  );
  return [...new Set(found)];
}

interface Word {
  /** As it is written. */
  readonly text: string;
  /** Whether the sentence goes on differently after it. */
  readonly isLast: boolean;
}

function wordsIn(text: string): Word[] {
  return [...text.matchAll(/((?:'(?:[^']|'\\'')*'|"[^"]*"|[^\s'"`])+)(`?)/g)].map(
    ([, written = "", quote]) => {
      const word = written.replace(/[.,;:)…]+$/, "");
      return { text: word, isLast: word !== written || quote !== "" };
    },
  );
}

function ofOurs(words: readonly Word[], jobs: readonly string[]): Word[] {
  const [name, ...rest] = words;
  if (name === undefined) return [];
  const command = createProgram().commands.find((one) => one.name() === name.text);
  const takesJobs = command?.registeredArguments.some((one) => one.name() === "job") ?? false;
  const kept = [name];
  let isValue = false;
  for (const word of rest) {
    if (kept.at(-1)?.isLast) break;
    const isOption = word.text.startsWith("-");
    if (!isValue && !isOption && !(takesJobs && isJob(word.text, jobs))) break;
    kept.push(word);
    const option = command?.options.find(({ short, long }) => [short, long].includes(word.text));
    isValue = isOption && option?.required === true;
  }
  return kept;
}

function ofPulumis(words: readonly Word[]): Word[] {
  const first = words[0]?.text === "pulumi" ? 2 : 1;
  const kept = words.slice(0, first);
  for (const word of words.slice(first)) {
    if (kept.at(-1)?.isLast || !pulumisWord.test(word.text)) break;
    kept.push(word);
  }
  return kept;
}

/** By a name, or its id. */
function isJob(word: string, jobs: readonly string[]): boolean {
  return jobs.includes(unquoted(word)) || /^[\w-]+-[a-z0-9]{14}$/.test(word);
}

function unquoted(word: string): string {
  return word.replace(/^'(.*)'$/, "$1").replaceAll("'\\''", "'");
}
