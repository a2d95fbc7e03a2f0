// What a preview asks of the server and says, and what a stack costs.
import { readFile } from "node:fs/promises";
import { Bench, fleet } from "./harness";

jest.setTimeout(600_000);

const image = "images.canfar.net/skaha/terminal:1.1.2";
const digest = `sha256:${"a".repeat(64)}`;

test("sizes and images are asked for once per user for a preview and its update", async () => {
  await using bench = await Bench.open({
    images: [
      { id: image, digest },
      { id: "images.canfar.net/private/reduce:1", registrySecret: "robot:pullsecret" },
    ],
  });
  bench.declare(fleet(30, (n) => ({ args: [n] })));
  await bench.succeed(["up", "--yes", "--stack", bench.stack]); // with its preview
  const paths = bench.requests("GET").map(({ path }) => path.replace(/^\/skaha\/v1/, ""));
  expect(paths.sort()).toEqual(["/context", "/image", "/session?type=headless"]);
  const [job] = await bench.state();
  expect(job?.outputs).toMatchObject({ imageDigest: digest, gitCommit: expect.any(String) });
  const before = (await readFile(await bench.stateFile())).byteLength;
  bench.declare(fleet(60, (n) => ({ args: [n] })));
  await bench.succeed(bench.up());
  const bytes = ((await readFile(await bench.stateFile())).byteLength - before) / 30;
  console.log(`${bytes} bytes of state per job`);
  expect(bytes).toBeLessThanOrEqual(2_500);

  // What the server would refuse at the launch is refused in the preview.
  bench.counted();
  bench.declare([{ name: "large", args: { cores: 17, ram: 3 } }]);
  const refused = await bench.fail(bench.on("preview"));
  expect(refused).toMatch(/17 is not offered: choose one of 1, 2/);
  expect(refused).toMatch(/3 is not offered: choose one of 1, 2, 4.* GiB/);

  // What the engine's wire would lose is refused, too, with its cause.
  const half = { env: { BAD: "a\ud800" }, args: ["a\ud800b"] };
  bench.declare([{ name: "half", args: half }]);
  const lost = await bench.fail(bench.on("preview"));
  expect(lost).toMatch(/env\.BAD.*holds half of a surrogate pair, U\+D800/);
  expect(lost).toMatch(/args\[0\].*holds half of a surrogate pair, U\+D800/);
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
});

test("a private image is launched with the stack's secret registryAuth, which state does not show", async () => {
  const reduce = "images.canfar.net/private/reduce:1";
  await using bench = await Bench.open({
    images: [{ id: image }, { id: reduce, registrySecret: "robot:pullsecret" }],
  });
  bench.declare([{ name: "private", args: { image: reduce } }]);
  const refused = await bench.fail(bench.on("preview"));
  expect(refused).toMatch(/not among the server's public images.*registryAuth/);
  await bench.secret("skaha:registryAuth", "robot:pullsecret");
  const output = await bench.succeed(bench.up());
  expect(bench.skaha.jobs()).toMatchObject([{ image: reduce, status: "Running" }]);
  const exported = await bench.succeed(bench.on("stack", "export"));
  for (const text of [output, exported]) expect(text).not.toContain("pullsecret");
});
