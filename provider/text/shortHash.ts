// A short mark for a text, of the characters that names on the server may have. Pinned by golden values of identities and
// keys: a change here would make every job look new.
import { hash } from "node:crypto";

/**
 * @param text without halves of surrogate pairs, as JSON is: in UTF-8 all of those would look alike
 * @param length of characters [a-z0-9], at most 13: the first 64 bits of SHA-256
 */
export function shortHash(text: string, length: number): string {
  const bits64 = BigInt(`0x${hash("sha256", text).slice(0, 16)}`);
  return bits64.toString(36).padStart(13, "0").slice(-length);
}
