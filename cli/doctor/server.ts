// What the server says: who one is to it, whether it answers, which sizes it has, what time it is there.
import type { Connection } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import type { Credential } from "../../provider/skaha/credentials";
import { connect } from "../../provider/skaha/exchange";
import { counted } from "../../provider/text/counted";
import { duration } from "../terminal";
import { type Finding, fault, ok, warning } from "./finding";

const soonMs = 24 * 3_600_000;
const skewMs = 60_000;
const timeoutMs = 20_000;

export async function credentialsFinding(
  { credentials }: Connection,
  now: number,
): Promise<Finding> {
  let credential: Credential;
  try {
    credential = await credentials.current();
  } catch (error) {
    return fault("credentials", messageOf(error));
  }
  const { source, expires, renewal } = credential;
  if (expires === undefined)
    return ok("credentials", `${source}, which does not say when it expires`);
  const left = expires.getTime() - now;
  const text = `${source}, good for ${duration(left)} (until ${expires.toISOString()})`;
  return left < soonMs ? warning("credentials", text, renewal) : ok("credentials", text);
}

/**
 * The server by the request that every command makes, and then by its sizes.
 * @returns with the user as whom it answered; undefined where it does not say
 */
export async function serverFindings({
  client,
  settings,
}: Connection): Promise<{ readonly user: string | undefined; readonly findings: Finding[] }> {
  const { server, serverFrom } = settings;
  const api = /\/(v\d+)$/.exec(server)?.[1] ?? "without a version";
  const { user, sessions } = await client.list();
  const { cores, memoryGB, gpus } = await client.context();
  const most = (options: readonly number[]) => (options.length === 0 ? 0 : Math.max(...options));
  const sizes = `up to ${counted(most(cores.options), "core")}, ${most(memoryGB.options)} GiB, ${counted(most(gpus.options), "GPU")}`;
  const hasSizes = cores.options.length > 0 && memoryGB.options.length > 0;
  const findings = [
    ok(
      "server",
      `${server} (${serverFrom}), API ${api}, answers ${user ?? "without saying whom"}; ${counted(sessions.length, "headless session")}`,
    ),
    hasSizes
      ? ok("sizes", sizes)
      : warning("sizes", "the server names none", "leave cores and ram out: the server chooses"),
  ];
  return { user, findings };
}

/** Whether it can be reached at all, and by the date of its answer whether the clocks agree: whoever asks. */
export async function clockFinding({ settings, proxies }: Connection): Promise<Finding> {
  const { server, serverFrom } = settings;
  const before = Date.now();
  let date: unknown;
  try {
    const ask = connect({ concurrency: 1, timeoutMs, tls: undefined, proxies });
    const { headers } = await ask({
      url: `${server}/context`,
      method: "GET",
      headers: {},
      body: null,
      isRepeated: false,
      isStreamed: false,
    });
    date = headers.date;
  } catch (error) {
    return fault(
      "server",
      `${server} (${serverFrom}) cannot be reached: ${messageOf(error)}`,
      "check the network; if the address is wrong, correct CANFAR_URL or skaha:serverUrl",
    );
  }
  const skew = skewOf(typeof date === "string" ? Date.parse(date) : Number.NaN, before, Date.now());
  if (Number.isNaN(skew)) return ok("clock", "the server does not say its time");
  if (Math.abs(skew) < skewMs) return ok("clock", "agrees with the server's");
  return warning(
    "clock",
    `this machine's is ${duration(Math.abs(skew))} ${skew < 0 ? "ahead of" : "behind"} the server's: windows, times and expiries are wrong by that`,
    "set it, for example with timedatectl set-ntp true",
  );
}

/** How far their clock is ahead of ours, which it told in whole seconds, at some moment in between. */
function skewOf(theirs: number, before: number, after: number): number {
  if (theirs + 1_000 < before) return theirs + 1_000 - before;
  if (theirs > after) return theirs - after;
  return Number.isNaN(theirs) ? theirs : 0;
}

/**
 * A file that is not there is an answer too. Looked for where one has to be let in: everybody may look into /home itself.
 * @param user as the server calls whoever asks; undefined where it does not say
 */
export async function arcFinding(
  { arc, settings }: Connection,
  user: string | undefined,
): Promise<Finding> {
  const { record } = settings;
  const home = user === undefined ? [] : [`/arc/home/${user}`];
  const folders = [...home, ...(record === undefined ? [] : [record])];
  try {
    for (const folder of folders) await arc.read(`${folder}/.pulumi-skaha-doctor`);
    const places = folders.length > 0 ? `, and lets you read ${folders.join(" and ")}` : "";
    return ok("/arc", `${settings.arc} answers${places}`);
  } catch (error) {
    return record === undefined
      ? warning("/arc", messageOf(error), "only jobs with a record need it")
      : fault(
          "/arc",
          messageOf(error),
          "skaha:record needs it: see CANFAR_ARC_URL and skaha:arcUrl",
        );
  }
}
