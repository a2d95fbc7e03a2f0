// The language host of Pulumi YAML. An official release has it beside its CLI; for a CLI that was built from its Go module it
// is built so, too, and kept below PULUMI_HOME. Nothing but a test needs it.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { exclusively } from "./exclusively";
import { findExecutable } from "./executables";
import { runGo } from "./goBuild";
import { pulumiHome } from "./pulumiCli";
import { installWhole } from "./wholeFolder";

/** The newest that the test passes with. */
export const yamlVersion = "1.25.0";

const name = "pulumi-language-yaml";
const hostPackage = `github.com/pulumi/pulumi-yaml/cmd/${name}@v${yamlVersion}`;

/**
 * @param command the Pulumi CLI
 * @param env PATH, HOME, PULUMI_HOME and Go's settings
 * @returns the folder of the host, which has to be on PATH
 * @throws Error that says why there is none
 */
export async function yamlHost(
  command: string,
  env: NodeJS.ProcessEnv = process.env,
  say = (line: string) => void process.stderr.write(`${line}\n`),
): Promise<string> {
  const ours = path.join(pulumiHome(env), "pulumi-skaha");
  const folder = path.join(ours, `yaml-v${yamlVersion}`);
  const places = [path.dirname(command), folder].join(path.delimiter);
  const find = () => findExecutable(name, places);
  await mkdir(ours, { recursive: true });
  const host =
    find() ??
    (await exclusively(
      path.join(ours, "installing-yaml"),
      { say, pollMs: 500, what: "Pulumi YAML" },
      async () => {
        const made = find(); // by the run that was waited for
        if (made) return made;
        say(
          `Building ${name} ${yamlVersion} from its Go module (about 5 minutes on two cores, once) ...`,
        );
        return await installWhole(folder, async (part) => {
          await runGo(["install", "-ldflags", "-s -w", hostPackage], {
            cwd: part,
            env: { ...env, GOBIN: part, CGO_ENABLED: "0", GOWORK: "off" },
          });
          return path.join(folder, path.basename(findExecutable(name, part) ?? name));
        });
      },
    ));
  return path.dirname(host);
}
