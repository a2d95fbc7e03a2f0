// Where no stack is selected, or the folder of its state is not there: a sentence that says what to do.
import { rename } from "node:fs/promises";
import path from "node:path";
import { Bench } from "../harness";
import { cli } from "./cliBench";

describe("without a selected stack", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
    await bench.succeed(["stack", "unselect"]);
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  test("the only one that there is is taken, and named", async () => {
    const { status, stderr } = await cli(bench, ["status"]);
    expect(stderr).toMatch(
      `No stack is selected: ${bench.stack} is used, because it is the only one.`,
    );
    expect(stderr).toMatch("There are no jobs in this stack");
    expect(status).toBe(0);
    const { stdout } = await cli(bench, ["doctor"]);
    expect(stdout).toMatch(/^ok +stack:/m);
  });

  test("a preview is of the only one, too", async () => {
    bench.declare([{ name: "one" }]);
    const { status, stderr } = await cli(bench, ["preview"]);
    expect(stderr).toMatch(/launch 1/);
    expect(status).toBe(0);
  });

  test("of several none is taken, and all are named", async () => {
    await bench.succeed(["stack", "init", "other", "--no-select"]);
    const { status, stderr } = await cli(bench, ["status"]);
    expect(stderr).toMatch(
      /no stack is selected: choose one with --stack NAME, .* there are .*other/,
    );
    expect(status).not.toBe(0);
    const { stdout } = await cli(bench, ["doctor"]);
    expect(stdout).toMatch(/^fault +stack: +none is selected$/m);
  });

  test("without the folder of the state each command says so as doctor does", async () => {
    const folder = path.join(bench.folder, "backend");
    await rename(folder, `${folder}.away`);
    try {
      for (const command of ["status", "why", "manifest"]) {
        const { status, stderr } = await cli(bench, [command]);
        expect(stderr).toMatch(`there is no state: its folder ${folder} does not exist.`);
        expect(stderr).toMatch(`mkdir -p ${folder}\n`);
        expect(stderr).not.toMatch(/bucket|--show-secrets/);
        expect(status).not.toBe(0);
      }
      expect((await cli(bench, ["doctor"])).stdout).toMatch(`its folder ${folder} does not exist`);
    } finally {
      await rename(`${folder}.away`, folder);
    }
  });
});
