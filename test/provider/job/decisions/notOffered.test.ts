import type { Context, Image } from "../../../../provider/api";
import { unknownValue } from "../../../../provider/engine/unknown";
import { refusedByServer } from "../../../../provider/job/decisions/notOffered";
import type { JobInputs } from "../../../../provider/job/inputs";

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
        reason: `${wrong} is not among the server's public images (it has ${images[0]?.id}, ${images[1]?.id}): correct it, or give registryAuth if it is private`,
      },
    ]);
    expect(refused({ image: "images.canfar.net/mine/secret:1" })[0]?.reason).not.toMatch(
      /there is/,
    );
  });

  test("says which registries the server takes images from", () => {
    expect(refused({ image: "docker.io/library/python:3.13" })).toEqual([
      {
        property: "image",
        reason:
          "docker.io/library/python:3.13 is from the registry docker.io, and the server runs only images of images.canfar.net: push it there (docker tag docker.io/library/python:3.13 images.canfar.net/PROJECT/python:3.13, then docker push), or choose another",
      },
    ]);
    expect(refused({ image: "quay.io/skaha/astroml:24.07" })[0]?.reason).toMatch(
      /only images of images\.canfar\.net: write images\.canfar\.net\/skaha\/astroml:24\.07$/,
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
