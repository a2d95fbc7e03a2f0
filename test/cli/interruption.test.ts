import { Interruption } from "../../cli/interruption";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const listening = () => signals.map((name) => process.listenerCount(name));

describe("an interruption", () => {
  test("is none before a signal", () => {
    using interruption = new Interruption();
    expect(interruption.signal.aborted).toBe(false);
    expect(() => interruption.throwIfInterrupted()).not.toThrow();
    expect(() => interruption.throwIfTerminated()).not.toThrow();
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)(
    "by %s ends the command with exit status %d, as a shell reports it",
    (name, exitStatus) => {
      using interruption = new Interruption();
      process.emit(name, name);
      expect(interruption.signal.aborted).toBe(true);
      expect(() => interruption.throwIfInterrupted()).toThrow(
        expect.objectContaining({ message: "interrupted; the jobs run on", exitStatus }),
      );
    },
  );

  test("by Ctrl-C is how what goes on for ever ends, and any other signal is an error", () => {
    using first = new Interruption();
    process.emit("SIGINT", "SIGINT");
    expect(() => first.throwIfTerminated()).not.toThrow();
    using second = new Interruption();
    process.emit("SIGTERM", "SIGTERM");
    expect(() => second.throwIfTerminated()).toThrow(expect.objectContaining({ exitStatus: 143 }));
  });

  test("leaves the second signal to the system, and all of them once it is over", () => {
    const before = listening();
    using interrupted = new Interruption();
    expect(listening()).toEqual(before.map((count) => count + 1));
    process.emit("SIGINT", "SIGINT");
    expect(listening()).toEqual(before);
    expect(interrupted.signal.aborted).toBe(true);
    {
      using untouched = new Interruption();
      expect(untouched.signal.aborted).toBe(false);
    }
    expect(listening()).toEqual(before);
  });
});
