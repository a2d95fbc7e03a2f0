// Hands a message over: to a program, on its stdin, or to a URL. Each knows it by its id, should it come twice.
import { spawn } from "node:child_process";
import { messageOf } from "../../provider/errors";
import type { NotifySettings } from "../../provider/settings/notifySettings";
import { connect } from "../../provider/skaha/exchange";
import { type Proxies, shownProxy } from "../../provider/skaha/proxies";
import { wordsOf } from "./command";
import type { Channel } from "./notebook";
import type { Notice } from "./notice";

export interface SendOptions {
  readonly settings: NotifySettings;
  readonly proxies: Proxies;
  /** What a program with a relative path starts from. */
  readonly folder: string;
}

/** A message is short: what takes longer is stuck. */
const timeoutMs = 30_000;
const longestSaid = 500;

/** The environment variable in which a program finds the message's id, so that it need not read the message for it. */
export const noticeId = "SKAHA_NOTICE_ID";

/** @throws an error that says what became of it, where it may not have arrived */
export async function send(channel: Channel, notice: Notice, options: SendOptions): Promise<void> {
  const { command, webhook } = options.settings;
  if (channel === "command" && command !== undefined) await run(command, notice, options);
  if (channel === "webhook" && webhook !== undefined) await post(webhook, notice, options);
}

async function run(line: string, notice: Notice, { folder }: SendOptions): Promise<void> {
  const [command = "", ...args] = wordsOf(line);
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, [noticeId]: notice.id },
    stdio: ["pipe", "ignore", "pipe"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  let said = "";
  child.stderr.on("data", (data: Buffer) => {
    said = `${said}${data.toString()}`.slice(-longestSaid);
  });
  child.stdin.on("error", () => {}); // it may end before it reads
  child.stdin.end(`${JSON.stringify(notice)}\n`);
  const end = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(`could not be run: ${error.message}`));
    child.once("exit", (status, signal) => {
      const how = `ended with ${signal ?? `status ${status}`}`;
      const why = said.trim();
      resolve(status === 0 ? undefined : why === "" ? how : `${how}: ${why}`);
    });
  });
  if (end !== undefined) throw new Error(`skaha:notifyCommand (${command}) ${end}`);
}

/** The URL is a secret: only its host is named. */
async function post(url: string, notice: Notice, { proxies }: SendOptions): Promise<void> {
  const { host } = new URL(url);
  const ask = connect({ concurrency: 1, timeoutMs, tls: undefined, proxies });
  const headers = { "content-type": "application/json", "idempotency-key": notice.id };
  const body = JSON.stringify(notice);
  const asked = {
    url,
    method: "POST",
    headers,
    body,
    isRepeated: false,
    isStreamed: false,
  } as const;
  let answer: Awaited<ReturnType<typeof ask>>;
  try {
    answer = await ask(asked);
  } catch (error) {
    const proxy = proxies.https ? ` by ${shownProxy(proxies.https)}` : "";
    throw new Error(`skaha:notifyWebhook: no answer from ${host}${proxy}: ${messageOf(error)}`);
  }
  const { statusCode, text } = answer;
  if (statusCode >= 200 && statusCode < 300) return;
  const words = text.replaceAll(url, "[secret]").slice(0, longestSaid).trim();
  const answered = `skaha:notifyWebhook: ${host} answered ${statusCode}`;
  throw new Error(words === "" ? answered : `${answered}: ${words}`);
}
