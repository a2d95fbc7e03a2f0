import {
  configFile,
  isPartial,
  isPulumisOwn,
  leavesOutRefresh,
  previewOf,
  repeatedUpOf,
  setsConfig,
  updateOf,
} from "../../../cli/plan/pulumiArgs";

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

test.each([
  ...[["-t"], ["-x"], ["-tURN"], ["-x=URN"], ["-ft"], ["--target"], ["--target=urn"]],
  ...[["--exclude"], ["--target-replace=urn"], ["--exclude-protected"]],
])("%s looks at a part only", (word) => {
  expect(isPartial([word, "urn"])).toBe(true);
});

test("options that begin alike look at all", () => {
  expect(isPartial(["--targets", "--tracing", "file", "--stack", "t", "-p4"])).toBe(false);
  expect(isPulumisOwn(["--planning", "--diff"])).toBe(false);
  expect(isPulumisOwn(["--plan=file"])).toBe(true);
});

test("repeatedUpOf looks, and replaces nothing any more", () => {
  const update = ["up", "--yes", "--skip-preview"];
  expect(repeatedUpOf(["--replace", "urn", "-p", "4"])).toEqual([
    ...update,
    "--refresh",
    "-p",
    "4",
  ]);
  expect(repeatedUpOf(["--target-replace=urn", "-r"])).toEqual([...update, "-r"]);
  expect(repeatedUpOf(["--refresh=true"])).toEqual([...update, "--refresh=true"]);
});

test("a refresh that is left out is seen", () => {
  expect(leavesOutRefresh(["--refresh=false"])).toBe(true);
  expect(leavesOutRefresh(["-r=false"])).toBe(true);
  expect(leavesOutRefresh(["--refresh", "-r", "--refresh=true"])).toBe(false);
});

test("configuration of its own is seen", () => {
  expect(setsConfig(["-c", "skaha:window=always"])).toBe(true);
  expect(setsConfig(["--config-file=x.yaml"])).toBe(true);
  expect(setsConfig(["-C"])).toBe(false);
  expect(configFile(["--config-file", "x.yaml"])).toBe("x.yaml");
  expect(configFile(["--config-file=y.yaml"])).toBe("y.yaml");
  expect(configFile(["--config", "a=b"])).toBeUndefined();
});
