// Who is told of a fleet's ending, and of which: settings of the stack. They are read apart from the others, because they are
// no reason not to look at jobs or to cancel them.
import { z } from "zod";
import { splitCommand } from "../job/command";
import { isLoopback } from "../skaha/proxies";
import { count, optionalIn, type SettingReader } from "./oneSetting";

/** Who is told, in one message each, that a fleet is done, fails beyond a limit, or stopped moving. */
export interface NotifySettings {
  /** Run by no shell. */
  readonly command: string | undefined;
  readonly webhook: string | undefined;
  /** So many failures are worth a message while others run. */
  readonly failed: number | undefined;
  /** So long without any change is worth one. Milliseconds. */
  readonly quietMs: number | undefined;
}

const command = z.string().transform((text, context) => {
  const { problem } = splitCommand(text);
  if (problem === undefined) return text.trim();
  const message =
    problem === "no word"
      ? "names no program"
      : `has ${problem}: no shell runs it, so name a program and its arguments, such as a script of yours`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

const webhook = z.url("is not a URL: write all of it").superRefine((text, context) => {
  const url = URL.parse(text);
  if (!url || url.protocol === "https:") return;
  if (url.protocol === "http:" && isLoopback(url.hostname)) return;
  context.addIssue({ code: "custom", message: "must start with https://" });
});

const msByUnit: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 };

const span = z
  .string()
  .regex(/^\d+(\.\d+)?[smhd]$/, "must be a span of time, like 30m, 12h or 2d")
  .transform((text) => Number(text.slice(0, -1)) * (msByUnit[text.slice(-1)] ?? Number.NaN));

const failures = count("jobs", 1_000_000);

/** @throws an error that names the setting and what is wrong with it */
export function readNotify(config: SettingReader): NotifySettings {
  return {
    command: optionalIn(config, "skaha:notifyCommand", command),
    webhook: optionalIn(config, "skaha:notifyWebhook", webhook, true),
    failed: optionalIn(config, "skaha:notifyFailed", failures),
    quietMs: optionalIn(config, "skaha:notifyQuiet", span),
  };
}
