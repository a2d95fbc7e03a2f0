// The short form of the embedded server's faults, as `dev --fault` takes them:
//
//   KIND[:METHOD][:TIMES][:NAME=VALUE ...]     lostAnswer:POST:2   status:code=503:retryAfter=2   slow:GET:ms=500
//
// The server's own schema says what a kind needs. Pure.
import { type FaultRule, faultRuleSchema } from "../embedded/faults";

export const faultKinds: readonly string[] = faultRuleSchema.options.map(
  ({ shape }) => shape.kind.value,
);

/** @returns a rule, or what is wrong with the word */
export function parseFault(text: string): FaultRule | { readonly problem: string } {
  const [kind = "", ...words] = text.split(":");
  if (!faultKinds.includes(kind)) {
    return {
      problem: `there is no fault ${kind || "without a name"}: use ${faultKinds.join(", ")}`,
    };
  }
  const rule: Record<string, unknown> = { kind };
  for (const [index, word] of words.entries()) {
    const named = /^(\w+)=(.*)$/s.exec(word);
    const [name, value] = named ? [named[1] ?? "", named[2] ?? ""] : placed(word, index, rule);
    if (name === undefined) {
      return { problem: `${word} is neither a method, nor a number of times, nor NAME=VALUE` };
    }
    rule[name] = name === "names" ? String(value).split(",") : numeric(name, value);
  }
  const parsed = faultRuleSchema.safeParse(rule);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join(".") || kind}: ${issue?.message}` };
}

/** A method comes first, a number of times after it; each may be left out. */
function placed(
  word: string,
  index: number,
  rule: Readonly<Record<string, unknown>>,
): [name: string | undefined, value: string] {
  if (index === 0 && /^[A-Z]+$/i.test(word)) return ["method", word];
  if (rule.times === undefined && /^\d+$/.test(word)) return ["times", word];
  return [undefined, word];
}

function numeric(name: string, value: string): string | number {
  const isText = ["method", "path", "body", "name"].includes(name);
  return isText || !/^\d+(\.\d+)?$/.test(value) ? value : Number(value);
}
