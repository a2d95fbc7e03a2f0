import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { AskedMeanwhile } from "../../../cli/plan/askedMeanwhile";
import { giveMemoryBack } from "../../../machine/smallHeap";
import type { FirstList } from "../../../provider/run/firstList";

let folder: string;
let end: () => void;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "asked-"));
});
afterEach(async () => {
  end();
  await setImmediate();
  rmSync(folder, { recursive: true });
});

function listed(): FirstList {
  return { askedAt: 0, whose: "", user: "ada", sessions: [], holders: {} };
}

/** While Pulumi runs. */
function asking(question: () => Promise<FirstList | undefined>) {
  const running = Promise.withResolvers<void>();
  const asked = new AskedMeanwhile(folder, question, { isLocked: false });
  const done = asked.ask(running.promise);
  done.catch(() => {});
  end = running.resolve;
  return { asked, done };
}

describe("a question that is asked while Pulumi starts", () => {
  test("keeps nothing of the list once it is handed over", async () => {
    const lists: WeakRef<FirstList>[] = [];
    const { asked, done } = asking(async () => {
      const list = listed();
      lists.push(new WeakRef(list));
      return list;
    });
    await asked.over;
    expect(existsSync(path.join(folder, "first.json"))).toBe(true);
    await setImmediate(); // what is weakly held lives for as long as the job that looked at it
    giveMemoryBack();
    expect(lists).toHaveLength(1);
    expect(lists[0]?.deref()).toBeUndefined();
    end();
    await done;
  });

  test("hands over nothing that comes after the user has stopped it", async () => {
    const late = Promise.withResolvers<FirstList>();
    const { asked, done } = asking(() => late.promise);
    asked.interrupt("SIGINT");
    end();
    await expect(done).rejects.toThrow("interrupted; nothing was done");
    late.resolve(listed());
    await setImmediate();
    expect(existsSync(path.join(folder, "first.json"))).toBe(false);
  });
});
