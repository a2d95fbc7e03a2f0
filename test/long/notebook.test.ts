// The notebook of examples/notebook, run as Jupyter runs it, from an empty folder and an installed wheel to a plotted result.
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../toolchain/checkout";
import { Bench, linkedFolder } from "../engine/harness";
import { describePython } from "../python/python";
import { makeVenv } from "../python/venv";

jest.setTimeout(900_000);

const packages = [
  ...["pulumi==3.272.0", "pandas==3.1.1", "matplotlib==3.11.2", "nbclient==0.11.0"],
  "ipykernel==7.4.0",
];

const execute = `
import nbformat, sys
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], 4)
NotebookClient(book, timeout=600, kernel_name="python3").execute()
nbformat.write(book, sys.argv[1])
`;

describePython("examples/notebook", () => {
  test("goes from an empty folder to a plotted result, and launches nothing when it is run again", async () => {
    const parent = await mkdtemp(path.join(tmpdir(), "notebook-"));
    try {
      const folder = await linkedFolder(parent);
      const source = path.join(checkout, "python");
      const python = await makeVenv(path.join(parent, "venv"), [source, ...packages]);
      const command = path.join(parent, "pulumi-skaha");
      const main = path.join(checkout, "dist/cli/main.js");
      await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, {
        mode: 0o755,
      });
      const book = path.join(folder, "exposures.ipynb");
      await copyFile(path.join(checkout, "examples/notebook/exposures.ipynb"), book);
      await using bench = await Bench.open({ real: true });
      const { PULUMI_BACKEND_URL: _, PULUMI_CONFIG_PASSPHRASE: __, ...env } = bench.env;
      const run = () =>
        promisify(execFile)(python, ["-c", execute, book], {
          cwd: folder,
          env: {
            ...env,
            PULUMI_SKAHA_COMMAND: command,
            LOGNAME: "alice",
            ARC: path.join(bench.folder, "data/arc"),
            EVERY: "1",
          },
        });
      await run();
      expect(bench.counted()).toMatchObject({ POST: 10, DELETE: 0 });
      const { cells } = JSON.parse(await readFile(book, "utf8"));
      const shown = cells.flatMap(({ outputs = [] }: { outputs?: { data?: object }[] }) =>
        outputs.flatMap(({ data = {} }) => Object.keys(data)),
      );
      expect(shown).toContain("image/png");
      const picture = await readFile(path.join(folder, "exposures.png"));
      expect(picture.subarray(1, 4).toString()).toBe("PNG");

      await run();
      expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
    } finally {
      await rm(parent, { recursive: true, maxRetries: 5 });
    }
  });
});
