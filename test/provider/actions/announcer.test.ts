import type { Announcement } from "../../../provider/actions/actions";
import { Announcer } from "../../../provider/actions/announcer";

function listen() {
  const lines: string[] = [];
  return { lines, announcer: new Announcer((line) => lines.push(line), 10) };
}

const launch = (n: number): Announcement => ({
  ...{ kind: "launch", job: `job-${n}`, session: "s", attempt: 1 },
  ...{ size: {}, isDeclaredRam: true },
});
const lost = (n: number): Announcement => ({
  ...{ kind: "lose", job: `job-${n}`, session: "s", status: "Running" },
  ...{ server: "https://skaha", hasRetry: false },
});

describe("Announcer", () => {
  test("says up to ten of a kind in one line each", async () => {
    const { lines, announcer } = listen();
    await announcer.during(async () => {
      for (let n = 1; n <= 10; n += 1) announcer.say(launch(n));
    });
    expect(lines).toEqual(
      Array.from({ length: 10 }, (_, n) => `job-${n + 1}: launched as session s`),
    );
  });

  test("says the rest as a count, for each kind, when the last operation ends", async () => {
    const { lines, announcer } = listen();
    const say = (n: number) =>
      announcer.during(async () => {
        await Promise.resolve();
        announcer.say(launch(n));
        if (n < 5) announcer.say(lost(n));
      });
    await Promise.all(Array.from({ length: 50 }, (_, n) => say(n)));
    expect(lines.filter((line) => line.includes(": launched as session "))).toHaveLength(10);
    expect(lines.filter((line) => line.includes(" was Running and is gone "))).toHaveLength(5);
    expect(lines.at(-1)).toBe("launched: 40 more");
  });

  test("says one count for operations that follow each other closely", async () => {
    const { lines, announcer } = listen();
    const running: Promise<void>[] = [];
    for (let n = 0; n < 30; n += 1) {
      running.push(announcer.during(async () => announcer.say(launch(n))));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(running);
    expect(lines.slice(10)).toEqual(["launched: 20 more"]);
  });

  test("says the count at once where it is known that no other operation follows", async () => {
    const lines: string[] = [];
    const announcer = new Announcer((line) => lines.push(line), 60_000);
    let left = 30;
    const removal = (n: number) =>
      announcer.during(
        async () => {
          await Promise.resolve();
          announcer.say({ kind: "cancel", job: `job-${n}`, session: "s", status: "Running" });
          left -= 1;
        },
        { isLast: () => left === 0 },
      );
    await Promise.all(Array.from({ length: 30 }, (_, n) => removal(n))); // and not in a minute
    expect(lines.slice(10)).toEqual(["cancelled: 20 more"]);
  });

  test("says few counts where one operation waits for the other, as checks do", async () => {
    const { lines, announcer } = listen();
    for (let n = 0; n < 200; n += 1) {
      await announcer.during(
        async () => announcer.say({ kind: "keep", job: `job-${n}`, why: "it runs" }),
        { isStep: true },
      );
    }
    expect(lines.length).toBeLessThan(25);
  });

  test("holds up no check for what is launched meanwhile, nor a launch that another one follows", async () => {
    const lines: string[] = [];
    const announcer = new Announcer((line) => lines.push(line), 60_000);
    let last: Promise<void> | undefined;
    for (let n = 0; n < 500; n += 1) {
      await announcer.during(async () => {}, { isStep: true });
      last = announcer.during(async () => announcer.say(launch(n)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(lines).toHaveLength(10);
    void last; // waits for a minute whether another one follows
    await announcer.during(async () => {}, { isStep: true });
    await last;
  });

  test("counts what was launched also where a step comes last", async () => {
    const { lines, announcer } = listen();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        announcer.during(async () => announcer.say(launch(n))),
      ).concat(announcer.during(async () => {}, { isStep: true })),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lines.at(-1)).toBe("launched: 10 more");
  });

  test("waits seldom after steps that say much while others are under way", async () => {
    const lines: string[] = [];
    const announcer = new Announcer((line) => lines.push(line), 10);
    let pauses = 0;
    const began = () => announcer.during(async () => {});
    for (let n = 0; n < 300; n += 1) {
      let isOver = false;
      const step = announcer
        .during(async () => announcer.say({ kind: "warning", text: `job ${n}` }), { isStep: true })
        .then(() => {
          isOver = true;
        });
      await new Promise((resolve) => setImmediate(resolve));
      if (!isOver) pauses += 1;
      await began();
      await step;
    }
    expect(pauses).toBeLessThan(12);
  });

  test("says no line twice", () => {
    const { lines, announcer } = listen();
    announcer.say({ kind: "warning", text: "the same" });
    announcer.say({ kind: "warning", text: "the same" });
    expect(lines).toEqual(["the same"]);
  });

  test("counts also where an operation throws", async () => {
    const { lines, announcer } = listen();
    const failing = announcer.during(async () => {
      for (let n = 0; n < 11; n += 1) announcer.say(lost(n));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(lines.at(-1)).toBe("lost: 1 more");
  });
});
