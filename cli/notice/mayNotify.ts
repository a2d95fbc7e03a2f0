// Whether anybody may have to be told of an ending: asked by each run, so it loads nothing else.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * Whether a stack of this project may have anybody to tell, as far as its files say: Pulumi takes half a second to be asked.
 * @param folder of Pulumi.yaml
 */
export function mayNotify(folder: string): boolean {
  const files = readdirSync(folder).filter((name) => /^Pulumi\..*ya?ml$/.test(name));
  const texts = files.map((name) => readFileSync(path.join(folder, name), "utf8"));
  return texts.some((text) => /skaha:notify|^environment:|stackConfigDir/m.test(text));
}
