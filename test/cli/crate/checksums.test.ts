import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { checksumsOf } from "../../../cli/crate/checksums";

const chunk = Buffer.alloc(1_000, 7);
let chunksRead = 0;

/** A file of so many chunks, a folder, one that is gone, one that may not be read. */
const stream = async (path: string) => {
  if (path === "gone") return undefined;
  if (path === "folder") throw Object.assign(new Error("EISDIR: illegal"), { code: "EISDIR" });
  if (path === "remote folder")
    throw new Error("Skaha answered 400: GET for directories not supported");
  if (path === "refused") throw new Error("could not read refused: 403");
  return Readable.from(
    (function* () {
      for (let n = 0; n < Number(path); n += 1) {
        chunksRead += 1;
        yield chunk;
      }
    })(),
  );
};
const arc = { stream };

test("each file has its checksum, or a sentence why not", async () => {
  const paths = ["3", "0", "gone", "folder", "remote folder", "refused", "3"];
  const found = await checksumsOf(paths, { arc, mostBytes: 10_000 });
  const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  expect([...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: "0", bytes: 0, sha256: sha256(Buffer.alloc(0)) },
    { path: "3", bytes: 3_000, sha256: sha256(Buffer.alloc(3_000, 7)) },
    { path: "folder", unknown: "It is a folder." },
    { path: "gone", unknown: "There is no such file now." },
    { path: "refused", unknown: "It could not be read: could not read refused: 403." },
    { path: "remote folder", unknown: "It is a folder." },
  ]);
});

test("a file that is too large is not read to its end", async () => {
  chunksRead = 0;
  const found = await checksumsOf(["100000"], { arc, mostBytes: 5_000 });
  expect(found.get("100000")).toEqual({ path: "100000", unknown: "It has more than 5000 bytes." });
  expect(chunksRead).toBeLessThan(100);
  expect((await checksumsOf(["3"], { arc, mostBytes: 0 })).get("3")?.sha256).toBeUndefined();
});
