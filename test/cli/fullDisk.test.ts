import { fullDiskRemedy } from "../../cli/fullDisk";

const full = (code: string) => Object.assign(new Error(`${code}: ..., write`), { code });

test.each(["ENOSPC", "EDQUOT"])("after %s it says where space is needed", (code) => {
  expect(fullDiskRemedy(full(code), "/tmp/mine")).toMatch(
    /^: free space in \/tmp\/mine, or set TMPDIR/,
  );
});

test.each([full("ENOENT"), new Error("ENOSPC"), "ENOSPC", undefined])(
  "of another error it says nothing",
  (error) => {
    expect(fullDiskRemedy(error, "/tmp/mine")).toBe("");
  },
);
