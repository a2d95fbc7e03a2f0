// What a user reads when something goes wrong: each error names a job, or what is at fault, and a remedy, and is
// a sentence. Pulumi's own errors are listed here one by one, so that a new one is looked at.

/** Words that no output may hold. */
const unreadable: readonly [RegExp, string][] = [
  [/^\s+at .+:\d+:\d+\)?$/m, "a stack trace"],
  [/\[object \w+\]/, "an object that was printed as such"],
  [/^(panic|goroutine \d+|runtime error)\b/m, "a panic"],
  [/\bundefined\b/, "`undefined`"],
  [/UnhandledPromise|node:internal/, "an error that nobody caught"],
];

/** What Pulumi says itself, where another line says more, or with a remedy of its own. */
const engines: readonly RegExp[] = [
  /^(update|preview|refresh|destroy|resource [\w ]+) failed$/,
  /^the stack is currently locked by \d+ lock/,
  /HeadlessSession ".+" is not as declared: its own error says why$/,
];

const names = [
  /-[a-z0-9]{14}\b/, // a job's id
  /^could not (create|update|delete|read|compare|launch|cancel) "?[\w/=,.+~-]+"?: /, // a job by its name
  /^1 error occurred: [\w-]+\/[\w=,.+~-]+: /, // a job of an array by its name
  /\bthe jobs of [\w-]+/, // an array
  /\bhttps?:\/\//,
  /(^|[\s"'`])\/[\w./-]+/, // a file
];

const remedies = [
  /\brun (it|the command|`?pulumi up`?) again\b/,
  /\btry again\b/,
  /the next `up` looks again/i,
  /\bset (it|CANFAR_\w+|TMPDIR)\b/,
  /\bask (its|the server's) operators\b/,
  /\bshow the server's operators these words\b/,
  /\buse \S+'s token\b/,
  /\bthen run again\b/,
  /: failed as ".+" did$/,
];

export interface Excuse {
  /** The provider's process was killed: the engine tells so in its own words. */
  readonly providerKilled: boolean;
  /** The backend's disk is full, or its state broken: this is between Pulumi and its disk. */
  readonly backendBroken: boolean;
}

/**
 * CLI 3.250 with PULUMI_CONTINUE_ON_ERROR, where the state cannot be written: step_executor.go:451 fails a step that
 * is none, after it has said why.
 */
const enginesPanic = /panic: [\s\S]*\(\*stepExecutor\)\.cancelDueToError[\s\S]*/;

/** @returns what is wrong with an output, one sentence each */
export function faultsOf(whole: string, secrets: readonly string[], excuse: Excuse): string[] {
  const output = excuse.backendBroken ? whole.replace(enginesPanic, "") : whole;
  const found = unreadable.flatMap(([pattern, what]) => {
    const match = pattern.exec(output);
    return match ? [`an output has ${what}: ${around(output, match.index)}`] : [];
  });
  const told = secrets
    .filter((secret) => whole.includes(secret))
    .map(() => "an output has a secret");
  return [...found, ...told, ...errorsOf(output).flatMap((text) => faultOfError(text, excuse))];
}

/** The errors of a command's output, each once. */
export function errorsOf(output: string): string[] {
  const lines = output.split("\n").flatMap((line, index, all) => {
    const text = /(?:^|\s)error: (.*)$/.exec(line)?.[1]?.trim();
    if (text === undefined) return [];
    // "1 error occurred:" and the like are followed by what they are about.
    const next = [];
    for (let one = index + 1; one < all.length && /^\s+[*|]/.test(all[one] ?? ""); one += 1) {
      next.push((all[one] ?? "").replace(/^\s+[*|]\s*/, ""));
    }
    // The display cuts off what only the diagnostics list.
    return next.length === 0 && /^\d+ errors? occurred:$/.test(text)
      ? []
      : [[text, ...next].join(" ")];
  });
  return [...new Set(lines)];
}

function faultOfError(text: string, { providerKilled, backendBroken }: Excuse): string[] {
  if (text === "" || engines.some((pattern) => pattern.test(text))) return [];
  if (providerKilled && /rpc error|transport|EOF|connection|plugin/i.test(text)) return [];
  if (backendBroken && !/-[a-z0-9]{14}\b/.test(text)) return [];
  return [
    ...(names.some((pattern) => pattern.test(text)) ? [] : [`an error names nothing: ${text}`]),
    ...(remedies.some((pattern) => pattern.test(text)) ? [] : [`an error has no remedy: ${text}`]),
  ];
}

function around(text: string, index: number): string {
  return JSON.stringify(text.slice(Math.max(0, index - 200), index + 200));
}
