// Tells whoever is to be told, in one message, that a fleet is done, fails beyond a limit, or stopped moving. Called by each
// command that has looked at all jobs. A message that cannot be sent fails no command: the next one tries again.
import { messageOf } from "../../provider/errors";
import type { Job } from "../../provider/job/deployment";
import { readNotify } from "../../provider/settings/notifySettings";
import { existing } from "../project";
import type { Stack } from "../stack/stack";
import { plain, say } from "../terminal";
import { type Ending, mayHaveEnded, newEndings } from "./endings";
import { channels, Notebook, notebookFileOf, type Page } from "./notebook";
import { noticeOf } from "./notice";
import { type SendOptions, send } from "./send";

/** @param jobs all of the stack, as they were just seen */
export async function notify(
  stack: Stack,
  jobs: readonly Job[],
  tell: (sentence: string) => void = say,
): Promise<void> {
  try {
    const wanted = readNotify(stack.config);
    const to = channels.filter((one) => wanted[one] !== undefined);
    if (to.length === 0 || jobs.length === 0) return;
    const { settings, proxies } = stack.connection();
    const { server } = settings;
    const notebook = new Notebook(notebookFileOf(stack, jobs));
    if (!mayHaveEnded(jobs, wanted) && notebook.read().sending.length === 0) return;
    const options = { settings: wanted, proxies, folder: existing(stack.project) };
    await notebook.alone(async () => {
      const now = Date.now();
      const page = notebook.read();
      const { endings, memory } = newEndings(jobs, page, wanted, now);
      const fresh = endings.map((one: Ending) => noticeOf(one, jobs, { now, server }));
      const left = page.sending.map((one) => ({
        ...one,
        notice: { ...one.notice, isRepeat: true },
      }));
      const sending = [...left, ...fresh.map((notice) => ({ notice, to: [...to] }))];
      const told = Object.fromEntries(
        Object.entries(memory.told).map(([key, marks]) => [key, [...marks]]),
      );
      const next: Page = {
        version: 1,
        told,
        ...(memory.still && { still: memory.still }),
        sending,
      };
      if (JSON.stringify(next) !== JSON.stringify(page)) notebook.write(next);
      await sendAll(notebook, next, options, tell);
    });
  } catch (error) {
    tell(plain(`Nobody was told how the jobs stand: ${messageOf(error)}`));
  }
}

/** Crosses out what has arrived, one by one. */
async function sendAll(
  notebook: Notebook,
  page: Page,
  options: SendOptions,
  tell: (sentence: string) => void,
): Promise<void> {
  let { sending } = page;
  for (const { notice, to } of page.sending) {
    let left = to;
    for (const channel of to) {
      try {
        await send(channel, notice, options);
        left = left.filter((one) => one !== channel);
        const rest = sending.map((one) =>
          one.notice.id === notice.id ? { ...one, to: left } : one,
        );
        sending = rest.filter((one) => one.to.length > 0);
        notebook.write({ ...page, sending });
      } catch (error) {
        const again = "the next up or wait sends it again";
        tell(plain(`Not told that ${notice.text}: ${messageOf(error)}; ${again}.`));
      }
    }
  }
}
