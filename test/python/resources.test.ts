// What resources of a Python program refuse before the engine is asked: the same, in the same words, as for a fleet.yaml.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { pythonWithPulumi } from "./venv";

jest.setTimeout(300_000);

const calls: readonly [string, string][] = [
  ['Sweep("s", rows, array="no")', "Sweep \"s\": `array` is 'no', and has to be True or False"],
  [
    'Sweep("s", rows, replica_env="R")',
    "Sweep \"s\": `replica_env` is 'R', and has to be True or False",
  ],
  [
    'Sweep("s", rows, max_in_flight="3")',
    "Sweep \"s\": `max_in_flight` is '3', and has to be a whole number from 1 on",
  ],
  [
    'Sweep("s", rows, pack=3)',
    "Sweep \"s\": `pack` is 3, and has to be a dict, like {'jobs': 50, 'parallel': 4}",
  ],
  ['Sweep("s", rows, env=["A"])', "Sweep \"s\": `env` is ['A'], and has to be a dict"],
  [
    'HeadlessSession("a", after="no")',
    "HeadlessSession \"a\": `after` is 'no', which is text; write a list: ['no']",
  ],
  [
    'Provider("p", server="x")',
    'Provider "p": there is no setting `server`: did you mean `server_url`?',
  ],
];

const found = pythonWithPulumi();
const title =
  "missing" in found ? `left out: ${found.missing}` : "are refused by the name of the argument";

describe("wrong arguments of resources in Python", () => {
  ("missing" in found ? test.skip : test)(title, () => {
    const program = `
import json
from pulumi_skaha.resources import HeadlessSession, Provider, Sweep
rows = [{"x": 1}]
told = []
for call in json.load(open(0)):
    try:
        eval(call)
        told.append("")
    except (TypeError, ValueError) as error:
        told.append(str(error))
print(json.dumps(told))`;
    const answer = execFileSync("command" in found ? found.command : "", ["-c", program], {
      input: JSON.stringify(calls.map(([call]) => call)),
      env: {
        ...process.env,
        PYTHONPATH: path.join(checkout, "python/src"),
        PYTHONDONTWRITEBYTECODE: "1",
      },
      encoding: "utf8",
    });
    expect(JSON.parse(answer)).toEqual(calls.map(([, message]) => message));
  });

  ("missing" in found ? test.skip : test)("are told of a Pulumi.yaml that names no plugin", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "skaha-resources-"));
    try {
      writeFileSync(path.join(folder, "Pulumi.yaml"), "name: survey\nruntime: nodejs\n");
      const program = `
from pulumi_skaha import CommandError
from pulumi_skaha.automation import inline_stack
try:
    inline_stack("dev", "survey", lambda: None)
except CommandError as error:
    print(error)`;
      const plugin = path.join(checkout, "plugin");
      const answer = execFileSync("command" in found ? found.command : "", ["-c", program], {
        cwd: folder,
        env: {
          PATH: "/usr/bin:/bin",
          PULUMI_SKAHA_PLUGIN: plugin,
          PYTHONPATH: path.join(checkout, "python/src"),
          PYTHONDONTWRITEBYTECODE: "1",
        },
        encoding: "utf8",
      });
      expect(answer).toContain(
        `Pulumi.yaml does not name the plugin of these jobs; add to it:\nplugins:\n  providers:\n    - name: skaha\n      path: ${plugin}\n`,
      );
    } finally {
      rmSync(folder, { recursive: true, maxRetries: 5 });
    }
  });
});
