import { readNotify } from "../../../provider/settings/notifySettings";

const read = (config: Record<string, string>) => readNotify((key) => config[key]);

describe("readNotify", () => {
  test("tells nobody where nothing is set", () => {
    expect(read({})).toEqual({});
  });

  test("reads who is told of an ending, and of which", () => {
    const config = {
      "skaha:notifyCommand": " ./tell.sh --all ",
      "skaha:notifyWebhook": "https://hooks.example.org/x",
      "skaha:notifyFailed": "20",
      "skaha:notifyQuiet": "1.5h",
    };
    expect(read(config)).toEqual({
      ...{ command: "./tell.sh --all", webhook: "https://hooks.example.org/x", failed: 20 },
      quietMs: 5_400_000,
    });
    const local = { "skaha:notifyWebhook": "http://127.0.0.1:8080/" };
    expect(read(local).webhook).toBe("http://127.0.0.1:8080/");
    const hidden = { "skaha:notifyWebhook": "http://hooks.example.org/hush-hush" };
    expect(() => read(hidden)).toThrow(
      /^skaha:notifyWebhook (?!.*hush-hush).* must start with https/,
    );
  });

  test.each([
    ["skaha:notifyFailed", "0", "at least 1"],
    ["skaha:notifyFailed", "0x10", "whole number of jobs"],
    ["skaha:notifyQuiet", "12", "span of time"],
    ["skaha:notifyWebhook", "hooks", "is not a URL"],
    ["skaha:notifyCommand", "mail | cat", "has the operator \\|: no shell runs it"],
    ["skaha:notifyCommand", "./tell.sh > log", "has the operator >: no shell runs it"],
    ["skaha:notifyCommand", "  ", "names no program"],
  ])("refuses %s %j, naming it and saying: %s", (key, value, said) => {
    expect(() => read({ [key]: value })).toThrow(new RegExp(`^${key} .*${said}`));
  });
});
