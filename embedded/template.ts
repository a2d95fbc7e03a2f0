// interim
import { parse } from "yaml";
import { javaReplaceAll } from "./java-text";
import { unexpected } from "./refusal";

export interface Container {
  readonly image: string | null;
  readonly command: readonly (string | null)[] | null;
  readonly args: readonly (string | null)[] | null;
  readonly env: readonly { readonly name: string | null; readonly value: string | null }[];
}
export interface TemplateValues {
  readonly jobName: string;
  readonly user: string;
  readonly sessionId: string;
  readonly sessionName: string;
  readonly type: string;
  readonly threads: string;
  readonly cores: number;
  readonly ramGiB: number;
}
export function renderTemplate(bundle: string, values: TemplateValues): Container {
  const text =
    javaReplaceAll(
      "      - name: x\n        ${headless.image.bundle}\n",
      "${headless.image.bundle}",
      bundle,
    ) + "        - name: skaha_userid\n          value: x\n";
  void values;
  let c: Container;
  try {
    c = parse(text, { version: "1.1" })[0];
  } catch (e) {
    throw unexpected(String(e));
  }
  return {
    image: c.image,
    command: c.command ?? null,
    args: c.args ?? null,
    env: (c.env ?? []).slice(0, -1),
  };
}
