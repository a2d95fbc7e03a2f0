import type { Context, Image } from "../../provider/api";
import { unknownValue } from "../../provider/engine/unknown";
import type { JobInputs } from "../../provider/job/inputs";
import { refusedByServer, warningsOf } from "../../provider/job/preflight";

const context: Context = {
  cores: { options: [1, 2, 4, 16] },
  memoryGB: { options: [1, 2, 4, 8, 192] },
  gpus: { options: [1, 2] },
};
const images: Image[] = [
  { id: "images.canfar.net/skaha/astroml:24.07", types: ["headless", "notebook"] },
  { id: "images.canfar.net/skaha/astroml:24.11", types: ["notebook"] },
];
const image = "images.canfar.net/skaha/astroml:24.07";

describe("refusedByServer", () => {
  const refused = (inputs: Partial<JobInputs>, hasRegistryAuth = false, listed = images) =>
    refusedByServer({ image, ...inputs }, { context, images: listed }, hasRegistryAuth);

  test("accepts what the server offers, and what it compares by its whole part", () => {
    expect(refused({ cores: 2, ram: 8, gpus: 1 })).toEqual([]);
    expect(refused({ cores: 1.5, ram: 4.5, gpus: 0 })).toEqual([]);
    expect(refused({})).toEqual([]);
  });

  test("names the sizes to choose from, all at once", () => {
    expect(refused({ cores: 3, ram: 3, gpus: 3 })).toEqual([
      { property: "cores", reason: "3 is not offered: choose one of 1, 2, 4, 16" },
      { property: "ram", reason: "3 is not offered: choose one of 1, 2, 4, 8, 192 GiB" },
      { property: "gpus", reason: "3 is not offered: choose one of 1, 2" },
    ]);
  });

  test("refuses an image that is not public, and names the versions there are", () => {
    const wrong = "images.canfar.net/skaha/astroml:24.7";
    expect(refused({ image: wrong })).toEqual([
      {
        property: "image",
        reason: `${wrong} is not among the server's public images (there is ${images[0]?.id}, ${images[1]?.id}): correct it, or give registryAuth if it is private`,
      },
    ]);
    expect(refused({ image: "images.canfar.net/mine/secret:1" })[0]?.reason).not.toMatch(
      /there is/,
    );
  });

  test("lets a private image with credentials be the registry's affair", () => {
    expect(refused({ image: "images.canfar.net/mine/secret:1" }, true)).toEqual([]);
  });

  test("says nothing where the server lists no images, or a preview knows none", () => {
    expect(refused({ image: "images.canfar.net/mine/secret:1" }, false, [])).toEqual([]);
    expect(refused({ image: unknownValue, cores: unknownValue as never })).toEqual([]);
  });
});

describe("warningsOf", () => {
  test.each<[Partial<JobInputs>, RegExp | undefined]>([
    [{ image }, undefined],
    [{ image: "images.canfar.net/skaha/astroml:latest" }, /":latest" is may change/],
    [{ image: "images.canfar.net/skaha/astroml" }, /":latest" is may change/],
    [{ image: "localhost:5000/skaha/astroml" }, /":latest" is may change/],
    [{ image: `images.canfar.net/skaha/astroml@sha256:${"0".repeat(64)}` }, undefined],
    [{ cores: 15, ram: 63 }, undefined],
    [{ cores: 16 }, /^16 cores, default GiB: large sessions wait longer/],
    [{ ram: 64 }, /^default cores, 64 GiB: large sessions wait longer/],
    [
      { cmd: "python /home/alice/reduce.py" },
      /^\/home\/alice\/reduce\.py is a path of this machine/,
    ],
    [{ cmd: "python /arc/home/alice/reduce.py /scratch/x" }, undefined],
    [{ args: ["--out=/Users/alice/out"] }, /^\/Users\/alice\/out is a path/],
    [{ args: ["C:\\data\\in.fits"] }, /^C:\\data\\in\.fits is a path/],
    [{ args: ["http://example.org/home/x", "a:b", "/homepage/x"] }, undefined],
    [{ env: { OUT: "/home/alice/out" } }, /^\/home\/alice\/out is a path/],
    [{ script: "cd '/home/alice/my dir' && ls" }, /^\/home\/alice\/my is a path/],
  ])("%j: %s", (inputs, warning) => {
    expect(warningsOf(inputs)).toEqual(warning ? [expect.stringMatching(warning)] : []);
  });

  test("warns once of a path that is named twice, and of all there are", () => {
    const args = ["/home/a/x", "/home/a/x", "/home/b/y"];
    expect(warningsOf({ args })).toHaveLength(2);
  });

  test("bears what a preview does not know", () => {
    expect(warningsOf({ image: unknownValue, args: unknownValue as never })).toEqual([]);
  });
});
