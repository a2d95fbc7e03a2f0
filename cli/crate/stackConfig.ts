// A stack's configuration, Pulumi.<stack>.yaml, as anybody may read it: encrypted values, and what they are encrypted with, go. A
// text stands in the place of each, so that the program still finds a value of that name. Pure.
import { isMap, isScalar, isSeq, type Pair, parseDocument } from "yaml";
import { isSecretName, leftOut } from "./tellable";

/** What the values of a stack are encrypted with: with it, a passphrase could be guessed. */
const keys = ["encryptionsalt", "encryptedkey", "secretsprovider"];

/** @param text YAML; text that is no map is nobody's to read, and goes as a whole */
export function withoutSecretsOfConfig(text: string): string {
  const document = parseDocument(text);
  const { contents, errors } = document;
  if (errors.length > 0 || !isMap(contents)) return `# ${leftOut}\n`;
  for (const key of keys) contents.delete(key);
  contents.items.forEach(withoutSecretsOfPair);
  document.commentBefore = null;
  return document.toString();
}

function withoutSecretsOfPair(pair: Pair): void {
  const { key, value } = pair;
  const name = isScalar(key) ? String(key.value) : "";
  if (isMap(value) && value.has("secure") && value.items.length === 1) {
    pair.value = leftOut;
  } else if (isSecretName(name) && !isMap(value)) {
    pair.value = leftOut;
  } else withoutSecretsIn(value);
}

function withoutSecretsIn(value: unknown): void {
  if (isMap(value)) value.items.forEach(withoutSecretsOfPair);
  if (!isSeq(value)) return;
  value.items = value.items.map((item) => {
    if (isMap(item) && item.has("secure") && item.items.length === 1) return leftOut;
    withoutSecretsIn(item);
    return item;
  });
}
