// The passphrase of a stack's secrets: where it comes from, and whether it is the right one. Pulumi itself
// finds a wrong one only where there are secrets already.
import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { passphraseFile } from "../project";
import { shellWord } from "../terminal";
import { type Finding, fault, ok, warning } from "./finding";
import { isIgnoredByGit } from "./git";

const check = "passphrase";

/** @param salt what state has of the passphrase; undefined where it has none, as with Pulumi Cloud */
export async function passphraseFindings(
  folder: string,
  env: NodeJS.ProcessEnv,
  salt: string | undefined,
): Promise<readonly Finding[]> {
  if (salt === undefined)
    return [ok(check, "none is needed: the secrets are kept by another service")];
  const found = await passphraseFor(folder, env);
  if ("problem" in found) return [found.problem];
  const isRight = await opens(salt, found.text);
  if (isRight === false) {
    return [
      fault(
        check,
        `${found.source} is not the one that the stack was made with`,
        "set PULUMI_CONFIG_PASSPHRASE_FILE to the right one",
      ),
    ];
  }
  const findings = found.file === undefined ? [] : await exposure(found.file);
  return findings.length > 0 ? findings : [ok(check, `${found.source}, the right one`)];
}

async function passphraseFor(
  folder: string,
  { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: named }: NodeJS.ProcessEnv,
): Promise<{ source: string; text: string; file?: string } | { problem: Finding }> {
  if (text !== undefined) return { source: "PULUMI_CONFIG_PASSPHRASE", text };
  const file =
    named === undefined ? path.join(folder, passphraseFile) : path.resolve(folder, named);
  try {
    return { source: file, text: (await readFile(file, "utf8")).trimEnd(), file };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return {
      problem:
        named === undefined && isMissing
          ? fault(
              check,
              `there is no ${passphraseFile}, and none in the environment`,
              "set PULUMI_CONFIG_PASSPHRASE_FILE to the file that has the stack's passphrase",
            )
          : fault(check, `${file} cannot be read`, "set PULUMI_CONFIG_PASSPHRASE_FILE anew"),
    };
  }
}

async function exposure(file: string): Promise<Finding[]> {
  const { mode } = await stat(file);
  return [
    ...(mode & 0o077
      ? [
          warning(
            check,
            `${file} can be read by others on this machine`,
            `chmod 600 ${shellWord(file)}`,
          ),
        ]
      : []),
    ...((await isIgnoredByGit(file)) === false
      ? [
          fault(
            check,
            `${file} is in a git work tree and not ignored`,
            `add ${path.basename(file)} to .gitignore before you commit`,
          ),
        ]
      : []),
  ];
}

/**
 * @param salt `v1:SALT:v1:NONCE:SEALED`, which a passphrase opens to the word `pulumi`
 * @returns undefined for a form that is not known here
 */
export async function opens(salt: string, passphrase: string): Promise<boolean | undefined> {
  const [form, saltText = "", sealedForm, nonce = "", sealed = "", more] = salt.split(":");
  if (form !== "v1" || sealedForm !== "v1" || more !== undefined) return undefined;
  const bytes = (text: string) => Buffer.from(text, "base64");
  const key = await promisify(pbkdf2)(passphrase, bytes(saltText), 1_000_000, 32, "sha256");
  const tagged = bytes(sealed);
  if (tagged.length < 16) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes(nonce));
  decipher.setAuthTag(tagged.subarray(-16));
  try {
    const opened = Buffer.concat([decipher.update(tagged.subarray(0, -16)), decipher.final()]);
    return opened.toString() === "pulumi";
  } catch {
    return false; // the tag does not fit
  }
}
