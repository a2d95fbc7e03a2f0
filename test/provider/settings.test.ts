import { defaultServer, readSettings } from "../../provider/settings";

const read = (config: Record<string, string> = {}, env: Record<string, string> = {}) =>
  readSettings((key) => config[key], env, undefined);

describe("readSettings", () => {
  test("has defaults for all", () => {
    expect(read()).toEqual({
      server: defaultServer,
      serverFrom: "the default server",
      arc: "https://ws-uv.canfar.net/arc",
      concurrency: 64,
    });
    expect(defaultServer).toBe("https://ws-uv.canfar.net/skaha/v1");
  });

  test("takes CANFAR_URL before the stack's configuration", () => {
    const config = { "skaha:serverUrl": "https://b.net/skaha/v1" };
    expect(read(config).server).toBe("https://b.net/skaha/v1");
    expect(read(config, { CANFAR_URL: "https://a.net/skaha/v1" }).server).toBe(
      "https://a.net/skaha/v1",
    );
  });

  test("takes a server with and without a slash at the end for the same", () => {
    expect(read({ "skaha:serverUrl": "https://a.net/skaha/v1//" }).server).toBe(
      "https://a.net/skaha/v1",
    );
  });

  test("reads numbers as the engine hands them over, as text", () => {
    expect(read({ "skaha:concurrency": "4" }).concurrency).toBe(4);
    expect(read({ "skaha:maxInFlight": "1e3" }).maxInFlight).toBe(1_000);
  });

  test.each([
    ["skaha:serverUrl", "a.net", "is not a URL"],
    ["skaha:serverUrl", "http://a.net/skaha/v1", "use https"],
    ["skaha:serverUrl", "ftp://a.net/skaha/v1", "https://"],
    ["skaha:serverUrl", "https://me:pass@a.net/skaha/v1", "CANFAR_TOKEN"],
    ["skaha:serverUrl", "https://a.net/skaha/v1?x=y", "version"],
    ["skaha:concurrency", "0", "at least 1"],
    ["skaha:concurrency", "many", "whole number"],
    ["skaha:concurrency", "1.5", "whole number"],
    ["skaha:price", "35 per GPU", "each part says how much"],
    ["skaha:maxCost", "much", "must be a number"],
    ["skaha:maxCost", "1,5", "with a decimal point where it has one, and no comma"],
    ["skaha:maxCost", "0", "must be above 0"],
    ["skaha:maxCost", "-5", "must be above 0"],
    ["skaha:maxCost", "0x10", "must be a number"],
    ["skaha:maxInFlight", "0x10", "whole number"],
    ["skaha:maxCost", "5", "needs skaha:price"],
  ])("refuses %s %j, naming it and saying: %s", (key, value, said) => {
    expect(() => read({ [key]: value })).toThrow(new RegExp(`^${key} .*${said}`));
  });

  test("reads a price and a limit in its units", () => {
    const config = { "skaha:price": "2 per core-hour", "skaha:maxCost": "1500.5" };
    expect(read({ ...config, "skaha:maxCost": "1e3" })).toMatchObject({ maxCost: 1_000 });
    expect(read(config)).toMatchObject({ price: { coreHours: 2, gibHours: 0 }, maxCost: 1500.5 });
  });

  test("names CANFAR_URL where that is wrong", () => {
    expect(() => read({}, { CANFAR_URL: "nonsense" })).toThrow(/^CANFAR_URL "nonsense" is not/);
  });

  test.each([
    "https://me:hush-hush@a.net/skaha/v1",
    "https://me:hush-hush/5@a.net/skaha/v1",
    "me:hush-hush@a.net/skaha/v1",
    "https://a.net/skaha/v1?token=hush-hush",
    "https://a.net/skaha/v1#hush-hush",
    "https://me:hush\n-hush-hush@a.net",
  ])("repeats no password that was put into the URL %j", (url) => {
    expect(() => read({}, { CANFAR_URL: url })).toThrow(/^CANFAR_URL (?!.*hush-hush)/);
  });

  test.each(["/arc/../etc", "/home/me", "/arc/a\u0001", "/arc/a b", "/arc/home/"])(
    "refuses the record %j",
    (record) => {
      expect(() => read({ "skaha:record": record })).toThrow(/^skaha:record /);
    },
  );

  test.each(["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])("lets http to %s pass", (host) => {
    expect(read({}, { CANFAR_URL: `http://${host}/skaha/v1` }).server).toContain(host);
  });
});
