import {
  configFile,
  isPartial,
  isPulumisOwn,
  previewOf,
  setsConfig,
  updateOf,
} from "../../cli/plan/passedOn";

describe("previewOf", () => {
  test("leaves out what only an update knows", () => {
    const words = ["--stack", "s", "--secrets-provider", "passphrase", "--diff"];
    expect(previewOf("up", [...words, "--continue-on-error"])).toEqual([
      ...["preview", "--stack", "s", "--diff"],
    ]);
    expect(previewOf("up", ["--secrets-provider=passphrase", "-p", "4"])).toEqual([
      ...["preview", "-p", "4"],
    ]);
    expect(previewOf("destroy", ["--remove", "--preview-only"])).toEqual([
      ...["destroy", "--preview-only"],
    ]);
  });
});

test("updateOf asks nothing: that was done before", () => {
  expect(updateOf("up", ["-p", "4"])).toEqual(["up", "--yes", "--skip-preview", "-p", "4"]);
});

test.each([["-t"], ["--target"], ["--target=urn"], ["--exclude"], ["--target-replace=urn"]])(
  "%s looks at a part only",
  (word) => {
    expect(isPartial([word, "urn"])).toBe(true);
  },
);

test("options that begin alike look at all", () => {
  expect(isPartial(["--targets", "--tracing", "file", "--stack", "t"])).toBe(false);
  expect(isPulumisOwn(["--planning", "--diff"])).toBe(false);
  expect(isPulumisOwn(["--plan=file"])).toBe(true);
});

test("configuration of its own is seen", () => {
  expect(setsConfig(["-c", "skaha:window=always"])).toBe(true);
  expect(setsConfig(["--config-file=x.yaml"])).toBe(true);
  expect(setsConfig(["-C"])).toBe(false);
  expect(configFile(["--config-file", "x.yaml"])).toBe("x.yaml");
  expect(configFile(["--config-file=y.yaml"])).toBe("y.yaml");
  expect(configFile(["--config", "a=b"])).toBeUndefined();
});
